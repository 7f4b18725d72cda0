/**
 * The typed core of `@brume/model` against Brume, through the SDK's client: random programs give the
 * same results and errors there as with the library's own table in memory, which people test with.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import * as fc from 'fast-check';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { deleteMany, getMany, putMany } from '../../packages/model/src/batch/batch.ts';
import type { Client } from '../../packages/model/src/client/client.ts';
import { entity } from '../../packages/model/src/entity/entity.ts';
import { backfill } from '../../packages/model/src/migrations/backfill.ts';
import { migrate } from '../../packages/model/src/migrations/migrate.ts';
import { model } from '../../packages/model/src/model/model.ts';
import {
  any,
  date,
  list,
  map,
  number,
  set,
  string,
} from '../../packages/model/src/schema/attributes.ts';
import { live } from '../../packages/model/src/streams/live.ts';
import { watch } from '../../packages/model/src/streams/watch.ts';
import { table } from '../../packages/model/src/table/table.ts';
import { MemoryDynamoDB } from '../../packages/model/src/testing/memory-dynamodb.ts';
import { transactWrite } from '../../packages/model/src/transaction/transact.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: 'kind',
  keyTypes: { total: 'N' },
  stream: 'NEW_AND_OLD_IMAGES',
  ttl: 'expires',
  indexes: {
    byStatus: { partitionKey: 'statusKey', sortKey: 'total' },
    byTotal: { sortKey: 'total' },
  },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: {
    customer: string(),
    id: string(),
    status: string().default('open'),
    total: number().default(0),
    placed: date().default(() => new Date(0)),
    note: string().optional(),
    tags: set(string()).optional(),
    lines: list(map({ sku: string(), quantity: number() })).default([]),
    extra: any().optional(),
    version: number().default(0),
  },
  keys: { pk: 'C#{customer}', sk: 'O#{id}', statusKey: 'S#{status}' },
  version: 'version',
  unique: ['note'],
});

const line = fc.record({ sku: fc.string(), quantity: fc.integer() }, { noNullPrototype: true });
const key = fc.record(
  { customer: fc.constantFrom('a', 'b'), id: fc.constantFrom('1', '2', '2x', 'é') },
  { noNullPrototype: true },
);
const fields = fc.record(
  {
    status: fc.constantFrom('open', 'paid'),
    total: fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((n) => Number(n.toFixed(3)) + 0),
    note: fc.constantFrom('n1', 'n2'),
    tags: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }),
    lines: fc.array(line, { maxLength: 2 }),
    extra: fc.oneof(fc.constant(null), fc.boolean(), fc.array(fc.string()), fc.uint8Array()),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const amount = fc.integer({ min: -5, max: 5 });
type Orders = ReturnType<typeof orderModel>;
const orderModel = (client: Client) => model(Order, { client });

/** Each step is the same call on either model. */
const step: fc.Arbitrary<(orders: Orders, client: Client) => Promise<unknown>> = fc.oneof(
  fc.tuple(key, fields).map(
    ([k, f]) =>
      (orders: Orders) =>
        orders.put({ ...k, ...f }),
  ),
  fc.tuple(key, fields).map(
    ([k, f]) =>
      (orders: Orders) =>
        orders.create({ ...k, ...f }),
  ),
  fc.tuple(key, fields, fc.boolean()).map(
    ([k, f, upsert]) =>
      (orders: Orders) =>
        orders.update(k, { status: 'open', ...f }, { upsert }),
  ),
  fc.tuple(key, amount, line).map(
    ([k, by, one]) =>
      (orders: Orders) =>
        orders.update(k, (order, u) => [
          u.increment(order.total, by),
          u.append(order.lines, [one]),
          u.add(order.tags, ['w']),
          u.remove(order.extra),
        ]),
  ),
  fc.tuple(key, amount).map(
    ([k, n]) =>
      (orders: Orders) =>
        orders.update(k, (order, u) => [
          u.set(order.lines[0]!.quantity, n),
          u.deleteFrom(order.tags, ['x', 'y']),
          u.setIfAbsent(order.extra, 'late'),
        ]),
  ),
  fc.tuple(key, amount).map(
    ([k, n]) =>
      (orders: Orders) =>
        orders.delete(k, {
          condition: (order, { gt, or, notExists, contains }) =>
            or(gt(order.total, n), notExists(order.note), contains(order.tags, 'x')),
        }),
  ),
  key.map((k) => (orders: Orders) => orders.get(k, { consistent: true })),
  fc.tuple(key, amount).map(
    ([{ customer }, n]) =>
      (orders: Orders) =>
        orders
          .query({ customer, total: { gte: n } })
          .filter((order, { and, size, lt, not, eq }) =>
            and(lt(size(order.lines), 2), not(eq(order.status, 'paid'))),
          )
          .limit(2)
          .all(),
  ),
  key.map(
    ({ customer, id }) =>
      (orders: Orders) =>
        orders
          .query({ customer, id: { lte: id } })
          .reverse()
          .select('id', 'total')
          .all(),
  ),
  fc.constant((orders: Orders) => orders.query({ status: 'open' }).pageSize(1).all()),
  fc.constant(async (orders: Orders) => (await orders.scan().all()).length),
  fc.tuple(key, key, fields).map(
    ([one, other, f]) =>
      (orders: Orders, client: Client) =>
        transactWrite({ client }, [
          orders.plan.create({ ...one, ...f }),
          orders.plan.check(other, (order, { exists }) => exists(order.id)),
        ]),
  ),
);

