/**
 * The background work that AWS shows as states: a new function is `Pending`, a changed one has its
 * update `InProgress`. Brume has all work done before it answers, so the states only have to pass:
 * right after the answer, and again on a read where a crash came between.
 */
import type { Write } from '../../storage/ordered-store.ts';
import { functionArn, isVersionNumber, type FunctionReference } from './function-name.ts';
import {
  decodeRecord,
  functionKey,
  putRecord,
  versionKey,
  type FunctionRecord,
  type VersionRecord,
} from './function-record.ts';
import type { LambdaState } from './state.ts';

/** The version once its background work is done; AWS counts that as a revision of its own. */
export function settled(version: VersionRecord, revisionId: string): VersionRecord {
  if (version.transition === undefined) return version;
  const { transition: _, ...rest } = version;
  return { ...rest, revisionId };
}

/** Finishes a version's transition soon. Nothing happens when it has none, or another revision. */
export function settleSoon(
  state: LambdaState,
  reference: FunctionReference,
  version: VersionRecord,
): void {
  if (version.transition === undefined) return;
  state.environment.timers.nextTurn(() => {
    settle(state, reference, version).catch((error: Error) => {
      // The next read of the function tries again.
      const fields = { function: functionArn(reference), error: error.message };
      state.log.log('warn', 'A function stays in transition', fields);
    });
  });
}

async function settle(
  { store, environment }: LambdaState,
  reference: FunctionReference,
  { version, revisionId }: VersionRecord,
): Promise<void> {
  const settledId = environment.random.uuid();
  const published = isVersionNumber(version);
  const key = published ? versionKey(reference, Number(version)) : functionKey(reference);
  await store.transact([key], ([value]) => {
    const writes: Write[] = [];
    if (value && published) {
      const record = decodeRecord<VersionRecord>(value);
      if (record.revisionId === revisionId) writes.push(putRecord(key, settled(record, settledId)));
    } else if (value) {
      const record = decodeRecord<FunctionRecord>(value);
      const latest = settled(record.latest, settledId);
      if (record.latest.revisionId === revisionId)
        writes.push(putRecord(key, { ...record, latest }));
    }
    return { writes, result: undefined };
  });
}
