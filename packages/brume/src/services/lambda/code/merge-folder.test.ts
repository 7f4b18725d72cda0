/** How layers come to lie over each other, and that no layer writes through another's links. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { mergeFolder } from './merge-folder.ts';

async function folders(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'brume-merge-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const [first, second, merged] = ['first', 'second', 'merged'].map((name) => join(root, name));
  assert(first !== undefined && second !== undefined && merged !== undefined);
  await mkdir(join(first, 'lib'), { recursive: true });
  await mkdir(join(second, 'lib'), { recursive: true });
  return { root, first, second, merged };
}

test('a later layer replaces files of an earlier one and leaves the others', async (t) => {
  const { first, second, merged } = await folders(t);
  await writeFile(join(first, 'lib/both'), 'first');
  await writeFile(join(first, 'lib/only'), 'first');
  await writeFile(join(second, 'lib/both'), 'second');
  for (const layer of [first, second]) await mergeFolder(layer, merged);
  assert.equal(await readFile(join(merged, 'lib/both'), 'utf8'), 'second');
  assert.equal(await readFile(join(merged, 'lib/only'), 'utf8'), 'first');
  assert.equal(await readFile(join(first, 'lib/both'), 'utf8'), 'first');
});

test('a folder takes the place of a link, and what it links to stays as it is', async (t) => {
  const { root, first, second, merged } = await folders(t);
  const outside = join(root, 'outside');
  await mkdir(outside);
  await rm(join(first, 'lib'), { recursive: true });
  await symlink(outside, join(first, 'lib'));
  await writeFile(join(second, 'lib/file'), 'second');
  for (const layer of [first, second]) await mergeFolder(layer, merged);
  assert.equal(await readFile(join(merged, 'lib/file'), 'utf8'), 'second');
  await assert.rejects(readFile(join(outside, 'file')), { code: 'ENOENT' });
});

test('a file or a link takes the place of a folder', async (t) => {
  const { first, second, merged } = await folders(t);
  await writeFile(join(first, 'lib/file'), 'first');
  await rm(join(second, 'lib'), { recursive: true });
  await symlink('other', join(second, 'lib'));
  for (const layer of [first, second]) await mergeFolder(layer, merged);
  assert.equal(await readlink(join(merged, 'lib')), 'other');
});
