import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { populate } from '../populate/populate.ts';
import { reference } from '../populate/reference.ts';
import { list, number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { service } from './service.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: 'kind',
  indexes: { byCity: { partitionKey: 'cityKey', sortKey: 'sk' } },
});
const User = entity({
  name: 'user',
  table: shop,
  attributes: { user: string(), city: string(), friends: list(string()).optional() },
  keys: { pk: 'USER#{user}', sk: 'USER', cityKey: 'CITY#{city}' },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: { user: reference(User), id: string(), total: number(), city: string() },
  keys: { pk: 'USER#{user}', sk: 'ORDER#{id}', cityKey: 'CITY#{city}' },
});
const client = new MemoryDynamoDB([shop]);
const users = model(User, { client });
const orders = model(Order, { client });
const store = service({ users, orders });

test('one query reads the items of several entities, each decoded as what it is', async () => {
  await users.put({ user: 'ada', city: 'Rome', friends: ['bob', 'eve'] });
  await users.put({ user: 'bob', city: 'Oslo', friends: ['ada'] });
  for (const id of ['1', '2', '3']) await orders.put({ user: 'ada', id, total: 5, city: 'Oslo' });
  client.requests.length = 0;

  const { users: who, orders: what } = await store.collection({ user: 'ada' });
  assert.deepEqual(
    who.map(({ user }) => user),
    ['ada'],
  );
  assert.deepEqual(
    what.map(({ id }) => id),
    ['1', '2', '3'],
  );
  assert.equal(client.requests.length, 1);

  const oslo = await store.collection({ city: 'Oslo' });
  assert.deepEqual([oslo.users.length, oslo.orders.length], [1, 3]);

  const first = await store.page({ user: 'ada' }, { pageSize: 3, reverse: true });
  assert.deepEqual([first.items.users.length, first.items.orders.length], [1, 2]);
  const second = await store.page({ user: 'ada' }, { reverse: true, after: first.cursor });
  assert.deepEqual(
    second.items.orders.map(({ id }) => id),
    ['1'],
  );
  await assert.rejects(store.page({ user: 'bob' }, { after: first.cursor }), {
    name: 'InvalidCursor',
  });
  await assert.rejects(store.collection({ user: 'ada', city: 'Oslo' }), {
    name: 'InvalidRequest',
  });
});

test('references are populated with one batched read, without cycles', async () => {
  client.requests.length = 0;
  const [populated] = await populate(await orders.query({ user: 'ada' }).all(), { user: users });
  assert.equal(populated?.user?.city, 'Rome');
  assert.equal(client.requests.length, 2);
  const everyone = await users.scan().all();
  const friends = await populate(everyone, { friends: users });
  assert.deepEqual(
    friends.map(({ user, friends: of }) => [user, of?.map((friend) => friend?.user)]),
    [
      ['ada', ['bob', undefined]],
      ['bob', ['ada']],
    ],
  );
});
