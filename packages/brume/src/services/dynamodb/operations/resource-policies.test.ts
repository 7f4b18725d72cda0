import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED } from '../database.fixture.ts';
import { POLICY_BYTES_MAX } from '../policies/limits.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const TableName = 'table';
const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
const STREAM = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const;

function policy(sid: string) {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: sid, Effect: 'Deny' }] });
}

test('a policy is kept until it is replaced, by revision where one is expected', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const missing = await database.refusal('GetResourcePolicy', { ResourceArn });
  assert.match(missing, /^PolicyNotFoundException: .*table\/table$/);
  const put = (sid: string, ExpectedRevisionId?: string) =>
    database.call('PutResourcePolicy', {
      ResourceArn,
      Policy: policy(sid),
      ExpectedRevisionId,
    });
  const { RevisionId: first } = await put('one', 'NO_POLICY');
  assert.deepEqual(await put('one', first), { RevisionId: first }, 'the same again');
  assert.deepEqual(await database.call('GetResourcePolicy', { ResourceArn }), {
    Policy: policy('one'),
    RevisionId: first,
  });
  await assert.rejects(put('two', 'NO_POLICY'), { code: 'PolicyNotFoundException' });
  const { RevisionId: second } = await put('two', first);
  assert.ok(Number(second) > Number(first));
  await assert.rejects(put('three', first), { code: 'PolicyNotFoundException' });
  const remove = (ExpectedRevisionId?: string) =>
    database.call('DeleteResourcePolicy', { ResourceArn, ExpectedRevisionId });
  await assert.rejects(remove(first), { code: 'PolicyNotFoundException' });
  assert.deepEqual(await remove(second), { RevisionId: second });
  assert.deepEqual(await remove(), { RevisionId: '' }, 'as good as deleted');
  await assert.rejects(remove(second), { code: 'PolicyNotFoundException' });
  await database.close();
});

test('tables are created with a policy, and streams have their own; both go with the table', async () => {
  const database = new TimedDatabase();
  const { TableDescription: table } = await database.call('CreateTable', {
    ...INDEXED,
    StreamSpecification: STREAM,
    ResourcePolicy: policy('table'),
  });
  const stream = { ResourceArn: table?.LatestStreamArn ?? '' };
  await database.call('PutResourcePolicy', { ...stream, Policy: policy('stream') });
  const documents = async () => {
    const answers = [{ ResourceArn }, stream].map((input) =>
      database.call('GetResourcePolicy', input),
    );
    return (await Promise.all(answers)).map(({ Policy: document }) => document);
  };
  assert.deepEqual(await documents(), [policy('table'), policy('stream')]);
  await database.reopen();
  assert.deepEqual(await documents(), [policy('table'), policy('stream')]);
  await database.call('DeleteTable', { TableName });
  const gone = await database.refusal('GetResourcePolicy', { ResourceArn });
  assert.match(gone, /^ResourceNotFoundException: /);
  await database.call('CreateTable', INDEXED);
  const missing = await database.refusal('GetResourcePolicy', { ResourceArn });
  assert.match(missing, /^PolicyNotFoundException: /);
  await database.close();
});

test('what is no policy, or nothing that can have one, is refused', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const put = (Policy: string, arn = ResourceArn) =>
    database.refusal('PutResourcePolicy', { ResourceArn: arn, Policy });
  const text = policy('');
  const fits = policy('x'.repeat(POLICY_BYTES_MAX - text.length));
  await database.call('PutResourcePolicy', { ResourceArn, Policy: fits });
  assert.match(await put(`${fits} `), /^ValidationException: .*20480 bytes/, 'white space counts');
  for (const bad of ['', '{', 'null', '[]', '{"Version": "2012-10-17"}', '{"__proto__": {}}']) {
    assert.match(await put(bad), /^ValidationException: Invalid resource policy document/, bad);
  }
  assert.match(await put(text, `${ResourceArn}/index/gsi`), /^ValidationException: /);
  assert.match(await put(text, 'table'), /^ValidationException: /);
  assert.match(await put(text, `${ResourceArn}2`), /^ResourceNotFoundException: /);
  assert.match(
    await put(text, `${ResourceArn}/stream/2026-01-01T00:00:00.000`),
    /^ResourceNotFoundException: /,
  );
  assert.match(
    await put(text, ResourceArn.replace('us-east-1', 'eu-west-1')),
    /^ResourceNotFoundException: /,
  );
  assert.match(await put(text, ResourceArn.replaceAll('0000', '1111')), /^AccessDeniedException: /);
  const created = await database.refusal('CreateTable', {
    ...INDEXED,
    TableName: 'other',
    ResourcePolicy: 'no policy',
  });
  assert.match(created, /^ValidationException: Invalid resource policy document/);
  await database.close();
});
