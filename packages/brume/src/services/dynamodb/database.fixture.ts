/** A database of its own for each test, called below HTTP. Answers come as clients would see them. */
import type { Clock, Environment } from '../../environment/environment.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import { AwsError } from '../../model/aws-error.ts';
import { EncodedJson } from '../../model/encoded-json.ts';
import type { CreateTableInput, DynamoDBOperations } from '../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { RequestContext } from '../service.ts';
import { createDynamoDB } from './service.ts';

export const TEST_CONTEXT: RequestContext = {
  accountId: '000000000000',
  region: 'us-east-1',
  requestId: 'test',
  caller: { accessKeyId: 'test', principalArn: 'arn:aws:iam::000000000000:root', userId: 'test' },
  baseUrl: 'http://127.0.0.1:4566',
};

/** A table with an index of either kind. */
export const INDEXED = {
  TableName: 'table',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'l', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  LocalSecondaryIndexes: [
    {
      IndexName: 'lsi',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'l', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi',
      KeySchema: [
        { AttributeName: 'g', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['shown'] },
    },
  ],
} satisfies CreateTableInput;

export interface TestDatabase {
  readonly service: ReturnType<typeof createDynamoDB>;
  readonly store: OrderedStore;
  /** Runs an operation. */
  readonly call: <Name extends keyof DynamoDBOperations>(
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ) => Promise<DynamoDBOperations[Name]['output']>;
  /** Runs an operation that is to fail with an `AwsError`, and gives that. */
  readonly refuses: <Name extends keyof DynamoDBOperations>(
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ) => Promise<AwsError>;
  /** Moves the clock; timers are not told. */
  readonly advance: (ms: number) => void;
}

export function openTestDatabase(store: OrderedStore = createMemoryStore()): TestDatabase {
  let aheadMs = 0;
  const node = nodeEnvironment();
  const clock: Clock = {
    nowMs: () => node.clock.nowMs() + aheadMs,
    monotonicMs: () => node.clock.monotonicMs() + aheadMs,
  };
  const environment: Environment = { ...node, clock };
  const log = { log: (_level: string, message: string) => void process.stderr.write(message) };
  const service = createDynamoDB({ store, environment, log });
  return {
    service,
    store,
    call: async (name, input) => {
      const sent: unknown = JSON.parse(JSON.stringify(input));
      return plain(await service.execute(name, sent, TEST_CONTEXT)) as never;
    },
    refuses: async (name, input) => {
      const sent: unknown = JSON.parse(JSON.stringify(input));
      try {
        await service.execute(name, sent, TEST_CONTEXT);
      } catch (error) {
        if (error instanceof AwsError) return error;
        throw error;
      }
      throw new Error(`${name} was not refused`);
    },
    advance: (ms) => void (aheadMs += ms),
  };
}

/** Without undefined members, and with encoded parts decoded. */
export function plain(value: unknown): unknown {
  if (value instanceof EncodedJson) return JSON.parse(value.text);
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}
