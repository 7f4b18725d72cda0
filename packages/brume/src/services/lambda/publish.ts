/** Makes a published version of `$LATEST`: numbered, and never changed again. */
import type { Write } from '../../storage/ordered-store.ts';
import { noteUses } from './layers/layer-uses.ts';
import {
  functionKey,
  putRecord,
  versionKey,
  type FunctionRecord,
  type VersionRecord,
} from './function-record.ts';

export interface Publication {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  readonly writes: readonly Write[];
}

/** Two revision ids: for the version, and for the function, which counts publishing as a change. */
export interface RevisionIds {
  readonly version: string;
  readonly function: string;
}

/** Whether the newest published version already is what `$LATEST` is. */
export function isPublished(record: FunctionRecord): boolean {
  return record.published?.generation === record.latest.generation;
}

/**
 * Makes the next version. It is new in the same way as `$LATEST`: pending when that is in transition.
 * The writes put both records; whoever commits them must have read the function's.
 */
export function publish(
  record: FunctionRecord,
  description: string | undefined,
  ids: RevisionIds,
): Publication {
  const number = record.lastVersion + 1;
  const latest = { ...record.latest, revisionId: ids.function };
  const { policy: _policy, transition, settings, ...copied } = latest;
  const version = {
    ...copied,
    settings: { ...settings, Description: description ?? settings.Description },
    version: String(number),
    revisionId: ids.version,
    ...(transition === undefined ? {} : ({ transition: 'creating' } as const)),
  };
  const { generation, code } = latest;
  const published = { version: number, generation, blobId: code.blobId };
  const changed = { ...record, latest, lastVersion: number, published };
  const writes = [
    putRecord(functionKey(record), changed),
    putRecord(versionKey(record, number), version),
    ...noteUses(record, version),
  ];
  return { record: changed, version, writes };
}
