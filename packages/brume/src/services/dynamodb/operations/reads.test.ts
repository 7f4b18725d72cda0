import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { QueryInput, ScanInput } from '../../../model/generated/dynamodb.types.ts';
import { INDEXED, openTestDatabase } from '../database.fixture.ts';

const { call, refuses } = openTestDatabase();
const COUNT = 12;

before(async () => {
  await call('CreateTable', INDEXED);
  for (let at = 0; at < COUNT; at++) {
    await call('PutItem', {
      TableName: 'table',
      Item: {
        pk: { S: at < 8 ? 'a' : 'b' },
        sk: { N: String(at - 4) },
        ...(at % 2 === 0 && { l: { S: `l${9 - at}` } }),
        ...(at % 3 === 0 && { g: { S: 'group' } }),
        shown: { S: 'shown' },
        covert: { S: 'covert' },
      },
    });
  }
});

const query = (input: Partial<QueryInput>): QueryInput => ({
  TableName: 'table',
  KeyConditionExpression: 'pk = :a',
  ...input,
  ExpressionAttributeValues: { ':a': { S: 'a' }, ...input.ExpressionAttributeValues },
});

async function sortKeys(input: Partial<QueryInput>) {
  const { Items: items = [] } = await call('Query', query(input));
  return items.map(({ sk }) => Number(sk?.N));
}

test('a query finds the items of a partition in the order of their sort keys', async () => {
  assert.deepEqual(await sortKeys({}), [-4, -3, -2, -1, 0, 1, 2, 3]);
  assert.deepEqual(await sortKeys({ ScanIndexForward: false }), [3, 2, 1, 0, -1, -2, -3, -4]);
  const asked = (condition: string, ...values: number[]) =>
    sortKeys({
      KeyConditionExpression: `pk = :a AND ${condition}`,
      ExpressionAttributeValues: Object.fromEntries(
        values.map((value, at) => [`:v${at}`, { N: String(value) }]),
      ),
    });
  assert.deepEqual(await asked('sk = :v0', -3), [-3]);
  assert.deepEqual(await asked('sk < :v0', -2), [-4, -3]);
  assert.deepEqual(await asked('sk <= :v0', -2), [-4, -3, -2]);
  assert.deepEqual(await asked('sk > :v0', 1), [2, 3]);
  assert.deepEqual(await asked('sk >= :v0', 1), [1, 2, 3]);
  assert.deepEqual(await asked('sk BETWEEN :v0 AND :v1', -1, 1), [-1, 0, 1]);
  assert.deepEqual(await asked(':v0 < sk', 2), [3]);
});

test('pages go through all items once, forwards and backwards, with any limit', async () => {
  for (const ScanIndexForward of [true, false]) {
    for (const Limit of [1, 3, 8, 100]) {
      const seen: number[] = [];
      let start: QueryInput['ExclusiveStartKey'];
      do {
        const page = await call('Query', {
          ...query({ ScanIndexForward, Limit }),
          ...(start && { ExclusiveStartKey: start }),
        });
        seen.push(...(page.Items ?? []).map(({ sk }) => Number(sk?.N)));
        start = page.LastEvaluatedKey;
        assert.equal(start === undefined, (page.Items ?? []).length < Limit);
      } while (start !== undefined);
      const all = [-4, -3, -2, -1, 0, 1, 2, 3];
      assert.deepEqual(seen, ScanIndexForward ? all : all.toReversed());
    }
  }
});

test('a filter is applied after the limit, and costs what it leaves out', async () => {
  const page = await call('Query', {
    ...query({
      FilterExpression: 'attribute_exists(g)',
      Limit: 4,
      ReturnConsumedCapacity: 'INDEXES',
    }),
  });
  assert.deepEqual([page.Count, page.ScannedCount], [2, 4]);
  assert.deepEqual(page.LastEvaluatedKey, { pk: { S: 'a' }, sk: { N: '-1' } });
  assert.deepEqual(page.ConsumedCapacity, {
    TableName: 'table',
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0.5 },
  });
});

test('the parameters from before expressions ask the same', async () => {
  const old = await call('Query', {
    TableName: 'table',
    KeyConditions: {
      pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] },
      sk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '-1' }, { N: '2' }] },
    },
    QueryFilter: {
      g: { ComparisonOperator: 'NULL' },
      l: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'l' }] },
    },
    ConditionalOperator: 'OR',
    AttributesToGet: ['sk'],
  });
  assert.deepEqual(old.Items, [{ sk: { N: '0' } }, { sk: { N: '1' } }, { sk: { N: '2' } }]);
  const scanned = await call('Scan', {
    TableName: 'table',
    ScanFilter: { sk: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '5' }] } },
    Select: 'COUNT',
  });
  assert.deepEqual(scanned, { Count: 2, ScannedCount: COUNT });
});

