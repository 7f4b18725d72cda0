/** How far each lane of a mapping has come; durable before anything later is delivered. */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import { decodeEntries, putRecord } from '../function-record.ts';
import { LANES_MAX, SHARDS_MAX } from './limits.ts';

export interface Checkpoint {
  /** Undefined when the shard was read to its end. */
  readonly next: string | undefined;
  readonly window?: WindowState | undefined;
}

/** A tumbling window that is open. */
export interface WindowState {
  readonly startMs: number;
  /** What the function returned last, as JSON. */
  readonly state: string;
}

interface KeptCheckpoint extends Checkpoint {
  readonly shardId: string;
  /** Which part of the shard's keys, from 0, and how many parts there were. */
  readonly lane: number;
  readonly lanes: number;
}

export class Checkpoints {
  readonly #store: OrderedStore;
  readonly #uuid: string;
  readonly #lanes: number;
  readonly #kept = new Map<string, readonly KeptCheckpoint[]>();

  /** `lanes` is the number of parts of each shard. */
  constructor(store: OrderedStore, uuid: string, lanes: number) {
    this.#store = store;
    this.#uuid = uuid;
    this.#lanes = lanes;
  }

  /** Takes over what an earlier run has left. */
  async load(): Promise<void> {
    const range = { ...checkpointsRange(this.#uuid), limit: SHARDS_MAX * LANES_MAX };
    for (const kept of decodeEntries<KeptCheckpoint>(await this.#store.range(range))) {
      this.#kept.set(kept.shardId, [...(this.#kept.get(kept.shardId) ?? []), kept]);
    }
    for (const [shardId, [first]] of this.#kept) {
      if (first?.lanes !== this.#lanes) await this.#divideAnew(shardId);
    }
  }

  find(shardId: string, lane: number): Checkpoint | undefined {
    return this.#kept.get(shardId)?.find((kept) => kept.lane === lane);
  }

  /** Whether all lanes have read the shard to its end. */
  isDone(shardId: string): boolean {
    const kept = this.#kept.get(shardId) ?? [];
    return kept.length === this.#lanes && kept.every(({ next }) => next === undefined);
  }

  async save(shardId: string, lane: number, { next, window }: Checkpoint): Promise<void> {
    const record: KeptCheckpoint = { shardId, lane, lanes: this.#lanes, next, window };
    await this.#write([putRecord(this.#key(shardId, lane), record)]);
    const others = this.#kept.get(shardId)?.filter((kept) => kept.lane !== lane) ?? [];
    this.#kept.set(shardId, [...others, record]);
  }

  /** Forgets shards that are gone. */
  async keepOnly(shardIds: ReadonlySet<string>): Promise<void> {
    for (const shardId of [...this.#kept.keys()].filter((id) => !shardIds.has(id))) {
      await this.#write(this.#deletions(shardId));
      this.#kept.delete(shardId);
    }
  }

  /**
   * Another number of lanes than before: all begin where the last of the old ones stood. Records are
   * delivered again, but those of a key in their order.
   */
  async #divideAnew(shardId: string): Promise<void> {
    const old = this.#kept.get(shardId) ?? [];
    // A lane without a checkpoint stands at the shard's beginning.
    const isComplete = old.length === old[0]?.lanes;
    const next = isComplete ? least(old) : undefined;
    const begun = isComplete ? Array.from({ length: this.#lanes }, (_, lane) => lane) : [];
    const records = begun.map((lane) => ({ shardId, lane, lanes: this.#lanes, next }));
    await this.#write([
      ...this.#deletions(shardId),
      ...records.map((record) => putRecord(this.#key(shardId, record.lane), record)),
    ]);
    if (isComplete) this.#kept.set(shardId, records);
    else this.#kept.delete(shardId);
  }

  #deletions(shardId: string): Write[] {
    return (this.#kept.get(shardId) ?? []).map(({ lane }) => {
      return { type: 'delete', key: this.#key(shardId, lane) };
    });
  }

  #key(shardId: string, lane: number): Buffer {
    return encodeKey([...prefix(this.#uuid), shardId, lane]);
  }

  async #write(writes: readonly Write[]): Promise<void> {
    await this.#store.transact([], () => ({ writes, result: undefined }));
  }
}

export const checkpointsRange = (uuid: string) => prefixRange(prefix(uuid));

function prefix(uuid: string) {
  return ['lambda', 'event-source-checkpoints', uuid];
}

function least(checkpoints: readonly Checkpoint[]): string | undefined {
  const positions = checkpoints.flatMap(({ next }) => (next === undefined ? [] : [next]));
  return positions.length === 0 ? undefined : positions.reduce((a, b) => (a < b ? a : b));
}
