import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { INDEXED, openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const OTHER = {
  TableName: 'other',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
};

let database: TestDatabase;
const opened: TestDatabase[] = [];

beforeEach(async () => {
  database = openTestDatabase();
  opened.push(database);
  await database.call('CreateTable', INDEXED);
  await database.call('CreateTable', {
    ...OTHER,
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
  });
});

after(async () => {
  for (const { service } of opened) await service.close();
});

const rehearse = (plan: object) => database.service.rehearsal.change(plan);
const item = (sk: number, more: object = {}) => ({
  TableName: 'table',
  Item: { pk: { S: 'a' }, sk: { N: String(sk) }, g: { S: 'g' }, ...more },
});
const key = (sk: number) => ({
  TableName: 'table',
  Key: { pk: { S: 'a' }, sk: { N: String(sk) } },
});
const other = (id: string) => ({ TableName: 'other', Item: { id: { S: id } } });
const otherKey = (id: string) => ({ TableName: 'other', Key: { id: { S: id } } });
const OTHER_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/other';

test('throttling says what was exceeded, and leaves other tables alone', async () => {
  rehearse({ fault: 'throttle', table: 'other' });
  const refused = await database.refuses('PutItem', other('a'));
  assert.equal(refused.code, 'ProvisionedThroughputExceededException');
  assert.equal(
    refused.message,
    'The level of configured provisioned throughput for the table was exceeded. ' +
      'Consider increasing your provisioning level with the UpdateTable API',
  );
  assert.deepEqual(refused.fields, {
    ThrottlingReasons: [{ reason: 'TableWriteProvisionedThroughputExceeded', resource: OTHER_ARN }],
  });
  await database.call('PutItem', item(1));
  rehearse({ fault: 'throttle', table: 'table', operation: 'GetItem' });
  await database.call('PutItem', item(1));
  const onDemand = await database.refuses('GetItem', key(1));
  assert.equal(onDemand.code, 'ThrottlingException');
  const [reason] = onDemand.fields['throttlingReasons'] as { reason: string }[];
  assert.equal(reason?.reason, 'TableReadKeyRangeThroughputExceeded');
});

test('a rate lets some through', async () => {
  rehearse({ fault: 'throttle', rate: 0.5 });
  let refused = 0;
  for (let at = 0; at < 200; at++) {
    await database.call('PutItem', item(at)).catch(() => refused++);
  }
  assert.ok(refused > 50 && refused < 150, `${refused} of 200 were refused`);
});

test('a batch gives back what was throttled, and fails where all of it was', async () => {
  rehearse({ fault: 'throttle', table: 'other' });
  const request = { PutRequest: { Item: other('a').Item } };
  const both = { table: [{ PutRequest: { Item: item(1).Item } }], other: [request] };
  const written = await database.call('BatchWriteItem', { RequestItems: both });
  assert.deepEqual(written.UnprocessedItems, { other: [request] });
  assert.ok((await database.call('GetItem', key(1))).Item);
  const keys = { table: { Keys: [key(1).Key] }, other: { Keys: [otherKey('a').Key] } };
  const read = await database.call('BatchGetItem', { RequestItems: keys });
  assert.equal(read.Responses?.['table']?.length, 1);
  assert.deepEqual(read.UnprocessedKeys, { other: keys.other });
  const refused = await database.refuses('BatchWriteItem', { RequestItems: { other: [request] } });
  assert.equal(refused.code, 'ProvisionedThroughputExceededException');
});

test('a transaction says which of its actions were throttled or in conflict', async () => {
  const TransactItems = [{ Put: item(1) }, { Put: other('a') }];
  rehearse({ fault: 'throttle', table: 'other' });
  const throttled = await database.refuses('TransactWriteItems', { TransactItems });
  assert.equal(
    throttled.message,
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      '[None, ProvisionedThroughputExceeded]',
  );
  rehearse({ fault: 'conflict', table: 'table' });
  const conflicting = await database.refuses('TransactWriteItems', { TransactItems });
  assert.deepEqual(conflicting.fields['CancellationReasons'], [
    { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    { Code: 'None' },
  ]);
  const alone = await database.refuses('PutItem', item(1));
  assert.equal(alone.code, 'TransactionConflictException');
  assert.equal(alone.message, 'Transaction is ongoing for the item');
  assert.equal((await database.call('GetItem', key(1))).Item, undefined);
});

test('transactions that take their time are in the way of writes and of each other', async () => {
  rehearse({ fault: 'contention', ms: 20 });
  const TransactItems = [{ Put: item(1) }, { Put: item(2) }];
  const first = database.call('TransactWriteItems', { TransactItems, ClientRequestToken: 'one' });
  const again = { TransactItems, ClientRequestToken: 'one' };
  assert.equal(
    (await database.refuses('TransactWriteItems', again)).code,
    'TransactionInProgressException',
  );
  assert.equal((await database.refuses('PutItem', item(2))).code, 'TransactionConflictException');
  const second = await database.refuses('TransactWriteItems', {
    TransactItems: [
      { Put: item(3) },
      { ConditionCheck: { ...key(2), ConditionExpression: 'attribute_exists(pk)' } },
    ],
  });
  assert.match(second.message, /\[None, TransactionConflict\]$/);
  const reading = { TransactItems: [{ Get: key(1) }] };
  assert.match((await database.refuses('TransactGetItems', reading)).message, /Conflict\]$/);
  assert.equal((await database.call('GetItem', key(1))).Item, undefined);
  await database.call('PutItem', item(4));
  await first;
  await database.call('PutItem', item(2));
  await database.call('TransactWriteItems', again);
});

test('a token can be said to be in progress', async () => {
  rehearse({ fault: 'inProgress' });
  const TransactItems = [{ Put: item(1) }];
  const refused = await database.refuses('TransactWriteItems', {
    TransactItems,
    ClientRequestToken: 'one',
  });
  assert.equal(refused.message, 'Transaction from previous request is still in progress');
  await database.call('TransactWriteItems', { TransactItems });
});

test('eventually consistent reads are behind, strong ones are not', async () => {
  await database.call('PutItem', item(1, { v: { S: 'old' } }));
  await database.call('PutItem', item(2));
  await database.call('PutItem', item(4));
  rehearse({ fault: 'stale', ms: 1000 });
  // Former values are kept from now on, and what is a second old is up to date.
  database.advance(2000);
  await database.call('PutItem', item(1, { v: { S: 'new' } }));
  await database.call('DeleteItem', key(2));
  await database.call('PutItem', item(3));
  await database.call('DeleteItem', key(4));
  const value = async (ConsistentRead: boolean) =>
    (await database.call('GetItem', { ...key(1), ConsistentRead })).Item?.['v']?.S;
  const numbers = async (more: object = {}) => {
    const { Items = [], Count } = await database.call('Query', {
      TableName: 'table',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
      ...more,
    });
    assert.equal(Items.length, Count);
    return Items.map(({ sk }) => Number(sk?.N));
  };
  const byGroup = {
    IndexName: 'gsi',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'g' } },
  };
  assert.equal(await value(true), 'new');
  assert.equal(await value(false), 'old');
  assert.deepEqual(await numbers({ ConsistentRead: true }), [1, 3]);
  assert.deepEqual(await numbers(), [1, 2, 4]);
  assert.deepEqual(await numbers({ Limit: 2 }), [1, 2]);
  assert.deepEqual(await numbers({ ScanIndexForward: false, Limit: 2 }), [4, 2]);
  assert.deepEqual(await numbers(byGroup), [1, 2, 4]);
  database.advance(1500);
  assert.equal(await value(false), 'new');
  assert.deepEqual(await numbers(), [1, 3]);
  assert.deepEqual(await numbers(byGroup), [1, 3]);
});

