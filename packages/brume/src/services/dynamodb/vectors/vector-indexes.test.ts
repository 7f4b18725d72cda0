import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateTableInput, VectorIndex } from '../../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import { openTestDatabase } from '../database.fixture.ts';
import { imported, object, opened } from '../transfer/transfer.fixture.ts';

const TableName = 'Products';
const INDEX = {
  IndexName: 'embeddings',
  VectorAttribute: { AttributeName: 'Embedding' },
  SearchSchema: [
    { AttributeName: 'Category', SearchSchemaElementType: 'HASH' },
    { AttributeName: 'Brand', SearchSchemaElementType: 'INLINE_FILTER' },
  ],
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['Title'] },
  Dimensions: 2,
  DistanceFunction: 'COSINE',
} satisfies VectorIndex;

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const PLAIN = {
  TableName,
  AttributeDefinitions: [string('Id')],
  KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableInput;
const TABLE = {
  ...PLAIN,
  AttributeDefinitions: [string('Id'), string('Category'), string('Brand')],
  VectorIndexes: [INDEX],
} satisfies CreateTableInput;

const vector = (...numbers: (number | string)[]) => ({ L: numbers.map((n) => ({ N: String(n) })) });
const product = (Id: string, ...numbers: number[]) => ({
  Id: { S: Id },
  Category: { S: 'c' },
  Title: { S: `Title ${Id}` },
  Weight: { N: '1' },
  Embedding: vector(...numbers),
});
const IN_CATEGORY = {
  SearchConditionExpression: 'Category = :c',
  ExpressionAttributeValues: { ':c': { S: 'c' } },
};
const SEARCH = { TableName, IndexName: 'embeddings', SearchVector: vector(1, 0).L, TopK: 10 };

/** What goes on beside requests has its turns meanwhile. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

async function withProducts() {
  const database = openTestDatabase();
  await database.call('CreateTable', TABLE);
  for (const Item of [product('a', 1, 0), product('b', 0, 2), product('c', -3, 0)]) {
    await database.call('PutItem', { TableName, Item });
  }
  return database;
}

test('a table shows its vector indexes, which are ready at once', async () => {
  const { call } = await withProducts();
  const { Table } = await call('DescribeTable', { TableName });
  assert.deepEqual(Table?.VectorIndexes, [
    {
      ...INDEX,
      IndexStatus: 'ACTIVE',
      // Id, Category, Title and their values, and the name of the vector with 4 bytes a dimension.
      IndexSizeBytes: 3 * (2 + 1 + 8 + 1 + 5 + 7 + 9 + 2 * 4),
      ItemCount: 3,
      IndexArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Products/index/embeddings',
    },
  ]);
  const created = await call('CreateTable', { ...TABLE, TableName: 'other' });
  assert.equal(created.TableDescription?.VectorIndexes?.[0]?.IndexStatus, 'CREATING');
});

test('the most similar comes first, with what the index projects but without its vector', async () => {
  const { call } = await withProducts();
  const { SearchResults } = await call('SearchVectors', { ...SEARCH, ...IN_CATEGORY });
  assert.deepEqual(
    SearchResults?.map(({ Item, Score }) => [Item, Score]),
    [
      [{ Id: { S: 'a' }, Category: { S: 'c' }, Title: { S: 'Title a' } }, 0],
      [{ Id: { S: 'b' }, Category: { S: 'c' }, Title: { S: 'Title b' } }, 1],
      [{ Id: { S: 'c' }, Category: { S: 'c' }, Title: { S: 'Title c' } }, 2],
    ],
  );
});

test('a projection can ask for the vector, which has lost what 32 bits do not hold', async () => {
  const { call } = await withProducts();
  const Item = { ...product('a'), Embedding: vector('0.12345678901234567', '-100') };
  await call('PutItem', { TableName, Item });
  const { SearchResults } = await call('SearchVectors', {
    ...SEARCH,
    ...IN_CATEGORY,
    TopK: 2,
    ProjectionExpression: 'Embedding, Title, Weight',
  });
  // What is not projected is left out silently (AWS's agent toolkit, 2026-08).
  assert.deepEqual(SearchResults?.[0]?.Item, {
    Title: { S: 'Title a' },
    Embedding: vector('0.12345679', '-100'),
  });
  const { Item: stored } = await call('GetItem', { TableName, Key: { Id: { S: 'a' } } });
  assert.deepEqual(stored?.['Embedding'], vector('0.12345678901234567', '-100'));
});

test('an index added to a table with items is filled, and can be removed again', async () => {
  const { call, refuses, service, store } = openTestDatabase();
  await call('CreateTable', PLAIN);
  for (let at = 0; at < 250; at++) {
    await call('PutItem', { TableName, Item: product(String(at), at, 1) });
  }
  // What is no vector for the index does not keep the others out of it.
  await call('PutItem', { TableName, Item: product('odd', 1, 2, 3) });
  const updated = await call('UpdateTable', {
    TableName,
    AttributeDefinitions: [string('Category'), string('Brand')],
    VectorIndexUpdates: [{ Create: INDEX }],
  });
  const [index] = updated.TableDescription?.VectorIndexes ?? [];
  assert.deepEqual([index?.IndexStatus, index?.Backfilling], ['CREATING', true]);
  const backfilling = await refuses('SearchVectors', { ...SEARCH, ...IN_CATEGORY });
  assert.equal(backfilling.message, 'Cannot search backfilling vector index: embeddings');
  const other = { Create: { ...INDEX, IndexName: 'another' } };
  const second = await refuses('UpdateTable', { TableName, VectorIndexUpdates: [other] });
  assert.equal(
    second.message,
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously ' +
      'per table',
  );
  assert.equal(second.code, 'LimitExceededException');
  // What is written meanwhile is in the index, too.
  await call('DeleteItem', { TableName, Key: { Id: { S: '249' } } });
  await call('PutItem', { TableName, Item: product('new', 1000, 1) });
  const described = async () =>
    (await call('DescribeTable', { TableName })).Table?.VectorIndexes?.[0];
  await until(async () => (await described())?.IndexStatus === 'ACTIVE');
  assert.equal((await described())?.Backfilling, undefined);
  assert.equal((await described())?.ItemCount, 250);
  const { SearchResults } = await call('SearchVectors', { ...SEARCH, ...IN_CATEGORY, TopK: 3 });
  const ids = SearchResults?.map(({ Item }) => Item?.['Id']?.S);
  assert.deepEqual(ids, ['new', '248', '247']);
  const removal = { VectorIndexUpdates: [{ Delete: { IndexName: 'embeddings' } }] };
  const after = await call('UpdateTable', { TableName, ...removal });
  assert.equal(after.TableDescription?.VectorIndexes, undefined);
  assert.deepEqual(after.TableDescription?.AttributeDefinitions, [string('Id')]);
  const gone = await refuses('SearchVectors', { ...SEARCH, ...IN_CATEGORY });
  assert.equal(gone.message, 'The table does not have the specified index: embeddings');
  await service.close();
  const left = await store.range({ start: Buffer.of(0), end: Buffer.of(255), limit: 10_000 });
  assert.ok(left.length < 300, `${left.length} entries are left`);
});

test('what AWS refuses in a search', async () => {
  const { refuses } = await withProducts();
  const ask = async (input: object) =>
    (await refuses('SearchVectors', { ...SEARCH, ...IN_CATEGORY, ...input })).message;
  const { SearchVector } = SEARCH;
  const condition = (SearchConditionExpression: string) => ask({ SearchConditionExpression });
  // Quoted by AWS's agent toolkit as verbatim from the service (2026-08).
  assert.equal(
    await ask({ TopK: 101 }),
    "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive",
  );
  assert.equal(
    await ask({ SearchVector: [...SearchVector, { N: '1' }] }),
    'Input search vector dimension 3 does not match vector index dimension 2',
  );
  assert.equal(
    (await refuses('SearchVectors', SEARCH)).message,
    'SearchConditionExpression must be provided when SearchSchema has a HASH key',
  );
  for (const comparator of ['<', '<=', '>', '>=', '<>']) {
    assert.equal(
      await condition(`Category ${comparator} :c`),
      'Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression',
    );
  }
  for (const other of ['Category IN (:c)', 'NOT Category = :c', 'begins_with(Category, :c)']) {
    assert.equal(
      await condition(other),
      'Invalid SearchConditionExpression: Invalid operator used in SearchConditionExpression',
    );
  }
  assert.equal(
    await ask({ IndexName: 'unknown' }),
    'The table does not have the specified index: unknown',
  );
  // The words of these are ours.
  assert.match(await condition('Brand = :c'), /HASH key .* is missing: Category/);
  assert.match(await condition('Category = :c AND Title = :c'), /not in the SearchSchema: Title/);
  assert.match(await condition('Category = :c AND Category = :c'), /more than once: Category/);
  assert.match(await condition('Category.x = :c'), /Only top-level attributes/);
  assert.match(await condition('Category = Brand AND Brand = :c'), /compared with a value/);
  assert.match(await ask({ ExpressionAttributeValues: { ':c': { N: '1' } } }), /Type mismatch/);
  assert.match(await ask({ SearchVector: [{ S: '1' }, { N: '1' }] }), /SearchVector\[0\]/);
  assert.match(await ask({ SearchVector: [{ N: '1' }, { N: '1e39' }] }), /SearchVector\[1\]/);
});

test('other reads refuse vector indexes', async () => {
  const { refuses } = await withProducts();
  const index = { TableName, IndexName: 'embeddings' };
  const query = await refuses('Query', {
    ...index,
    KeyConditionExpression: 'Category = :c',
    ExpressionAttributeValues: IN_CATEGORY.ExpressionAttributeValues,
  });
  assert.equal(query.message, 'Query operation not supported on this index type.');
  const scan = await refuses('Scan', index);
  assert.equal(scan.message, 'Scan operation not supported on this index type.');
  const Statement = `SELECT * FROM "${TableName}"."embeddings" WHERE Category = 'c'`;
  const statement = await refuses('ExecuteStatement', { Statement });
  assert.equal(statement.message, 'The table does not have the specified index');
});

test('what AWS refuses in items', async () => {
  const { call, refuses } = await withProducts();
  const put = async (change: object) => {
    const Item = { ...product('x', 1, 2), ...change };
    return (await refuses('PutItem', { TableName, Item })).message;
  };
  assert.equal(
    await put({ Embedding: vector(1, 2, 3) }),
    'One or more parameter values were invalid: Invalid size for parameter Embedding, ' +
      'Expected: 2, Actual: 3. IndexName: embeddings',
  );
  assert.match(await put({ Embedding: { S: '1' } }), /Invalid type for parameter Embedding, /);
  const mixed = { L: [{ N: '1' }, { S: '2' }] };
  assert.match(await put({ Embedding: mixed }), /Invalid type for parameter Embedding\[1\], /);
  assert.match(await put({ Embedding: vector(1, '1e39') }), /32-bit floating point/);
  assert.equal(
    await put({ Category: { N: '1' } }),
    'One or more parameter values were invalid: Type mismatch for Index Key Category Expected: S ' +
      'Actual: N IndexName: embeddings',
  );
  assert.match(await put({ Category: { S: '' } }), /cannot contain an empty string value/);
  assert.match(await put({ Brand: { BOOL: true } }), /Type mismatch for Index Key Brand/);
  const update = {
    TableName,
    Key: { Id: { S: 'a' } },
    UpdateExpression: 'SET Embedding = list_append(Embedding, :v)',
    ExpressionAttributeValues: { ':v': vector(1) },
  };
  assert.match((await refuses('UpdateItem', update)).message, /Expected: 2, Actual: 3/);
  const transaction = { TransactItems: [{ Update: update }] };
  assert.equal(
    (await refuses('TransactWriteItems', transaction)).code,
    'TransactionCanceledException',
  );
  const { Embedding: _vector, ...withoutVector } = product('y');
  const batch = { PutRequest: { Item: { ...withoutVector, Embedding: vector(1) } } };
  const batched = await refuses('BatchWriteItem', { RequestItems: { [TableName]: [batch] } });
  assert.match(batched.message, /Expected: 2, Actual: 1/);
  const Statement = `INSERT INTO "${TableName}" VALUE {'Id': 'y', 'Embedding': [1]}`;
  const inserted = await refuses('ExecuteStatement', { Statement });
  assert.match(inserted.message, /Expected: 2, Actual: 1/);
  // Without the HASH attribute an item is written, and not found.
  const { Category: _category, ...rest } = product('a', 1, 0);
  await call('PutItem', { TableName, Item: rest });
  const { SearchResults } = await call('SearchVectors', { ...SEARCH, ...IN_CATEGORY });
  assert.deepEqual(
    SearchResults?.map(({ Item }) => Item?.['Id']?.S),
    ['b', 'c'],
  );
});

test('what AWS refuses in definitions', async () => {
  const { refuses } = openTestDatabase();
  const create = async (indexes: readonly object[], change: object = {}) => {
    const input = { ...TABLE, ...change, VectorIndexes: indexes as VectorIndex[] };
    return (await refuses('CreateTable', input)).message;
  };
  // Both quoted in the Developer Guide (2026-11).
  assert.equal(
    await create([INDEX], { AttributeDefinitions: PLAIN.AttributeDefinitions }),
    'One or more parameter values were invalid: One element in SearchSchema is not defined in ' +
      'attribute definitions',
  );
  const six = Array.from('abcdef', (letter) => ({ ...INDEX, IndexName: letter.repeat(3) }));
  assert.equal(
    await create(six),
    'One or more parameter values were invalid: VectorIndex count exceeds the per-table limit of 5',
  );
  const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const provisioned = { BillingMode: 'PROVISIONED', ProvisionedThroughput: units };
  assert.match(await create([INDEX], provisioned), /PAY_PER_REQUEST/);
  assert.match(await create([{ ...INDEX, Dimensions: 4097 }]), /limit of 4096/);
  assert.match(await create([INDEX, INDEX]), /Duplicate index name: embeddings/);
  const other = { ...INDEX, IndexName: 'other', Dimensions: 3 };
  assert.match(await create([INDEX, other]), /must have the same Dimensions/);
  const key = { ...INDEX, VectorAttribute: { AttributeName: 'Id' } };
  assert.match(await create([key]), /part of the table's key/);
  const twice = INDEX.SearchSchema.map((element) => ({
    ...element,
    SearchSchemaElementType: 'HASH',
  }));
  assert.match(await create([{ ...INDEX, SearchSchema: twice }]), /more than one HASH key/);
});

test('writes say what they cost in vector indexes, where these see a change', async () => {
  const { call } = await withProducts();
  const put = async (Item: ReturnType<typeof product>) => {
    const input = { TableName, Item, ReturnConsumedCapacity: 'INDEXES' as const };
    return (await call('PutItem', input)).ConsumedCapacity;
  };
  // At least 1,024 bytes for an index (captured against AWS, 2026).
  const small = { embeddings: { VectorWriteRequestBytes: 1024 } };
  assert.deepEqual((await put(product('d', 1, 1)))?.VectorIndexes, small);
  // Weight is not in the index.
  const heavier = { ...product('d', 1, 1), Weight: { N: '2' } };
  assert.equal((await put(heavier))?.VectorIndexes, undefined);
  const long = { ...heavier, Title: { S: 'x'.repeat(2000) } };
  const bytes = 2 + 1 + 8 + 1 + 5 + 2000 + 9 + 2 * 4;
  const large = { embeddings: { VectorWriteRequestBytes: bytes } };
  assert.deepEqual((await put(long))?.VectorIndexes, large);
  const found = await call('SearchVectors', {
    ...SEARCH,
    ...IN_CATEGORY,
    TopK: 1,
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.deepEqual(found.ConsumedCapacity, { VectorSearchRequestBytes: 1024 });
});

test('expired items leave the index', async () => {
  const { call, advance, service } = await withProducts();
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
  await call('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  const seconds = String(Math.floor(Date.now() / 1000) + 60);
  await call('PutItem', { TableName, Item: { ...product('a', 1, 0), ttl: { N: seconds } } });
  const ids = async () => {
    const { SearchResults } = await call('SearchVectors', { ...SEARCH, ...IN_CATEGORY });
    return SearchResults?.map(({ Item }) => Item?.['Id']?.S);
  };
  assert.deepEqual(await ids(), ['a', 'b', 'c']);
  advance(120_000);
  await until(async () => (await ids())?.length === 2);
  await service.close();
});

test('indexes are there again in tables that are restored', async () => {
  const { call, service } = await withProducts();
  const { BackupDetails } = await call('CreateBackup', { TableName, BackupName: 'backup' });
  const BackupArn = BackupDetails?.BackupArn ?? '';
  const described = async () => (await call('DescribeBackup', { BackupArn })).BackupDescription;
  await until(async () => (await described())?.BackupDetails?.BackupStatus === 'AVAILABLE');
  assert.deepEqual((await described())?.SourceTableFeatureDetails?.VectorIndexes, [INDEX]);
  await call('RestoreTableFromBackup', { BackupArn, TargetTableName: 'restored' });
  const status = async () =>
    (await call('DescribeTable', { TableName: 'restored' })).Table?.TableStatus;
  await until(async () => (await status()) === 'ACTIVE');
  const search = { ...SEARCH, ...IN_CATEGORY, TableName: 'restored' };
  const { SearchResults } = await call('SearchVectors', search);
  assert.deepEqual(
    SearchResults?.map(({ Score }) => Score),
    [0, 1, 2],
  );
  const without = { BackupArn, TargetTableName: 'without', VectorIndexOverride: [] };
  const { TableDescription } = await call('RestoreTableFromBackup', without);
  assert.equal(TableDescription?.VectorIndexes, undefined);
  await service.close();
});

test('a table is imported with its index', async (t) => {
  const setting = await opened(t);
  const { database } = setting;
  const lines = [product('a', 1, 0), product('b', 1, 2)].map((Item) => JSON.stringify({ Item }));
  const odd = JSON.stringify({ Item: { Id: { S: 'odd' }, Embedding: vector(1) } });
  await object(setting, 'items.json', [...lines, odd].join('\n'));
  const done = await imported(database, {
    TableCreationParameters: { ...TABLE, TableName: 'imported' },
  });
  assert.deepEqual([done.ImportedItemCount, done.ErrorCount], [2, 1]);
  const search = { ...SEARCH, ...IN_CATEGORY, TableName: 'imported' };
  const { SearchResults } = await database.call('SearchVectors', search);
  assert.deepEqual(
    SearchResults?.map(({ Item }) => Item?.['Id']?.S),
    ['a', 'b'],
  );
});

test('a table from before there were vector indexes has none', async () => {
  const store = createMemoryStore();
  const first = openTestDatabase(store);
  await first.call('CreateTable', PLAIN);
  await first.service.close();
  const { call, refuses } = openTestDatabase(store);
  assert.equal((await call('DescribeTable', { TableName })).Table?.VectorIndexes, undefined);
  const refused = await refuses('SearchVectors', SEARCH);
  assert.equal(refused.message, 'The table does not have the specified index: embeddings');
});
