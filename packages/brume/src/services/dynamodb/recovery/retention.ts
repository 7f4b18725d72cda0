/**
 * Takes away what is kept long enough: changes older than their table's recovery period, the backups
 * of deleted tables, what is remembered of exports and imports. Beside requests, a bounded step a time.
 */
import type { Environment } from '../../../environment/environment.ts';
import type { Entry, OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { decodeBackup } from '../backups/backup.ts';
import { Background } from '../background.ts';
import type { Catalog } from '../tables/catalog.ts';
import { noteGarbage, type Garbage } from '../tables/garbage.ts';
import { afterKey } from '../items/key.ts';
import type { TableDefinition } from '../tables/table.ts';
import { decodePosition, encodePosition, historyKeys, POSITION_BYTES } from './history.ts';
import { DAY_MS, RETENTION_SWEEP_MS, TRIM_CHANGES, TRIM_INTERVAL_MS } from './limits.ts';
import {
  decodeRetained,
  due,
  historyDue,
  retentionQueue,
  type Retained,
} from './retention-queue.ts';

export class Retention {
  readonly #store: OrderedStore;
  readonly #catalog: Catalog;
  readonly #garbage: Garbage;
  readonly #environment: Environment;
  readonly #background: Background;

  constructor(
    store: OrderedStore,
    catalog: Catalog,
    garbage: Garbage,
    environment: Environment,
    log: Logger,
  ) {
    this.#store = store;
    this.#catalog = catalog;
    this.#garbage = garbage;
    this.#environment = environment;
    this.#background = new Background('retention', environment.timers, log, () => this.#step());
  }

  /** Looks for what is due from now on, for as long as there is anything to wait for. */
  watch(): void {
    this.#background.wakeAfter(RETENTION_SWEEP_MS);
  }

  /** Takes away what is due now. */
  wake(): void {
    this.#background.wake();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const nowMs = this.#environment.clock.nowMs();
    const [entry] = await this.#store.range({ ...retentionQueue(nowMs), limit: 1 });
    if (entry === undefined) {
      const [later] = await this.#store.range({ ...retentionQueue(), limit: 1 });
      if (later !== undefined) this.watch();
      return false;
    }
    const retained = decodeRetained(entry.value);
    if (retained.type === 'history') await this.#trim(entry, retained, nowMs);
    else if (retained.type === 'backup') await this.#expireBackup(entry, retained, nowMs);
    else
      await this.#commit([
        done(entry),
        { type: 'delete', key: Buffer.from(retained.key, 'base64') },
      ]);
    return true;
  }

  async #trim(
    entry: Entry,
    retained: Retained & { type: 'history' },
    nowMs: number,
  ): Promise<void> {
    const table = await this.#catalog.find(retained.tableName, retained);
    const definition = table?.definition;
    const isLast =
      definition?.history?.id === retained.historyId &&
      definition.recovery?.changedMs === retained.changedMs;
    if (!isLast) {
      await this.#commit([done(entry)]);
      return;
    }
    const { changes, times } = historyKeys(definition, retained.historyId);
    const end = Buffer.concat([
      times,
      encodePosition({ ms: keptMs(definition, nowMs), sequence: 0 }),
    ]);
    const gone = await this.#store.range({ start: times, end, limit: TRIM_CHANGES });
    const last = gone.at(-1);
    const writes: Write[] = gone.map(({ key, value }) => ({
      type: 'delete',
      key: Buffer.concat([changes, value, key.subarray(key.length - POSITION_BYTES)]),
    }));
    if (last !== undefined) {
      writes.push({ type: 'delete-range', start: times, end: afterKey(last.key) });
    }
    // Where there may be more to trim, the entry stays due for the next step.
    if (gone.length < TRIM_CHANGES) {
      writes.push(done(entry), historyDue(definition, await this.#trimMs(definition, end, nowMs)));
    }
    await this.#commit(writes);
  }

  /** When the oldest change that is left is too old, but not often. */
  async #trimMs(definition: TableDefinition, start: Buffer, nowMs: number): Promise<number> {
    const { times } = historyKeys(definition, definition.history?.id ?? '');
    const end = Buffer.concat([times, Buffer.alloc(POSITION_BYTES, 0xff)]);
    const [oldest] = await this.#store.range({ start, end, limit: 1 });
    const oldestMs = oldest === undefined ? nowMs : decodePosition(oldest.key).ms;
    const periodMs = (definition.recovery?.periodDays ?? 0) * DAY_MS;
    return Math.max(nowMs + TRIM_INTERVAL_MS, oldestMs + periodMs);
  }

  async #expireBackup(
    entry: Entry,
    retained: Retained & { type: 'backup' },
    nowMs: number,
  ): Promise<void> {
    const key = Buffer.from(retained.key, 'base64');
    await this.#store.transact([key], ([value]) => {
      const backup = value && decodeBackup(value);
      const writes: Write[] = [done(entry)];
      if (backup !== undefined && (backup.restores.length > 0 || backup.status === 'CREATING')) {
        writes.push(due(retained, nowMs + TRIM_INTERVAL_MS));
      } else if (backup !== undefined) {
        writes.push({ type: 'delete', key }, noteGarbage(Buffer.from(backup.items, 'base64')));
      }
      return { writes, result: undefined };
    });
    this.#garbage.collect();
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    await this.#store.transact([], () => ({ writes, result: undefined }));
  }
}

/** Changes before this time are needed neither to restore the table nor by who reads it as it was. */
function keptMs({ recovery, history }: TableDefinition, nowMs: number): number {
  const holds = (history?.holds ?? []).map(({ afterMs }) => afterMs);
  return Math.max(0, Math.min(nowMs - (recovery?.periodDays ?? 0) * DAY_MS, ...holds));
}

function done({ key }: Entry): Write {
  return { type: 'delete', key };
}
