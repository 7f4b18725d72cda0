import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startLambda, until } from '../service.fixture.ts';

const FILES = {
  'index.mjs': 'let n = 0; export const handler = async () => ({ pid: process.pid, n: n++ });',
};

interface Run {
  readonly pid: number;
  readonly n: number;
}

/** As `ps` shows it: `T` is stopped. */
function processState(pid: number): string {
  return /\) (\S) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
}

test('an idle function is stopped, and runs again with its next invocation', async (t) => {
  if (process.platform !== 'linux') return t.skip('looks into /proc');
  const lambda = await startLambda(t);
  await lambda.create('fn', FILES);
  for (const n of [0, 1, 2]) {
    const run = (await lambda.invoke('fn')).payload as Run;
    assert.equal(run.n, n);
    await until(() => processState(run.pid) === 'T');
  }
});

test('invocations one after the other do not wait for a function to be stopped', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', FILES);
  for (let n = 0; n < 50; n++) assert.equal(((await lambda.invoke('fn')).payload as Run).n, n);
});

test('functions run on where freezing is switched off', async (t) => {
  if (process.platform !== 'linux') return t.skip('looks into /proc');
  const lambda = await startLambda(t, { freeze: false });
  const code =
    'globalThis.n = 0; setInterval(() => n++, 1); export const handler = async (e) => { if (e.until) await new Promise((r) => setTimeout(r, 1)); return { pid: process.pid, n }; };';
  await lambda.create('fn', { 'index.mjs': code });
  const { n: first, pid } = (await lambda.invoke('fn')).payload as Run;
  await until(async () => ((await lambda.invoke('fn')).payload as Run).n > first + 100);
  assert.notEqual(processState(pid), 'T');
});
