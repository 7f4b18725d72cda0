import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { entity } from '../entity/entity.ts';
import {
  boolean,
  date,
  enumeration,
  list,
  map,
  number,
  set,
  string,
} from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { model } from './model.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: 'kind',
  indexes: { byStatus: { partitionKey: 'gpk', sortKey: 'gsk' } },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: {
    customer: string(),
    id: string(),
    status: enumeration('open', 'paid').default('open'),
    placed: date().default(() => new Date('2026-01-01')),
    total: number().default(0),
    note: string().optional(),
    tags: set(string()).optional(),
    lines: list(map({ sku: string(), quantity: number() })).default([]),
    address: map({ city: string(), zip: string().optional() }).optional(),
    version: number().default(0),
  },
  keys: {
    pk: 'CUSTOMER#{customer}',
    sk: 'ORDER#{id}',
    gpk: 'STATUS#{status}',
    gsk: '{placed}',
  },
  version: 'version',
  virtuals: { big: (order) => order.total > 100 },
});
const User = entity({
  name: 'user',
  table: shop,
  attributes: {
    id: string(),
    email: string(),
    phone: string().optional(),
    admin: boolean().default(false),
  },
  keys: { pk: 'USER#{id}', sk: 'USER' },
  unique: ['email', 'phone'],
});

const memory = new MemoryDynamoDB([shop]);
const orders = model(Order, { client: memory });
const users = model(User, { client: memory });
const key = { customer: 'ada', id: '1' };
const sent = () => memory.requests.map(({ operation }) => operation);
beforeEach(() => memory.clear());

test('a created item is stored with its keys, and read back', async () => {
  const made = await orders.create({ ...key, total: 120, tags: ['a'] });
  assert.deepEqual(memory.items('shop'), [
    {
      customer: { S: 'ada' },
      id: { S: '1' },
      status: { S: 'open' },
      placed: { S: '2026-01-01T00:00:00.000Z' },
      total: { N: '120' },
      tags: { SS: ['a'] },
      lines: { L: [] },
      version: { N: '1' },
      pk: { S: 'CUSTOMER#ada' },
      sk: { S: 'ORDER#1' },
      gpk: { S: 'STATUS#open' },
      gsk: { S: '2026-01-01T00:00:00.000Z' },
      kind: { S: 'order' },
    },
  ]);
  assert.equal(made.big, true);
  assert.deepEqual(await orders.get(key), made);
  assert.equal(await orders.get({ customer: 'ada', id: '2' }), undefined);
  assert.deepEqual(await orders.get(key, { select: ['total', 'tags'] }), {
    total: 120,
    tags: new Set(['a']),
  });
  assert.deepEqual(sent(), ['PutItem', 'GetItem', 'GetItem', 'GetItem']);
});

test('each call sends one request, with the expressions one would write by hand', async () => {
  await orders.create(key);
  await orders.update(key, (order, { set, increment, append }) => [
    set(order.note, 'gift'),
    increment(order.total, 5),
    append(order.lines, [{ sku: 'x', quantity: 2 }]),
  ]);
  assert.deepEqual(memory.requests[1], {
    operation: 'UpdateItem',
    input: {
      TableName: 'shop',
      Key: { pk: { S: 'CUSTOMER#ada' }, sk: { S: 'ORDER#1' } },
      UpdateExpression:
        'SET #note = :v0, #total = #total + :v1, #lines = list_append(#lines, :v2) ADD #version :v3',
      ConditionExpression: 'attribute_exists(#pk)',
      ExpressionAttributeNames: {
        '#note': 'note',
        '#total': 'total',
        '#lines': 'lines',
        '#version': 'version',
        '#pk': 'pk',
      },
      ExpressionAttributeValues: {
        ':v0': { S: 'gift' },
        ':v1': { N: '5' },
        ':v2': { L: [{ M: { sku: { S: 'x' }, quantity: { N: '2' } } }] },
        ':v3': { N: '1' },
      },
      ReturnValues: 'ALL_NEW',
    },
  });
  await orders.delete(key, {
    condition: (order, { gt, or, size }) => or(gt(order.total, 4), gt(size(order.lines), 3)),
  });
  assert.deepEqual(memory.requests[2]?.input, {
    TableName: 'shop',
    Key: { pk: { S: 'CUSTOMER#ada' }, sk: { S: 'ORDER#1' } },
    ConditionExpression: '(#total > :v0) OR (size(#lines) > :v1)',
    ExpressionAttributeNames: { '#total': 'total', '#lines': 'lines' },
    ExpressionAttributeValues: { ':v0': { N: '4' }, ':v1': { N: '3' } },
  });
  assert.equal(memory.requests.length, 3);
});

