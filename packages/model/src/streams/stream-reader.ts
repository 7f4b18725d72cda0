/** Reads a table's stream: all its shards, and those that follow them. */
import { invalidRequest } from '../errors.ts';
import type { Context } from '../model/context.ts';
import type { StreamRecord } from './event.ts';

/** The aggregated `DynamoDBStreams` client of the SDK, or anything with these methods of it. */
export interface StreamsClient {
  describeStream(input: {
    StreamArn: string;
    ExclusiveStartShardId?: string;
  }): Promise<{ StreamDescription?: StreamDescription | undefined }>;
  getShardIterator(input: {
    StreamArn: string;
    ShardId: string;
    ShardIteratorType: IteratorType;
    SequenceNumber?: string;
  }): Promise<{ ShardIterator?: string | undefined }>;
  getRecords(input: { ShardIterator: string; Limit?: number }): Promise<{
    Records?: readonly unknown[] | undefined;
    NextShardIterator?: string | undefined;
  }>;
}

export interface StreamSource {
  readonly streams: StreamsClient;
  /** Instead of the table's present stream. */
  readonly streamArn?: string;
}

type IteratorType = 'LATEST' | 'TRIM_HORIZON' | 'AFTER_SEQUENCE_NUMBER';
interface StreamDescription {
  readonly StreamViewType?: string | undefined;
  readonly Shards?: readonly ShardDescription[] | undefined;
  readonly LastEvaluatedShardId?: string | undefined;
}
interface ShardDescription {
  readonly ShardId?: string | undefined;
  readonly ParentShardId?: string | undefined;
}
interface Shard {
  iterator: string;
  /** The number of the last record that was read. */
  last: string | undefined;
}

/** How many empty rounds pass between looks for new shards. */
const ROUNDS_PER_LOOK = 20;

/** A reader that sees every change which begins after this, or all that the stream remembers. */
export async function openStream(
  context: Context,
  source: StreamSource,
  from: 'now' | 'oldest' = 'now',
): Promise<StreamReader> {
  const streamArn = source.streamArn ?? (await streamOf(context));
  const reader = new StreamReader(source.streams, streamArn);
  await reader.look(from === 'now' ? 'LATEST' : 'TRIM_HORIZON');
  return reader;
}

async function streamOf({ executor, tableName }: Context): Promise<string> {
  const { Table } = await executor.execute('DescribeTable', { TableName: tableName });
  if (Table?.StreamSpecification?.StreamEnabled && Table.LatestStreamArn !== undefined) {
    return Table.LatestStreamArn;
  }
  throw invalidRequest(
    `table ${tableName} has no stream: its definition needs stream: 'NEW_AND_OLD_IMAGES'`,
  );
}

export class StreamReader {
  readonly #streams: StreamsClient;
  readonly #arn: string;
  readonly #known = new Set<string>();
  readonly #shards = new Map<string, Shard>();
  #rounds = 0;

  constructor(streams: StreamsClient, arn: string) {
    this.#streams = streams;
    this.#arn = arn;
  }

  /** What is new, shard by shard; the changes of one item are always in one shard or its successors. */
  async read(): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    let ended = false;
    for (const [id, shard] of this.#shards) {
      const output = await this.#next(id, shard);
      for (const record of output.Records ?? []) records.push(record as StreamRecord);
      shard.last = records.at(-1)?.dynamodb?.SequenceNumber ?? shard.last;
      if (output.NextShardIterator === undefined) {
        this.#shards.delete(id);
        ended = true;
      } else shard.iterator = output.NextShardIterator;
    }
    if (ended || ++this.#rounds % ROUNDS_PER_LOOK === 0) await this.look('TRIM_HORIZON');
    return records;
  }

  /**
   * Finds shards that are not known yet. Those that appear later are read from their beginning, each
   * after the one that it follows.
   */
  async look(type: IteratorType): Promise<void> {
    const listed = new Set<string>();
    let last: string | undefined;
    do {
      const { StreamDescription: description } = await this.#streams.describeStream({
        StreamArn: this.#arn,
        ...(last !== undefined && { ExclusiveStartShardId: last }),
      });
      if (!description) throw invalidRequest(`there is no stream ${this.#arn}`);
      const { StreamViewType: view = 'NEW_AND_OLD_IMAGES' } = description;
      if (view !== 'NEW_AND_OLD_IMAGES') {
        throw invalidRequest(`stream ${this.#arn} has ${view}, but NEW_AND_OLD_IMAGES are needed`);
      }
      for (const { ShardId: id, ParentShardId: parent } of description.Shards ?? []) {
        if (id === undefined) continue;
        listed.add(id);
        const waits = type !== 'LATEST' && parent !== undefined && this.#shards.has(parent);
        if (!this.#known.has(id) && !waits) await this.#open(id, type);
      }
      last = description.LastEvaluatedShardId;
    } while (last !== undefined);
    // What the stream has forgotten need not be known.
    for (const id of this.#known) if (!listed.has(id)) this.#known.delete(id);
  }

  async #open(id: string, type: IteratorType): Promise<void> {
    this.#known.add(id);
    const iterator = await this.#iterator(id, type);
    if (iterator !== undefined) this.#shards.set(id, { iterator, last: undefined });
  }

  async #iterator(id: string, type: IteratorType, after?: string): Promise<string | undefined> {
    const output = await this.#streams.getShardIterator({
      StreamArn: this.#arn,
      ShardId: id,
      ShardIteratorType: type,
      ...(after !== undefined && { SequenceNumber: after }),
    });
    return output.ShardIterator;
  }

  /** An iterator lives for fifteen minutes: a slow reader goes on after what it read last. */
  async #next(id: string, shard: Shard): ReturnType<StreamsClient['getRecords']> {
    try {
      return await this.#streams.getRecords({ ShardIterator: shard.iterator });
    } catch (error) {
      if ((error as Error).name !== 'ExpiredIteratorException' || shard.last === undefined) {
        throw error;
      }
      const iterator = await this.#iterator(id, 'AFTER_SEQUENCE_NUMBER', shard.last);
      return iterator === undefined ? {} : this.#streams.getRecords({ ShardIterator: iterator });
    }
  }
}
