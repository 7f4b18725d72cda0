/** The changes that one decision adds to the histories of its tables. */
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { Item } from '../items/item.ts';
import type { Table } from '../tables/table.ts';
import { encodePosition, headPosition, type HistoryKeys, type Position } from './history.ts';

interface Head {
  position: Position;
  changed: boolean;
}

const NOTHING = Buffer.alloc(0);

export class HistoryAppends {
  /** For tables whose history is not kept: most of them. */
  static readonly none = new HistoryAppends([], [], 0);

  readonly #heads = new Map<HistoryKeys, Head>();
  readonly #nowMs: number;
  readonly #writes: Write[] = [];

  /** `values` are what was read at the heads of the histories, in their order. */
  constructor(
    histories: readonly HistoryKeys[],
    values: readonly (Value | undefined)[],
    nowMs: number,
  ) {
    for (const [at, history] of histories.entries()) {
      this.#heads.set(history, { position: headPosition(values[at]), changed: false });
    }
    this.#nowMs = nowMs;
  }

  append({ history, prefix }: Table, itemKey: Buffer, before: Item | undefined): void {
    const head = history && this.#heads.get(history);
    if (history === undefined || head === undefined) return;
    const { ms, sequence } = head.position;
    head.position = { ms: Math.max(ms, this.#nowMs), sequence: sequence + 1 };
    head.changed = true;
    const position = encodePosition(head.position);
    const suffix = itemKey.subarray(prefix.length);
    const key = Buffer.concat([history.changes, suffix, position]);
    this.#writes.push(
      { type: 'put', key, value: before?.bytes ?? NOTHING },
      { type: 'put', key: Buffer.concat([history.times, position]), value: suffix },
    );
  }

  writes(): Write[] {
    for (const [{ head: key }, { position, changed }] of this.#heads) {
      if (changed) this.#writes.push({ type: 'put', key, value: encodePosition(position) });
    }
    return this.#writes;
  }
}
