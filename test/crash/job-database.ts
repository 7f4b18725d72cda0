/**
 * A database with accounts between which units are moved: whatever shows a table at one moment shows as
 * many units as there were in the beginning. Shared by the process that is killed while jobs run, and
 * the test that looks at what is left.
 */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type { DynamoDBOperations } from '../../packages/brume/src/model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../../packages/brume/src/services/dynamodb/items/attribute-value.ts';
import {
  plain,
  TEST_CONTEXT,
} from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';

export const ACCOUNTS = 1500;
const UNITS = 100;
const FILLER = '.'.repeat(150);
const BATCH = 25;

export const ACCOUNT_TABLE = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} as const;

export interface JobDatabase {
  readonly call: <Name extends keyof DynamoDBOperations>(
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ) => Promise<DynamoDBOperations[Name]['output']>;
  /** Where buckets are folders. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

export async function openJobDatabase(path: string, folder: string): Promise<JobDatabase> {
  const environment = nodeEnvironment();
  const log = {
    log: (level: string, message: string, fields?: object) =>
      void (level === 'error' && process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)),
  };
  const store = await createSqliteStore({ path, environment, log });
  const service = createDynamoDB({ store, environment, log, exportFolder: async () => folder });
  return {
    folder,
    call: async (name, input) =>
      plain(await service.execute(name, structuredClone(input), TEST_CONTEXT)) as never,
    async close() {
      await service.close();
      await store.close();
    },
  };
}

export function account(at: number): AttributeMap {
  const angle = at / 10;
  return {
    pk: { S: `account-${at}` },
    units: { N: String(UNITS) },
    group: { S: `group-${at % 7}` },
    v: { L: [Math.cos(angle), Math.sin(angle)].map((number) => ({ N: number.toFixed(6) })) },
    filler: { S: FILLER },
  };
}

export async function fill({ call }: JobDatabase, tableName: string): Promise<void> {
  for (let first = 0; first < ACCOUNTS; first += BATCH) {
    const puts = Array.from({ length: BATCH }, (_, at) => ({
      PutRequest: { Item: account(first + at) },
    }));
    await call('BatchWriteItem', { RequestItems: { [tableName]: puts } });
  }
}

/** Moves units and changes of group and vector go with them, for as long as asked. */
export async function moveUnits(
  { call }: JobDatabase,
  tableName: string,
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    const from = Math.floor(Math.random() * ACCOUNTS);
    const to = (from + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
    const move = (at: number, units: number) => ({
      Update: {
        TableName: tableName,
        Key: { pk: { S: `account-${at}` } },
        UpdateExpression: 'SET #g = :g, v = :v ADD units :units',
        ExpressionAttributeNames: { '#g': 'group' },
        ExpressionAttributeValues: {
          ':g': { S: `group-${to % 7}` },
          ':v': { L: [{ N: String(from) }, { N: String(units) }] },
          ':units': { N: String(units) },
        },
      },
    });
    await call('TransactWriteItems', { TransactItems: [move(from, -1), move(to, 1)] });
  }
}

/** All items of a table or an index; undefined where they cannot be read (yet). */
export async function itemsOf(
  { call }: JobDatabase,
  TableName: string,
  IndexName?: string,
): Promise<AttributeMap[] | undefined> {
  const items: AttributeMap[] = [];
  try {
    for (let key: AttributeMap | undefined; ;) {
      const page = await call('Scan', { TableName, IndexName, ExclusiveStartKey: key });
      items.push(...(page.Items ?? []));
      key = page.LastEvaluatedKey;
      if (key === undefined) return items;
    }
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

export function checkAccounts(items: readonly AttributeMap[]): void {
  assert.equal(items.length, ACCOUNTS, 'accounts are missing, or there twice');
  const units = items.reduce((sum, item) => sum + Number(item['units']?.N), 0);
  assert.equal(units, ACCOUNTS * UNITS, 'the accounts are not of one moment');
}
