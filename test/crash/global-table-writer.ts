/**
 * The process that the crash test of global tables watches: on the database named by its first argument,
 * every caller counts in an item of its own, through the regions in turn, and prints `caller number` for
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

const [path = '', ...regions] = process.argv.slice(2);
const [first = ''] = regions;
const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => process.stderr.write(`${message}\n`) };
const store = await createSqliteStore({ path, environment, log });
const service = createDynamoDB({ store, environment, log });
const call = async (region: string, name: string, input: object) =>
  plain(await service.execute(name, structuredClone(input), { ...TEST_CONTEXT, region })) as {
    Item?: { n: { N: string } };
    Table?: { TableStatus?: string };
  };
const { TableName } = COUNTERS;

async function unlessThere(code: string, asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    if ((error as { code?: string }).code !== code) throw error;
  });
}

await unlessThere('ResourceInUseException', call(first, 'CreateTable', COUNTERS));
for (const region of regions.slice(1)) {
  const ReplicaUpdates = [{ Create: { RegionName: region } }];
  await unlessThere(
    'ValidationException',
    call(first, 'UpdateTable', { TableName, ReplicaUpdates }),
  );
  for (;;) {
    const { Table: table } = await call(region, 'DescribeTable', { TableName });
    if (table?.TableStatus === 'ACTIVE') break;
    await new Promise(setImmediate);
  }
}

/** A caller keeps to one region for a run: what it counts on from is what was written there. */
const counting = async (caller: number) => {
  const Key = { pk: { S: String(caller) } };
  const region = regions[caller % regions.length] ?? first;
  const { Item: before } = await call(region, 'GetItem', { TableName, Key });
  for (let number = Number(before?.n.N ?? 0) + 1; ; number++) {
    const Item = { ...Key, n: { N: String(number) }, g: { S: String(number % 3) } };
    await call(region, 'PutItem', { TableName, Item });
    process.stdout.write(`${caller} ${number}\n`);
  }
};
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => counting(caller)));