async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await run() };
  } catch (error) {
    const { name, path } = error as { name: string; path?: unknown };
    return { name, path };
  }
}

test('random programs do the same on Brume and in memory', async (t) => {
  const brume = await createBrume({ memory: true, port: 0 });
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { region: 'us-east-1', endpoint, credentials };
  const client = new DynamoDBClient({ ...options, maxAttempts: 1 });
  t.after(() => client.destroy());

  await t.test('a migration makes the table, and finds it as it is defined', async () => {
    await migrate(shop, { client, pollMs: 20 });
    assert.deepEqual(await migrate(shop, { client }), { steps: [], impossible: [] });
  });

  const orders = orderModel(client);
  const memory = new MemoryDynamoDB([shop]);
  await t.test('results and errors are the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
        memory.clear();
        for (const { customer, id } of await orders.scan().all())
          await orders.delete({ customer, id });
        for (const [index, run] of steps.entries()) {
          const real = await outcome(() => run(orders, client));
          const double = await outcome(() => run(orderModel(memory), memory));
          assert.deepEqual(plain(double), plain(real), `step ${index}: ${run.toString()}`);
        }
      }),
      { numRuns: process.env['BRUME_TEST_LONG'] ? 300 : 25 },
    );
  });

  await t.test('batches, a backfill and a live query work over the wire', async () => {
    const Note = entity({
      name: 'note',
      table: shop,
      attributes: { id: string(), stars: number().default(1) },
      keys: { pk: 'NOTE#{id}', sk: 'NOTE' },
    });
    const notes = model(Note, { client });
    const ids = Array.from({ length: 130 }, (_, n) => ({ id: `${n}` }));
    await putMany(notes, ids);
    assert.equal((await getMany(notes, ids)).filter((note) => note?.stars === 1).length, 130);
    const changed = await backfill(notes, {
      change: ({ id = '' }) => ({ id, stars: 2 }),
      segments: 2,
    });
    assert.deepEqual([changed.read, changed.written, changed.overtaken], [130, 130, 0]);

    const streams = new DynamoDBStreams(options);
    t.after(() => streams.destroy());
    const changes = watch(notes, { streams, pollMs: 10, where: ({ stars }) => stars > 2 });
    const first = changes.next();
    // The loop may begin to listen only after some of these.
    const writing = setInterval(() => void notes.put({ id: 'live', stars: 3 + Math.random() }), 50);
    try {
      const { value } = await first;
      assert.equal(value?.item.id, 'live');
    } finally {
      clearInterval(writing);
      await changes.return();
    }
    const now = live(notes.query({ id: 'live' }), { streams, pollMs: 10 });
    await now.next();
    await notes.put({ id: 'live', stars: 9 });
    assert.deepEqual((await now.next()).value, [{ id: 'live', stars: 9 }]);
    await now.return();
    await deleteMany(notes, ids);
  });
});

/** Sets in the order of their members, and bytes as plain arrays, which is all that may differ. */
function plain(value: unknown): unknown {
  if (value instanceof Set)
    return [...value].sort((one, other) => (String(one) < String(other) ? -1 : 1));
  if (value instanceof Uint8Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