test('a local index sorts by another attribute, and can send for the rest', async () => {
  const onIndex = (input: Partial<QueryInput>) =>
    call('Query', query({ IndexName: 'lsi', ReturnConsumedCapacity: 'INDEXES', ...input }));
  const page = await onIndex({ Limit: 2 });
  assert.deepEqual(page.Items, [
    { pk: { S: 'a' }, sk: { N: '2' }, l: { S: 'l3' } },
    { pk: { S: 'a' }, sk: { N: '0' }, l: { S: 'l5' } },
  ]);
  assert.deepEqual(page.LastEvaluatedKey, { pk: { S: 'a' }, l: { S: 'l5' }, sk: { N: '0' } });
  assert.deepEqual(page.ConsumedCapacity, {
    TableName: 'table',
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0 },
    LocalSecondaryIndexes: { lsi: { CapacityUnits: 0.5 } },
  });
  const whole = await onIndex({ Limit: 2, Select: 'ALL_ATTRIBUTES' });
  assert.equal(whole.Items?.[0]?.['covert']?.S, 'covert');
  assert.equal(whole.ConsumedCapacity?.CapacityUnits, 1.5);
  const some = await onIndex({ Limit: 2, ProjectionExpression: 'covert' });
  assert.deepEqual(some.Items?.[0], { covert: { S: 'covert' } });
});

test('a global index holds what it projects, of the items that have its key', async () => {
  const { Items: items = [] } = await call('Query', {
    TableName: 'table',
    IndexName: 'gsi',
    KeyConditionExpression: 'g = :g AND sk > :s',
    ExpressionAttributeValues: { ':g': { S: 'group' }, ':s': { N: '-4' } },
  });
  assert.deepEqual(
    items.map(({ sk }) => sk?.N),
    ['-1', '2', '5'],
  );
  assert.deepEqual(Object.keys(items[0] ?? {}).toSorted(), ['g', 'pk', 'shown', 'sk']);
});

