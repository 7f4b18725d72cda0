import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { listen } from './listener.ts';
import type { HttpResponse } from './message.ts';
import type { WebSocketConnection } from './websocket.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const UPGRADE =
  `GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n`;

/** A server that agrees to every upgrade, sends messages back, and tells what happened. */
async function start(t: TestContext, answer: Partial<HttpResponse> = {}) {
  const happened: string[] = [];
  const opened: WebSocketConnection[] = [];
  const closed = Promise.withResolvers<void>();
  const listener = await listen(
    async (request) => ({
      status: 101,
      headers: {},
      body: request.method,
      webSocket: {
        messageBytesMax: 1000,
        frameBytesMax: 100,
        fragmentsMax: 100,
        opened(connection) {
          opened.push(connection);
          return {
            message(data, isBinary) {
              happened.push(isBinary ? `binary ${data.toString('hex')}` : data.toString());
              void connection.send(data.toString()).catch(() => {});
            },
            active: () => void happened.push('active'),
            closed(code, reason) {
              happened.push(`closed ${code} ${reason}`);
              closed.resolve();
            },
          };
        },
        abandoned() {
          happened.push('abandoned');
          closed.resolve();
        },
      },
      ...answer,
    }),
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => listener.close(0));
  return { listener, happened, opened, closed: closed.promise, port: listener.port };
}

/** All that comes back for these bytes until the server ends the connection. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return received;
}

/** A connection whose handshake is done, for frames of every kind. */
async function raw(port: number): Promise<{ socket: Socket; rest: () => Promise<Buffer> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`${UPGRADE}\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 /);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const rest = async () => {
    await once(socket, 'close');
    return Buffer.concat(chunks);
  };
  return { socket, rest };
}

/** A frame as clients send it: masked, with a mask of zeros. */
function frame(first: number, payload: Buffer | string, { masked = true } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const mask = masked ? 0x80 : 0;
  const length =
    bytes.length < 126
      ? Buffer.of(mask | bytes.length)
      : Buffer.of(mask | 126, bytes.length >> 8, bytes.length & 0xff);
  return Buffer.concat([Buffer.of(first), length, Buffer.alloc(masked ? 4 : 0), bytes]);
}

test('an upgrade that the handler agrees to becomes a connection that carries messages', async (t) => {
  const { port, happened, closed } = await start(t);
  const client = new WebSocket(`ws://127.0.0.1:${port}/chat`);
  await once(client, 'open');
  client.send('héllo');
  const [echo] = (await once(client, 'message')) as [Buffer];
  assert.equal(echo.toString(), 'héllo');
  client.close(4000, 'enough');
  await closed;
  assert.deepEqual(happened, ['héllo', 'closed 4000 enough']);
});

