/** DynamoDB Streams: what the four operations answer of the streams that DynamoDB keeps. */
import type { Environment } from '../../environment/environment.ts';
import { dynamodbstreams } from '../../model/generated/dynamodbstreams.ts';
import type { DynamoDBStreamsOperations } from '../../model/generated/dynamodbstreams.types.ts';
import type { StreamsPort } from '../dynamodb/port.ts';
import { defineService, type OperationTable, type Service } from '../service.ts';
import { describeStream } from './operations/describe-stream.ts';
import { getRecords } from './operations/get-records.ts';
import { getShardIterator } from './operations/get-shard-iterator.ts';
import { listStreams } from './operations/list-streams.ts';
import type { StreamsState } from './state.ts';

const operations: OperationTable<StreamsState, DynamoDBStreamsOperations> = {
  DescribeStream: describeStream,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListStreams: listStreams,
};

export function createDynamoDBStreams(dependencies: {
  readonly streams: StreamsPort;
  readonly environment: Environment;
}): Service {
  const { streams, environment } = dependencies;
  return defineService({
    model: dynamodbstreams,
    operations,
    state: { streams, clock: environment.clock },
  });
}
