import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../../environment/environment.ts';
import { nodeEnvironment } from '../../../environment/node.ts';
import { startLambda, type Surroundings } from '../service.fixture.ts';

const FILES = { 'index.mjs': 'export const handler = async () => process.cwd();' };

/** A machine without bubblewrap. */
function withoutBwrap(): Environment {
  const { processes, ...rest } = nodeEnvironment();
  const find = (name: string) =>
    name === 'bwrap' ? Promise.resolve(undefined) : processes.find(name);
  return { ...rest, processes: { ...processes, find } };
}

const cases: readonly [string, Surroundings, RegExp][] = [
  [
    'auto falls back to plain processes, and says so',
    { isolation: 'auto' },
    /^warn Functions are not isolated from this machine: bubblewrap \(bwrap\) is not installed\.$/,
  ],
  ['process is process', { isolation: 'process' }, /^$/],
  ['process is process beyond loopback too', { isolation: 'process', exposed: true }, /^$/],
];

for (const [name, surroundings, said] of cases) {
  test(`without bubblewrap ${name}`, async (t) => {
    const lambda = await startLambda(t, { ...surroundings, environment: withoutBwrap() });
    await lambda.create('fn', FILES);
    assert.equal((await lambda.invoke('fn')).functionError, undefined);
    assert.match(lambda.logged[0] ?? '', said);
  });
}

for (const surroundings of [
  { isolation: 'bwrap' },
  { isolation: 'auto', exposed: true },
] as const) {
  test(`without bubblewrap nothing runs with ${JSON.stringify(surroundings)}`, async (t) => {
    const lambda = await startLambda(t, { ...surroundings, environment: withoutBwrap() });
    await lambda.create('fn', FILES);
    await assert.rejects(lambda.invoke('fn'), /^NoSandboxError: Functions cannot be isolated here/);
    assert.match(lambda.logged[0] ?? '', /^error .*With --isolation process they would run as/);
  });
}