test('of the protocols a client offers the handler chooses, and nothing else', async (t) => {
  for (const [chosen, got] of [
    ['b', 'b'],
    ['c', ''],
  ] as const) {
    const { port } = await start(t, { headers: { 'sec-websocket-protocol': chosen } });
    const socket = connect(port, '127.0.0.1');
    socket.write(`${UPGRADE}Sec-WebSocket-Protocol: a, b\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    const answered = /sec-websocket-protocol: (.*)\r/i.exec(head.toString())?.[1] ?? '';
    assert.equal(answered, got);
    socket.destroy();
  }
});

test('an upgrade that the handler refuses is answered in HTTP, and the connection ends', async (t) => {
  const { port } = await start(t, { status: 403, body: 'no', webSocket: undefined });
  const answer = await exchange(port, `${UPGRADE}\r\n`);
  assert.match(
    answer,
    /^HTTP\/1\.1 403 Forbidden\r\n(.|\r\n)*content-length: 2(.|\r\n)*\r\n\r\nno$/i,
  );
});

test('hostile upgrades are refused before anybody else sees them', async (t) => {
  const { port, happened } = await start(t);
  const refused: Record<string, [string, RegExp]> = {
    'no key': [UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, ''), /^HTTP\/1\.1 400 /],
    'a short key': [UPGRADE.replace(KEY, 'c2hvcnQ='), /^HTTP\/1\.1 400 /],
    'two keys': [`${UPGRADE}Sec-WebSocket-Key: ${KEY}\r\n`, /^HTTP\/1\.1 400 /],
    'another version': [
      UPGRADE.replace('Version: 13', 'Version: 12'),
      /^HTTP\/1\.1 426 .*\r\nSec-WebSocket-Version: 13\r\n/,
    ],
    'no version': [UPGRADE.replace(/Sec-WebSocket-Version.*\r\n/, ''), /^HTTP\/1\.1 426 /],
    'another method': [UPGRADE.replace('GET', 'POST'), /^HTTP\/1\.1 400 /],
    'a body': [`${UPGRADE}Content-Length: 5\r\n`, /^HTTP\/1\.1 400 /],
    'a chunked body': [`${UPGRADE}Transfer-Encoding: chunked\r\n`, /^HTTP\/1\.1 400 /],
    'both framings': [
      `${UPGRADE}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    'no host': [UPGRADE.replace('Host: a\r\n', ''), /^HTTP\/1\.1 400 /],
    'two hosts': [`${UPGRADE}Host: b\r\n`, /^HTTP\/1\.1 400 /],
    'a folded header': [`${UPGRADE}X: a\r\n b\r\n`, /^HTTP\/1\.1 400 /],
    'too many headers': [`${UPGRADE}X: ${'x'.repeat(40_000)}\r\n`, /^HTTP\/1\.1 431 /],
  };
  for (const [what, [head, expected]] of Object.entries(refused)) {
    assert.match(await exchange(port, `${head}\r\n`), expected, what);
  }
  const smuggled = await exchange(port, `${UPGRADE}\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n`);
  assert.match(smuggled, /^HTTP\/1\.1 400 /);
  assert.equal(smuggled.split('HTTP/1.1').length, 2, 'nothing is answered after the refusal');
  assert.deepEqual(happened, []);
});

test('an upgrade to anything but WebSockets is an ordinary request', async (t) => {
  const { port } = await start(t, { status: 200, webSocket: undefined });
  const answer = await exchange(
    port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
  );
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
});

test('violations of RFC 6455 close the connection with the code for them', async (t) => {
  const violations: Record<string, [Buffer, number]> = {
    'a reserved bit': [frame(0xc1, 'a'), 1002],
    'another reserved bit': [frame(0x91, 'a'), 1002],
    'an unknown opcode': [frame(0x83, 'a'), 1002],
    'an unknown control opcode': [frame(0x8b, 'a'), 1002],
    'no mask': [frame(0x81, 'a', { masked: false }), 1002],
    'a ping in fragments': [frame(0x09, 'a'), 1002],
    'a long ping': [frame(0x89, 'x'.repeat(126)), 1009],
    'a continuation of nothing': [frame(0x80, 'a'), 1002],
    'a message within another': [Buffer.concat([frame(0x01, 'a'), frame(0x81, 'b')]), 1002],
    'text that is no UTF-8': [frame(0x81, Buffer.of(0xff, 0xfe)), 1007],
    'half a pair of surrogates': [frame(0x81, Buffer.of(0xed, 0xa0, 0x80)), 1007],
    'a close of one byte': [frame(0x88, 'a'), 1002],
    'a close with a code that must not be sent': [frame(0x88, Buffer.of(3, 0xed)), 1002],
    'a frame over the limit': [frame(0x81, 'x'.repeat(101)), 1009],
    'a message over the limit': [
      Buffer.concat(Array.from({ length: 11 }, (_, at) => frame(at ? 0 : 1, 'x'.repeat(100)))),
      1009,
    ],
    'too many fragments': [
      Buffer.concat(Array.from({ length: 120 }, (_, at) => frame(at ? 0 : 1, ''))),
      1008,
    ],
  };
  const { port, happened } = await start(t);
  for (const [what, [bytes, code]] of Object.entries(violations)) {
    const { socket, rest } = await raw(port);
    socket.write(bytes);
    // The closing handshake of a client that has seen enough.
    socket.write(frame(0x88, Buffer.of(3, 0xe8)));
    const said = await rest();
    assert.equal(said[0], 0x88, what);
    assert.equal(said.readUInt16BE(2), code, what);
  }
  assert.deepEqual(
    happened.filter((each) => !each.startsWith('closed')),
    [],
  );
});

test('a frame at the limit passes, in pieces too; whatever comes after one over it does not', async (t) => {
  const { port, happened, closed } = await start(t);
  const { socket } = await raw(port);
  for (const byte of frame(0x81, 'x'.repeat(100))) socket.write(Buffer.of(byte));
  await once(socket, 'data');
  socket.write(Buffer.concat([frame(0x81, 'x'.repeat(101)), frame(0x81, 'late')]));
  socket.write(frame(0x88, Buffer.of(3, 0xe8)));
  await closed;
  assert.equal(happened[0], 'x'.repeat(100));
  assert.equal(happened.includes('late'), false);
});

test('a client that goes away while the handler thinks is told of as abandoned, or as broken', async (t) => {
  const reached = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const told = Promise.withResolvers<string>();
  const listener = await listen(
    async () => {
      reached.resolve();
      await gone.promise;
      const webSocket = {
        messageBytesMax: 10,
        frameBytesMax: 10,
        fragmentsMax: 10,
        opened: () => ({
          message() {},
          active() {},
          closed: (code: number) => told.resolve(`closed ${code}`),
        }),
        abandoned: () => told.resolve('abandoned'),
      };
      return { status: 101, headers: {}, body: '', webSocket };
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => listener.close(0));
  const socket = connect(listener.port, '127.0.0.1');
  socket.write(`${UPGRADE}\r\n`);
  await reached.promise;
  socket.resetAndDestroy();
  await once(socket, 'close');
  gone.resolve();
  assert.match(await told.promise, /^(abandoned|closed 1006)$/);
});

test('closing the listener tells clients to go elsewhere, and cuts those that stay', async (t) => {
  const { listener, port } = await start(t);
  const client = new WebSocket(`ws://127.0.0.1:${port}/`);
  await once(client, 'open');
  const stubborn = await raw(port);
  const [[code, reason]] = (await Promise.all([
    once(client, 'close'),
    stubborn.rest(),
    listener.close(200),
  ])) as [[number, Buffer], Buffer, void];
  assert.equal(code, 1001);
  assert.equal(reason.toString(), 'Going away');
});

test('compression is not agreed to, and frames that come compressed close the connection', async (t) => {
  const { port, happened } = await start(t);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
  socket.write(`${UPGRADE}${offer}\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 /);
  assert.doesNotMatch(head.toString('latin1'), /extensions/i);
  // A megabyte of zeros, which would be the bomb.
  const bomb = deflateRawSync(Buffer.alloc(1024 * 1024)).subarray(0, 100);
  socket.write(Buffer.concat([frame(0xc1, bomb), frame(0x88, Buffer.of(3, 0xe8))]));
  const [close] = (await once(socket, 'data')) as [Buffer];
  assert.deepEqual([close[0], close.readUInt16BE(2)], [0x88, 1002]);
  socket.destroy();
  assert.deepEqual(
    happened.filter((each) => !each.startsWith('closed')),
    [],
  );
});

test('a client that pings on and reads nothing is cut off', async (t) => {
  const { port, opened, closed } = await start(t);
  const { socket } = await raw(port);
  socket.pause();
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(0x89, 'x'.repeat(100))));
  let unsent = 0;
  const flood = () => {
    unsent = Math.max(unsent, opened[0]?.unsentBytes ?? 0);
    if (!socket.destroyed) socket.write(pings, flood);
  };
  flood();
  await closed;
  socket.destroy();
  assert.ok(unsent < 64 * 1024, `${unsent} bytes of pongs waited`);
});
