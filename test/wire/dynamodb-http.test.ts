/** What DynamoDB's HTTP looks like beside its JSON: compression, checksums, ids, browsers, health. */
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { after, before, test } from 'node:test';
import { crc32, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { createBrume, type Brume } from '../../packages/brume/src/brume.ts';

let brume: Brume;
let port: number;

before(async () => {
  brume = await createBrume({ memory: true, port: 0 });
  ({ port } = await brume.listen());
  await call('CreateTable', {
    TableName: 'http',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await call('PutItem', {
    TableName: 'http',
    Item: { id: { S: 'large' }, v: { S: 'text '.repeat(5000) } },
  });
});

after(() => brume.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request as the bytes of it, without what `fetch` adds and undoes. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function call(operation: string, input: object | Buffer, headers: Record<string, string> = {}) {
  const target = {
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'content-type': 'application/x-amz-json-1.0',
  };
  const body = Buffer.isBuffer(input) ? input : JSON.stringify(input);
  return send('POST', '/', { ...target, ...headers }, body);
}

const LARGE = { TableName: 'http', Key: { id: { S: 'large' } } };

test('long answers are compressed for who takes that, with the checksum of what is sent', async () => {
  const plain = await call('GetItem', LARGE);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(plain.headers['x-amz-crc32'], String(crc32(plain.body)));
  const gzipped = await call('GetItem', LARGE, { 'accept-encoding': 'deflate, gzip' });
  assert.equal(gzipped.headers['content-encoding'], 'gzip');
  assert.ok(gzipped.body.length < plain.body.length / 10);
  assert.equal(gzipped.headers['x-amz-crc32'], String(crc32(gzipped.body)));
  assert.deepEqual(gunzipSync(gzipped.body), plain.body);
  const deflated = await call('GetItem', LARGE, { 'accept-encoding': 'deflate, gzip;q=0' });
  assert.equal(deflated.headers['content-encoding'], 'deflate');
  assert.deepEqual(inflateSync(deflated.body), plain.body);
});

test('short answers are not compressed, nor any for who does not take it', async () => {
  const short = await call('ListTables', {}, { 'accept-encoding': 'gzip' });
  assert.equal(short.headers['content-encoding'], undefined);
  assert.deepEqual(JSON.parse(short.body.toString()), { TableNames: ['http'] });
  const identity = await call('GetItem', LARGE, { 'accept-encoding': 'identity, br' });
  assert.equal(identity.headers['content-encoding'], undefined);
});

test('requests may be compressed', async () => {
  const body = gzipSync(JSON.stringify(LARGE));
  const { status } = await call('GetItem', body, { 'content-encoding': 'gzip' });
  assert.equal(status, 200);
});

test('request ids are 52 digits of base 32, each another', async () => {
  const ids = new Set<unknown>();
  for (let at = 0; at < 5; at++) {
    const { headers } = await call('ListTables', {});
    assert.match(String(headers['x-amzn-requestid']), /^[0-9A-V]{26}VV4KQNSO5AEMVJF66Q9ASUAAJG$/);
    ids.add(headers['x-amzn-requestid']);
  }
  const { headers } = await call('GetItem', { TableName: 'none', Key: {} });
  assert.match(String(headers['x-amzn-requestid']), /^[0-9A-V]{52}$/);
  assert.equal(ids.size, 5);
});

test('bodies of 16 MB are read, longer ones are not', async () => {
  const input = JSON.stringify({ TableName: 'none', Key: { id: { S: 'a' } } });
  const padded = (length: number) => Buffer.alloc(length, ' ').fill(input, 0, input.length);
  const taken = await call('GetItem', padded(16 * 1024 * 1024));
  assert.match(taken.body.toString(), /ResourceNotFoundException/);
  const tooLong = await call('GetItem', padded(16 * 1024 * 1024 + 1));
  assert.equal(tooLong.status, 413);
});

test('the addresses of DynamoDB say that it is well', async () => {
  const page = (host: string, path = '/') => send('GET', path, { host });
  const healthy = await page('dynamodb.eu-west-1.amazonaws.com');
  assert.equal(healthy.status, 200);
  assert.equal(healthy.body.toString(), 'healthy: dynamodb.eu-west-1.amazonaws.com ');
  const local = await page(`dynamodb.us-east-1.localhost:${port}`, '/ping');
  assert.equal(local.body.toString(), 'healthy: dynamodb.us-east-1.amazonaws.com ');
  assert.notEqual((await page(`sts.us-east-1.localhost:${port}`)).status, 200);
});

test('endpoints are where the client is', async () => {
  const { body } = await call('DescribeEndpoints', {}, { host: `localhost:${port}` });
  const Endpoints = [{ Address: `localhost:${port}`, CachePeriodInMinutes: 1440 }];
  assert.deepEqual(JSON.parse(body.toString()), { Endpoints });
});

test('pages of this machine may call it, others may not', async () => {
  const ask = (origin: string) =>
    send('OPTIONS', '/', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-amz-target',
    });
  const allowed = await ask('http://localhost:3000');
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers['access-control-allow-origin'], '*');
  assert.equal(allowed.headers['access-control-allow-headers'], 'authorization,x-amz-target');
  assert.equal(allowed.headers['access-control-max-age'], '172800');
  const called = await call('ListTables', {}, { origin: 'http://localhost:3000' });
  assert.equal(called.headers['access-control-allow-origin'], '*');
  assert.match(called.headers['access-control-expose-headers'] ?? '', /x-amz-crc32/);
  assert.equal((await call('ListTables', {})).headers['access-control-allow-origin'], undefined);
  const foreign = await ask('https://example.com');
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
});
