import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import { dueRange } from '../expiry/expiry.ts';
import { TIME_TO_LIVE_CHANGE_MS } from '../limits.ts';
import { INDEXED, openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const TableName = 'table';
const ENABLED = { Enabled: true, AttributeName: 'due' };
const nowSeconds = () => Math.floor(Date.now() / 1000);

function put({ call }: TestDatabase, at: number, due?: string) {
  const Item = { pk: { S: 'a' }, sk: { N: String(at) }, ...(due && { due: { N: due } }) };
  return call('PutItem', { TableName, Item });
}

async function items({ call }: TestDatabase) {
  const { Items: found = [] } = await call('Scan', { TableName });
  return found.map(({ sk }) => Number(sk?.N));
}

/** Until nothing is queued that is due; each look is a turn of the event loop. */
async function swept({ store }: TestDatabase) {
  for (;;) {
    const due = await store.range({ ...dueRange(Date.now()), limit: 1 });
    if (due.length === 0) return;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

test('items go when their time has come, those that were there before too', async () => {
  const store = createMemoryStore();
  const database = openTestDatabase(store);
  await database.call('CreateTable', INDEXED);
  const past = String(nowSeconds() - 10);
  await put(database, 1, past);
  await put(database, 2, String(nowSeconds() + 1000));
  await put(database, 3);
  assert.deepEqual(
    await database.call('UpdateTimeToLive', {
      TableName,
      TimeToLiveSpecification: ENABLED,
    }),
    { TimeToLiveSpecification: ENABLED },
  );
  assert.deepEqual(await database.call('DescribeTimeToLive', { TableName }), {
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'due' },
  });
  await put(database, 4, past);
  await put(database, 5, String(nowSeconds() - 6 * 365 * 24 * 3600));
  await put(database, 6, `${past}.75`);
  await put(database, 6);
  await swept(database);
  assert.deepEqual(await items(database), [2, 3, 5, 6]);
  await database.service.close();
});

test('time to live is changed at most once an hour', async () => {
  const database = openTestDatabase();
  const { call, refuses, advance } = database;
  await call('CreateTable', INDEXED);
  const change = (TimeToLiveSpecification: typeof ENABLED) => ({
    TableName,
    TimeToLiveSpecification,
  });
  await call('UpdateTimeToLive', change(ENABLED));
  const message = async (specification: typeof ENABLED) =>
    (await refuses('UpdateTimeToLive', change(specification))).message;
  assert.equal(await message(ENABLED), 'TimeToLive is already enabled');
  assert.equal(
    await message({ ...ENABLED, AttributeName: 'other' }),
    'TimeToLive is active on a different AttributeName: current AttributeName is due',
  );
  assert.equal(
    await message({ ...ENABLED, Enabled: false }),
    'Time to live has been modified multiple times within a fixed interval',
  );
  advance(TIME_TO_LIVE_CHANGE_MS);
  await call('UpdateTimeToLive', change({ ...ENABLED, Enabled: false }));
  assert.deepEqual(await call('DescribeTimeToLive', { TableName }), {
    TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
  });
  await database.service.close();
});
