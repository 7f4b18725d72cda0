/** Which streams have something to trim, ordered by when: one entry or more for each stream. */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { streamKey, type StoredStream } from './stream.ts';

const QUEUE = ['dynamodb', '-', '-', 'stream-trim'];

/** The entry's value is the key of the stream. */
export function trimDue(stream: StoredStream, dueMs: number): Write {
  const key = encodeKey([...QUEUE, dueMs, stream.id]);
  return { type: 'put', key, value: streamKey(stream, stream.tableName, stream.label) };
}

/** All that is due at `nowMs`, or ever. */
export function trimQueue(nowMs?: number): { readonly start: Buffer; readonly end: Buffer } {
  const all = prefixRange(QUEUE);
  return nowMs === undefined ? all : { ...all, end: encodeKey([...QUEUE, nowMs + 1]) };
}