test('what a query cannot ask is refused in the words of AWS', async () => {
  const invalid = 'One or more parameter values were invalid: ';
  const cases: readonly [Partial<QueryInput>, string][] = [
    [{ KeyConditionExpression: 'sk = :a' }, 'Query condition missed key schema element: pk'],
    [
      { KeyConditionExpression: 'pk = :a AND l = :a' },
      'Query condition missed key schema element: sk',
    ],
    [{ KeyConditionExpression: 'pk > :a' }, 'Query key condition not supported'],
    [
      { KeyConditionExpression: 'pk = :a AND sk = :a' },
      `${invalid}Condition parameter type does not match schema type`,
    ],
    [
      { FilterExpression: 'sk > :n', ExpressionAttributeValues: { ':n': { N: '1' } } },
      'Filter Expression can only contain non-primary key attributes: ' +
        'Primary key attribute: sk',
    ],
    [{ IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      { IndexName: 'gsi', KeyConditionExpression: 'g = :a', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      { IndexName: 'gsi', KeyConditionExpression: 'g = :a', Select: 'ALL_ATTRIBUTES' },
      `${invalid}Select type ALL_ATTRIBUTES is not supported for global secondary index gsi ` +
        'because its projection type is not ALL',
    ],
    [
      { IndexName: 'gsi', KeyConditionExpression: 'g = :a', ProjectionExpression: 'covert' },
      `${invalid}Global secondary index gsi does not project [covert]`,
    ],
    [
      { Select: 'SPECIFIC_ATTRIBUTES' },
      '1 validation error detected: Must specify the AttributesToGet or ProjectionExpression ' +
        'when choosing to get SPECIFIC_ATTRIBUTES',
    ],
    [
      { Select: 'COUNT', ProjectionExpression: 'pk' },
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
    [
      { Select: 'ALL_PROJECTED_ATTRIBUTES' },
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    ],
    [
      { ExclusiveStartKey: { pk: { S: 'b' }, sk: { N: '1' } } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      { ExclusiveStartKey: { pk: { S: 'a' } } },
      'The provided starting key is invalid: ' +
        'The provided key element does not match the schema',
    ],
    [
      { ExclusiveStartKey: { pk: {}, sk: { N: '1' } } },
      'The provided starting key is invalid: Supplied AttributeValue is empty, ' +
        'must contain exactly one of the supported datatypes',
    ],
  ];
  for (const [input, message] of cases) {
    assert.equal((await refuses('Query', query(input))).message, message);
  }
  const without = await refuses('Query', { TableName: 'table' });
  assert.equal(
    without.message,
    'Either the KeyConditions or KeyConditionExpression parameter must be specified in the ' +
      'request.',
  );
});

test('segments of a scan are parts of the whole, in its order', async () => {
  const scan = async (input: Partial<ScanInput>) => {
    const { Items: items = [] } = await call('Scan', { TableName: 'table', ...input });
    return items.map(({ pk, sk }) => `${pk?.S}${sk?.N}`);
  };
  const all = await scan({});
  assert.equal(all.length, COUNT);
  for (const TotalSegments of [1, 2, 3, 7]) {
    const parts: string[] = [];
    for (let Segment = 0; Segment < TotalSegments; Segment++) {
      parts.push(...(await scan({ Segment, TotalSegments })));
    }
    assert.deepEqual(parts, all);
  }
  const wrong = await refuses('Scan', { TableName: 'table', Segment: 4, TotalSegments: 4 });
  assert.equal(
    wrong.message,
    'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
      'Segment: 4 is not less than TotalSegments: 4',
  );
});

test('a page ends with the item that reaches a megabyte', async () => {
  const database = openTestDatabase();
  await database.call('CreateTable', { ...INDEXED, TableName: 'large' });
  const data = { S: 'x'.repeat(100_000) };
  for (let at = 0; at < 15; at++) {
    const Item = { pk: { S: 'a' }, sk: { N: String(at) }, data };
    await database.call('PutItem', { TableName: 'large', Item });
  }
  const first = await database.call('Scan', { TableName: 'large' });
  assert.equal(first.Count, 11);
  assert.deepEqual(first.LastEvaluatedKey, { pk: { S: 'a' }, sk: { N: '10' } });
  const second = await database.call('Scan', {
    TableName: 'large',
    ExclusiveStartKey: first.LastEvaluatedKey,
  });
  assert.deepEqual([second.Count, second.LastEvaluatedKey], [4, undefined]);
});

// AWS-verified by moto: A comes before B, as MD5 has it.
test('a scan comes in the order of AWS', async () => {
  const database = openTestDatabase();
  await database.call('CreateTable', {
    TableName: 'order',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  for (const S of ['B', 'A'])
    await database.call('PutItem', { TableName: 'order', Item: { pk: { S } } });
  const { Items: items } = await database.call('Scan', { TableName: 'order' });
  assert.deepEqual(items, [{ pk: { S: 'A' } }, { pk: { S: 'B' } }]);
});

test('a global index may have several attributes to hash and to sort by', async () => {
  const database = openTestDatabase();
  const names = ['a', 'b', 'x', 'y'];
  await database.call('CreateTable', {
    TableName: 'multi',
    AttributeDefinitions: ['pk', ...names].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'gsi',
        KeySchema: names.map((AttributeName) => ({
          AttributeName,
          KeyType: AttributeName < 'c' ? ('HASH' as const) : ('RANGE' as const),
        })),
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  for (const [at, [x = '', y = '']] of ['21', '11', '12', '1'].entries()) {
    await database.call('PutItem', {
      TableName: 'multi',
      Item: {
        pk: { S: String(at) },
        a: { S: 'A' },
        b: { S: 'B' },
        x: { S: x },
        ...(y !== '' && { y: { S: y } }),
      },
    });
  }
  const ask = (condition: string, values: object) => ({
    TableName: 'multi',
    IndexName: 'gsi',
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ':A': { S: 'A' }, ':B': { S: 'B' }, ...values },
  });
  const found = async (condition: string, values: object = {}) => {
    const { Items: items = [] } = await database.call('Query', ask(condition, values));
    return items.map(({ pk }) => pk?.S).join('');
  };
  assert.equal(await found('a = :A AND b = :B'), '120');
  assert.equal(await found('a = :A AND b = :B AND x = :x', { ':x': { S: '1' } }), '12');
  const both = { ':x': { S: '1' }, ':y': { S: '1' } };
  assert.equal(await found('a = :A AND b = :B AND x = :x AND y > :y', both), '2');
  const missing = await database.refuses('Query', ask('a = :A AND x = :B', {}));
  assert.equal(missing.message, 'Query condition missed key schema element: b');
});
