import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AwsChunkedDecoder, AwsChunkedError } from './aws-chunked.ts';
import type { AwsChunkedOptions, ChunkVerifier } from './aws-chunked.ts';

const UNSIGNED: AwsChunkedOptions = {
  decodedBytes: 0,
  signed: false,
  trailer: true,
  verifier: undefined,
};

/** Decodes a body that comes in the given pieces. */
function decode(pieces: readonly Uint8Array[], options: Partial<AwsChunkedOptions> = {}) {
  const decoder = new AwsChunkedDecoder({ ...UNSIGNED, ...options });
  const data: Uint8Array[] = [];
  for (const piece of pieces) data.push(...decoder.write(piece));
  decoder.end();
  return { text: Buffer.concat(data).toString('latin1'), trailers: [...decoder.trailers] };
}

function fault(body: string, options: Partial<AwsChunkedOptions> = {}): string {
  let found = 'none';
  assert.throws(
    () => decode([Buffer.from(body, 'latin1')], options),
    (error) => {
      assert.ok(error instanceof AwsChunkedError);
      found = error.fault;
      return true;
    },
  );
  return found;
}

const SIGNATURE = 'a'.repeat(64);

/** Takes every signature, and notes what it was asked. */
function notingVerifier() {
  const asked: string[] = [];
  let data = '';
  const verifier: ChunkVerifier = {
    data: (bytes) => void (data += Buffer.from(bytes).toString('latin1')),
    endChunk(signature) {
      asked.push(`${data}|${signature}`);
      data = '';
      return true;
    },
    endTrailer(lines, signature) {
      asked.push(`${lines}|${signature}`);
      return true;
    },
  };
  return { verifier, asked };
}

test('a body decodes the same, wherever it is split in two', () => {
  const body = Buffer.from('5\r\nhello\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n');
  for (let at = 0; at <= body.length; at++) {
    const pieces = [body.subarray(0, at), body.subarray(at)];
    const { text, trailers } = decode(pieces, { decodedBytes: 5 });
    assert.equal(text, 'hello');
    assert.deepEqual(trailers, [['x-amz-checksum-crc32', 'AAAAAA==']]);
  }
});

test('a signed body asks for the same signatures, wherever it is split', () => {
  const head = (size: string) => `${size};chunk-signature=${SIGNATURE}\r\n`;
  const body = Buffer.from(
    `${head('3')}abc\r\n${head('0')}a:b\r\nx-amz-trailer-signature:${SIGNATURE}\r\n\r\n`,
  );
  const expected = [`abc|${SIGNATURE}`, `|${SIGNATURE}`, `a:b\n|${SIGNATURE}`];
  for (let at = 0; at <= body.length; at++) {
    const { verifier, asked } = notingVerifier();
    const pieces = [body.subarray(0, at), body.subarray(at)];
    const { text } = decode(pieces, { decodedBytes: 3, signed: true, verifier });
    assert.equal(text, 'abc');
    assert.deepEqual(asked, expected);
  }
});

test('any chunks decode to their data, in any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 8192, max: 20_000 }), { maxLength: 4 }),
      fc.integer({ min: 0, max: 9000 }),
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 20 }),
      (sizes, lastSize, steps) => {
        const chunks = [...sizes, lastSize].filter((size) => size > 0);
        let data = '';
        let body = '';
        chunks.forEach((size, index) => {
          const chunk = String.fromCharCode(97 + index).repeat(size);
          data += chunk;
          body += `${size.toString(16)}\r\n${chunk}\r\n`;
        });
        const bytes = Buffer.from(`${body}0\r\n\r\n`);
        const pieces: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const step = steps[turn % steps.length] ?? 1;
          pieces.push(bytes.subarray(at, at + step));
          at += step;
        }
        assert.equal(decode(pieces, { decodedBytes: data.length }).text, data);
      },
    ),
    { numRuns: 60 },
  );
});

test('data is handed on without being copied', () => {
  const body = Buffer.from('5\r\nhello\r\n0\r\n\r\n');
  const [data] = new AwsChunkedDecoder({ ...UNSIGNED, decodedBytes: 5 }).write(body);
  assert.equal(data?.buffer, body.buffer);
});

