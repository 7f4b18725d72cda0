/** Random frames and random requests to upgrade: whatever comes, one connection ends, and the others go on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { listen } from './listener.ts';

const IS_LONG = process.env['BRUME_TEST_LONG'] === '1';
const FRAME_BYTES_MAX = 200;
const UPGRADE =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
/** What RFC 6455 §7.4 and the limits have for what is wrong; 1000 and 1005 where the client ended it. */
const CLOSE_CODES = [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009];

async function start(t: TestContext) {
  const listener = await listen(
    async () => ({
      status: 101,
      headers: {},
      body: '',
      webSocket: {
        messageBytesMax: 500,
        frameBytesMax: FRAME_BYTES_MAX,
        fragmentsMax: 20,
        opened: (connection) => ({
          message: (data) => void connection.send(data).catch(() => {}),
          active() {},
          closed() {},
        }),
        abandoned() {},
      },
    }),
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => listener.close(0));
  const witness = new WebSocket(`ws://127.0.0.1:${listener.port}/`);
  await once(witness, 'open');
  return {
    port: listener.port,
    async othersGoOn() {
      witness.send('still here');
      const [data] = (await once(witness, 'message')) as [Buffer];
      assert.equal(data.toString(), 'still here');
    },
  };
}

interface Frame {
  readonly first: number;
  readonly masked: boolean;
  readonly announced: number;
  readonly payload: Uint8Array;
}

/** Mostly well formed, so that the unusual is reached from all states. */
const frames = fc.array(
  fc
    .record({
      first: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(0x81, 0x01, 0x80, 0x00, 0x82, 0x89, 0x8a, 0x88) },
        { weight: 1, arbitrary: fc.nat(255) },
      ),
      masked: fc.nat(20).map((number) => number > 0),
      lie: fc.nat(20).map((number) => (number === 0 ? 1 : 0)),
      payload: fc.oneof(
        fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: FRAME_BYTES_MAX + 20 }),
      ),
    })
    .map(({ lie, ...rest }): Frame => ({ ...rest, announced: rest.payload.length + lie })),
  { maxLength: 12 },
);

function encoded({ first, masked, announced, payload }: Frame): Buffer {
  const mask = masked ? 0x80 : 0;
  const length =
    announced < 126
      ? Buffer.of(mask | announced)
      : Buffer.of(mask | 126, announced >> 8, announced & 0xff);
  return Buffer.concat([Buffer.of(first), length, Buffer.alloc(masked ? 4 : 0), payload]);
}

/** Sends in pieces; resolves with all that comes back until the connection is closed. */
async function exchange(socket: Socket, pieces: readonly Buffer[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const piece of pieces) socket.write(piece);
  // For a client that has done nothing wrong: its own end, in a frame that begins anew.
  socket.end(Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8));
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** The code of the last frame, if that is a close; undefined where there is none. */
function closeCode(bytes: Buffer): number | undefined {
  let at = 0;
  while (at + 1 < bytes.length) {
    const opcode = (bytes[at] ?? 0) & 0x0f;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const start = at + (short === 126 ? 4 : 2);
    if (opcode === 0x8) return length < 2 ? 1005 : bytes.readUInt16BE(start);
    at = start + length;
  }
  return undefined;
}

test('random frames end in a close of RFC 6455, or in what is valid', async (t) => {
  const { port, othersGoOn } = await start(t);
  const property = fc.asyncProperty(frames, fc.nat(7), async (sent, cut) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(UPGRADE);
    await once(socket, 'data');
    const bytes = Buffer.concat(sent.map(encoded));
    const size = Math.max(1, Math.ceil(bytes.length / (cut + 1)));
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    const code = closeCode(await exchange(socket, pieces));
    // None where the last frame is not whole: the connection just ends.
    assert.ok(code === undefined || CLOSE_CODES.includes(code) || code >= 3000, String(code));
    await othersGoOn();
  });
  await fc.assert(property, { numRuns: IS_LONG ? 3000 : 60 });
});

test('random changes to a request to upgrade end in an answer of HTTP', async (t) => {
  const { port, othersGoOn } = await start(t);
  const change = fc.record({
    at: fc.nat(UPGRADE.length - 1),
    byte: fc.oneof(fc.constantFrom(0, 10, 13, 32, 58, 44), fc.nat(255)),
    kind: fc.constantFrom('replace', 'insert', 'remove'),
  });
  const property = fc.asyncProperty(
    fc.array(change, { minLength: 1, maxLength: 4 }),
    async (all) => {
      let bytes = Buffer.from(UPGRADE, 'latin1');
      for (const { at, byte, kind } of all) {
        const after = bytes.subarray(kind === 'insert' ? at : at + 1);
        const between = kind === 'remove' ? [] : [Buffer.of(byte)];
        bytes = Buffer.concat([bytes.subarray(0, at), ...between, after]);
      }
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {});
      // The end cuts off requests that the change has made endless.
      const answer = (await exchange(socket, [bytes])).toString('latin1');
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
      const isAnswer = answer === '' || ['101', '400', '426', '431'].includes(status ?? '');
      assert.ok(isAnswer, JSON.stringify({ sent: bytes.toString('latin1'), answer }));
      await othersGoOn();
    },
  );
  await fc.assert(property, { numRuns: IS_LONG ? 3000 : 100 });
});
