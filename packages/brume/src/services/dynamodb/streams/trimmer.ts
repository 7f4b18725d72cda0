/**
 * Takes away records that are older than 24 hours, shards that have none left, and streams that were
 * disabled so long ago: beside requests, in steps of which each commits what it did.
 */
import type { Environment } from '../../../environment/environment.ts';
import type { Entry, OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { noteGarbage, type Garbage } from '../tables/garbage.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { decodeClosed, decodeHead, encodeHead } from './head.ts';
import { RETENTION_MS, TRIM_BYTES, TRIM_RECORDS, TRIM_SHARDS, TRIM_SWEEP_MS } from './limits.ts';
import { recordCreatedMs } from './stored-record.ts';
import { decodeStream, sequenceOfKey, streamKeys, type StoredStream } from './stream.ts';
import { trimDue, trimQueue } from './trim-queue.ts';

export class Trimmer {
  readonly #store: OrderedStore;
  readonly #environment: Environment;
  readonly #garbage: Garbage;
  readonly #background: Background;

  constructor(store: OrderedStore, environment: Environment, garbage: Garbage, log: Logger) {
    this.#store = store;
    this.#environment = environment;
    this.#garbage = garbage;
    this.#background = new Background('trimming', environment.timers, log, () => this.#step());
  }

  /** Looks for what is due from now on, for as long as there are streams. */
  watch(): void {
    this.#background.wakeAfter(TRIM_SWEEP_MS);
  }

  /** Trims what is due, and resolves when nothing more is. */
  async trim(): Promise<void> {
    this.#background.wake();
    await this.#background.idle();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const nowMs = this.#environment.clock.nowMs();
    const [due] = await this.#store.range({ ...trimQueue(nowMs), limit: 1 });
    if (due === undefined) {
      const [later] = await this.#store.range({ ...trimQueue(), limit: 1 });
      if (later !== undefined) this.watch();
      return false;
    }
    const value = await this.#store.get(due.value);
    const stream = value && decodeStream(value);
    if (stream === undefined) await this.#commit([{ type: 'delete', key: due.key }]);
    else if (nowMs - (stream.disabledMs ?? nowMs) >= RETENTION_MS) await this.#remove(due, stream);
    else await this.#trimRecords(due, stream, nowMs);
    return true;
  }

  async #remove(due: Entry, stream: StoredStream): Promise<void> {
    const { head, shards, records } = streamKeys(stream, stream.id);
    await this.#commit([
      { type: 'delete', key: due.key },
      { type: 'delete', key: due.value },
      { type: 'delete', key: head },
      noteGarbage(shards),
      noteGarbage(records),
    ]);
    this.#garbage.collect();
  }

  async #trimRecords(due: Entry, stream: StoredStream, nowMs: number): Promise<void> {
    const keys = streamKeys(stream, stream.id);
    const [records, shards] = await Promise.all([
      this.#store.range({
        start: keys.records,
        end: afterPrefix(keys.records),
        limit: TRIM_RECORDS,
        bytesMax: TRIM_BYTES,
      }),
      this.#store.range({ start: keys.shards, end: afterPrefix(keys.shards), limit: TRIM_SHARDS }),
    ]);
    const oldMs = nowMs - RETENTION_MS;
    const keptAt = records.findIndex(({ value }) => recordCreatedMs(value) > oldMs);
    const kept = records[keptAt];
    const gone = keptAt < 0 ? records.at(-1) : records[keptAt - 1];
    await this.#store.transact([keys.head], ([value]) => {
      const writes: Write[] = [];
      // Where all that was looked at is gone, the entry stays due for the next step.
      if (kept !== undefined || gone === undefined) {
        const createdMs = kept === undefined ? nowMs : recordCreatedMs(kept.value);
        writes.push({ type: 'delete', key: due.key }, trimDue(stream, createdMs + RETENTION_MS));
      }
      if (value !== undefined && gone !== undefined) {
        const horizon = sequenceOfKey(gone.key) + 1;
        writes.push(
          { type: 'delete-range', start: keys.records, end: afterKey(gone.key) },
          { type: 'put', key: keys.head, value: encodeHead({ ...decodeHead(value), horizon }) },
          ...shards.filter((shard) => decodeClosed(shard.value).last <= horizon).map(deletion),
        );
      }
      return { writes, result: undefined };
    });
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    await this.#store.transact([], () => ({ writes, result: undefined }));
  }
}

function deletion({ key }: Entry): Write {
  return { type: 'delete', key };
}
