/** Random writes of every kind, and searches between them that find what a naive search finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  CreateTableInput,
  VectorDistanceFunction,
  VectorIndex,
} from '../../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 3000 : 60;
const TableName = 'table';
const DIMENSIONS = 3;

const partitioned = (DistanceFunction: VectorDistanceFunction): VectorIndex => ({
  IndexName: `by-tenant-${DistanceFunction}`,
  VectorAttribute: { AttributeName: 'v' },
  SearchSchema: [
    { AttributeName: 'tenant', SearchSchemaElementType: 'HASH' },
    { AttributeName: 'kind', SearchSchemaElementType: 'INLINE_FILTER' },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
  Dimensions: DIMENSIONS,
  DistanceFunction,
});

const whole = (DistanceFunction: VectorDistanceFunction): VectorIndex => ({
  IndexName: `whole-${DistanceFunction}`,
  VectorAttribute: { AttributeName: 'v' },
  Projection: { ProjectionType: 'ALL' },
  Dimensions: DIMENSIONS,
  DistanceFunction,
});

const TABLE = (vectorIndexes: VectorIndex[]): CreateTableInput => ({
  TableName,
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'tenant', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'N' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  VectorIndexes: vectorIndexes,
});

/** Sums and products of these are exact, so that two ways of adding give the same. */
const number = fc.constantFrom(-2, -1, -0.5, 0, 0.25, 1, 3);
const vector = fc.array(number, { minLength: DIMENSIONS, maxLength: DIMENSIONS });
const listOf = (numbers: readonly number[]) => ({ L: numbers.map((n) => ({ N: String(n) })) });

const pk = fc.constantFrom(...Array.from('abcdefghijkl')).map((S) => ({ S }));
const shown = fc.record(
  {
    v: vector.map(listOf),
    tenant: fc.constantFrom('t', 'u').map((S) => ({ S })),
    kind: fc.constantFrom('1', '2').map((N) => ({ N })),
    title: fc.constantFrom('x', 'y').map((S) => ({ S })),
  },
  { requiredKeys: [] },
);
const item = fc.tuple(pk, shown).map(([key, rest]): AttributeMap => ({ pk: key, ...rest }));

type Step =
  | {
      readonly type: 'put';
      readonly how: 'put' | 'batch' | 'transact';
      readonly item: AttributeMap;
    }
  | { readonly type: 'update'; readonly pk: { S: string }; readonly v: { L: { N: string }[] } }
  | { readonly type: 'remove'; readonly pk: { S: string }; readonly name: string }
  | { readonly type: 'delete'; readonly pk: { S: string }; readonly how: 'delete' | 'partiql' }
  | {
      readonly type: 'search';
      readonly vector: readonly number[];
      readonly tenant: string;
      readonly kind: string | undefined;
      readonly count: number;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('put' as const),
    how: fc.constantFrom('put' as const, 'batch' as const, 'transact' as const),
    item,
  }),
  fc.record({ type: fc.constant('update' as const), pk, v: vector.map(listOf) }),
  fc.record({
    type: fc.constant('remove' as const),
    pk,
    name: fc.constantFrom('v', 'tenant', 'kind'),
  }),
  fc.record({
    type: fc.constant('delete' as const),
    pk,
    how: fc.constantFrom('delete' as const, 'partiql' as const),
  }),
  fc.record({
    type: fc.constant('search' as const),
    vector,
    tenant: fc.constantFrom('t', 'u', 'nobody'),
    kind: fc.constantFrom('1', '2', undefined),
    count: fc.integer({ min: 1, max: 5 }),
  }),
);

const FUNCTIONS = ['COSINE', 'DOT_PRODUCT', 'EUCLIDEAN'] as const;

test('searches find what a naive search finds, whatever was written before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FUNCTIONS),
      fc.array(step, { maxLength: 60 }),
      async (distance, steps) => {
        const store = createMemoryStore();
        const database = openTestDatabase(store);
        await database.call('CreateTable', TABLE([partitioned(distance), whole(distance)]));
        const items = new Map<string, AttributeMap>();
        for (const each of steps) {
          if (each.type === 'search') await checkSearch(database, distance, items, each);
          else await apply(database, items, each);
        }
        const last = { type: 'search', vector: [1, 0, -1], tenant: 't', count: 9 } as const;
        await checkSearch(database, distance, items, { ...last, kind: undefined });
        await database.service.close();
        const reopened = openTestDatabase(store);
        await checkSearch(reopened, distance, items, { ...last, kind: '1' });
        await reopened.service.close();
      },
    ),
    { numRuns: RUNS },
  );
});

