/** Runs the example of the guide for tests in process, as somebody who copied it would. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { runToEnd } from './brume-process.ts';

const ROOT = path.join(import.meta.dirname, '../..');

test('the example of the guide for tests in process passes', async (t) => {
  const guide = await readFile(path.join(ROOT, 'docs/guide/testing-in-process.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  // Inside the repository, where the SDK is found.
  const folder = await mkdtemp(path.join(ROOT, 'test/.guide-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'example.test.ts');
  const source = path.join(ROOT, 'packages/brume/src/brume.ts');
  await writeFile(file, example.replace("from 'brume'", `from ${JSON.stringify(source)}`));
  // A test runner inside another one says nothing, unless it does not know.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env as Record<string, string>;
  const { code, stdout } = await runToEnd(process.execPath, ['--test', file], { env });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /pass 2\b/);
});
