/** CloudWatch Logs: how its parts are put together. */
import type { Environment } from '../../environment/environment.ts';
import { logs } from '../../model/generated/logs.ts';
import type { Violation } from '../../model/violation.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, type Service } from '../service.ts';
import { nameTooLong } from './errors.ts';
import { LiveTails } from './live-tails.ts';
import { LogIntake } from './log-intake.ts';
import { operations } from './operations.ts';
import type { LogsPort } from './port.ts';
import { RetentionSweeper } from './retention-sweeper.ts';
import type { LogsState } from './state.ts';

export interface LogsDependencies {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
}

export interface Logs {
  readonly service: Service;
  readonly port: LogsPort;
}

export function createLogs(dependencies: LogsDependencies): Logs {
  const { store, environment } = dependencies;
  const liveTails = new LiveTails();
  const intake = new LogIntake({ ...dependencies, liveTails });
  const sweeper = new RetentionSweeper(dependencies);
  const state: LogsState = { store, environment, intake, sweeper, liveTails };
  return {
    service: defineService({
      model: logs,
      operations,
      state,
      invalidInput: (_operation, violations) => invalidName(violations),
      async close() {
        await sweeper.close();
        await intake.flush();
      },
    }),
    port: intake,
  };
}

/** A name that is too long has an error of its own (recorded 2026-02-03). */
function invalidName(violations: readonly Violation[]) {
  const [first, ...others] = violations;
  if (first === undefined || others.length > 0) return undefined;
  const isName = ['logGroupName', 'logStreamName'].includes(first.path.join('.'));
  const { constraint } = first;
  return isName && constraint.type === 'length' && constraint.max !== undefined
    ? nameTooLong()
    : undefined;
}
