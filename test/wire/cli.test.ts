/** The command line as a person meets it: real processes, real folders, real signals. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

const BIN = path.join(import.meta.dirname, '../../packages/brume/bin/brume.js');

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'brume-cli-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
async function run(cwd: string, ...words: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Starts a Brume and resolves once it says that it is ready. */
async function start(t: TestContext, cwd: string, ...words: string[]) {
  const child = spawn(process.execPath, [BIN, 'start', '--port', '0', ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    if (stdout.includes('Ctrl-C stops it')) ready.resolve();
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  void closed.then(() => ready.reject(new Error(`ended early: ${stdout}`)));
  await ready.promise;
  const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(stdout)?.[1] as string;
  return {
    child,
    endpoint,
    output: () => stdout,
    async stop(signal: NodeJS.Signals = 'SIGINT') {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

test('start says all that a person needs, serves, and stops cleanly', async (t) => {
  const cwd = await folder(t);
  const brume = await start(t, cwd);
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
  const cwd = await folder(t);
  const first = await start(t, cwd);
  const second = await run(cwd, 'start', '--port', '0');
  assert.equal(second.code, 1);
  assert.match(
    second.stderr,
    new RegExp(`in use by another Brume \\(process ${first.child.pid}\\)`),
  );
  const reset = await run(cwd, 'reset', '--yes');
  assert.equal(reset.code, 1);
  assert.match(reset.stderr, /in use by another Brume/);
  await first.stop('SIGKILL');
  const third = await start(t, cwd);
  assert.equal(await third.stop('SIGTERM'), 0);
});

test('a port in use is a sentence, and the data folder is free again', async (t) => {
  const cwd = await folder(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const port = String((other.address() as AddressInfo).port);
  const refused = await run(cwd, 'start', '--port', port);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`^brume: Port ${port} is in use\\.[^\n]*\n$`));
  const brume = await start(t, cwd);
  assert.equal(await brume.stop(), 0);
});

test('a data folder that cannot be one is a sentence, and nothing in it changes', async (t) => {
  const cwd = await folder(t);
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
  const cwd = await folder(t);
  const brume = await start(t, cwd);
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
  const pretend =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.9.0' } });" +
    `await import(${JSON.stringify(pathToFileURL(BIN).href)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', pretend], {
    cwd: await folder(t),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 1);
  assert.equal(stderr, 'Brume needs Node 24 or later; this is Node 20.9.0.\n');
});

test('words that mean nothing are a sentence', async (t) => {
  const cwd = await folder(t);
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
  const cwd = await folder(t);
  const brume = await start(t, cwd);
  await brume.stop();
  assert.deepEqual(await readdir(cwd), ['.brume']);
  assert.equal((await run(cwd, 'reset', '--yes')).code, 0);
  assert.deepEqual(await readdir(cwd), []);
  const inMemory = await start(t, cwd, '--memory');
  assert.equal(await inMemory.stop(), 0);
  assert.deepEqual(await readdir(cwd), []);
});

test('env prints what a shell needs, with the root key where signatures are enforced', async (t) => {
  const cwd = await folder(t);
  const open = await run(cwd, 'env', '--port', '4999');
  assert.match(open.stdout, /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:4999\n/);
  const early = await run(cwd, 'env', '--auth', 'enforce');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /start Brume there once/);
  const brume = await start(t, cwd, '--auth', 'enforce');
  const key = /AWS_ACCESS_KEY_ID=(\S+)/.exec(brume.output())?.[1];
  await brume.stop();
  const enforced = await run(cwd, 'env', '--auth', 'enforce');
  assert.match(enforced.stdout, new RegExp(`AWS_ACCESS_KEY_ID=${key}\n`));
});

test('an init script runs once Brume is ready, pointed at it', async (t) => {
  const cwd = await folder(t);
  const script = path.join(cwd, 'init.mjs');
  await writeFile(
    script,
    'const health = await fetch(`${process.env.AWS_ENDPOINT_URL}/_brume/health`);' +
      'console.log(`init saw ${(await health.json()).name}`);',
  );
  const brume = await start(t, cwd, '--init', script);
  if (!brume.output().includes('init saw brume')) {
    await new Promise<void>((resolve) => {
      brume.child.stdout.on('data', () => {
        if (brume.output().includes('init saw brume')) resolve();
      });
    });
  }
  assert.equal(await brume.stop(), 0);
});
