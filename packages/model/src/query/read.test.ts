import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as fc from 'fast-check';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { date, number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: 'kind',
  indexes: {
    byStatus: { partitionKey: 'gpk', sortKey: 'placed' },
    byTotal: { sortKey: 'total' },
    keysOnly: { partitionKey: 'region', projection: 'KEYS_ONLY' },
  },
  keyTypes: { total: 'N' },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: {
    customer: string(),
    id: string(),
    day: string(),
    status: string(),
    region: string().optional(),
    placed: date(),
    total: number(),
  },
  keys: { pk: 'C#{customer}', sk: 'O#{day}#{id}', gpk: 'S#{status}' },
});
const Note = entity({
  name: 'note',
  table: shop,
  attributes: { customer: string(), text: string() },
  keys: { pk: 'C#{customer}', sk: 'NOTE#{text}' },
});
const memory = new MemoryDynamoDB([shop]);
const orders = model(Order, { client: memory });
const notes = model(Note, { client: memory });

const order = (n: number, more: object = {}) => ({
  customer: 'ada',
  id: `i${n}`,
  day: `2026-01-0${n}`,
  status: n % 2 ? 'open' : 'paid',
  placed: new Date(2026, 0, n),
  total: n * 10,
  ...more,
});
const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id).join(' ');

beforeEach(async () => {
  memory.clear();
  for (let n = 1; n <= 6; n++) await orders.put(order(n));
  await notes.put({ customer: 'ada', text: 'hello' });
  memory.requests.length = 0;
});

const choices: [string, Parameters<typeof orders.query>[0], string | undefined, string, string?][] =
  [
    [
      'the partition, with the entity’s prefix',
      { customer: 'ada' },
      undefined,
      '#pk = :v0 AND begins_with(#sk, :v1)',
    ],
    [
      'a whole key',
      { customer: 'ada', day: '2026-01-01', id: 'i1' },
      undefined,
      '#pk = :v0 AND #sk = :v1',
    ],
    [
      'the beginning of a sort key',
      { customer: 'ada', day: '2026-01-01' },
      undefined,
      '#pk = :v0 AND begins_with(#sk, :v1)',
    ],
    [
      'a range of the last part',
      { customer: 'ada', day: '2026-01-01', id: { gt: 'a' } },
      undefined,
      '#pk = :v0 AND #sk BETWEEN :v1 AND :v2',
      '#id > :v3',
    ],
    [
      'a local index, for its range',
      { customer: 'ada', total: { gte: 30 } },
      'byTotal',
      '#pk = :v0 AND #total >= :v1',
    ],
    ['a global index, for its partition', { status: 'open' }, 'byStatus', '#gpk = :v0'],
    [
      'its range',
      { status: 'open', placed: { lt: new Date(2026, 0, 3) } },
      'byStatus',
      '#gpk = :v0 AND #placed < :v1',
    ],
    [
      'a filter for the rest',
      { status: 'open', total: 10 },
      'byStatus',
      '#gpk = :v0',
      '#total = :v1',
    ],
  ];
for (const [what, where, index, keyCondition, filter] of choices) {
  test(`a query uses ${what}`, async () => {
    const told = await orders.query(where).explain();
    assert.equal(told.index, index);
    assert.equal(told.keyCondition, keyCondition);
    const values = Object.keys(told.request.ExpressionAttributeValues ?? {}).length;
    const own = `#kind = :v${values - 1}`;
    assert.equal(told.filter, filter === undefined ? own : `(${filter}) AND (${own})`);
    assert.equal(memory.requests.length, 0);
    await orders.query(where).all();
    assert.deepEqual(memory.requests[0]?.input, told.request);
  });
}

