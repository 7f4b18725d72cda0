/** Putting items of a source into a table, some at a time: for imports and bulk operations. */
import type { Write } from '../../../storage/ordered-store.ts';
import { AwsError } from '../../../model/aws-error.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { attributesSizeBytes, type AttributeMap } from '../items/attribute-value.ts';
import { itemTooLarge } from '../errors.ts';
import { Item } from '../items/item.ts';
import { commitChanges, targetOf, type Target, type WriteState } from '../items/item-changes.ts';
import { checkIndexKeys, checkItemKey } from '../items/key-validation.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import type { Table } from '../tables/table.ts';
import { olderLayer as layer } from '../validation.ts';
import { IMPORT_ITEMS } from './limits.ts';
import { readRecords, type ItemSource, type SourceRecord } from './item-source.ts';
import type { Objects } from './objects.ts';

export interface LoadCounts {
  readonly read: number;
  readonly put: number;
  readonly failed: number;
  /** Characters of text. */
  readonly length: number;
  /** Of the items that were put, and what they cost. */
  readonly sizeBytes: number;
  readonly units: number;
}

export const NO_COUNTS: LoadCounts = {
  read: 0,
  put: 0,
  failed: 0,
  length: 0,
  sizeBytes: 0,
  units: 0,
};

/** Why a record is not in the table. */
export interface LoadProblem {
  readonly record: number;
  readonly message: string;
}

interface Prepared {
  readonly target: Target;
  readonly item: Item;
}

/** Sources that are being read. After a restart one is read from its beginning, up to where it was. */
export class ItemLoads {
  readonly #objects: Objects;
  readonly #open = new Map<string, { records: AsyncGenerator<SourceRecord>; read: number }>();

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** The next records after those that were read; none at the end. */
  async next(jobId: string, source: ItemSource, read: number): Promise<SourceRecord[]> {
    let open = this.#open.get(jobId);
    if (open?.read !== read) {
      await this.end(jobId);
      open = { records: readRecords(this.#objects, source), read: 0 };
      this.#open.set(jobId, open);
      while (open.read < read && !(await open.records.next()).done) open.read++;
    }
    const records: SourceRecord[] = [];
    while (records.length < IMPORT_ITEMS) {
      const { done, value } = await open.records.next();
      if (done === true) break;
      records.push(value);
    }
    open.read += records.length;
    return records;
  }

  async end(jobId: string): Promise<void> {
    await this.#open.get(jobId)?.records.return(undefined);
    this.#open.delete(jobId);
  }
}

/**
 * Puts what can be put, and commits it with the writes that `also` says for the counts afterwards. Of
 * records with the same key the last one stays.
 */
export async function loadRecords(
  state: WriteState,
  table: Table,
  records: readonly SourceRecord[],
  counts: LoadCounts,
  also: (counts: LoadCounts) => readonly Write[],
): Promise<{ readonly counts: LoadCounts; readonly problems: readonly LoadProblem[] }> {
  const byKey = new Map<string, Prepared>();
  const problems: LoadProblem[] = [];
  for (const [at, record] of records.entries()) {
    const outcome = 'item' in record ? prepare(table, record.item) : record.problem;
    if (typeof outcome === 'string') {
      problems.push({ record: counts.read + at + 1, message: outcome });
    } else byKey.set(outcome.target.itemKey.toString('latin1'), outcome);
  }
  const prepared = [...byKey.values()];
  const counted = {
    read: counts.read + records.length,
    put: counts.put + records.length - problems.length,
    failed: counts.failed + problems.length,
    length: counts.length + records.reduce((sum, { length }) => sum + length, 0),
    sizeBytes: counts.sizeBytes + prepared.reduce((sum, { item }) => sum + item.sizeBytes, 0),
  };
  const after = await commitChanges(
    state,
    prepared.map(({ target }) => target),
    (items, changes) => {
      let { units } = counts;
      for (const [at, { target, item }] of prepared.entries()) {
        units += changes.change(target, items[at], item).total;
      }
      const result: LoadCounts = { ...counted, units };
      for (const write of also(result)) changes.also(write);
      return result;
    },
  );
  return { counts: after, problems };
}

function prepare(table: Table, given: AttributeMap): Prepared | string {
  try {
    const attributes = normalizeAttributes(given, layer);
    const sizeBytes = attributesSizeBytes(attributes);
    if (sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
    checkItemKey(table, attributes);
    checkIndexKeys(table, attributes);
    const item = Item.of(attributes, table.sortName, sizeBytes);
    return { target: targetOf(table, attributes), item };
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}
