import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { runToEnd } from './wire/brume-process.ts';

test('the compatibility page says what the dispatch tables say', async () => {
  const generator = path.join(import.meta.dirname, '../tools/generate-compatibility.ts');
  const { code, stderr } = await runToEnd(process.execPath, [generator, '--check']);
  assert.equal(code, 0, stderr);
});
