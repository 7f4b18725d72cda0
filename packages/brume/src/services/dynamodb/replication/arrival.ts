/** Writing to a table what another region has written, unless something later is there. */
import { AwsError } from '../../../model/aws-error.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { Item } from '../items/item.ts';
import {
  commitChanges,
  targetOf,
  whileTablesChange,
  type Target,
  type WriteState,
} from '../items/item-changes.ts';
import type { Table } from '../tables/table.ts';
import { decodeVersion, isNewer, versionKey, type Version } from './replication-keys.ts';

export interface Arrival {
  /** The item's key after its table's prefix. */
  readonly suffix: Buffer;
  /** Undefined where it was deleted. */
  readonly item: Item | undefined;
  readonly version: Version;
  readonly also: readonly Write[];
}

/** Throws `TableChanged` where the table is not what it was looked up as. */
export async function arrive(state: WriteState, table: Table, arrival: Arrival): Promise<void> {
  const { suffix, item, version, also } = arrival;
  const { replication } = table;
  if (replication === undefined) throw new Error(`${table.arn} takes no changes from elsewhere`);
  const itemKey = Buffer.concat([table.prefix, suffix]);
  const noteKey = versionKey(replication, suffix);
  for (let done = false; !done;) {
    const target = await targetAt(state, table, itemKey, item);
    done = await commitChanges(
      state,
      [target],
      ([before], changes, noted) => {
        const isLast = isNewer(version, decodeVersion(noted));
        // What is deleted here was not there when its target was made.
        if (isLast && before !== undefined && isBlind(target)) return false;
        if (isLast) changes.change(target, before, item, false, version);
        for (const write of also) changes.also(write);
        return true;
      },
      noteKey,
    );
  }
}

/** Runs a write again for as long as its table changes meanwhile; false where that is deleted meanwhile. */
export async function whileTableIsThere(
  state: WriteState,
  write: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await whileTablesChange(state, write);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return false;
    throw error;
  }
}

/** The item's target; without its collection where nothing tells which that is. */
async function targetAt(
  { store }: WriteState,
  table: Table,
  itemKey: Buffer,
  item: Item | undefined,
): Promise<Target> {
  if (item !== undefined) return targetOf(table, item.attributes);
  const here = table.collectionPrefix && (await store.get(itemKey));
  if (here !== undefined) return targetOf(table, Item.stored(here).attributes);
  return { table, itemKey, collectionKey: undefined };
}

function isBlind({ table, collectionKey }: Target): boolean {
  return table.collectionPrefix !== undefined && collectionKey === undefined;
}
