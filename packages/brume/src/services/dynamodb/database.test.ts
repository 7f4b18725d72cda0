/** Random operations against a naive model, and every index against its table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttributeMap, AttributeValue } from './items/attribute-value.ts';
import { compareValues } from './items/comparison.ts';
import { INDEXED, openTestDatabase, type TestDatabase } from './database.fixture.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 3000 : 40;
const TableName = 'table';

const text = (...values: string[]) => fc.constantFrom(...values).map((S) => ({ S }));
const key = fc.record({
  pk: text('a', 'b', 'ü'),
  sk: fc.constantFrom('-1', '0', '0.5', '1', '10').map((N) => ({ N })),
});
const attributes = fc.record(
  {
    g: text('g', 'h'),
    l: text('l', 'm', 'n'),
    shown: text('x', 'y'),
    n: fc.constantFrom('1', '2', '3').map((N) => ({ N })),
  },
  { requiredKeys: [] },
);

type Step =
  | { readonly type: 'put'; readonly item: AttributeMap; readonly ifAbsent: boolean }
  | { readonly type: 'delete'; readonly key: AttributeMap }
  | { readonly type: 'update'; readonly key: AttributeMap; readonly changes: AttributeMap }
  | { readonly type: 'transact'; readonly puts: readonly AttributeMap[] };

const item = fc.tuple(key, attributes).map(([k, rest]): AttributeMap => ({ ...k, ...rest }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('put' as const), item, ifAbsent: fc.boolean() }),
  fc.record({ type: fc.constant('delete' as const), key }),
  fc.record({ type: fc.constant('update' as const), key, changes: attributes }),
  fc.record({
    type: fc.constant('transact' as const),
    puts: fc.array(item, { minLength: 1, maxLength: 4 }),
  }),
);

function idOf({ pk, sk }: AttributeMap): string {
  return JSON.stringify([pk, sk]);
}

class Model {
  readonly items = new Map<string, AttributeMap>();

  apply(change: Step): boolean {
    if (change.type === 'put') {
      const id = idOf(change.item);
      if (change.ifAbsent && this.items.has(id)) return false;
      this.items.set(id, change.item);
    } else if (change.type === 'delete') {
      this.items.delete(idOf(change.key));
    } else if (change.type === 'update') {
      const id = idOf(change.key);
      const { n: _removed, ...kept } = { ...change.key, ...this.items.get(id), ...change.changes };
      this.items.set(id, kept);
    } else {
      const ids = change.puts.map(idOf);
      if (new Set(ids).size < ids.length) return false;
      if (ids.some((id) => this.items.has(id))) return false;
      for (const put of change.puts) this.items.set(idOf(put), put);
    }
    return true;
  }
}

async function perform({ call }: TestDatabase, change: Step): Promise<void> {
  const ConditionExpression = 'attribute_not_exists(pk)';
  if (change.type === 'put') {
    const condition = change.ifAbsent ? { ConditionExpression } : {};
    await call('PutItem', { TableName, Item: change.item, ...condition });
  } else if (change.type === 'delete') {
    await call('DeleteItem', { TableName, Key: change.key });
  } else if (change.type === 'update') {
    const names = Object.keys(change.changes).filter((name) => name !== 'n');
    const set = names.map((name) => `${name} = :${name}`).join(', ');
    const values = Object.fromEntries(names.map((name) => [`:${name}`, change.changes[name]]));
    await call('UpdateItem', {
      TableName,
      Key: change.key,
      UpdateExpression: `${set === '' ? '' : `SET ${set} `}REMOVE n`,
      ...(set !== '' && { ExpressionAttributeValues: values as AttributeMap }),
    });
  } else {
    const puts = change.puts.map((Item) => ({ Put: { TableName, Item, ConditionExpression } }));
    await call('TransactWriteItems', { TransactItems: puts });
  }
}

function sorted(items: readonly AttributeMap[]): string[] {
  return items
    .map((each) => JSON.stringify(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted();
}

function pick(each: AttributeMap, names: readonly string[]): AttributeMap {
  return Object.fromEntries(Object.entries(each).filter(([name]) => names.includes(name)));
}

async function checkAgainst(model: Model, { call }: TestDatabase): Promise<void> {
  const all = [...model.items.values()];
  const scan = async (IndexName?: string) =>
    (await call('Scan', { TableName, ...(IndexName && { IndexName }) })).Items ?? [];
  assert.deepEqual(sorted(await scan()), sorted(all));
  const inLocal = all.filter((each) => each['l'] !== undefined);
  assert.deepEqual(
    sorted(await scan('lsi')),
    sorted(inLocal.map((e) => pick(e, ['pk', 'sk', 'l']))),
  );
  const inGlobal = all.filter((each) => each['g'] !== undefined);
  assert.deepEqual(
    sorted(await scan('gsi')),
    sorted(inGlobal.map((each) => pick(each, ['pk', 'sk', 'g', 'shown']))),
  );
  const query = await call('Query', {
    TableName,
    KeyConditionExpression: 'pk = :a AND sk >= :zero',
    ExpressionAttributeValues: { ':a': { S: 'a' }, ':zero': { N: '0' } },
    ScanIndexForward: false,
  });
  const expected = all
    .filter(({ pk, sk }) => pk?.S === 'a' && Number(sk?.N) >= 0)
    .toSorted((x, y) => compareValues(y['sk'] as AttributeValue, x['sk'] as AttributeValue) ?? 0);
  assert.deepEqual(query.Items, expected);
}

test('whatever is done, the table is what a model says, and its indexes what the table says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const database = openTestDatabase();
      await database.call('CreateTable', INDEXED);
      const model = new Model();
      for (const change of steps) {
        const succeeds = model.apply(change);
        const done = perform(database, change);
        if (succeeds) await done;
        else await assert.rejects(done);
      }
      await checkAgainst(model, database);
      for (const each of model.items.values()) {
        const { pk, sk } = each;
        const Key = { pk, sk } as AttributeMap;
        assert.deepEqual((await database.call('GetItem', { TableName, Key })).Item, each);
        await database.call('DeleteItem', { TableName, Key });
      }
      const left = await database.store.range({
        start: Buffer.of(0),
        end: Buffer.of(0xff),
        limit: 10,
      });
      assert.equal(left.length, 1, 'only the table itself is left, no entry and no size');
    }),
    { numRuns: RUNS },
  );
});