test('an update sets, removes, and changes what is nested', async () => {
  await orders.create({
    ...key,
    note: 'x',
    address: { city: 'Rome', zip: '1' },
    lines: [{ sku: 'a', quantity: 1 }],
    tags: ['t'],
  });
  const updated = await orders.update(key, (order, u) => [
    u.set(order.address.city, 'Oslo'),
    u.remove(order.address.zip),
    u.set(order.lines[0]!.quantity, 9),
    u.add(order.tags, ['u']),
    u.remove(order.note),
  ]);
  assert.deepEqual(updated.address, { city: 'Oslo' });
  assert.deepEqual(updated.lines, [{ sku: 'a', quantity: 9 }]);
  assert.deepEqual(updated.tags, new Set(['t', 'u']));
  assert.equal('note' in updated, false);
  const plain = await orders.update(key, { total: 7, tags: undefined });
  assert.equal(plain.total, 7);
  assert.equal('tags' in plain, false);
});

test('keys of indexes follow the attributes that they are made of', async () => {
  await orders.create(key);
  await orders.update(key, { status: 'paid' });
  assert.deepEqual(memory.items('shop')[0]?.['gpk'], { S: 'STATUS#paid' });
  assert.equal((await orders.query({ status: 'open' }).all()).length, 0);
  assert.equal((await orders.query({ status: 'paid' }).all()).length, 1);
});

test('an update of an item that is not there fails, unless it may create it', async () => {
  await assert.rejects(orders.update(key, { total: 1 }), { name: 'ConditionFailed' });
  const made = await orders.update(key, { total: 1 }, { upsert: true });
  assert.equal(made.total, 1);
});

test('a stale write is a version conflict', async () => {
  await orders.create(key);
  const first = await orders.get(key);
  const second = await orders.get(key);
  assert.ok(first && second);
  const stored = await orders.put({ ...first, total: 1 });
  assert.equal(stored.version, 2);
  await assert.rejects(orders.put({ ...second, total: 2 }), { name: 'VersionConflict' });
  await assert.rejects(orders.update(key, { total: 2 }, { version: 1 }), {
    name: 'VersionConflict',
  });
  assert.equal((await orders.update(key, { total: 3 }, { version: 2 })).version, 3);
  await assert.rejects(orders.create(key), { name: 'ConditionFailed' });
});

test('unique attributes are unique through creation, change and deletion', async () => {
  await users.create({ id: '1', email: 'a@x', phone: '7' });
  await assert.rejects(
    users.create({ id: '2', email: 'a@x' }),
    (error: { name: string; path: string[] }) => {
      assert.equal(error.name, 'NotUnique');
      assert.deepEqual(error.path, ['email']);
      return true;
    },
  );
  await users.create({ id: '2', email: 'b@x' });
  await assert.rejects(users.update({ id: '2' }, { email: 'a@x' }), { name: 'NotUnique' });
  await assert.rejects(users.put({ id: '2', email: 'b@x', phone: '7' }), { name: 'NotUnique' });
  const changed = await users.update({ id: '1' }, { email: 'c@x', phone: undefined });
  assert.deepEqual(changed, { id: '1', email: 'c@x', admin: false });
  await users.update({ id: '2' }, { email: 'a@x', phone: '7' });
  await users.delete({ id: '2' });
  await users.create({ id: '3', email: 'a@x', phone: '7' });
  assert.equal((await users.scan().all()).length, 2);
  assert.equal(
    memory.items('shop').filter((item) => item['kind']?.['S' as never] === '#unique').length,
    3,
  );
});

test('nothing is sent for bad input, and the error says where it is', async () => {
  const bad: [() => Promise<unknown>, RegExp][] = [
    [
      () => orders.create({ ...key, lines: [{ sku: 'a', quantity: '1' as never }] }),
      /^lines\[0\]\.quantity: expected a number, found string/,
    ],
    [() => orders.create({ customer: 'ada' } as never), /^id: is required/],
    [() => orders.create({ ...key, nope: 1 } as never), /^nope: is not in the schema/],
    [() => orders.create({ ...key, note: 'x'.repeat(500_000) }), /the item has 5\d{5} bytes/],
    [
      () => orders.create({ customer: 'x'.repeat(3000), id: '1' }),
      /^pk: a key has at most 2048 bytes/,
    ],
    [() => orders.get({ customer: 'ada' } as never), /^id: is required/],
    [
      () => orders.get({ customer: 5, id: '1' } as never),
      /^customer: expected a string, found number/,
    ],
    [() => orders.update(key, { id: '2' } as never), /id is part of the key/],
    [() => orders.update(key, { status: undefined as never }), /status is not optional/],
    [() => orders.update(key, { total: NaN }), /^total: expected a finite number/],
    [() => orders.update(key, {}), /an update needs a change/],
    [() => orders.update(key, { version: 5 }), /version counts the writes/],
    [
      // @ts-expect-error -- no such attribute, which JavaScript does not know
      () => orders.update(key, (order, { set }) => [set(order.address.street, 'x')]),
      /address\.street is not in the schema/,
    ],
    [
      () => orders.delete(key, { condition: (order, { eq }) => eq(order.status, 'lost' as never) }),
      /^status: expected one of/,
    ],
  ];
  for (const [promise, message] of bad) await assert.rejects(promise, { message });
  assert.deepEqual(sent(), []);
});
