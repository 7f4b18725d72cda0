import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import type { Isolation } from '../sandbox/isolation.ts';
import { isRunning, startLambda, until, type Settings } from '../service.fixture.ts';

const NODE = {
  'index.mjs':
    'import fs from "node:fs"; let n = 0; export const handler = async (e) => { console.log("runs"); return { n: n++, pid: process.pid, startedMs: performance.timeOrigin, cwd: process.cwd() === process.env.LAMBDA_TASK_ROOT, code: fs.readdirSync("."), mine: process.env.MINE, own: Object.keys(process.env).filter((name) => name.startsWith("_BRUME")) }; };',
  'lib/inner.txt': 'x',
};
const PYTHON = {
  'index.py':
    'import os\nn = -1\ndef handler(e, c):\n    global n\n    n += 1\n    return {"n": n, "pid": os.getpid(), "cwd": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"], "code": os.listdir("."), "mine": os.environ.get("MINE"), "own": [k for k in os.environ if k.startswith("_BRUME")]}',
  'lib/inner.txt': 'x',
};
/** With a gem of its own, which Ruby looks for when it starts. */
const RUBY = {
  'index.rb':
    'require "own"\n$n = -1\ndef handler(event:, context:) = { n: $n += 1, pid: $$, cwd: Dir.pwd == ENV["LAMBDA_TASK_ROOT"], code: Dir.children("."), mine: ENV["MINE"], gem: OWN, own: ENV.keys.grep(/^_BRUME/) }',
  'lib/inner.txt': 'x',
  'vendor/bundle/ruby/3.4.0/specifications/own-1.0.0.gemspec':
    'Gem::Specification.new { |s| s.name = "own"; s.version = "1.0.0"; s.summary = "own"; s.authors = ["a"] }',
  'vendor/bundle/ruby/3.4.0/gems/own-1.0.0/lib/own.rb': 'OWN = 1',
};

interface Run {
  readonly n: number;
  readonly pid: number;
  readonly startedMs: number;
  readonly code: readonly string[];
}

/** A Lambda that prepares, and the command lines of what it starts. */
async function start(t: TestContext, isolation: Isolation) {
  const { processes, ...rest } = nodeEnvironment();
  if (isolation === 'bwrap' && (await processes.find('bwrap')) === undefined) {
    t.skip('this machine has no bubblewrap');
    return undefined;
  }
  const started: { readonly line: string; readonly pid: number | undefined }[] = [];
  const spawn: typeof processes.spawn = (command, args, options) => {
    const child = processes.spawn(command, args, options);
    started.push({ line: args.join(' '), pid: child.pid });
    return child;
  };
  const environment = { ...rest, processes: { ...processes, spawn } };
  const lambda = await startLambda(t, { environment, isolation, prepare: true });
  // bubblewrap is told by a pipe what it runs.
  const prepared = () => started.filter(({ line }) => line.includes('prepared'));
  const sandboxes = () => started.filter(({ line }) => line.startsWith('--args')).length;
  return { lambda, started, prepared, sandboxes };
}

/** Of the test of bubblewrap itself, the first function's, the one that waits, and the next one's. */
const SANDBOXES = 4;

const runtimes: readonly [string, Record<string, string>, Settings][] = [
  ['nodejs24.x', NODE, {}],
  ['python3.13', PYTHON, { Runtime: 'python3.13' }],
  ['ruby3.4', RUBY, { Runtime: 'ruby3.4' }],
];

for (const isolation of ['process', 'bwrap'] as const) {
  for (const [runtime, files, settings] of runtimes) {
    test(`a ${runtime} function takes an environment that waits (${isolation})`, async (t) => {
      if (runtime.startsWith('ruby') && !(await nodeEnvironment().processes.find('ruby'))) {
        return t.skip('this machine has no ruby');
      }
      const parts = await start(t, isolation);
      if (!parts) return;
      const { lambda, started, prepared, sandboxes } = parts;
      await lambda.create('first', files, settings);
      const Environment = { Variables: { MINE: '1' } };
      await lambda.create('second', files, { ...settings, Environment });
      const first = (await lambda.invoke('first')).payload as Run;
      await until(() => lambda.waiting() === 1);
      if (isolation === 'process') assert.equal(prepared().length, 1);
      else await until(() => sandboxes() === SANDBOXES);
      const before = started.length;
      const { payload, log } = await lambda.invoke('second');
      assert.equal(started.length, before, 'nothing had to be started');
      const second = payload as Run;
      assert.deepEqual(
        { ...second, pid: 0, startedMs: 0, code: second.code.toSorted() },
        { ...first, pid: 0, startedMs: 0, code: first.code.toSorted(), mine: '1' },
      );
      if (runtime.startsWith('node')) assert.match(log, /\truns\n/);
      assert.equal(((await lambda.invoke('second')).payload as Run).n, 1);
      await until(() => lambda.waiting() === 1);
      if (isolation === 'process') assert.equal(prepared().length, 2);
    });
  }
}

test('a function of another size, or with variables for the start, has an environment of its own', async (t) => {
  const parts = await start(t, 'process');
  if (!parts) return;
  const { lambda, started } = parts;
  await lambda.create('first', NODE);
  await lambda.invoke('first');
  await until(() => lambda.waiting() === 1);
  await lambda.create('large', NODE, { MemorySize: 512 });
  await lambda.create('own', NODE, {
    Environment: { Variables: { NODE_OPTIONS: '--no-warnings' } },
  });
  for (const name of ['own', 'large']) {
    const before = started.length;
    assert.equal((await lambda.invoke(name)).functionError, undefined);
    assert.ok(started.length > before);
  }
});

test('one that waits and dies is not taken, and none outlives Brume', async (t) => {
  const parts = await start(t, 'process');
  if (!parts) return;
  const { lambda, prepared } = parts;
  await lambda.create('first', NODE);
  await lambda.invoke('first');
  await until(() => lambda.waiting() === 1);
  process.kill(prepared()[0]?.pid ?? 0, 'SIGKILL');
  await until(() => lambda.waiting() === 0);
  await lambda.create('second', NODE);
  assert.equal((await lambda.invoke('second')).functionError, undefined);
  await until(() => lambda.waiting() === 1);
  const pid = prepared().at(-1)?.pid ?? 0;
  assert.ok(isRunning(pid));
  await lambda.service.close();
  await until(() => !isRunning(pid));
});
