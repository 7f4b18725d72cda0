/** Live queries: changes of an entity's items as they happen, read from the table's stream. */
import type { AnyEntity, ItemOf } from '../entity/entity.ts';
import { invalidRequest } from '../errors.ts';
import { decodeItem } from '../model/decode.ts';
import type { Model } from '../model/model.ts';
import type { StreamRecord } from './event.ts';
import { isOfEntity } from './stream-handler.ts';

/** The aggregated `DynamoDBStreams` client of the SDK, or anything with these methods of it. */
export interface StreamsClient {
  describeStream(input: {
    StreamArn: string;
    ExclusiveStartShardId?: string;
  }): Promise<{ StreamDescription?: StreamDescription | undefined }>;
  getShardIterator(input: {
    StreamArn: string;
    ShardId: string;
    ShardIteratorType: 'LATEST' | 'TRIM_HORIZON';
  }): Promise<{ ShardIterator?: string | undefined }>;
  getRecords(input: { ShardIterator: string; Limit?: number }): Promise<{
    Records?: readonly unknown[] | undefined;
    NextShardIterator?: string | undefined;
  }>;
}

interface StreamDescription {
  readonly Shards?: readonly ShardDescription[] | undefined;
  readonly LastEvaluatedShardId?: string | undefined;
}
interface ShardDescription {
  readonly ShardId?: string | undefined;
}

export type Watched<E extends AnyEntity> =
  | { readonly kind: 'insert'; readonly item: ItemOf<E> }
  | { readonly kind: 'modify'; readonly item: ItemOf<E>; readonly before: ItemOf<E> }
  | { readonly kind: 'remove'; readonly item: ItemOf<E> };

export interface WatchOptions<E extends AnyEntity> {
  readonly streams: StreamsClient;
  readonly streamArn: string;
  /** Only changes into, within, or out of these items. */
  readonly where?: (item: ItemOf<E>) => boolean;
  /** Ends the watching. */
  readonly signal?: AbortSignal;
  /** How long to wait when there was nothing new. */
  readonly pollMs?: number;
}

/** AWS allows five reads of a shard each second. */
const POLL_MS = 250;
/** How many empty rounds pass between looks for new shards. */
const ROUNDS_PER_LOOK = 20;

/**
 * Changes from now on, until the loop is left or the signal aborts. Each shard is read in order; the
 * changes of one item are always in one shard, or in its successors.
 */
export async function* watch<E extends AnyEntity>(
  model: Model<E>,
  options: WatchOptions<E>,
): AsyncGenerator<Watched<E>, void> {
  const { pollMs = POLL_MS } = options;
  const shards = new Shards(options.streams, options.streamArn);
  await shards.look('LATEST');
  const stopped = (): boolean => options.signal?.aborted === true;
  for (let round = 1; !stopped(); round++) {
    const records = await shards.read();
    for (const record of records) {
      const change = await changeOf(model.entity, record, options.where);
      if (change) yield change;
      if (stopped()) return;
    }
    if (shards.ended || round % ROUNDS_PER_LOOK === 0) await shards.look('TRIM_HORIZON');
    if (records.length === 0) await model.context.wait(pollMs);
  }
}

/** The open shards of a stream, and how far each is read. */
class Shards {
  /** A shard has ended: another may go on from it. */
  ended = false;
  readonly #streams: StreamsClient;
  readonly #arn: string;
  readonly #known = new Set<string>();
  readonly #iterators = new Map<string, string>();

  constructor(streams: StreamsClient, arn: string) {
    this.#streams = streams;
    this.#arn = arn;
  }

  /** Finds shards that are not known yet: those that appear later are read from their beginning. */
  async look(type: 'LATEST' | 'TRIM_HORIZON'): Promise<void> {
    this.ended = false;
    const listed = new Set<string>();
    let last: string | undefined;
    do {
      const { StreamDescription: description } = await this.#streams.describeStream({
        StreamArn: this.#arn,
        ...(last !== undefined && { ExclusiveStartShardId: last }),
      });
      if (!description) throw invalidRequest(`there is no stream ${this.#arn}`);
      for (const { ShardId: id } of description.Shards ?? []) {
        if (id === undefined) continue;
        listed.add(id);
        if (!this.#known.has(id)) await this.#open(id, type);
      }
      last = description.LastEvaluatedShardId;
    } while (last !== undefined);
    // What the stream has forgotten need not be known.
    for (const id of this.#known) if (!listed.has(id)) this.#known.delete(id);
  }

  async read(): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (const [id, iterator] of this.#iterators) {
      const output = await this.#streams.getRecords({ ShardIterator: iterator });
      for (const record of output.Records ?? []) records.push(record as StreamRecord);
      if (output.NextShardIterator === undefined) {
        this.#iterators.delete(id);
        this.ended = true;
      } else this.#iterators.set(id, output.NextShardIterator);
    }
    return records;
  }

  async #open(id: string, type: 'LATEST' | 'TRIM_HORIZON'): Promise<void> {
    const { ShardIterator: iterator } = await this.#streams.getShardIterator({
      StreamArn: this.#arn,
      ShardId: id,
      ShardIteratorType: type,
    });
    this.#known.add(id);
    if (iterator !== undefined) this.#iterators.set(id, iterator);
  }
}

async function changeOf<E extends AnyEntity>(
  entity: E,
  record: StreamRecord,
  where: (item: ItemOf<E>) => boolean = () => true,
): Promise<Watched<E> | undefined> {
  const { NewImage, OldImage } = record.dynamodb ?? {};
  const image = NewImage ?? OldImage;
  if (!image || !isOfEntity(entity, image)) return undefined;
  const after = NewImage && (await decodeItem(entity, NewImage));
  const before = OldImage && (await decodeItem(entity, OldImage));
  const isIn = after !== undefined && where(after);
  const wasIn = before !== undefined && where(before);
  if (isIn)
    return wasIn ? { kind: 'modify', item: after, before } : { kind: 'insert', item: after };
  return wasIn ? { kind: 'remove', item: before } : undefined;
}
