/** The short way must never see a request that `node:http` would see otherwise. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { listen } from './listener.ts';
import type { HttpHandler } from './message.ts';

const RUNS = process.env['BRUME_TEST_LONG'] ? 20_000 : 400;
const BODY_BYTES_MAX = 100_000;

/** Answers what it understood of a request. */
const echo: HttpHandler = async (request) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    method: request.method,
    target: request.target,
    raw: request.headers.raw,
    host: request.headers.get('host'),
    body: (await request.body.bytes(BODY_BYTES_MAX)).toString('latin1'),
  }),
});

async function startBoth(t: TestContext, handler = echo) {
  const direct = await listen(handler, { host: '127.0.0.1', port: 0 });
  // The reference: nothing but node:http, told what the listener tells it.
  const reference = createServer({ joinDuplicateHeaders: true }, (message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      // Several Hosts are refused by the listener on purpose.
      if (message.headers.host?.includes(',')) response.statusCode = 400;
      const seen = {
        method: message.method,
        target: message.url,
        raw: message.rawHeaders,
        host: message.headers.host,
        body: Buffer.concat(chunks).toString('latin1'),
      };
      response.end(JSON.stringify(seen));
    });
  }).listen(0, '127.0.0.1');
  await once(reference, 'listening');
  t.after(async () => {
    reference.close();
    reference.closeAllConnections();
    await direct.close(0);
  });
  return { direct: direct.port, reference: (reference.address() as AddressInfo).port };
}

/** Sends the parts one after the other, and all that comes back until a while after. */
async function exchange(port: number, parts: readonly Uint8Array[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const part of parts)
    await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  socket.end();
  await once(socket, 'close');
  return received;
}

/** Statuses and bodies of the answers on a connection. */
function answersOf(received: string): string[] {
  return received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((answer) => answer !== '')
    .map((answer) => {
      const [head = '', body = ''] = answer.split(/\r\n\r\n/, 2);
      const status = head.slice(9, 12);
      // Both refuse what is malformed; only the words of the refusal differ.
      return status === '200' ? `200 ${body}` : status;
    });
}

const isRefusal = (answer: string) => !answer.startsWith('200');
/** Which of several faults is refused first, and in which words, is of no interest. */
const understood = (received: string) => answersOf(received).filter((it) => !isRefusal(it));

const REQUEST = Buffer.from(
  'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: A.B\r\nContent-Length: 7\r\n\r\n{"a":1}',
);

test('a request in two pieces is answered as one that is whole, wherever it is cut', async (t) => {
  const { direct } = await startBoth(t);
  const [whole] = answersOf(await exchange(direct, [REQUEST]));
  assert.match(whole ?? '', /"body":"\{\\"a\\":1\}"/);
  for (let cut = 1; cut < REQUEST.length; cut++) {
    const parts = [REQUEST.subarray(0, cut), REQUEST.subarray(cut)];
    assert.deepEqual(answersOf(await exchange(direct, parts)), [whole], `cut at ${cut}`);
  }
});