test('enforced throughput lets a burst through, then as much as comes', async () => {
  rehearse({ throughput: 'enforced', burstSeconds: 5 });
  const put = (id: number) => database.call('PutItem', other(String(id)));
  for (let id = 0; id < 10; id++) await put(id);
  assert.equal(
    (await database.refuses('PutItem', other('10'))).code,
    'ProvisionedThroughputExceededException',
  );
  database.advance(1000);
  await put(11);
  await put(12);
  await assert.rejects(put(13));
  // Reads have units of their own, and are paid by halves.
  for (let read = 0; read < 10; read++) await database.call('GetItem', otherKey('0'));
  const refused = await database.refuses('GetItem', otherKey('0'));
  assert.deepEqual(refused.fields['ThrottlingReasons'], [
    { reason: 'TableReadProvisionedThroughputExceeded', resource: OTHER_ARN },
  ]);
  rehearse({});
  await put(13);
});

test('large items are paid by their size, afterwards', async () => {
  rehearse({ throughput: 'enforced', burstSeconds: 5 });
  const large = { TableName: 'other', Item: { id: { S: 'l' }, v: { S: 'x'.repeat(20_000) } } };
  assert.equal((await database.call('PutItem', large)).ConsumedCapacity, undefined);
  await database.refuses('PutItem', other('a'));
  // Twenty units were taken where ten were left.
  database.advance(5000);
  await database.refuses('PutItem', other('a'));
  database.advance(1000);
  const answer = await database.call('PutItem', { ...other('a'), ReturnConsumedCapacity: 'TOTAL' });
  assert.deepEqual(answer.ConsumedCapacity, { TableName: 'other', CapacityUnits: 1 });
});

