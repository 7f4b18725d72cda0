/** The records that one decision adds to the streams of its tables. */
import type { Value, Write } from '../../../storage/ordered-store.ts';
import { closeShard, decodeHead, encodeHead, isFull, type StreamHead } from './head.ts';
import { encodeRecord, type RecordedChange } from './stored-record.ts';
import { recordKey, shardKey, type TableStream } from './stream.ts';

export class StreamAppends {
  readonly #streams: readonly TableStream[];
  readonly #heads: StreamHead[];
  readonly #nowMs: number;
  readonly #writes: Write[] = [];

  /** `values` are what was read at the heads of the streams, in their order. */
  constructor(
    streams: readonly TableStream[],
    values: readonly (Value | undefined)[],
    nowMs: number,
  ) {
    this.#streams = streams;
    this.#heads = streams.map(({ arn }, at) => {
      const value = values[at];
      if (value === undefined) throw new Error(`the stream ${arn} has no head`);
      return decodeHead(value);
    });
    this.#nowMs = nowMs;
  }

  append(stream: TableStream, change: RecordedChange): void {
    const at = this.#streams.indexOf(stream);
    let head = this.#heads[at];
    if (head === undefined) throw new Error(`the head of ${stream.arn} was not read`);
    if (isFull(head, this.#nowMs)) {
      const { closed, next } = closeShard(head, this.#nowMs);
      const key = shardKey(stream.keys, head.shard);
      this.#writes.push({ type: 'put', key, value: Buffer.from(JSON.stringify(closed)) });
      head = next;
    }
    const key = recordKey(stream.keys, head.shard, head.next);
    const value = encodeRecord(change, stream.viewType, this.#nowMs);
    this.#writes.push({ type: 'put', key, value });
    this.#heads[at] = { ...head, next: head.next + 1 };
  }

  writes(): Write[] {
    if (this.#writes.length === 0) return this.#writes;
    const heads = this.#streams.map(({ keys }, at): Write => {
      const value = encodeHead(this.#heads[at] as StreamHead);
      return { type: 'put', key: keys.head, value };
    });
    return [...this.#writes, ...heads];
  }
}
