import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as fc from 'fast-check';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { number, string } from '../schema/attributes.ts';
import { streamHandler } from '../streams/stream-handler.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { transactWrite } from '../transaction/transact.ts';
import { aggregate } from './aggregate.ts';

const shop = table({ name: 'shop', partitionKey: 'pk', entityAttribute: 'kind', ttl: 'expires' });
const User = entity({
  name: 'user',
  table: shop,
  attributes: { id: string(), orders: number().default(0), spent: number().default(0) },
  keys: { pk: 'USER#{id}' },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: { id: string(), user: string(), total: number() },
  keys: { pk: 'ORDER#{id}' },
});
const client = new MemoryDynamoDB([shop]);
const users = model(User, { client });
const orders = model(Order, { client });
const stats = aggregate({
  name: 'order-stats',
  of: Order,
  into: users,
  key: ({ user }) => ({ id: user }),
  count: 'orders',
  sums: { spent: ({ total }) => total },
});
beforeEach(() => client.clear());

test('kept in the transaction of the change', async () => {
  const order = { id: '1', user: 'ada', total: 7 };
  await transactWrite({ client }, [
    orders.plan.create(order),
    ...(await stats.plans(undefined, order)),
  ]);
  assert.deepEqual(await users.get({ id: 'ada' }), { id: 'ada', orders: 1, spent: 7 });
  assert.deepEqual(await stats.plans(order, order), []);
});

test('kept from the stream: right after any changes, though records come more than once', async () => {
  const change = fc.record({
    id: fc.constantFrom('1', '2', '3'),
    user: fc.constantFrom('ada', 'bob'),
    total: fc.integer({ min: 0, max: 9 }),
    remove: fc.boolean(),
  });
  const handle = streamHandler([stats.handler]);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
      client.clear();
      for (const { remove, ...order } of changes) {
        await (remove ? orders.delete({ id: order.id }) : orders.put(order));
      }
      const event = client.takeStreamEvent('shop');
      await handle(event);
      await handle(event);
      const now = await orders.scan().all();
      for (const id of ['ada', 'bob']) {
        const own = now.filter(({ user }) => user === id);
        const spent = own.reduce((sum, { total }) => sum + total, 0);
        const kept = await users.get({ id });
        assert.deepEqual([kept?.orders ?? 0, kept?.spent ?? 0], [own.length, spent]);
      }
    }),
    { numRuns: 40 },
  );
});
