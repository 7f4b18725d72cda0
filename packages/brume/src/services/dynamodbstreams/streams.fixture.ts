/** Tables and their streams below HTTP, over one store; time and timers only move when told. */
import assert from 'node:assert/strict';
import type { Environment, Timer } from '../../environment/environment.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import { AwsError } from '../../model/aws-error.ts';
import type {
  CreateTableInput,
  DynamoDBOperations,
  StreamViewType,
} from '../../model/generated/dynamodb.types.ts';
import type {
  DynamoDBStreamsOperations,
  RecordShape,
  ShardIteratorType,
} from '../../model/generated/dynamodbstreams.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { plain, TEST_CONTEXT } from '../dynamodb/database.fixture.ts';
import { Garbage } from '../dynamodb/tables/garbage.ts';
import { createDynamoDB } from '../dynamodb/service.ts';
import { Trimmer } from '../dynamodb/streams/trimmer.ts';
import { createDynamoDBStreams } from './service.ts';

export const HOUR_MS = 60 * 60 * 1000;
export const TABLE = {
  TableName: 'table',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableInput;

type Operations = DynamoDBOperations & DynamoDBStreamsOperations;
type Call = <Name extends keyof Operations>(
  name: Name,
  input: Operations[Name]['input'],
  context?: typeof TEST_CONTEXT,
) => Promise<Operations[Name]['output']>;
export type StreamsDatabase = ReturnType<typeof openStreams>;

export function openStreams(store: OrderedStore = createMemoryStore()) {
  const { environment, advance, runTimers } = stillEnvironment();
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  const dynamodb = createDynamoDB({ store, environment, log });
  const streams = createDynamoDBStreams({ streams: dynamodb.streams, environment });
  const garbage = new Garbage(store, environment.timers, log);
  const trimmer = new Trimmer(store, environment, garbage, log);
  const call: Call = async (name, input, context = TEST_CONTEXT) => {
    const service = Object.hasOwn(streams.model.operations, name) ? streams : dynamodb;
    return plain(await service.execute(name, structuredClone(input), context)) as never;
  };
  return {
    ...calls(call),
    store,
    port: dynamodb.streams,
    advance,
    runTimers,
    trim: async () => {
      await trimmer.trim();
      await garbage.idle();
    },
    close: () => dynamodb.close(),
  };
}

function stillEnvironment() {
  const node = nodeEnvironment();
  let nowMs = Date.UTC(2026, 10, 22);
  const tasks = new Set<() => void>();
  const after = (_delayMs: number, task: () => void): Timer => {
    tasks.add(task);
    return { cancel: () => void tasks.delete(task) };
  };
  const environment: Environment = {
    ...node,
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    timers: { ...node.timers, after },
  };
  return {
    environment,
    advance: (ms: number) => void (nowMs += ms),
    /** Runs what waits for a timer, whatever the time. */
    runTimers: () => {
      const due = [...tasks];
      tasks.clear();
      for (const task of due) task();
    },
  };
}

/** What tests do again and again. */
function calls(call: Call) {
  const shards = async (StreamArn: string) => {
    return (await call('DescribeStream', { StreamArn })).StreamDescription?.Shards ?? [];
  };
  const iterator = async (
    StreamArn: string,
    ShardIteratorType: ShardIteratorType,
    SequenceNumber?: string,
    shardAt = 0,
  ) => {
    const ShardId = (await shards(StreamArn)).at(shardAt)?.ShardId ?? '';
    const position = { StreamArn, ShardId, ShardIteratorType, SequenceNumber };
    return (await call('GetShardIterator', position)).ShardIterator ?? '';
  };
  return {
    call,
    shards,
    iterator,
    records: async (arn: string, type: ShardIteratorType = 'TRIM_HORIZON', at?: string) => {
      const ShardIterator = await iterator(arn, type, at);
      return (await call('GetRecords', { ShardIterator })).Records ?? [];
    },
    put: (Item: DynamoDBOperations['PutItem']['input']['Item']) =>
      call('PutItem', { TableName: TABLE.TableName, Item }),
    createTable: async (
      StreamViewType: StreamViewType = 'NEW_AND_OLD_IMAGES',
      { TableName = TABLE.TableName } = {},
    ) => {
      const StreamSpecification = { StreamEnabled: true, StreamViewType };
      const created = await call('CreateTable', { ...TABLE, TableName, StreamSpecification });
      return created.TableDescription?.LatestStreamArn ?? '';
    },
    refuses: <Name extends keyof Operations>(
      name: Name,
      input: Operations[Name]['input'],
      code: string,
      message?: string | RegExp,
    ) =>
      assert.rejects(call(name, input), (error) => {
        assert.ok(error instanceof AwsError);
        assert.equal(error.code, code);
        if (message instanceof RegExp) assert.match(error.message, message);
        else if (message !== undefined) assert.equal(error.message, message);
        return true;
      }),
  };
}

export const keysOf = (records: readonly RecordShape[]) =>
  records.map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S);
export const numbersOf = (records: readonly RecordShape[]) =>
  records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
export const key = (pk: string) => ({ pk: { S: pk } });
