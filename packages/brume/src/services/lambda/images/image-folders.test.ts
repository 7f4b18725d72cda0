import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { encodeKey } from '../../../storage/key-encoding.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import { ImageFolders, type Fill } from './image-folders.ts';
import { newFolder } from './image.fixture.ts';

const environment = nodeEnvironment();
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const never: Fill = () => assert.fail('it is there already');

const fill =
  (content: string): Fill =>
  async (root) => {
    await mkdir(join(root, 'bin'), { recursive: true });
    await writeFile(join(root, 'bin', 'program'), content, { mode: 0o755 });
    await symlink('bin/program', join(root, 'link'));
    return content.length;
  };

/** Opens and releases an image. Returns the content of its program. */
async function look(folders: ImageFolders, name: string, how: Fill): Promise<string> {
  const folder = await folders.open(name, how);
  const content = await readFile(join(folder.path, 'link'), 'utf8');
  folder.release();
  return content;
}

test('an image is made once for all who use it, and found again by the next run', async (t) => {
  const options = {
    folder: join(await newFolder(t), 'x'),
    environment,
    store: createMemoryStore(),
  };
  const first = new ImageFolders(options);
  let fills = 0;
  const counted: Fill = (root) => (fills++, fill('one')(root));
  const both = await Promise.all([
    first.open(digest('a'), counted),
    first.open(digest('a'), counted),
  ]);
  assert.deepEqual([fills, both[0].path], [1, both[1].path]);
  const second = new ImageFolders(options);
  assert.equal(await look(second, digest('a'), never), 'one');
});

test('an image that is not as it was is made anew', async (t) => {
  const options = { folder: await newFolder(t), environment, store: createMemoryStore() };
  const { path } = await new ImageFolders(options).open(digest('a'), fill('one'));
  const program = join(path, 'bin', 'program');
  const changes: (() => Promise<void>)[] = [
    () => truncate(program, 1),
    () => chmod(program, 0o700),
    () => utimes(program, 1, 1),
    () => writeFile(join(path, 'more'), ''),
    () => writeFile(join(path, '..', 'image.json'), '{"sizeBytes": 3, "finger'),
  ];
  for (const change of changes) {
    await change();
    assert.equal(await look(new ImageFolders(options), digest('a'), fill('new')), 'new');
  }
});

test('an image that cannot be made leaves nothing, nor does one whose maker was killed', async (t) => {
  const options = { folder: await newFolder(t), environment, store: createMemoryStore() };
  const broken = new ImageFolders(options);
  const fails: Fill = async (root) => {
    await fill('half')(root);
    throw new Error('gone');
  };
  await assert.rejects(broken.open(digest('a'), fails), /gone/);
  assert.deepEqual(await readdir(options.folder), []);
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const source = `
    import { ImageFolders } from ${here('./image-folders.ts')};
    import { nodeEnvironment } from ${here('../../../environment/node.ts')};
    import { writeFile, mkdir } from 'node:fs/promises';
    const folders = new ImageFolders({ folder: process.argv[1], environment: nodeEnvironment() });
    await folders.open('${digest('a')}', async (root) => {
      await mkdir(root);
      await writeFile(root + '/half', '');
      process.stdout.write('half');
      return new Promise(() => setInterval(() => {}, 1000));
    });`;
  const args = ['--input-type=module', '-e', source, options.folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal((await readdir(options.folder)).length, 1);
  const next = new ImageFolders(options);
  assert.equal(await look(next, digest('a'), fill('whole')), 'whole');
  assert.deepEqual(await readdir(options.folder), [digest('a').replace(':', '-')]);
});

test('what no function names goes when the room is needed, the least recently used first', async (t) => {
  const store = createMemoryStore();
  const folder = await newFolder(t);
  const options = { folder, environment, store, unnamedBytesMax: 6 };
  const folders = new ImageFolders(options);
  const isNamed = encodeKey(['lambda', 'image-use', digest('a'), 'function']);
  const value = Buffer.from('{}');
  await store.transact([], () => ({ writes: [{ type: 'put', key: isNamed, value }], result: 0 }));
  const kept = async () => {
    await folders.trim();
    const digits = (await readdir(folder)).map((name) => name.slice(-1));
    return digits.toSorted((a, b) => (a < b ? -1 : 1)).join('');
  };
  for (const each of ['a', 'b', 'c', 'd']) await look(folders, digest(each), fill('123'));
  assert.equal(await kept(), 'acd');
  const used = await folders.open(digest('c'), never);
  await look(folders, digest('e'), fill('123'));
  assert.equal(await kept(), 'acde');
  await look(folders, digest('d'), never);
  used.release();
  await store.transact([], () => ({ writes: [{ type: 'delete', key: isNamed }], result: 0 }));
  assert.equal(await kept(), 'de');
  const next = new ImageFolders({ ...options, unnamedBytesMax: 3 });
  await next.trim();
  assert.equal((await readdir(folder)).length, 1);
});
