import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { nodeEnvironment } from './node.ts';

const { disk, processes, timers } = nodeEnvironment();

test('a file is written, read in parts, cut, renamed and removed', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a', 'b', 'file');
    await disk.makeDirectory(join(folder, 'a', 'b'));
    await assert.rejects(disk.open(path, { create: false }), { code: 'ENOENT' });
    await assert.rejects(disk.readFile(path), { code: 'ENOENT' });
    assert.equal(await disk.sizeBytes(path), undefined);

    const file = await disk.open(path, { create: true });
    await file.write(Buffer.from('hello world'), 0);
    await file.write(Buffer.from('W'), 6);
    await file.sync();
    assert.equal(String(await file.read(5, 6)), 'World');
    assert.equal(String(await file.read(100, 9)), 'ld');
    await file.truncate(8);
    await file.close();
    // Opening it again, even to create it, keeps what is there.
    await (await disk.open(path, { create: true })).close();
    assert.equal(await disk.sizeBytes(path), 8);

    const moved = join(folder, 'a', 'moved');
    await disk.rename(path, moved);
    await disk.syncDirectory(folder);
    assert.equal(String(await disk.readFile(moved)), 'hello Wo');
    assert.equal(await textOf(moved), 'hello Wo');
    assert.equal(await textOf(moved, { start: 2, end: 4 }), 'll');
    assert.equal(await textOf(moved, { start: 4, end: 4 }), '');
    assert.deepEqual((await disk.list(join(folder, 'a'))).toSorted(), ['b', 'moved']);
    await disk.remove(join(folder, 'a'));
    await disk.remove(join(folder, 'a'));
    assert.deepEqual(await disk.list(folder), []);
  }));

test('a timer of more than 24.8 days does not fire at once', async () => {
  let fired = false;
  const timer = timers.after(2 ** 33, () => (fired = true));
  // Node would run a delay that it cannot hold after 1 ms, and timers run in their order.
  await new Promise((resolve) => setTimeout(resolve, 2));
  timer.cancel();
  assert.equal(fired, false);
});

test('a process has only the environment that it was given', async () => {
  const child = processes.spawn(
    process.execPath,
    ['-e', 'process.stdout.write(JSON.stringify(Object.keys(process.env)))'],
    { env: { ONLY: 'this' }, ownGroup: false },
  );
  const printed = await text(child.stdout);
  assert.ok(JSON.parse(printed).includes('ONLY'));
  assert.ok(!JSON.parse(printed).includes('PATH'));
  assert.deepEqual(await child.exit, { code: 0, signal: null });
});

test('killing a group reaches the children of the process', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    process.stdout.write('ready');
    setInterval(() => {}, 1000);`;
  const child = processes.spawn(process.execPath, ['-e', script], { env: {}, ownGroup: true });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  assert.deepEqual(await child.exit, { code: null, signal: 'SIGKILL' });
  // The pipe ends when the last that holds it is gone.
  await text(child.stdout);
  child.kill('SIGKILL');
});

test('a program that is not there is an exit that rejects, without a pid', async () => {
  const child = processes.spawn('/nowhere/at/all', [], { env: {}, ownGroup: true });
  assert.equal(child.pid, undefined);
  await assert.rejects(child.exit, { code: 'ENOENT' });
  child.kill('SIGKILL');
});

test('a program is found on the PATH', async () => {
  assert.equal(await processes.find('no-such-program-anywhere'), undefined);
  const found = await processes.find(process.platform === 'win32' ? 'cmd.exe' : 'sh');
  assert.ok(found !== undefined && isAbsolute(found));
});

async function textOf(path: string, range?: { start: number; end: number }): Promise<string> {
  let result = '';
  for await (const chunk of disk.readStream(path, range)) result += chunk.toString();
  return result;
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-disk-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
