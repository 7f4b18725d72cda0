import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { until } from '../service.fixture.ts';
import { RuntimeApi } from './runtime-api.ts';

const TOKEN = 'secret';

/** A Runtime API at a socket file, and a connection as a bootstrap's. */
async function start(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-runtime-api-'));
  const seen: string[] = [];
  const events = {
    ready: () => seen.push('ready'),
    initFailed: (body: Buffer) => seen.push(`init failed ${body.toString()}`),
    answered: (answer: { readonly type: string; readonly payload?: Buffer }) =>
      seen.push(`${answer.type} ${answer.payload?.toString() ?? ''}`),
  };
  const api = new RuntimeApi(events, { token: TOKEN, isOwn: () => true });
  const path = join(folder, 's');
  await api.listenAt(path);
  const socket = connect(path);
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => {});
  t.after(async () => {
    socket.destroy();
    api.close();
    await rm(folder, { recursive: true });
  });
  const give = (requestId: string, payload: string) =>
    api.give({
      requestId,
      payload: Buffer.from(payload),
      invokedFunctionArn: 'arn',
      deadlineMs: 1,
      traceId: 'Root=1',
    });
  return { api, seen, socket, give, received: () => received };
}

function request(method: string, path: string, body = '', token = TOKEN): string {
  return `${method} /2018-06-01/runtime/${path} HTTP/1.1\r\nHost: runtime\r\nBrume-Environment-Token: ${token}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test('an answer and the request for the next invocation may come in one write', async (t) => {
  const { seen, socket, give, received } = await start(t);
  socket.write(request('GET', 'invocation/next'));
  await until(() => seen.length === 1);
  give('a', '"é"');
  await until(() => received().includes('Request-Id: a\r\n'));
  assert.match(received(), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n"Ã©"$/s);
  socket.write(
    request('POST', 'invocation/a/response', '"1\r\n\r\n"') + request('GET', 'invocation/next'),
  );
  await until(() => seen.length === 3);
  assert.deepEqual(seen, ['ready', 'response "1\r\n\r\n"', 'ready']);
  const before = received().length;
  give('b', '2');
  await until(() => received().includes('Request-Id: b\r\n'));
  const replies = received().slice(before);
  assert.match(
    replies,
    /^HTTP\/1\.1 202 Accepted\r\n.*\{"status":"OK"\}\nHTTP\/1\.1 200 OK\r\n.*2$/s,
  );
});

test('requests may come in pieces of any size', async (t) => {
  const { seen, socket, give, received } = await start(t);
  socket.write(request('GET', 'invocation/next'));
  await until(() => seen.length === 1);
  give('a', '1');
  await until(() => received() !== '');
  const text =
    request('POST', 'invocation/a/response', '"long"') + request('GET', 'invocation/next');
  socket.setNoDelay(true);
  for (const character of text) {
    socket.write(character);
    await new Promise(setImmediate);
  }
  await until(() => seen.length === 3);
  assert.deepEqual(seen, ['ready', 'response "long"', 'ready']);
});

test('an answer that is too large is read to its end and refused', async (t) => {
  const { seen, socket, give, received } = await start(t);
  socket.write(request('GET', 'invocation/next'));
  await until(() => seen.length === 1);
  give('a', '1');
  await until(() => received() !== '');
  const answer = request('POST', 'invocation/a/response', 'x'.repeat(PAYLOAD_BYTES_MAX + 1));
  socket.write(answer + request('GET', 'invocation/next'));
  await until(() => seen.length === 3);
  assert.deepEqual(seen, ['ready', 'too-large ', 'ready']);
});

test('what comes at the wrong time, or to no invocation, is refused with AWS’s types', async (t) => {
  const { socket, give, seen, received } = await start(t);
  socket.write(request('GET', 'invocation/next'));
  await until(() => seen.length === 1);
  give('a', '1');
  await until(() => received() !== '');
  for (const [line, type] of [
    [request('POST', 'invocation/other/error', '{}'), 'InvalidRequestID'],
    [request('GET', 'invocation/next'), 'InvalidStateTransition'],
    [request('POST', 'init/error', '{}'), 'InvalidStateTransition'],
    [request('GET', 'nothing'), 'NotFound'],
  ] as const) {
    const before = received().length;
    socket.write(line);
    await until(() => received().slice(before).includes(type));
  }
  assert.deepEqual(seen, ['ready']);
});

test('without the token a connection is refused, and a head without end is cut off', async (t) => {
  const first = await start(t);
  first.socket.write(request('GET', 'invocation/next', '', 'guess'));
  await until(() => first.received().includes('HTTP/1.1 403'));
  assert.deepEqual(first.seen, []);
  const second = await start(t);
  second.socket.write(request('GET', 'invocation/next'));
  await until(() => second.seen.length === 1);
  second.socket.write('x'.repeat(100_000));
  await until(() => second.socket.destroyed);
});
