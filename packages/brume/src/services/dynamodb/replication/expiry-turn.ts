/**
 * Which of the replicas removes an item whose time has come: the one where it was last written. The others
 * hear of it as of any deletion (Developer Guide, "Working with expired items": only there the record is
 * marked as that of time to live).
 */
import type { Value } from '../../../storage/ordered-store.ts';
import type { Target } from '../items/item-changes.ts';
import type { Table } from '../tables/table.ts';
import { decodeVersion, versionKey } from './replication-keys.ts';

/** Undefined for tables that are in one region alone. */
export function itemVersionKey({ table, itemKey }: Target): Buffer | undefined {
  const { replication, prefix } = table;
  return replication && versionKey(replication, itemKey.subarray(prefix.length));
}

/** `value` is the version as it is stored. */
export function isForOther({ replication, definition }: Table, value: Value | undefined): boolean {
  const writer = decodeVersion(value)?.region;
  if (replication === undefined || writer === undefined || writer === definition.region)
    return false;
  return replication.lanes.some(({ to }) => to === writer);
}
