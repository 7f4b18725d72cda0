/**
 * The process that the crash test of streams watches: on the database named by its first argument, every
 * caller counts in an item of its own, through every way of writing, and prints `caller number` for
 * each count that was acknowledged. Pipes are written synchronously: what was printed was acknowledged.
 */
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import {
  plain,
  TEST_CONTEXT,
} from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, COUNTERS } from './stream-counters.ts';

const [path = ''] = process.argv.slice(2);
const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => process.stderr.write(`${message}\n`) };
const store = await createSqliteStore({ path, environment, log });
const service = createDynamoDB({ store, environment, log });
const call = async (name: string, input: object) =>
  plain(await service.execute(name, input, TEST_CONTEXT)) as { Item?: { n: { N: string } } };

const { TableName } = COUNTERS;
await call('CreateTable', structuredClone(COUNTERS)).catch((error: unknown) => {
  if ((error as { code?: string }).code !== 'ResourceInUseException') throw error;
});

const count = async (caller: number, number: number) => {
  const Key = { pk: { S: String(caller) } };
  const item = { ...Key, n: { N: String(number) }, g: { S: String(number % 3) } };
  // Puts and updates take turns, alone, in batches and in transactions.
  if (number % 4 === 0) return call('PutItem', { TableName, Item: item });
  const set = {
    TableName,
    Key,
    UpdateExpression: 'SET n = :n, g = :g',
    ExpressionAttributeValues: { ':n': item.n, ':g': item.g },
  };
  if (number % 4 === 1) return call('UpdateItem', set);
  if (number % 4 === 2) return call('TransactWriteItems', { TransactItems: [{ Update: set }] });
  return call('BatchWriteItem', {
    RequestItems: { [TableName]: [{ PutRequest: { Item: item } }] },
  });
};

const counting = async (caller: number) => {
  const Key = { pk: { S: String(caller) } };
  const { Item: before } = await call('GetItem', { TableName, Key });
  for (let number = Number(before?.n.N ?? 0) + 1; ; number++) {
    await count(caller, number);
    process.stdout.write(`${caller} ${number}\n`);
  }
};
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => counting(caller)));
