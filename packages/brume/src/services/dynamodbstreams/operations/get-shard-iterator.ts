/** GetShardIterator: a place in a shard to read from, good for 15 minutes. */
import type { GetShardIteratorInput } from '../../../model/generated/dynamodbstreams.types.ts';
import type { Shard, Stream } from '../../dynamodb/port.ts';
import { invalidSequenceNumber, shardNotFound, trimmedData, validation } from '../errors.ts';
import { encodeIterator } from '../shard-iterator.ts';
import type { StreamsOperation } from '../state.ts';
import { streamOf } from '../stream-arn.ts';

export const getShardIterator: StreamsOperation<'GetShardIterator'> = async (
  state,
  input,
  context,
) => {
  checkSequenceNumber(input);
  const { ShardIteratorType: type, ShardId: shardId, StreamArn: streamArn } = input;
  const stream = await streamOf(state, streamArn, context);
  const shard = await stream.shard(shardId);
  if (shard === undefined) throw shardNotFound();
  const sequenceNumber = firstSequenceNumber(input, stream, shard);
  const fromHorizon = type === 'TRIM_HORIZON';
  const issuedMs = state.clock.nowMs();
  const iterator = { streamArn, shardId, sequenceNumber, fromHorizon, issuedMs };
  return { ShardIterator: encodeIterator(iterator) };
};

function checkSequenceNumber({
  ShardIteratorType: type,
  SequenceNumber: sequenceNumber,
}: GetShardIteratorInput): void {
  const isNeeded = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (isNeeded && sequenceNumber === undefined) {
    throw validation(`SequenceNumber must be specified with ShardIteratorType ${type}`);
  }
  if (!isNeeded && sequenceNumber !== undefined) {
    throw validation(`SequenceNumber must not be specified with ShardIteratorType ${type}`);
  }
  if (sequenceNumber !== undefined && !/^\d+$/.test(sequenceNumber)) throw invalidSequenceNumber();
}

function firstSequenceNumber(input: GetShardIteratorInput, stream: Stream, shard: Shard): string {
  const { ShardIteratorType: type, SequenceNumber: asked } = input;
  if (type === 'TRIM_HORIZON') return shard.startingSequenceNumber;
  if (type === 'LATEST' || asked === undefined) return shard.nextSequenceNumber;
  const number = BigInt(asked);
  const end = shard.endingSequenceNumber ?? shard.nextSequenceNumber;
  if (number < BigInt(shard.startingSequenceNumber) || number > BigInt(end)) {
    throw invalidSequenceNumber();
  }
  const first = type === 'AT_SEQUENCE_NUMBER' ? number : number + 1n;
  if (first < BigInt(stream.horizon)) throw trimmedData();
  return String(first);
}
