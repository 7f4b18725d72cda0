/** A table as it was at one moment, page by page, while writes to it go on. */
import type { Entry, OrderedStore, Value } from '../../../storage/ordered-store.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { decodePosition, encodePosition, isAfter, POSITION_BYTES } from './history.ts';
import type { Position } from './history.ts';
import { SNAPSHOT_BYTES, SNAPSHOT_CHANGES, SNAPSHOT_ITEMS } from './limits.ts';

/** Which items, and when, as a job notes it in JSON; prefixes of keys are in base64. */
export interface Snapshot {
  readonly items: string;
  /** Absent where nothing changes the items. */
  readonly past?: { readonly changes: string; readonly at: Position };
}

export interface SnapshotItem {
  /** The item's key, without the prefix of its table. */
  readonly suffix: Buffer;
  /** The stored item. */
  readonly value: Value;
}

export interface SnapshotPage {
  readonly items: readonly SnapshotItem[];
  /** To be given for the next page; undefined where this is the last. */
  readonly after: Buffer | undefined;
}

const BOUNDS = { bytesMax: SNAPSHOT_BYTES };

/**
 * Items are read before changes: one that changes in between is found among the changes, which say
 * what it was.
 */
export async function readSnapshot(
  store: OrderedStore,
  snapshot: Snapshot,
  after: Buffer | undefined,
): Promise<SnapshotPage> {
  const prefix = Buffer.from(snapshot.items, 'base64');
  const items = await store.range({
    start: after === undefined ? prefix : afterKey(Buffer.concat([prefix, after])),
    end: afterPrefix(prefix),
    limit: SNAPSHOT_ITEMS,
    ...BOUNDS,
  });
  const found = items.map(({ key, value }) => ({ suffix: suffixOf(key, prefix.length), value }));
  const end = isFull(items, SNAPSHOT_ITEMS) ? found.at(-1)?.suffix : undefined;
  if (snapshot.past === undefined) return { items: found, after: end };
  const { before, end: changesEnd } = await readChanges(store, snapshot.past, after, end);
  const merged = found.filter(
    ({ suffix }) =>
      !before.has(suffix.toString('latin1')) &&
      (changesEnd === undefined || suffix.compare(changesEnd) <= 0),
  );
  for (const [text, value] of before) {
    if (value.length > 0) merged.push({ suffix: Buffer.from(text, 'latin1'), value });
  }
  merged.sort((a, b) => a.suffix.compare(b.suffix));
  return { items: merged, after: changesEnd };
}

/**
 * What items were that have changed since, for items after `after` up to `end`, or to where the answer
 * says that it ends.
 */
async function readChanges(
  store: OrderedStore,
  past: { readonly changes: string; readonly at: Position },
  after: Buffer | undefined,
  end: Buffer | undefined,
): Promise<{ readonly before: Map<string, Value>; readonly end: Buffer | undefined }> {
  const prefix = Buffer.from(past.changes, 'base64');
  const changes = await store.range({
    start: after === undefined ? prefix : afterPrefix(Buffer.concat([prefix, after])),
    end: afterPrefix(end === undefined ? prefix : Buffer.concat([prefix, end])),
    limit: SNAPSHOT_CHANGES,
    ...BOUNDS,
  });
  const before = new Map<string, Value>();
  for (const { key, value } of changes) {
    const text = changedItem(key, prefix.length).toString('latin1');
    if (!before.has(text) && isAfter(decodePosition(key), past.at)) before.set(text, value);
  }
  const last = changes.at(-1);
  if (last === undefined || !isFull(changes, SNAPSHOT_CHANGES)) return { before, end };
  // There may be more changes of the last item, and the one in question among them.
  const suffix = changedItem(last.key, prefix.length);
  const text = suffix.toString('latin1');
  if (!before.has(text)) {
    const change = await changeAfter(store, prefix, suffix, past.at);
    if (change !== undefined) before.set(text, change.value);
  }
  return { before, end: suffix };
}

/** The first change of an item after a position. */
export async function changeAfter(
  store: OrderedStore,
  changesPrefix: Buffer,
  suffix: Uint8Array,
  position: Position,
): Promise<Entry | undefined> {
  const item = Buffer.concat([changesPrefix, suffix]);
  const start = afterKey(Buffer.concat([item, encodePosition(position)]));
  const [change] = await store.range({ start, end: afterPrefix(item), limit: 1 });
  return change;
}

function changedItem(key: Uint8Array, prefixLength: number): Buffer {
  return suffixOf(key, prefixLength, key.length - POSITION_BYTES);
}

function suffixOf(key: Uint8Array, start: number, end = key.length): Buffer {
  return Buffer.from(key.buffer, key.byteOffset + start, end - start);
}

/** Whether a range may have ended before its end. */
function isFull(entries: readonly Entry[], limit: number): boolean {
  if (entries.length === limit) return true;
  const bytes = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  return bytes >= SNAPSHOT_BYTES;
}