test('heads that readers might understand differently are refused', () => {
  const heads = [
    '+5',
    '-5',
    ' 5',
    '5 ',
    '0x5',
    '5;',
    '5;x=y',
    '5,5',
    '',
    'g',
    '5\r',
    '00000000000005',
    '\u00005',
    '5.0',
    '5e0 ',
    `5;chunk-signature=${SIGNATURE}`,
  ];
  for (const head of heads) {
    assert.equal(fault(`${head}\r\nhello\r\n0\r\n\r\n`, { decodedBytes: 5 }), 'malformed', head);
  }
  // Line feeds alone, and data that is longer or shorter than its head says.
  for (const body of ['5\nhello\n0\n\n', '5\r\nhello0\r\n\r\n', '4\r\nhello\r\n0\r\n\r\n']) {
    assert.equal(fault(body, { decodedBytes: 5 }), 'malformed', body);
  }
});

test('signed bodies need a signature of the right form on every chunk', () => {
  for (const head of [
    '5',
    '5;chunk-signature=',
    `5;chunk-signature=${SIGNATURE}0 `,
    `5;x=${SIGNATURE}`,
  ]) {
    const body = `${head}\r\nhello\r\n`;
    assert.equal(fault(body, { decodedBytes: 5, signed: true }), 'malformed', head);
  }
});

test('a chunk or trailer whose signature is wrong stops the body', () => {
  const { verifier } = notingVerifier();
  const head = (size: string) => `${size};chunk-signature=${SIGNATURE}\r\n`;
  const body = `${head('5')}hello\r\n${head('0')}\r\n`;
  const wrongChunk = { ...verifier, endChunk: () => false };
  const wrongTrailer = { ...verifier, endTrailer: () => false };
  const options = { decodedBytes: 5, signed: true };
  assert.equal(fault(body, { ...options, verifier: wrongChunk }), 'signature');
  assert.equal(fault(body, { ...options, verifier: wrongTrailer }), 'signature');
});

test('lines and trailers are bounded', () => {
  const decoder = new AwsChunkedDecoder({ ...UNSIGNED, decodedBytes: 5 });
  assert.throws(
    () => {
      for (let at = 0; at < 2000; at++) for (const _ of decoder.write(Buffer.from('0')));
    },
    { fault: 'malformed' },
  );
  const lines = Array.from({ length: 17 }, (_, index) => `x-${index}:1\r\n`).join('');
  assert.equal(fault(`0\r\n${lines}\r\n`), 'trailer');
});

test('trailers that are not well-formed, repeated, unannounced, or after the signature are refused', () => {
  for (const line of ['no colon', ': no name', 'two words: 1', 'a: 1\r\na: 2', 'x\u0000: 1']) {
    assert.equal(fault(`0\r\n${line}\r\n\r\n`), 'trailer', line);
  }
  assert.equal(fault('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', { trailer: false }), 'trailer');
  const late = `0\r\nx-amz-trailer-signature:${SIGNATURE}\r\nlate:1\r\n\r\n`;
  assert.equal(fault(late), 'trailer');
});

test('only the last chunk may be small', () => {
  const chunk = (size: number) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`;
  assert.equal(fault(`${chunk(8191)}${chunk(1)}0\r\n\r\n`, { decodedBytes: 8192 }), 'chunk-size');
  const body = Buffer.from(`${chunk(8192)}${chunk(1)}0\r\n\r\n`);
  assert.equal(decode([body], { decodedBytes: 8193 }).text.length, 8193);
});

test('the announced length is held to, and the body must be whole', () => {
  const body = '5\r\nhello\r\n0\r\n\r\n';
  assert.equal(fault(body, { decodedBytes: 4 }), 'incomplete');
  assert.equal(fault(body, { decodedBytes: 6 }), 'incomplete');
  for (let end = 0; end < body.length; end++) {
    assert.equal(fault(body.slice(0, end), { decodedBytes: 5 }), 'incomplete', String(end));
  }
  assert.equal(fault(`${body}x`, { decodedBytes: 5 }), 'malformed');
  // A head that announces more than was announced for all stops at once, without its data.
  assert.equal(fault('fffffffffffff\r\n', { decodedBytes: 5 }), 'incomplete');
});
