import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerStream } from './answer-stream.ts';

const bytes = (text: string) => Buffer.from(text);

test('a writer waits until its chunk is read, and the next is asked for', async () => {
  const stream = new AnswerStream();
  const done: string[] = [];
  const first = stream.write(bytes('a')).then(() => done.push('a'));
  const reader = stream[Symbol.asyncIterator]();
  assert.equal(Buffer.from((await reader.next()).value as Uint8Array).toString(), 'a');
  assert.deepEqual(done, []);
  const second = reader.next();
  await first;
  assert.deepEqual(done, ['a']);
  void stream.write(bytes('b'));
  assert.equal(Buffer.from((await second).value as Uint8Array).toString(), 'b');
  stream.end();
  assert.equal((await reader.next()).done, true);
});

test('what was written before the end is read before the end', async () => {
  const stream = new AnswerStream();
  void stream.write(bytes('a'));
  stream.end();
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk).toString());
  assert.deepEqual(chunks, ['a']);
});

test('a reader who leaves holds nobody up', async () => {
  const stream = new AnswerStream();
  const written = stream.write(bytes('a'));
  for await (const _ of stream) break;
  await written;
  await stream.write(bytes('b'));
});
