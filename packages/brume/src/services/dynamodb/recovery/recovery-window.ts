/** Point-in-time recovery of a table: from when to when it can be restored, and turning it on and off. */
import type {
  ContinuousBackupsDescription,
  PointInTimeRecoverySpecification,
} from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { checkHistoryKept } from '../replication/strong-rules.ts';
import type { TableDefinition } from '../tables/table.ts';
import { withNeededHistory } from './holds.ts';
import type { RecoveryDefinition } from './history.ts';
import { DAY_MS, RECOVERY_PERIOD_DAYS_MAX } from './limits.ts';
import { historyDue } from './retention-queue.ts';

export function earliestMs({ sinceMs, periodDays }: RecoveryDefinition, nowMs: number): number {
  return Math.max(sinceMs, nowMs - periodDays * DAY_MS);
}

/**
 * AWS's latest time is "typically five minutes" ago (API Reference). Here nothing has to be shipped
 * first: it is now.
 */
export function describeRecovery(
  { recovery }: TableDefinition,
  nowMs: number,
): ContinuousBackupsDescription {
  return {
    // On since a table exists (recorded 2025-10-08, `test_continuous_backup_update`).
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription:
      recovery === undefined
        ? { PointInTimeRecoveryStatus: 'DISABLED' }
        : {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: recovery.periodDays,
            EarliestRestorableDateTime: new Date(earliestMs(recovery, nowMs)),
            LatestRestorableDateTime: new Date(nowMs),
          },
  };
}

/** `newId` is for the history of a table that has none yet. */
export function changedRecovery(
  table: TableDefinition,
  asked: PointInTimeRecoverySpecification,
  newId: string,
  nowMs: number,
): { readonly next: TableDefinition; readonly writes: readonly Write[] } {
  const { recovery, ...rest } = table;
  if (!asked.PointInTimeRecoveryEnabled) return withNeededHistory(rest);
  checkHistoryKept(table);
  const { RecoveryPeriodInDays: periodDays = RECOVERY_PERIOD_DAYS_MAX } = asked;
  if (recovery?.periodDays === periodDays) return { next: table, writes: [] };
  // What a shorter period has given up does not come back with a longer one.
  const sinceMs = recovery === undefined ? nowMs : earliestMs(recovery, nowMs);
  const history = table.history ?? { id: newId, holds: [] };
  const next = { ...table, history, recovery: { sinceMs, periodDays, changedMs: nowMs } };
  return { next, writes: [historyDue(next, nowMs + periodDays * DAY_MS)] };
}
