/** Reads all records of a range, so many at a time. */
import type { Key, OrderedStore } from '../../storage/ordered-store.ts';
import { RECORDS_READ_MAX } from './limits.ts';
import { decodeRecord } from './log-records.ts';

export async function* readRecords<Record>(
  store: OrderedStore,
  range: { readonly start: Key; readonly end: Key },
  options: { readonly reverse?: boolean } = {},
): AsyncGenerator<Record> {
  let { start, end } = range;
  for (;;) {
    const entries = await store.range({ start, end, limit: RECORDS_READ_MAX, ...options });
    for (const { value } of entries) yield decodeRecord<Record>(value);
    const last = entries.at(-1);
    if (!last || entries.length < RECORDS_READ_MAX) return;
    if (options.reverse) end = last.key;
    else start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

export async function readAllRecords<Record>(
  store: OrderedStore,
  range: { readonly start: Key; readonly end: Key },
): Promise<Record[]> {
  const records: Record[] = [];
  for await (const record of readRecords<Record>(store, range)) records.push(record);
  return records;
}
