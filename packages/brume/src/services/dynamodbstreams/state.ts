/** What the operations work on. */
import type { Clock } from '../../environment/environment.ts';
import type { DynamoDBStreamsOperations } from '../../model/generated/dynamodbstreams.types.ts';
import type { StreamsPort } from '../dynamodb/port.ts';
import type { Operation } from '../service.ts';

export interface StreamsState {
  readonly streams: StreamsPort;
  readonly clock: Clock;
}

export type StreamsOperation<Name extends keyof DynamoDBStreamsOperations> = Operation<
  StreamsState,
  DynamoDBStreamsOperations[Name]['input'],
  DynamoDBStreamsOperations[Name]['output']
>;
