/** Changes of `$LATEST`: one commit, one revision, and no environment that still runs the old state. */
import { functionNotFound, revisionMismatch } from './errors.ts';
import { functionArn, type FunctionReference } from './function-name.ts';
import {
  decodeRecord,
  functionKey,
  putRecord,
  type CodeReference,
  type FunctionRecord,
  type LayerReference,
  type VersionRecord,
} from './function-record.ts';
import { checkStillThere, checkTotalSize, layerKeys } from './layers/function-layers.ts';
import { deleteUnusedLayers, forgetUses, noteUses } from './layers/layer-uses.ts';
import { publish } from './publish.ts';
import type { LambdaState } from './state.ts';
import { settled, settleSoon } from './transitions.ts';

export interface Change {
  readonly latest: VersionRecord;
  /** `$LATEST`, or the new version where one was published. */
  readonly version: VersionRecord;
  readonly qualifier: string | undefined;
  readonly replaced: {
    readonly code: CodeReference;
    readonly layers: readonly LayerReference[];
    readonly publishedBlobId: string | undefined;
  };
}

export function checkRevision({ latest }: FunctionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== latest.revisionId) throw revisionMismatch();
}

/**
 * Applies `change`, a pure function, to `$LATEST`, and publishes the result where `Publish` says so.
 * `layers` are the new ones; it keeps its own where they are undefined.
 */
export async function changeLatest(
  state: LambdaState,
  reference: FunctionReference,
  input: { readonly RevisionId?: string | undefined; readonly Publish?: boolean | undefined },
  change: (record: FunctionRecord) => Pick<VersionRecord, 'code' | 'settings'>,
  layers?: readonly LayerReference[],
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
  const keys = [key, ...layerKeys(layers ?? [])];
  const result = await state.store.transact<Change>(keys, ([value, ...found]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const record = decodeRecord<FunctionRecord>(value);
    checkRevision(record, input.RevisionId);
    checkStillThere(layers ?? [], found);
    const settledLatest = settled(record.latest, '');
    const latest = { ...settledLatest, ...change(record), ...(layers && { layers }), ...fresh };
    checkTotalSize(latest.code, latest.layers);
    const changed = { ...record, latest };
    const { code, layers: replacedLayers = [] } = record.latest;
    const replaced = { code, layers: replacedLayers, publishedBlobId: record.published?.blobId };
    const uses = [...forgetUses(reference, record.latest), ...noteUses(reference, latest)];
    if (input.Publish !== true) {
      const result = { latest, version: latest, qualifier: undefined, replaced };
      return { writes: [putRecord(key, changed), ...uses], result };
    }
    const { record: published, version, writes } = publish(changed, undefined, ids);
    const result = { latest: published.latest, version, qualifier: version.version, replaced };
    return { writes: [...writes, ...uses], result };
  });
  state.dispatcher.forget(reference, '$LATEST');
  settleSoon(state, reference, result.latest);
  settleSoon(state, reference, result.version);
  if (layers) await deleteUnusedLayers(state, result.replaced.layers);
  return result;
}
