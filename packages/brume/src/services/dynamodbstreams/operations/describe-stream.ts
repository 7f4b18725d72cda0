/** DescribeStream: a stream and a page of its shards, or the children of one of them. */
import type {
  ShardFilter,
  Shard as ShardDescription,
} from '../../../model/generated/dynamodbstreams.types.ts';
import type { Shard, Stream } from '../../dynamodb/port.ts';
import { limitTooHigh, validation } from '../errors.ts';
import { SHARDS_DESCRIBED_MAX } from '../limits.ts';
import type { StreamsOperation } from '../state.ts';
import { streamOf } from '../stream-arn.ts';

export const describeStream: StreamsOperation<'DescribeStream'> = async (state, input, context) => {
  const { StreamArn: arn, Limit: limit = SHARDS_DESCRIBED_MAX, ShardFilter: filter } = input;
  if (limit > SHARDS_DESCRIBED_MAX) throw limitTooHigh(limit, SHARDS_DESCRIBED_MAX);
  const stream = await streamOf(state, arn, context);
  const found =
    filter === undefined
      ? await stream.shards(input.ExclusiveStartShardId, limit + 1)
      : await childrenOf(stream, filter);
  const shards = found.slice(0, limit);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: stream.enabled ? 'ENABLED' : 'DISABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: new Date(stream.createdMs),
      TableName: stream.tableName,
      KeySchema: [...stream.keySchema],
      Shards: shards.map(describeShard),
      LastEvaluatedShardId: found.length > limit ? shards.at(-1)?.id : undefined,
    },
  };
};

/** A shard has one child: it closes for being old or large, never for being split. */
async function childrenOf(stream: Stream, { Type: type, ShardId: id }: ShardFilter) {
  if (type === undefined || id === undefined) {
    throw validation('ShardFilter must have both Type and ShardId');
  }
  const following = await stream.shards(id, 1);
  return following.filter(({ parentId }) => parentId === id);
}

function describeShard(shard: Shard): ShardDescription {
  return {
    ShardId: shard.id,
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequenceNumber,
      EndingSequenceNumber: shard.endingSequenceNumber,
    },
    ParentShardId: shard.parentId,
  };
}