test('requests that do not wait for their answers are answered in order', async (t) => {
  const numbered = (at: number) =>
    Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n${at}`);
  const slowest = 4;
  const { direct } = await startBoth(t, async (request) => {
    const body = (await request.body.bytes(1)).toString();
    for (let turns = Number(body); turns < slowest; turns++) await new Promise(setImmediate);
    return { status: 200, headers: {}, body };
  });
  const requests = [0, 1, 2, 3].map(numbered);
  const answered = async (...parts: Buffer[]) => {
    const socket = connect({ port: direct, host: '127.0.0.1', noDelay: true });
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    await once(socket, 'connect');
    for (const part of parts) {
      socket.write(part);
      await new Promise(setImmediate);
    }
    while (answersOf(received).length < requests.length) await once(socket, 'data');
    socket.destroy();
    return answersOf(received);
  };
  const inOrder = ['200 0', '200 1', '200 2', '200 3'];
  assert.deepEqual(await answered(Buffer.concat(requests)), inOrder);
  assert.deepEqual(await answered(...requests), inOrder);
});

test('whatever is sent is understood as node:http understands it', async (t) => {
  const ports = await startBoth(t);
  const name = fc.constantFrom(
    'X-A',
    'x-a',
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Expect',
    'Connection',
    'Upgrade',
    'X A',
    'X-É',
    '',
  );
  const value = fc.oneof(
    fc.constantFrom(
      '7',
      '07',
      '+7',
      '7 ',
      '0',
      '8',
      '7, 7',
      'chunked',
      'keep-alive',
      'close',
      'a',
      '100-continue',
      'b\tc',
      'd\u0000',
      'é',
      '',
      'x'.repeat(300),
    ),
    fc.string({ maxLength: 8 }),
  );
  const separator = fc.constantFrom(': ', ':', ' : ', ':\t', ': \r\n ');
  const ending = fc.constantFrom('\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n\t');
  const field = fc.tuple(name, separator, value, ending).map((parts) => parts.join(''));
  const line = fc.constantFrom(
    'POST / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\n',
    'POST / HTTP/1.0\r\n',
    'POST  / HTTP/1.1\r\n',
    'post / HTTP/1.1\r\n',
    'POST / HTTP/1.1\n',
    'POST /x HTTP/1.1\r\n',
    'GET /dev/a%2Fb?x=1&y=[2] HTTP/1.1\r\n',
    'GET / HTTP/1.1\r\n',
    'PUT /a//b/../c HTTP/1.1\r\n',
    'DELETE /a#b HTTP/1.1\r\n',
    'OPTIONS * HTTP/1.1\r\n',
    'PATCH http://a/b HTTP/1.1\r\n',
    'GET /\u00e9 HTTP/1.1\r\n',
    'TRACE / HTTP/1.1\r\n',
  );
  const standard = fc.constantFrom('Host: a\r\nContent-Length: 7\r\n', 'Host: a\r\n', '');
  const message = fc
    .tuple(
      line,
      standard,
      fc.array(field, { maxLength: 3 }),
      fc.constantFrom('{"a":1}', '', '{"a"'),
    )
    .map(([start, fields, more, body]) =>
      Buffer.from(`${start}${fields}${more.join('')}\r\n${body}`, 'latin1'),
    );
  await fc.assert(
    fc.asyncProperty(message, async (bytes) => {
      const [ours, reference] = await Promise.all([
        exchange(ports.direct, [bytes]),
        exchange(ports.reference, [bytes]),
      ]);
      assert.deepEqual(understood(ours), understood(reference));
      assert.equal(answersOf(ours).some(isRefusal), answersOf(reference).some(isRefusal));
    }),
    { numRuns: RUNS },
  );
});

test('streams, bytes and several values of a header arrive whole', async (t) => {
  const { direct } = await startBoth(t, async (request) => {
    const kind = (await request.body.bytes(10)).toString();
    const headers = { 'set-cookie': ['a=1', 'b=2'] };
    const bytes = Buffer.from('é');
    if (kind === 'bytes') return { status: 200, headers, body: bytes };
    return {
      status: 200,
      headers,
      body: (async function* () {
        for (let at = 0; at < 1000; at++) yield Buffer.alloc(1000, 'x');
      })(),
    };
  });
  const send = (body: string) => fetch(`http://127.0.0.1:${direct}/`, { method: 'POST', body });
  const bytes = await send('bytes');
  assert.deepEqual(bytes.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.equal(await bytes.text(), 'é');
  assert.equal((await (await send('stream')).text()).length, 1_000_000);
});

test('an answer without a body ends with its head, and the connection goes on', async (t) => {
  const { direct } = await startBoth(t, async ({ target }) => {
    const status = Number(target.slice(1));
    return { status, headers: { 'x-status': target }, body: status === 200 ? 'ok' : '' };
  });
  const get = (status: number) => Buffer.from(`GET /${status} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const socket = connect({ port: direct, host: '127.0.0.1', noDelay: true });
  t.after(() => socket.destroy());
  for (const status of [204, 304, 200]) {
    socket.write(get(status));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    const [head = '', body] = chunk.toString().split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(/content-length|transfer-encoding/i.test(head), status === 200);
    assert.equal(body, status === 200 ? 'ok' : '');
  }
});

test('a header that would break the answer’s framing breaks the connection instead', async (t) => {
  const { direct } = await startBoth(t, async () => ({
    status: 200,
    headers: { 'x-evil': 'a\r\nX-Injected: b' },
    body: '',
  }));
  assert.equal(await exchange(direct, [REQUEST]), '');
});
