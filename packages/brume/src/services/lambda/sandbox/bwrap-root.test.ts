import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLambda, type Settings } from '../service.fixture.ts';
import { encodeArguments } from './bwrap-root.ts';

const FILES = { 'index.mjs': 'export const handler = () => {};' };
/** Where NUL ends an argument, a mount of the machine's files. */
const ESCAPE = 'x\0--bind\0/\0/tmp/machine';

test('no argument for bubblewrap becomes several', () => {
  assert.equal(encodeArguments(['--setenv', 'A', '']), '--setenv\0A\0\0');
  assert.throws(() => encodeArguments(['--setenv', 'A', ESCAPE]), /NUL character/);
});

test('settings that a process cannot have are refused', async (t) => {
  const lambda = await startLambda(t);
  const image = {
    ...{ PackageType: 'Image', Runtime: undefined, Handler: undefined },
    Code: { ImageUri: 'registry.test/image' },
  };
  const wrong: Record<string, Settings> = {
    A: { Environment: { Variables: { A: ESCAPE } } },
    Ax: { Environment: { Variables: { 'A\0x': 'y' } } },
    Handler: { Handler: ESCAPE },
    Command: { ...image, ImageConfig: { Command: ['a', ESCAPE] } },
    WorkingDirectory: { ...image, ImageConfig: { WorkingDirectory: ESCAPE } },
  };
  for (const [name, settings] of Object.entries(wrong)) {
    await assert.rejects(lambda.create('fn', FILES, settings), {
      code: 'InvalidParameterValueException',
      message: `'${name}' has a NUL character in it.`,
    });
  }
  await lambda.create('fn', FILES);
  const change = { FunctionName: 'fn', Handler: ESCAPE };
  await assert.rejects(lambda.call('UpdateFunctionConfiguration', change), /'Handler' has a NUL/);
});
