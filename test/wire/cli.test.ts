/** The command line as a person meets it: real processes, real folders, real signals. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { BIN, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const run = (cwd: string, ...words: string[]) =>
  runToEnd(process.execPath, [BIN, ...words], { cwd });

test('start says all that a person needs, serves, and stops cleanly', async (t) => {
  const cwd = await temporaryFolder(t);
  const brume = await startBrume(t, cwd);
  assert.match(brume.output(), /^Brume is ready in \d+ ms\./);
  for (const line of [
    /endpoint +http:\/\/127\.0\.0\.1:\d+\n/,
    /region +us-east-1\n/,
    /account +000000000000\n/,
    /data +\.brume\n/,
    /export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/,
    /export AWS_ACCESS_KEY_ID=\S+\n/,
    /export AWS_REGION=us-east-1\n/,
  ]) {
    assert.match(brume.output(), line);
  }
  const health = await fetch(`${brume.endpoint}/_brume/health`);
  assert.equal(((await health.json()) as { name: string }).name, 'brume');
  const port = new URL(brume.endpoint).port;
  const status = await run(cwd, 'status', '--port', port);
  assert.deepEqual([status.code, /is running at/.test(status.stdout)], [0, true]);
  assert.equal(await brume.stop(), 0);
  assert.equal((await run(cwd, 'status', '--port', port)).code, 1);
});

test('a second start on the same data folder is refused while one runs, and works after', async (t) => {
  const cwd = await temporaryFolder(t);
  const first = await startBrume(t, cwd);
  const second = await run(cwd, 'start', '--port', '0');
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`in use by another Brume \\(process ${first.pid}\\)`));
  const reset = await run(cwd, 'reset', '--yes');
  assert.equal(reset.code, 1);
  assert.match(reset.stderr, /in use by another Brume/);
  await first.stop('SIGKILL');
  const third = await startBrume(t, cwd);
  assert.equal(await third.stop('SIGTERM'), 0);
});

test('a port in use is a sentence, and the data folder is free again', async (t) => {
  const cwd = await temporaryFolder(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const port = String((other.address() as AddressInfo).port);
  const refused = await run(cwd, 'start', '--port', port);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`^brume: Port ${port} is in use\\.[^\n]*\n$`));
  const brume = await startBrume(t, cwd);
  assert.equal(await brume.stop(), 0);
});

test('a data folder that cannot be one is a sentence, and nothing in it changes', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(path.join(cwd, 'a-file'), 'precious');
  const unwritable = await run(cwd, 'start', '--port', '0', '--data-dir', 'a-file/data');
  assert.equal(unwritable.code, 1);
  assert.match(unwritable.stderr, /^brume: The data folder \S+ cannot be written: [^\n]*\n$/);
  const foreign = await run(cwd, 'start', '--port', '0', '--data-dir', '.');
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /holds files that are not Brume's/);
  const reset = await run(cwd, 'reset', '--yes', '--data-dir', '.');
  assert.equal(reset.code, 1);
  assert.equal(await readFile(path.join(cwd, 'a-file'), 'utf8'), 'precious');
  assert.deepEqual(await readdir(cwd), ['a-file']);
});

test('a data folder of a newer Brume is refused untouched', async (t) => {
  const cwd = await temporaryFolder(t);
  const brume = await startBrume(t, cwd);
  await brume.stop();
  const versionFile = path.join(cwd, '.brume/VERSION');
  await writeFile(versionFile, '999\n');
  const before = await readdir(path.join(cwd, '.brume'));
  const refused = await run(cwd, 'start', '--port', '0');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /was written by a newer Brume/);
  assert.equal(await readFile(versionFile, 'utf8'), '999\n');
  assert.deepEqual(await readdir(path.join(cwd, '.brume')), before);
});

test('an old Node is a sentence', async (t) => {
  for (const node of ['20.9.0', '24.8.0']) {
    const pretend =
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });` +
      `await import(${JSON.stringify(pathToFileURL(BIN).href)});`;
    const words = ['--input-type=module', '-e', pretend];
    const { code, stderr } = await runToEnd(process.execPath, words, {
      cwd: await temporaryFolder(t),
    });
    assert.equal(code, 1);
    assert.equal(stderr, `Brume needs Node 24.9 or later; this is Node ${node}.\n`);
  }
});

test('words that mean nothing are a sentence', async (t) => {
  const cwd = await temporaryFolder(t);
  for (const [words, message] of [
    [['strat'], /There is no command "strat"/],
    [['start', '--prot', '1'], /Unknown option '--prot'/],
    [['start', '--port', 'many'], /--port must be a number/],
    [['start', '--host', '0.0.0.0'], /--auth enforce/],
    [['reset'], /--yes/],
  ] as const) {
    const { code, stderr } = await run(cwd, ...words);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
  assert.deepEqual(await readdir(cwd), []);
});

test('reset deletes what is kept; memory keeps nothing', async (t) => {
  const cwd = await temporaryFolder(t);
  const brume = await startBrume(t, cwd);
  await brume.stop();
  assert.deepEqual(await readdir(cwd), ['.brume']);
  assert.equal((await run(cwd, 'reset', '--yes')).code, 0);
  assert.deepEqual(await readdir(cwd), []);
  const inMemory = await startBrume(t, cwd, { words: ['--memory'] });
  assert.equal(await inMemory.stop(), 0);
  assert.deepEqual(await readdir(cwd), []);
});

test('env prints what a shell needs, with the root key where signatures are enforced', async (t) => {
  const cwd = await temporaryFolder(t);
  const open = await run(cwd, 'env', '--port', '4999');
  assert.match(open.stdout, /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:4999\n/);
  const early = await run(cwd, 'env', '--auth', 'enforce');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /start Brume there once/);
  const brume = await startBrume(t, cwd, { words: ['--auth', 'enforce'] });
  const key = /AWS_ACCESS_KEY_ID=(\S+)/.exec(brume.output())?.[1];
  await brume.stop();
  const enforced = await run(cwd, 'env', '--auth', 'enforce');
  assert.match(enforced.stdout, new RegExp(`AWS_ACCESS_KEY_ID=${key}\n`));
});

test('an init script runs once Brume is ready, pointed at it', async (t) => {
  const cwd = await temporaryFolder(t);
  const script = path.join(cwd, 'init.mjs');
  await writeFile(
    script,
    'const health = await fetch(`${process.env.AWS_ENDPOINT_URL}/_brume/health`);' +
      'console.log(`init saw ${(await health.json()).name}`);',
  );
  const brume = await startBrume(t, cwd, { words: ['--init', script] });
  await brume.printed('init saw brume');
  assert.equal(await brume.stop(), 0);
});
