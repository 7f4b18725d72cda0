import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { rubyFamily } from './ruby.ts';
import type { LaunchRequest } from './runtime.ts';

const REQUEST: LaunchRequest = {
  ...{ folder: '/code', taskRoot: '/var/task', layers: undefined, memorySizeMb: 128 },
  ...{ handler: 'function.handler', variables: {} },
};

/** A machine with these programs, each of which says that it is of this version. */
async function machine(t: TestContext, versions: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-ruby-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, version] of Object.entries(versions)) {
    const answer = `/real/${version}\n${version}\n/usr\n/gems/${version}`;
    await writeFile(join(folder, name), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  }
  const { processes } = nodeEnvironment();
  const find = async (name: string) => (name in versions ? join(folder, name) : undefined);
  return rubyFamily({ ...processes, find });
}

test('a function gets its own version, whatever it is called, or the nearest with a warning', async (t) => {
  const family = await machine(t, { ruby: '3.3.6', 'ruby3.1': '3.1.7', 'ruby3.2': '3.2.4' });
  const launched = async (runtime: string) => {
    const launch = await family.launch(runtime, REQUEST);
    assert.ok('command' in launch);
    const { command, version, warning, readable } = launch;
    return { command, version, warning, gems: readable.at(-1) };
  };
  assert.deepEqual(await launched('ruby3.3'), {
    ...{ command: '/real/3.3.6', version: 'Ruby 3.3.6', warning: undefined, gems: '/gems/3.3.6' },
  });
  assert.equal((await launched('ruby3.2')).version, 'Ruby 3.2.4');
  assert.equal(
    (await launched('ruby4.0')).warning,
    'ruby4.0 functions run on Ruby 3.3.6, the nearest here.',
  );
});

test('of two that are as near the newer is taken, and 4.0 came after 3.4', async (t) => {
  const between = await machine(t, { ruby: '3.2.4', 'ruby3.4': '3.4.1' });
  assert.partialDeepStrictEqual(await between.launch('ruby3.3', REQUEST), {
    version: 'Ruby 3.4.1',
  });
  const after = await machine(t, { ruby: '3.2.4', 'ruby4.0': '4.0.0' });
  assert.partialDeepStrictEqual(await after.launch('ruby3.4', REQUEST), { version: 'Ruby 4.0.0' });
});

test('a Ruby that is too old, or none, is an answer', async (t) => {
  for (const versions of [{ ruby: '2.6.10' }, {}] as Record<string, string>[]) {
    assert.deepEqual(await (await machine(t, versions)).launch('ruby3.4', REQUEST), {
      errorType: 'Runtime.InvalidRuntime',
      error: 'This machine has no Ruby 2.7 or newer to run ruby3.4 with',
    });
  }
});
