import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FramedOutput } from './framed-output.ts';

/** What comes of chunks: plain output, and messages in brackets. */
function read(chunks: readonly Buffer[]): string {
  let said = '';
  let message = '';
  const output = new FramedOutput({
    push: (bytes) => (said += bytes.toString('latin1')),
    add: (bytes) => (message += bytes.toString('latin1')),
    flush: () => {
      if (message !== '') said += `[${message}]`;
      message = '';
    },
  });
  for (const chunk of chunks) output.push(chunk);
  output.flush();
  return said;
}

function frame(message: string, declaredBytes = message.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(0xa55a0003);
  header.writeUInt32BE(declaredBytes, 4);
  return Buffer.concat([header, Buffer.from(message, 'latin1')]);
}

test('frames are messages, whatever they contain, and all else is what it was', () => {
  const all = [
    Buffer.from('before\n'),
    frame('two\nlines'),
    frame(''),
    frame('x'),
    Buffer.from('z'),
  ];
  assert.equal(read([Buffer.concat(all)]), 'before\n[two\nlines][x]z');
});

test('it does not matter where the output is cut', () => {
  const plain = Buffer.from('begin\xa5\xa5Z', 'latin1');
  const bytes = Buffer.concat([
    plain,
    frame('first'),
    Buffer.from('\xa5Zend', 'latin1'),
    frame('2'),
  ]);
  const whole = read([bytes]);
  assert.equal(whole, 'begin\xa5\xa5Z[first]\xa5Zend[2]');
  for (let at = 1; at < bytes.length; at++) {
    assert.equal(read([bytes.subarray(0, at), bytes.subarray(at)]), whole);
  }
  assert.equal(read(Array.from(bytes, (byte) => Buffer.from([byte]))), whole);
});

test('an end within a frame is the end of its message, and of what may have been one', () => {
  assert.equal(read([frame('cut off', 100)]), '[cut off]');
  assert.equal(read([Buffer.from('text\xa5', 'latin1')]), 'text\xa5');
});
