import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED, openTestDatabase } from '../database.fixture.ts';

const SMALL = {
  TableName: 'small',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
};

async function opened() {
  const database = openTestDatabase();
  await database.call('CreateTable', INDEXED);
  await database.call('CreateTable', SMALL);
  return { ...database, rehearse: (plan: object) => database.service.rehearsal.change(plan) };
}

const insert = (sk: number) => ({
  Statement: `INSERT INTO "table" VALUE {'pk': 'a', 'sk': ${sk}}`,
});
const select = (sk: number) => ({
  Statement: `SELECT * FROM "table" WHERE pk = ? AND sk = ${sk}`,
  Parameters: [{ S: 'a' }],
});
const small = (id: string) => ({ Statement: `INSERT INTO "small" VALUE {'id': '${id}'}` });

test('statements are throttled as the operations they stand for', async () => {
  const { call, refuses, rehearse, service } = await opened();
  rehearse({ fault: 'throttle', table: 'table', operation: 'ExecuteStatement' });
  const refused = await refuses('ExecuteStatement', insert(1));
  assert.equal(refused.code, 'ThrottlingException');
  const [reason] = refused.fields['throttlingReasons'] as { reason: string }[];
  assert.equal(reason?.reason, 'TableWriteKeyRangeThroughputExceeded');
  const read = await refuses('ExecuteStatement', select(1));
  const [reading] = read.fields['throttlingReasons'] as { reason: string }[];
  assert.equal(reading?.reason, 'TableReadKeyRangeThroughputExceeded');
  await call('ExecuteStatement', small('other tables are left alone'));
  await call('PutItem', { TableName: 'table', Item: { pk: { S: 'a' }, sk: { N: '1' } } });
  await service.close();
});

test('members of a batch that are not let in say so in their places', async () => {
  const { call, rehearse, service } = await opened();
  rehearse({ fault: 'throttle', table: 'small' });
  const { Responses: responses } = await call('BatchExecuteStatement', {
    Statements: [small('a'), insert(1), small('b')],
  });
  const codes = responses?.map(({ Error: error, TableName: name }) => error?.Code ?? name);
  const throttled = 'ProvisionedThroughputExceeded';
  assert.deepEqual(codes, [throttled, 'table', throttled]);
  const { Responses: mixed } = await call('BatchExecuteStatement', {
    Statements: [{ Statement: 'INSERT' }, small('a'), { Statement: 'SELECT * FROM "nowhere"' }],
  });
  const mixedCodes = mixed?.map(({ Error: error }) => error?.Code);
  assert.deepEqual(mixedCodes, ['ValidationError', throttled, 'ResourceNotFound']);
  const { Responses: none } = await call('BatchExecuteStatement', { Statements: [small('a')] });
  assert.equal(none?.[0]?.Error?.Code, throttled);
  rehearse({});
  const { Items: items } = await call('ExecuteStatement', { Statement: 'SELECT * FROM "small"' });
  assert.deepEqual(items, []);
  await service.close();
});

test('transactions of statements are cancelled with a reason for each', async () => {
  const { call, refuses, rehearse, service } = await opened();
  rehearse({ fault: 'conflict', table: 'table' });
  const refused = await refuses('ExecuteTransaction', {
    TransactStatements: [small('a'), insert(1)],
  });
  assert.equal(refused.code, 'TransactionCanceledException');
  const reasons = refused.fields['CancellationReasons'] as { Code: string }[];
  assert.deepEqual(
    reasons.map(({ Code: code }) => code),
    ['None', 'TransactionConflict'],
  );
  rehearse({ fault: 'inProgress' });
  const inProgress = await refuses('ExecuteTransaction', {
    TransactStatements: [small('a')],
    ClientRequestToken: 'token',
  });
  assert.equal(inProgress.code, 'TransactionInProgressException');
  rehearse({});
  await call('ExecuteTransaction', {
    TransactStatements: [small('a')],
    ClientRequestToken: 'token',
  });
  await service.close();
});

test('a transaction of statements holds its items while it takes its time', async () => {
  const { call, refuses, rehearse, service } = await opened();
  rehearse({ fault: 'contention', ms: 20 });
  const running = call('ExecuteTransaction', { TransactStatements: [insert(1)] });
  // The hold begins once the tables are known.
  const put = { TableName: 'table', Item: { pk: { S: 'a' }, sk: { N: '1' } } };
  let code: string | undefined;
  for (let turn = 0; turn < 10 && code === undefined; turn++) {
    code = await refuses('PutItem', put).then(
      (error) => error.code,
      () => undefined,
    );
  }
  assert.equal(code, 'TransactionConflictException');
  const update = { Statement: `UPDATE "table" SET x = 1 WHERE pk = 'a' AND sk = 1` };
  assert.equal((await refuses('ExecuteStatement', update)).code, 'TransactionConflictException');
  await running.catch((error: unknown) => {
    // A put that came before the hold has made the item that INSERT finds.
    assert.equal((error as { code?: string }).code, 'TransactionCanceledException');
  });
  await service.close();
});

test('statements pay for what they do, and answer their capacity as they were asked', async () => {
  const { call, refuses, rehearse, service } = await opened();
  rehearse({ throughput: 'enforced', burstSeconds: 1 });
  const first = await call('ExecuteStatement', {
    ...small('a'),
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.deepEqual(first.ConsumedCapacity, { TableName: 'small', CapacityUnits: 1 });
  let refused: string | undefined;
  for (let at = 0; at < 10 && refused === undefined; at++) {
    const sent = refuses('ExecuteStatement', small(`b${at}`));
    refused = await sent.then(
      ({ code }) => code,
      () => undefined,
    );
  }
  assert.equal(refused, 'ProvisionedThroughputExceededException');
  await service.close();
});

test('eventually consistent statements can be answered with what was', async () => {
  const { call, rehearse, advance, service } = await opened();
  rehearse({ fault: 'stale', ms: 1000 });
  await call('ExecuteStatement', insert(1));
  const count = async (ConsistentRead: boolean) => {
    const { Items: items } = await call('ExecuteStatement', { ...select(1), ConsistentRead });
    return items?.length;
  };
  assert.equal(await count(false), 0);
  assert.equal(await count(true), 1);
  const { Responses: batch } = await call('BatchExecuteStatement', {
    Statements: [{ ...select(1), ConsistentRead: true }],
  });
  assert.ok(batch?.[0]?.Item);
  advance(2000);
  assert.equal(await count(false), 1);
  await service.close();
});

test('what is no statement is refused as always', async () => {
  const { refuses, rehearse, service } = await opened();
  rehearse({ fault: 'throttle' });
  assert.equal(
    (await refuses('ExecuteStatement', { Statement: 'SELEC' })).code,
    'ValidationException',
  );
  const nowhere = { Statement: 'SELECT * FROM "nowhere"' };
  assert.equal((await refuses('ExecuteStatement', nowhere)).code, 'ResourceNotFoundException');
  await service.close();
});