test('on-demand maximums hold tables and their indexes', async () => {
  await database.call('CreateTable', {
    ...INDEXED,
    TableName: 'limited',
    GlobalSecondaryIndexes: INDEXED.GlobalSecondaryIndexes.map((index) => ({
      ...index,
      OnDemandThroughput: { MaxReadRequestUnits: 1 },
    })),
  });
  rehearse({ throughput: 'enforced', burstSeconds: 1 });
  const byGroup = {
    TableName: 'limited',
    IndexName: 'gsi',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'g' } },
  };
  await database.call('Query', byGroup);
  await database.call('Query', byGroup);
  const refused = await database.refuses('Query', byGroup);
  assert.equal(refused.code, 'ThrottlingException');
  assert.deepEqual(refused.fields['throttlingReasons'], [
    {
      reason: 'IndexReadMaxOnDemandThroughputExceeded',
      resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/limited/index/gsi',
    },
  ]);
  await database.call('GetItem', { ...key(1), TableName: 'limited' });
});

test('what is refused for other reasons is not paid, except failed conditions', async () => {
  rehearse({ throughput: 'enforced', burstSeconds: 1 });
  const invalid = { TableName: 'other', Item: { id: { N: '1' } } };
  for (let at = 0; at < 5; at++) await database.refuses('PutItem', invalid);
  const failing = { ...other('a'), ConditionExpression: 'attribute_exists(id)' };
  for (let at = 0; at < 2; at++) {
    const { code } = await database.refuses('PutItem', failing);
    assert.equal(code, 'ConditionalCheckFailedException');
  }
  const { code } = await database.refuses('PutItem', failing);
  assert.equal(code, 'ProvisionedThroughputExceededException');
});

test('a plan that is none is refused with the reason', () => {
  const cases: readonly [unknown, RegExp][] = [
    [[], /must be a JSON object/],
    [{ fault: 'other' }, /throttle, conflict, inProgress, stale, contention/],
    [{ fault: 'throttle', rate: 2 }, /rate must be a number from 0 to 1/],
    [{ fault: 'throttle', tables: 'x' }, /has no tables/],
    [{ faults: Array.from({ length: 101 }, () => ({ fault: 'throttle' })) }, /at most 100/],
    [{ throughput: 'on' }, /unlimited or enforced/],
    [{ fault: 'throttle', service: 's3' }, /dynamodb/],
  ];
  for (const [plan, message] of cases) {
    assert.throws(() => database.service.rehearsal.change(plan), message);
  }
});
