import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fromBufferPromise } from 'yauzl';
import { zip } from './zip.ts';

test('an archive has its files for another reader, with their checksums', async () => {
  const files = { 'folder/a.js': 'var a = 1;\n'.repeat(1_000), 'ü.md': '', ['__proto__']: 'x' };
  const given = new Map(Object.entries(files));
  const archive = await fromBufferPromise(zip(Object.fromEntries(given)));
  const read = new Map<string, string>();
  for await (const entry of archive.eachEntry()) {
    read.set(entry.fileName, await text(await archive.openReadStreamPromise(entry)));
  }
  assert.deepEqual(read, given);
});
