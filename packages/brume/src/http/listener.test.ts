import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { listen } from './listener.ts';
import { BodyTooLargeError, TruncatedBodyError } from './message.ts';
import type { HttpHandler } from './message.ts';

const ECHO: HttpHandler = async (request) => ({
  status: 200,
  headers: {},
  body: `${request.method} ${request.target} ${(await request.body.bytes(1000)).toString()}`,
});

async function start(t: TestContext, handler: HttpHandler) {
  const listener = await listen(handler, { host: '127.0.0.1', port: 0 });
  t.after(() => listener.close(0));
  return listener;
}

/** Sends bytes as they are and resolves with all that comes back until the server ends. */
async function exchange(port: number, bytes: string | readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const part of typeof bytes === 'string' ? [bytes] : bytes) socket.write(part);
  await once(socket, 'close');
  return received;
}

test('a request reaches the handler and its answer the client', async (t) => {
  const { port } = await start(t, ECHO);
  const response = await fetch(`http://127.0.0.1:${port}/a%2Fb?c=d`, { method: 'POST', body: 'é' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-length'), '18');
  assert.equal(await response.text(), 'POST /a%2Fb?c=d é');
});

test('a body that grows beyond the limit is refused before it is read whole', async (t) => {
  let thrown: unknown;
  const { port } = await start(t, async (request) => {
    thrown = await request.body.bytes(10).catch((error: unknown) => error);
    return { status: 413, headers: {}, body: '' };
  });
  const announced = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body: 'x'.repeat(11),
  });
  assert.equal(announced.status, 413);
  assert.ok(thrown instanceof BodyTooLargeError);
  thrown = undefined;
  const chunked = await exchange(
    port,
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
      'b\r\nxxxxxxxxxxx\r\n0\r\n\r\n',
  );
  assert.match(chunked, /^HTTP\/1.1 413/);
  assert.ok(thrown instanceof BodyTooLargeError);
});

test('a client that leaves before its body is whole is told apart from one that sent it', async (t) => {
  const seen = Promise.withResolvers<unknown>();
  const { port } = await start(t, async (request) => {
    seen.resolve(await request.body.bytes(1000).catch((error: unknown) => error));
    return { status: 200, headers: {}, body: '' };
  });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf', () =>
    socket.destroy(),
  );
  assert.ok((await seen.promise) instanceof TruncatedBodyError);
});

test('a stream is sent as it comes, and one that fails breaks the connection', async (t) => {
  const { port } = await start(t, async (request) => ({
    status: 200,
    headers: {},
    body: (async function* () {
      yield Buffer.from('one ');
      yield Buffer.from('two');
      if (request.target === '/fail') throw new Error('source failed');
    })(),
  }));
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'one two');
  const failed = await fetch(`http://127.0.0.1:${port}/fail`);
  await assert.rejects(failed.text());
});

// Two readers of one connection must never disagree on where a request ends (RFC 9112 §6.3, §11.2).
for (const [attack, bytes] of Object.entries({
  'Content-Length beside Transfer-Encoding':
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  'two Content-Lengths':
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
  'a signed Content-Length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello',
  'a folded header': 'POST / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n',
  'a bare line feed': 'POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n',
  'a space before the colon': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello',
  'an unknown transfer coding':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  'a broken chunk size':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n',
  'no Host': 'GET / HTTP/1.1\r\n\r\n',
  'two Hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'a NUL in a header': 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\u0000c\r\n\r\n',
})) {
  test(`smuggling: ${attack} gets 400 and nothing more`, async (t) => {
    const targets: string[] = [];
    const { port } = await start(t, async (request) => {
      targets.push(request.target);
      await request.body.bytes(1000);
      return { status: 200, headers: {}, body: '' };
    });
    const answer = await exchange(port, bytes);
    assert.match(answer, /^HTTP\/1.1 400 /);
    assert.doesNotMatch(answer, /HTTP\/1.1 200/);
    assert.deepEqual(
      targets.filter((target) => target === '/smuggled'),
      [],
    );
  });
}

test('a flood of headers is refused', async (t) => {
  const { port } = await start(t, ECHO);
  const flood = `${'X-Flood: '.padEnd(100, 'x')}\r\n`.repeat(1000);
  const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${flood}\r\n`);
  assert.match(answer, /^HTTP\/1.1 431 /);
});

test('closing lets a running request end', async () => {
  const release = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const listener = await listen(
    async () => {
      entered.resolve();
      await release.promise;
      return { status: 200, headers: {}, body: 'done' };
    },
    { host: '127.0.0.1', port: 0 },
  );
  const response = fetch(`http://127.0.0.1:${listener.port}/`);
  await entered.promise;
  const closed = listener.close(10_000);
  release.resolve();
  assert.equal(await (await response).text(), 'done');
  await closed;
});

test('a port in use is Node’s own error', async (t) => {
  const { port } = await start(t, ECHO);
  await assert.rejects(listen(ECHO, { host: '127.0.0.1', port }), { code: 'EADDRINUSE' });
});
