/** What the operations of CloudWatch Logs work on. */
import type { Environment } from '../../environment/environment.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { LiveTails } from './live-tails.ts';
import type { LogIntake } from './log-intake.ts';
import type { RetentionSweeper } from './retention-sweeper.ts';

export interface LogsState {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly intake: LogIntake;
  readonly sweeper: RetentionSweeper;
  readonly liveTails: LiveTails;
}
