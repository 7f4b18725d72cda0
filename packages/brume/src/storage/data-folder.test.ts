import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { nodeEnvironment } from '../environment/node.ts';
import {
  DataFolderForeignError,
  DataFolderLockedError,
  DataFolderTooNewError,
  DataFolderUnwritableError,
  deleteDataFolder,
  openDataFolder,
} from './data-folder.ts';

const environment = nodeEnvironment();
let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'brume-data-folder-'));
  path = join(parent, 'deep', 'data');
});

afterEach(() => rm(parent, { recursive: true, force: true }));

test('a data folder is created with its parents, closed, and opened again', async () => {
  for (let round = 0; round < 2; round++) {
    const folder = await openDataFolder(path, environment);
    assert.equal(folder.path, path);
    assert.equal(folder.databasePath, join(path, 'brume.sqlite'));
    await folder.close();
  }
  assert.equal(await readFile(join(path, 'VERSION'), 'utf8'), '1\n');
});

test('a second user within the process is refused, and told who the first is', async () => {
  const folder = await openDataFolder(path, environment);
  await assert.rejects(openDataFolder(path, environment), (error) => {
    assert.ok(error instanceof DataFolderLockedError);
    assert.equal(error.pid, process.pid);
    assert.match(error.message, /is in use by another Brume \(process \d+\)\.$/);
    return true;
  });
  await folder.close();
  await (await openDataFolder(path, environment)).close();
});

test('a second process is refused until the first is killed', async () => {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `const { openDataFolder } = await import(${JSON.stringify(moduleUrl('./data-folder.ts'))});
       const { nodeEnvironment } = await import(${JSON.stringify(moduleUrl('../environment/node.ts'))});
       await openDataFolder(${JSON.stringify(path)}, nodeEnvironment());
       console.log('open');
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(holder, 'exit');
  await once(holder.stdout, 'data');
  await assert.rejects(openDataFolder(path, environment), (error) => {
    assert.ok(error instanceof DataFolderLockedError);
    assert.equal(error.pid, holder.pid);
    return true;
  });
  holder.kill('SIGKILL');
  await exited;
  await (await openDataFolder(path, environment)).close();
});

test('a folder of a newer version is refused and left as it is', async () => {
  await (await openDataFolder(path, environment)).close();
  await writeFile(join(path, 'VERSION'), '2\n');
  const before = await readdir(path);
  await assert.rejects(openDataFolder(path, environment), (error) => {
    assert.ok(error instanceof DataFolderTooNewError);
    assert.match(error.message, /newer Brume \(format 2; this one knows formats up to 1\)\.$/);
    return true;
  });
  assert.deepEqual(await readdir(path), before);
});

test("somebody else's folder is neither taken over nor deleted", async () => {
  await writeFile(join(parent, 'thesis.txt'), 'years of work');
  await assert.rejects(openDataFolder(parent, environment), DataFolderForeignError);
  await assert.rejects(deleteDataFolder(parent, environment), DataFolderForeignError);
  assert.deepEqual(await readdir(parent), ['thesis.txt']);
});

test('a path that cannot be a folder is called unwritable', async () => {
  const file = join(parent, 'file');
  await writeFile(file, '');
  for (const impossible of [file, join(file, 'below')]) {
    await assert.rejects(openDataFolder(impossible, environment), DataFolderUnwritableError);
  }
});

test('a read-only folder is called unwritable', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  await (await openDataFolder(path, environment)).close();
  await chmod(path, 0o500);
  await assert.rejects(openDataFolder(path, environment), DataFolderUnwritableError);
  await chmod(path, 0o700);
});

test('deleting removes everything, but not while somebody uses it', async () => {
  const folder = await openDataFolder(path, environment);
  await assert.rejects(deleteDataFolder(path, environment), DataFolderLockedError);
  await folder.close();
  assert.equal(await deleteDataFolder(path, environment), true);
  assert.equal(await deleteDataFolder(path, environment), false);
  assert.deepEqual(await readdir(join(parent, 'deep')), []);
});

function moduleUrl(relative: string): string {
  return new URL(relative, import.meta.url).href;
}
