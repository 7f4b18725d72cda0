/** What can be changed while Brume runs: its clock and its faults, over the wire. */
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  DescribeStreamCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { SignatureV4 } from '@smithy/signature-v4';
import { createBrume, type Brume } from '../../packages/brume/src/brume.ts';
import { Sha256 } from '../support/sha256.ts';

const TableName = 'rehearsed';
const MINUTE_MS = 60_000;
let brume: Brume;
let endpoint: string;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;

before(async () => {
  brume = await createBrume({ memory: true, port: 0 });
  endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  client = new DynamoDBClient(options);
  streams = new DynamoDBStreamsClient(options);
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
    }),
  );
});

after(async () => {
  client.destroy();
  streams.destroy();
  await brume.close();
});

async function say(page: string, said: unknown, headers: Record<string, string> = {}) {
  const body = typeof said === 'string' ? said : JSON.stringify(said);
  const response = await fetch(`${endpoint}/_brume/${page}`, { method: 'POST', body, headers });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

async function see(page: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${endpoint}/_brume/${page}`)).json()) as Record<string, unknown>;
}

/** Leaves clock and faults as others expect them. */
function resetAfter(t: TestContext) {
  t.after(async () => {
    await say('clock', { reset: true });
    await say('faults', {});
  });
}

test('the clock is moved, set and reset, and health says so', async (t) => {
  resetAfter(t);
  const { answer } = await say('clock', { advanceMs: 90 * MINUTE_MS });
  assert.equal(answer['aheadMs'], 90 * MINUTE_MS);
  assert.ok(Math.abs(Number(answer['nowMs']) - 90 * MINUTE_MS - Date.now()) < MINUTE_MS);
  assert.equal((await see('health'))['clockAheadMs'], 90 * MINUTE_MS);
  const newYearMs = Date.UTC(2030, 0, 1);
  await say('clock', { nowMs: newYearMs });
  assert.match(String((await see('clock'))['now']), /^2030-01-01T00:00/);
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
  assert.ok((table?.CreationDateTime?.getTime() ?? 0) < newYearMs);
  await say('clock', { reset: true });
  assert.equal((await see('clock'))['aheadMs'], 0);
  assert.equal('clockAheadMs' in (await see('health')), false);
});

test('items expire as soon as the clock has passed their time', async (t) => {
  resetAfter(t);
  const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  const until = String(Math.floor(Date.now() / 1000) + 1800);
  const Key = { id: { S: 'expiring' } };
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, until: { N: until } } }));
  const find = async () => (await client.send(new GetItemCommand({ TableName, Key }))).Item;
  await say('clock', { advanceMs: 20 * MINUTE_MS });
  assert.ok(await find());
  await say('clock', { advanceMs: 40 * MINUTE_MS });
  while (await find());
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
  const StreamArn = table?.LatestStreamArn;
  const { StreamDescription: stream } = await streams.send(
    new DescribeStreamCommand({ StreamArn }),
  );
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId: stream?.Shards?.at(-1)?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const { Records: records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  assert.equal(records?.at(-1)?.userIdentity?.PrincipalId, 'dynamodb.amazonaws.com');
  await say('clock', { advanceMs: 16 * MINUTE_MS });
  await assert.rejects(
    streams.send(new GetRecordsCommand({ ShardIterator })),
    ExpiredIteratorException,
  );
});

test('tokens of transactions are forgotten after ten minutes on the clock', async (t) => {
  resetAfter(t);
  const put = (id: string) =>
    new TransactWriteItemsCommand({
      ClientRequestToken: 'token',
      TransactItems: [{ Put: { TableName, Item: { id: { S: id } } } }],
    });
  await client.send(put('one'));
  await assert.rejects(client.send(put('two')), { name: 'IdempotentParameterMismatchException' });
  await say('clock', { advanceMs: 11 * MINUTE_MS });
  await client.send(put('two'));
});

test('faults are set and shown, and the SDK knows what they answer', async (t) => {
  resetAfter(t);
  const faults = [{ service: 'dynamodb', fault: 'throttle', table: TableName }];
  const { status, answer } = await say('faults', { faults });
  assert.equal(status, 200);
  assert.deepEqual(await see('faults'), answer);
  const command = new GetItemCommand({ TableName, Key: { id: { S: 'a' } } });
  await assert.rejects(client.send(command), (error: Error & { throttlingReasons?: unknown }) => {
    assert.equal(error.name, 'ThrottlingException');
    const resource = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
    const reason = 'TableReadKeyRangeThroughputExceeded';
    assert.deepEqual(error.throttlingReasons, [{ reason, resource }]);
    return true;
  });
  await say('faults', {});
  await client.send(command);
});

test('provisioned throughput is held to where that is switched on', async (t) => {
  resetAfter(t);
  const Small = 'provisioned';
  await client.send(
    new CreateTableCommand({
      TableName: Small,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
  await say('faults', { throughput: 'enforced' });
  const put = () => client.send(new PutItemCommand({ TableName: Small, Item: { id: { S: 'a' } } }));
  const refusal = async () => {
    for (let puts = 0; ; puts++) {
      try {
        await put();
      } catch (error) {
        assert.ok(error instanceof ProvisionedThroughputExceededException);
        const [reason] = error.ThrottlingReasons ?? [];
        assert.equal(reason?.reason, 'TableWriteProvisionedThroughputExceeded');
        return puts;
      }
    }
  };
  // 300 seconds of a unit each are there at first; more come while they are used up.
  const puts = await refusal();
  assert.ok(puts >= 300 && puts < 330, `${puts} puts`);
  await say('clock', { advanceMs: 10_000 });
  assert.ok((await refusal()) >= 10);
});

test('what cannot be said is refused with what can', async () => {
  assert.match(String((await say('clock', { advanceMs: -1 })).answer['message']), /advanceMs/);
  assert.equal((await say('clock', 'no json')).status, 400);
  assert.equal((await say('faults', { fault: 'fire' })).status, 400);
  assert.equal((await say('clock', { padding: 'x'.repeat(70_000) })).status, 413);
  const removal = await fetch(`${endpoint}/_brume/clock`, { method: 'DELETE' });
  assert.equal(removal.status, 405);
});

test('foreign pages change nothing', async () => {
  const { status } = await say('clock', { advanceMs: 1 }, { origin: 'https://example.com' });
  assert.equal(status, 403);
  assert.equal((await see('clock'))['aheadMs'], 0);
});

test('where signatures are enforced, the root credentials alone change things and see what was sent', async (t) => {
  const enforcing = await createBrume({ memory: true, auth: 'enforce', port: 0 });
  t.after(() => enforcing.close());
  const { port } = await enforcing.listen();
  const ask = async (method: string, page: string, sign: boolean) => {
    const signer = new SignatureV4({
      service: 'brume',
      region: 'us-east-1',
      credentials: enforcing.root,
      sha256: Sha256,
    });
    const request = {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: `/_brume/${page}`,
      query: {},
      headers: { host: `127.0.0.1:${port}` },
      body: method === 'POST' ? '{"advanceMs":60000}' : undefined,
    };
    const { headers } = sign ? await signer.sign(request) : request;
    const url = `http://127.0.0.1:${port}/_brume/${page}`;
    return (await fetch(url, { method, headers, body: request.body ?? null })).status;
  };
  assert.equal(await ask('POST', 'clock', false), 403);
  assert.equal(await ask('POST', 'clock', true), 200);
  // The moved clock is not the one that signatures are checked against.
  assert.equal(await ask('POST', 'clock', true), 200);
  assert.equal(await ask('GET', 'requests', false), 403);
  assert.equal(await ask('GET', 'requests', true), 200);
});
