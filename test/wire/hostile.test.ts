/** Requests that no SDK sends, over a real socket: a client error each, and Brume goes on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Brume } from '../../packages/brume/src/brume.ts';

let brume: Brume;
let port: number;
const logged: string[] = [];

before(async () => {
  brume = await createBrume({ memory: true, port: 0 }, { write: (text) => void logged.push(text) });
  ({ port } = await brume.listen());
});

after(async () => {
  await brume.close();
  assert.doesNotMatch(logged.join(''), /defect of Brume/);
});

async function send(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, type: /"__type":"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1], text };
}

const nested = (depth: number) => `${'{"M":{"a":'.repeat(depth)}{"S":"x"}${'}}'.repeat(depth)}`;
const put = (item: string) => `{"TableName":"Table","Item":{"pk":${item}}}`;

const BODIES: Readonly<Record<string, string | Buffer<ArrayBuffer>>> = {
  empty: '',
  'not JSON': 'hello',
  'cut off': '{"TableName":"Tab',
  'a list': '[]',
  null: 'null',
  'a number': '12',
  'not UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'nested 100,000 deep': put(nested(100_000)),
  'nested lists 100,000 deep': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'a wrong type': '{"TableName":{"a":1}}',
  'a prototype': '{"__proto__":{"TableName":"x"},"constructor":{"prototype":{}}}',
  'a prototype in an item': put('{"M":{"__proto__":{"S":"x"}}}'),
};

for (const [name, body] of Object.entries(BODIES)) {
  test(`a body that is ${name} is the client's error`, async () => {
    const { status, type } = await send(body);
    assert.equal(status, 400);
    assert.match(
      type ?? '',
      /^(?:SerializationException|ValidationException|ResourceNotFoundException)$/,
    );
    assert.equal(({} as Record<string, unknown>)['TableName'], undefined);
  });
}

test('a gzip’d body is read, one that is not gzip and one that explodes are refused', async () => {
  const gzip = { 'content-encoding': 'gzip' };
  const list = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  assert.equal((await send(gzipSync('{}'), { ...gzip, ...list })).status, 200);
  assert.equal((await send('{}', { ...gzip, ...list })).status, 400);
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  assert.equal((await send(bomb, { ...gzip, ...list })).status, 413);
});

test('a body beyond the limit is refused', async () => {
  const { status } = await send(Buffer.alloc(17 * 1024 * 1024, ' '));
  assert.equal(status, 413);
});

test('an operation or a service that is not there says so', async () => {
  const unknown = await send('{}', { 'x-amz-target': 'DynamoDB_20120810.Explode' });
  assert.deepEqual([unknown.status, unknown.type], [400, 'UnknownOperationException']);
  for (const target of ['Nothing.Here', 'DynamoDB_20120810', '', '__proto__.constructor']) {
    const { status, type } = await send('{}', { 'x-amz-target': target });
    assert.deepEqual([status, type], [400, 'UnknownOperationException'], target);
  }
  const nowhere = await fetch(`http://127.0.0.1:${port}/nowhere`);
  assert.equal(nowhere.status, 404);
});

test('a signature that makes no sense does not break the way', async () => {
  for (const authorization of [
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=',
    'AWS4-HMAC-SHA256 Credential=////',
    `AWS4-HMAC-SHA256 Credential=${'/'.repeat(10_000)}`,
    'Basic dXNlcjpwYXNz',
  ]) {
    const { status } = await send('{}', { authorization });
    assert.equal(status, 400, authorization.slice(0, 50));
  }
});

test('a client that goes away in the middle of its body harms nobody', async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n' +
      'Content-Length: 1000\r\n\r\n{"half":',
  );
  socket.destroy();
  assert.equal((await send('{}', { 'x-amz-target': 'DynamoDB_20120810.ListTables' })).status, 200);
});

test('a page from elsewhere is refused, with or without reading the answer', async () => {
  const simple = { 'content-type': 'text/plain', origin: 'https://evil.example' };
  assert.equal((await send('{}', simple)).status, 403);
  for (const page of ['health', 'requests', 'metrics']) {
    const response = await fetch(`http://127.0.0.1:${port}/_brume/${page}`, {
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(response.status, 403);
  }
});
