/** Changes of `$LATEST`: one commit, one revision, and no environment that still runs the old state. */
import { functionNotFound, revisionMismatch } from './errors.ts';
import { functionArn, type FunctionReference } from './function-name.ts';
import {
  decodeRecord,
  functionKey,
  putRecord,
  type CodeReference,
  type FunctionRecord,
  type VersionRecord,
} from './function-record.ts';
import { publish } from './publish.ts';
import type { LambdaState } from './state.ts';
import { settled, settleSoon } from './transitions.ts';

export interface Change {
  readonly latest: VersionRecord;
  /** `$LATEST`, or the new version where one was published. */
  readonly version: VersionRecord;
  readonly qualifier: string | undefined;
  readonly replaced: { readonly code: CodeReference; readonly publishedBlobId: string | undefined };
}

export function checkRevision({ latest }: FunctionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== latest.revisionId) throw revisionMismatch();
}

/** Applies `change`, a pure function, to `$LATEST`, and publishes the result where `Publish` says so. */
export async function changeLatest(
  state: LambdaState,
  reference: FunctionReference,
  input: { readonly RevisionId?: string | undefined; readonly Publish?: boolean | undefined },
  change: (record: FunctionRecord) => Pick<VersionRecord, 'code' | 'settings'>,
): Promise<Change> {
  const { clock, random } = state.environment;
  const fresh = {
    lastModifiedMs: clock.nowMs(),
    revisionId: random.uuid(),
    transition: 'updating' as const,
    generation: random.uuid(),
  };
  const ids = { version: random.uuid(), function: random.uuid() };
  const key = functionKey(reference);
  const result = await state.store.transact<Change>([key], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const record = decodeRecord<FunctionRecord>(value);
    checkRevision(record, input.RevisionId);
    const latest = { ...settled(record.latest, ''), ...change(record), ...fresh };
    const changed = { ...record, latest };
    const replaced = { code: record.latest.code, publishedBlobId: record.published?.blobId };
    if (input.Publish !== true) {
      const result = { latest, version: latest, qualifier: undefined, replaced };
      return { writes: [putRecord(key, changed)], result };
    }
    const { record: published, version, writes } = publish(changed, undefined, ids);
    const result = { latest: published.latest, version, qualifier: version.version, replaced };
    return { writes, result };
  });
  state.dispatcher.forget(reference, '$LATEST');
  settleSoon(state, reference, result.latest);
  settleSoon(state, reference, result.version);
  return result;
}
