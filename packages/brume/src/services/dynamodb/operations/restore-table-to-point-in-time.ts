/** RestoreTableToPointInTime: a new table with the items of another one, as they were at a time. */
import type { RestoreTableToPointInTimeInput } from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import type { Scope } from '../tables/catalog.ts';
import { accessDenied, validation } from '../errors.ts';
import { checkUnchanged, whileTablesChange } from '../items/item-changes.ts';
import { invalidRestoreTime, recoveryUnavailable } from '../recovery/errors.ts';
import { tableAlreadyExistsException, tableNotFoundException } from '../recovery/errors.ts';
import { headPosition, positionAt, type RecoveryDefinition } from '../recovery/history.ts';
import { held } from '../recovery/holds.ts';
import { putJob } from '../recovery/jobs.ts';
import { earliestMs } from '../recovery/recovery-window.ts';
import { nameOf, type RestoreNote } from '../recovery/restore-job.ts';
import { restoredTable } from '../recovery/restored-table.ts';
import type { DynamoDBOperation } from '../state.ts';
import { compileTable, type TableDefinition } from '../tables/table.ts';
import { describeTable } from '../tables/table-description.ts';
import { administeredTableName } from '../tables/table-name.ts';
import { checkNewTable } from '../tables/table-validation.ts';
import { newTable } from './create-table.ts';

export const restoreTableToPointInTime: DynamoDBOperation<'RestoreTableToPointInTime'> = async (
  state,
  input,
  context,
) => {
  checkTimeAsked(input);
  const { source: sourceName, scope } = sourceOf(input, context);
  const { clock, random } = state.environment;
  const jobId = random.uuid();
  const definition = await whileTablesChange(state, async () => {
    const nowMs = clock.nowMs();
    const source = await state.catalog.find(sourceName, scope);
    if (source === undefined) {
      throw tableNotFoundException(input.SourceTableArn ?? input.SourceTableName ?? '');
    }
    const { history } = source;
    const { recovery } = source.definition;
    if (recovery === undefined || history === undefined) throw recoveryUnavailable(sourceName);
    const dateMs = restoreMs(input, recovery, nowMs);
    const asked = restoredTable(source.definition, input);
    checkNewTable(asked);
    const restored = { sourceTableArn: source.arn, dateMs };
    const created = { ...newTable(asked, context, random, nowMs), restored, filling: true };
    await state.catalog.change(
      created.tableName,
      context,
      (existing, [bytes, head]) => {
        if (existing !== undefined) throw tableAlreadyExistsException(created.tableName);
        checkUnchanged(source, bytes);
        const at = positionAt(dateMs, headPosition(head));
        const note: RestoreNote = {
          type: 'restore',
          jobId,
          target: { ...nameOf(created), tableId: created.tableId },
          source: {
            items: source.prefix.toString('base64'),
            past: { changes: history.changes.toString('base64'), at },
          },
          needs: { table: nameOf(source.definition) },
        };
        const kept = held(source.definition, { jobId, afterMs: at.ms }, '');
        const keep = { type: 'put', key: source.catalogKey, value: bytesOf(kept) } as const;
        return { next: created, writes: [keep, putJob(note)], result: undefined };
      },
      [source.catalogKey, history.head],
    );
    state.catalog.forget(source);
    return created;
  });
  state.jobs.wake();
  return { TableDescription: describeTable(definition, 'CREATING') };
};

function bytesOf(definition: TableDefinition): Buffer {
  return compileTable(definition).bytes;
}

function checkTimeAsked(input: RestoreTableToPointInTimeInput): void {
  const isLatest = input.UseLatestRestorableTime === true;
  if (isLatest && input.RestoreDateTime !== undefined) {
    throw validation('Cannot specify both RestoreDateTime and UseLatestRestorableTime');
  }
  if (!isLatest && input.RestoreDateTime === undefined) {
    throw validation('Either RestoreDateTime or UseLatestRestorableTime must be specified');
  }
}

/** A table of another region is named by its ARN. */
function sourceOf(
  { SourceTableArn: arn, SourceTableName: name }: RestoreTableToPointInTimeInput,
  context: RequestContext,
): { readonly source: string; readonly scope: Scope } {
  if ((arn === undefined) === (name === undefined)) {
    throw validation('Exactly one of SourceTableArn and SourceTableName must be specified');
  }
  const [, region, accountId] =
    /^arn:aws[a-z-]*:dynamodb:([^:]*):([^:]*):table\/[^/:]+$/.exec(arn ?? '') ?? [];
  if (arn === undefined || region === undefined || accountId === undefined) {
    return { source: administeredTableName(arn ?? name ?? '', context), scope: context };
  }
  if (accountId !== context.accountId) throw accessDenied(arn, context);
  const scope = { accountId, region };
  return { source: administeredTableName(arn, { ...context, ...scope }), scope };
}

function restoreMs(
  { RestoreDateTime: asked, UseLatestRestorableTime: isLatest }: RestoreTableToPointInTimeInput,
  recovery: RecoveryDefinition,
  nowMs: number,
): number {
  if (isLatest === true || asked === undefined) return nowMs;
  const askedMs = asked.getTime();
  // Times are told in seconds: the earliest second is there from its beginning for who asks for it.
  if (askedMs < Math.floor(earliestMs(recovery, nowMs) / 1000) * 1000 || askedMs > nowMs) {
    throw invalidRestoreTime();
  }
  return askedMs;
}
