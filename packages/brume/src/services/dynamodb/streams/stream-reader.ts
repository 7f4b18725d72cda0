/** Streams as they are read. What a reader sees of a stream is what it was when it was looked up. */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Value } from '../../../storage/ordered-store.ts';
import type {
  ListedStream,
  ReadLimits,
  Shard,
  ShardPage,
  Stream,
  StreamsListing,
} from '../port.ts';
import { afterKey } from '../items/key.ts';
import { tableArn } from '../tables/table.ts';
import { decodeClosed, decodeHead, type ClosedShard, type StreamHead } from './head.ts';
import { RETENTION_MS } from './limits.ts';
import { decodeRecord } from './stored-record.ts';
import {
  decodeStream,
  recordKey,
  sequenceNumber,
  sequenceOf,
  sequenceOfKey,
  shardId,
  shardKey,
  shardNumberOf,
  streamArn,
  streamKey,
  streamKeys,
  streamsPrefix,
  type StoredStream,
} from './stream.ts';

const ARN = /^arn:aws[a-z-]*:dynamodb:([^:/]+):([^:/]+):table\/([^:/]+)\/stream\/([^/]+)$/;

export async function findStream(
  store: OrderedStore,
  arn: string,
  nowMs: number,
): Promise<Stream | undefined> {
  const [, region, accountId, tableName, label] = ARN.exec(arn) ?? [];
  if (!region || !accountId || !tableName || !label) return undefined;
  const value = await store.get(streamKey({ accountId, region }, tableName, label));
  if (value === undefined) return undefined;
  const stored = decodeStream(value);
  if (isOver(stored, nowMs)) return undefined;
  const head = await store.get(streamKeys(stored, stored.id).head);
  return head && describedStream(store, stored, decodeHead(head));
}

export async function listStreams(
  store: OrderedStore,
  { tableName, after, limit, ...scope }: StreamsListing,
  nowMs: number,
): Promise<ListedStream[]> {
  const prefix = streamsPrefix(scope, ...(tableName === undefined ? [] : [tableName]));
  const { start, end } = prefixRange(prefix);
  const first = after && afterKey(encodeKey(streamsPrefix(scope, after.tableName, after.label)));
  let from = first === undefined || Buffer.compare(first, start) < 0 ? start : first;
  const listed: ListedStream[] = [];
  // Streams that are over are not there, though they may be in the store for a little longer.
  while (listed.length < limit && Buffer.compare(from, end) < 0) {
    const entries = await store.range({ start: from, end, limit: limit - listed.length });
    const streams = entries.map(({ value }) => decodeStream(value));
    listed.push(...streams.filter((stored) => !isOver(stored, nowMs)).map(listedStream));
    const last = entries.at(-1);
    if (last === undefined) break;
    from = afterKey(last.key);
  }
  return listed;
}

function isOver({ disabledMs }: StoredStream, nowMs: number): boolean {
  return disabledMs !== undefined && nowMs - disabledMs >= RETENTION_MS;
}

function listedStream({ accountId, region, tableName, label }: StoredStream): ListedStream {
  return { arn: streamArn(tableArn(accountId, region, tableName), label), tableName, label };
}

function describedStream(store: OrderedStore, stored: StoredStream, head: StreamHead): Stream {
  const keys = streamKeys(stored, stored.id);
  const enabled = stored.disabledMs === undefined;
  const { shard: openNumber, next, ...open } = head;
  const openShard = describedShard(store, stored, openNumber, {
    ...open,
    next,
    // Nothing is written any more: the shard ends where it is.
    last: enabled ? undefined : next,
  });
  return {
    ...listedStream(stored),
    viewType: stored.viewType,
    enabled,
    keySchema: stored.keySchema,
    createdMs: stored.createdMs,
    horizon: sequenceNumber(head.horizon),
    async shards(afterShardId, limit) {
      const after = afterShardId === undefined ? -1 : (shardNumberOf(afterShardId) ?? openNumber);
      const closed = await store.range({
        start: shardKey(keys, after + 1),
        // Shards that closed since are still the open one, for this reader.
        end: shardKey(keys, Math.max(openNumber, after + 1)),
        limit,
      });
      const shards = closed.map(({ key, value }) =>
        describedShard(store, stored, sequenceOfKey(key), closedState(value)),
      );
      return after < openNumber && shards.length < limit ? [...shards, openShard] : shards;
    },
    async shard(id) {
      if (id === openShard.id) return openShard;
      const number = shardNumberOf(id);
      if (number === undefined || number >= openNumber) return undefined;
      const value = await store.get(shardKey(keys, number));
      const shard = value && describedShard(store, stored, number, closedState(value));
      return shard?.id === id ? shard : undefined;
    },
  };
}

interface ShardState extends Omit<ClosedShard, 'last'> {
  /** Undefined while the shard is open. */
  readonly last: number | undefined;
  readonly next: number;
}

function closedState(value: Value): ShardState {
  const closed = decodeClosed(value);
  return { ...closed, next: closed.last };
}

function describedShard(
  store: OrderedStore,
  stored: StoredStream,
  number: number,
  { openedMs, parentOpenedMs, first, last, next }: ShardState,
): Shard {
  return {
    id: shardId(openedMs, number),
    parentId: parentOpenedMs === undefined ? undefined : shardId(parentOpenedMs, number - 1),
    startingSequenceNumber: sequenceNumber(first),
    endingSequenceNumber: last === undefined ? undefined : sequenceNumber(last),
    nextSequenceNumber: sequenceNumber(next),
    read: (from, limits) => readShard(store, stored, number, last, from, limits),
  };
}

async function readShard(
  store: OrderedStore,
  stored: StoredStream,
  number: number,
  last: number | undefined,
  fromNumber: string,
  limits: ReadLimits,
): Promise<ShardPage> {
  const keys = streamKeys(stored, stored.id);
  const from = sequenceOf(fromNumber);
  if (from === undefined) throw new RangeError(`not a sequence number: ${fromNumber}`);
  const entries = await store.range({
    start: recordKey(keys, number, from),
    end: recordKey(keys, number + 1, 0),
    limit: limits.records,
    // Records are stored with more bytes than they count, so one at most is too many.
    bytesMax: limits.bytes,
  });
  const records = entries.map(({ key, value }) => decodeRecord(stored, sequenceOfKey(key), value));
  const sizeBytes = records.reduce((sum, record) => sum + record.sizeBytes, 0);
  if (records.length > 1 && sizeBytes > limits.bytes) records.pop();
  const lastKey = entries[records.length - 1]?.key;
  const next = lastKey === undefined ? from : sequenceOfKey(lastKey) + 1;
  const isEnd = last !== undefined && next >= last;
  // An empty page of a closed shard: all that follows was trimmed.
  const isSpent = last !== undefined && entries.length === 0;
  return { records, next: isEnd || isSpent ? undefined : sequenceNumber(next) };
}