test('what a query finds is what its conditions say, whatever index serves it', async () => {
  const all = await orders.scan().all();
  assert.equal(all.length, 6);
  const total = fc.integer({ min: 0, max: 70 });
  const comparison = fc.oneof(
    total.map((value) => ({ where: { gt: value }, holds: (n: number) => n > value })),
    total.map((value) => ({ where: { lte: value }, holds: (n: number) => n <= value })),
    fc.tuple(total, total).map(([low, high]) => ({
      where: { between: [low, high] as const },
      holds: (n: number) => n >= low && n <= high,
    })),
  );
  await fc.assert(
    fc.asyncProperty(
      comparison,
      fc.boolean(),
      fc.boolean(),
      async ({ where, holds }, global, reverse) => {
        const key = global ? { status: 'open' } : { customer: 'ada' };
        const query = orders.query({ ...key, total: where });
        const found = await (reverse ? query.reverse() : query).all();
        const expected = all.filter(
          (item) => holds(item.total) && (!global || item.status === 'open'),
        );
        assert.equal(
          ids(found.sort((a, b) => a.total - b.total)),
          ids(expected.sort((a, b) => a.total - b.total)),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('an index that lacks attributes is used only on request, and then items are partial', async () => {
  await orders.put(order(7, { region: 'eu' }));
  await assert.rejects(orders.query({ region: 'eu' }).all(), { name: 'InvalidRequest' });
  const told = await orders.query({ region: 'eu' }).using('keysOnly').explain();
  assert.match(told.warnings.join(), /holds only some attributes/);
  await assert.rejects(orders.query({ status: 'x' }).using('keysOnly').all(), {
    message:
      'no key serves a query of order by status. Equal values are needed for keysOnly: region',
  });
});

test('for await reads page after page, and only as many as it is asked for', async () => {
  const seen: string[] = [];
  for await (const item of orders.query({ customer: 'ada' }).pageSize(2)) {
    seen.push(item.id);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ['i1', 'i2', 'i3']);
  assert.equal(memory.requests.length, 2);
});

test('limits count the items that the filter leaves, and cursors go on exactly there', async () => {
  const query = orders.query({ customer: 'ada' }).filter((item, { gt }) => gt(item.total, 10));
  const first = await query.limit(2).page();
  assert.equal(ids(first.items), 'i2 i3');
  assert.match(first.cursor ?? '', /^[\w-]+$/);
  const second = await query.limit(2).after(first.cursor).page();
  assert.equal(ids(second.items), 'i4 i5');
  const third = await query.limit(2).after(second.cursor).page();
  assert.equal(ids(third.items), 'i6');
  assert.equal(third.cursor, undefined);
  const backward = orders.query({ customer: 'ada' }).reverse().limit(2).select('id');
  const last = await backward.page();
  assert.deepEqual(last.items, [{ id: 'i6' }, { id: 'i5' }]);
  assert.equal(ids((await backward.after(last.cursor).page()).items), 'i4 i3');
});

test('the first item costs no more than it must, though others share its partition', async () => {
  assert.equal((await orders.query({ customer: 'ada' }).first())?.id, 'i1');
  assert.equal((memory.requests[0]?.input as { Limit?: number } | undefined)?.Limit, 1);
  memory.requests.length = 0;
  assert.equal((await orders.scan().first())?.id, 'i1');
  // The note comes first in the table: it is read, and passed over.
  assert.equal(memory.requests.length, 2);
});

test('a cursor of another query, or a damaged one, is refused before anything is sent', async () => {
  const { cursor } = await orders.query({ customer: 'ada' }).pageSize(1).page();
  memory.requests.length = 0;
  for (const [query, text] of [
    [orders.query({ customer: 'bob' }), cursor],
    [orders.scan(), cursor],
    [orders.query({ customer: 'ada' }), `${cursor?.slice(0, -3)}`],
    [orders.query({ customer: 'ada' }), '%%%'],
  ] as const) {
    await assert.rejects(query.after(text).all(), { name: 'InvalidCursor' });
  }
  assert.deepEqual(memory.requests, []);
});

test('counting fetches no items, and a scan in segments reads each item once', async () => {
  assert.equal(await orders.query({ customer: 'ada' }).pageSize(4).count(), 6);
  assert.equal((memory.requests[0]?.input as { Select: string } | undefined)?.Select, 'COUNT');
  for (let n = 1; n <= 20; n++) await orders.put(order(1, { customer: `c${n}` }));
  const parts = await Promise.all(
    orders
      .scan()
      .segments(3)
      .map((part) => part.all()),
  );
  assert.equal(parts.flat().length, 26);
  assert.ok(parts.every((part) => part.length < 26));
});

test('explain warns of a scan, and says what a page may cost', async () => {
  const told = await orders.scan().explain();
  assert.deepEqual(told.warnings, ['A scan reads, and is charged for, the whole table.']);
  assert.equal(told.capacity.unitsPerPageMax, 128);
  const small = await orders.query({ customer: 'ada' }).pageSize(10).consistent().explain();
  assert.equal(small.capacity.unitsPerPageMax, Math.ceil((10 * small.capacity.itemBytes) / 4096));
});

test('what cannot be is refused', async () => {
  const invalid = { name: 'InvalidRequest' };
  assert.throws(() => orders.scan().reverse(), invalid);
  assert.throws(() => orders.query({ customer: 'a' }).limit(0), invalid);
  assert.throws(() => orders.query({ customer: 'a' }).select('nope' as 'id'), invalid);
  await assert.rejects(orders.query({ status: 'x' }).using('byStatus').consistent().all(), invalid);
  await assert.rejects(
    orders.query({ customer: 'a', total: { gt: 1, lt: 2 } as never }).all(),
    invalid,
  );
  await assert.rejects(orders.query({ customer: 'a', nope: 1 } as never).all(), {
    name: 'UnknownAttribute',
  });
});
