import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { Catalog } from './catalog.ts';
import { Census } from './census.ts';
import { INDEXED, openTestDatabase, TEST_CONTEXT } from '../database.fixture.ts';
import { CENSUS_AGE_MS_MAX } from '../limits.ts';

const key = (n: number) => ({ pk: { S: 'p' }, sk: { N: String(n) } });

test('a small table is described with what it and its indexes hold', async () => {
  const { call } = openTestDatabase();
  await call('CreateTable', INDEXED);
  await call('PutItem', {
    TableName: 'table',
    Item: { ...key(1), g: { S: 'g' }, x: { S: 'xyz' } },
  });
  await call('PutItem', { TableName: 'table', Item: key(2) });
  const { Table } = await call('DescribeTable', { TableName: 'table' });
  const [lsi] = Table?.LocalSecondaryIndexes ?? [];
  const [gsi] = Table?.GlobalSecondaryIndexes ?? [];
  assert.deepEqual([Table?.ItemCount, Table?.TableSizeBytes], [2, 2 * (3 + 2 + 2) + 2 + 4]);
  assert.deepEqual([gsi?.ItemCount, gsi?.IndexSizeBytes], [1, 3 + 2 + 2 + 2]);
  assert.deepEqual([lsi?.ItemCount, lsi?.IndexSizeBytes], [0, 0]);
});

test('a large table is counted beside requests, now and then', async () => {
  const { call, store } = openTestDatabase();
  await call('CreateTable', INDEXED);
  const put = async (n: number) => {
    const requests = Array.from({ length: 25 }, (_, at) => ({
      PutRequest: { Item: key(n + at) },
    }));
    await call('BatchWriteItem', { RequestItems: { table: requests } });
  };
  for (let n = 0; n < 1100; n += 25) await put(n);

  const { timers } = nodeEnvironment();
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const census = new Census(store, clock, timers, { log: () => undefined });
  const table = await new Catalog(store).find('table', TEST_CONTEXT);
  assert.ok(table);
  const count = async () => (await census.statistics(table)).get('')?.itemCount;

  assert.equal(await count(), undefined);
  await census.idle();
  assert.equal(await count(), 1100);
  await put(2000);
  assert.equal(await count(), 1100);
  nowMs = CENSUS_AGE_MS_MAX;
  assert.equal(await count(), 1100);
  await census.idle();
  assert.equal(await count(), 1125);
});
