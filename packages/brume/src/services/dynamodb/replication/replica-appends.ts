/** What one decision sends from EVENTUAL global tables to their replicas. */
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { Item } from '../items/item.ts';
import type { Table } from '../tables/table.ts';
import {
  decodeTime,
  encodeTime,
  nextTime,
  putDeparture,
  versionKey,
  versionWrites,
  type ReplicationKeys,
  type Version,
} from './replication-keys.ts';

interface Head {
  time: number;
  changed: boolean;
}

export class ReplicaAppends {
  /** For tables that are in one region alone: most of them. */
  static readonly none = new ReplicaAppends([], [], 0);

  readonly #heads = new Map<ReplicationKeys, Head>();
  readonly #nowMs: number;
  readonly #writes: Write[] = [];

  /** `values` are what was read at the heads of the tables, in their order. */
  constructor(
    replications: readonly ReplicationKeys[],
    values: readonly (Value | undefined)[],
    nowMs: number,
  ) {
    for (const [at, replication] of replications.entries()) {
      this.#heads.set(replication, { time: decodeTime(values[at]), changed: false });
    }
    this.#nowMs = nowMs;
  }

  /**
   * To be called for every write, of what was already so too: it is the last one all the same.
   * `arrived` is the version of what another region has written: it goes nowhere from here, and what is
   * written here afterwards is later.
   */
  append(table: Table, itemKey: Buffer, after: Item | undefined, arrived?: Version): void {
    const { replication, prefix } = table;
    const head = replication && this.#heads.get(replication);
    if (replication === undefined || head === undefined) return;
    head.changed = true;
    const { region } = table.definition;
    const suffix = itemKey.subarray(prefix.length);
    const key = versionKey(replication, suffix);
    if (arrived !== undefined) {
      head.time = Math.max(head.time, arrived.time);
      this.#writes.push(...versionWrites(key, arrived));
      return;
    }
    head.time = nextTime(head.time, this.#nowMs);
    const deleted = after === undefined ? ({ deleted: true } as const) : {};
    const version: Version = { time: head.time, region, ...deleted };
    this.#writes.push(...versionWrites(key, version));
    for (const lane of replication.lanes) {
      const departure = { lane, version, suffix: suffix.toString('base64') };
      this.#writes.push(putDeparture(departure, after?.bytes));
    }
  }

  writes(): Write[] {
    for (const [{ head: key }, { time, changed }] of this.#heads) {
      if (changed) this.#writes.push({ type: 'put', key, value: encodeTime(time) });
    }
    return this.#writes;
  }
}