async function apply(
  { call }: TestDatabase,
  items: Map<string, AttributeMap>,
  change: Exclude<Step, { type: 'search' }>,
): Promise<void> {
  if (change.type === 'put') {
    const { item: Item, how } = change;
    if (how === 'put') await call('PutItem', { TableName, Item });
    const batch = { RequestItems: { [TableName]: [{ PutRequest: { Item } }] } };
    if (how === 'batch') await call('BatchWriteItem', batch);
    const transaction = { TransactItems: [{ Put: { TableName, Item } }] };
    if (how === 'transact') await call('TransactWriteItems', transaction);
    items.set(Item['pk']?.S ?? '', Item);
    return;
  }
  const Key = { pk: change.pk };
  if (change.type === 'delete') {
    const Statement = `DELETE FROM "${TableName}" WHERE pk = ?`;
    if (change.how === 'delete') await call('DeleteItem', { TableName, Key });
    else await call('ExecuteStatement', { Statement, Parameters: [Key.pk] });
    items.delete(Key.pk.S);
    return;
  }
  const updated: AttributeMap = { ...items.get(Key.pk.S), ...Key };
  if (change.type === 'update') {
    const values = { ExpressionAttributeValues: { ':v': change.v } };
    await call('UpdateItem', { TableName, Key, UpdateExpression: 'SET v = :v', ...values });
    updated['v'] = change.v;
  } else {
    const names = { ExpressionAttributeNames: { '#n': change.name } };
    await call('UpdateItem', { TableName, Key, UpdateExpression: 'REMOVE #n', ...names });
    delete updated[change.name];
  }
  items.set(Key.pk.S, updated);
}

async function checkSearch(
  { call }: TestDatabase,
  distance: VectorDistanceFunction,
  items: ReadonlyMap<string, AttributeMap>,
  search: Extract<Step, { type: 'search' }>,
): Promise<void> {
  const { tenant, kind, count } = search;
  const SearchVector = listOf(search.vector).L;
  const values = { ':t': { S: tenant }, ...(kind !== undefined && { ':k': { N: kind } }) };
  const inTenant = await call('SearchVectors', {
    TableName,
    IndexName: partitioned(distance).IndexName,
    SearchVector,
    TopK: count,
    SearchConditionExpression: kind === undefined ? 'tenant = :t' : 'tenant = :t AND :k = kind',
    ExpressionAttributeValues: values,
  });
  const matching = [...items.values()].filter(
    (each) => each['tenant']?.S === tenant && (kind === undefined || each['kind']?.N === kind),
  );
  checkFound(inTenant.SearchResults, matching, distance, search);
  const inAll = { TableName, IndexName: whole(distance).IndexName, SearchVector, TopK: count };
  const found = await call('SearchVectors', inAll);
  checkFound(found.SearchResults, [...items.values()], distance, search);
  for (const { Item } of found.SearchResults ?? []) {
    const { v: _vector, ...rest } = items.get(Item?.['pk']?.S ?? '') ?? {};
    assert.deepEqual({ ...Item }, rest);
  }
}

function checkFound(
  found: { Item?: AttributeMap | undefined; Score?: number | undefined }[] = [],
  candidates: readonly AttributeMap[],
  distance: VectorDistanceFunction,
  { vector: query, count }: Extract<Step, { type: 'search' }>,
): void {
  const scores = new Map<string, number>();
  for (const { pk: key, v } of candidates) {
    const numbers = v?.L?.map(({ N }) => Number(N));
    if (numbers) scores.set(key?.S ?? '', naiveScore(distance, query, numbers));
  }
  const best = [...scores.values()].sort((a, b) => (distance === 'DOT_PRODUCT' ? b - a : a - b));
  assert.deepEqual(
    found.map(({ Score }) => Score),
    best.slice(0, count),
  );
  const ids = found.map(({ Item }) => Item?.['pk']?.S ?? '');
  assert.equal(new Set(ids).size, ids.length, 'an item was found twice');
  for (const [at, id] of ids.entries()) assert.equal(found[at]?.Score, scores.get(id));
}

function naiveScore(
  distance: VectorDistanceFunction,
  a: readonly number[],
  b: readonly number[],
): number {
  const sum = (of: (x: number, y: number) => number) =>
    a.reduce((total, x, at) => total + of(x, b[at] ?? NaN), 0);
  const dot = sum((x, y) => x * y);
  if (distance === 'DOT_PRODUCT') return dot;
  if (distance === 'EUCLIDEAN') return Math.sqrt(sum((x, y) => (x - y) ** 2));
  const lengths = Math.sqrt(sum((x) => x * x)) * Math.sqrt(sum((_, y) => y * y));
  return lengths === 0 ? 1 : 1 - dot / lengths;
}
