import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { startLambda, until, type Surroundings } from '../service.fixture.ts';

const source = (text: string) => `
  import { word } from './lib/word.mjs';
  let calls = 0;
  export const handler = async () => [${JSON.stringify(text)}, word, ++calls];`;

/** A function on a folder, and the means to save a file there as editors do. */
async function start(t: TestContext, surroundings: Surroundings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-hot-'));
  t.after(() => rm(folder, { recursive: true }));
  // Functions under bubblewrap are somebody else, where Brume runs as root.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'lib'));
  const save = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(`${path}.tmp`, content);
    await rename(`${path}.tmp`, path);
  };
  await save('index.mjs', source('one'));
  await save('lib/word.mjs', 'export const word = "a";');
  const lambda = await startLambda(t, surroundings);
  const create = () => lambda.create('fn', {}, { Code: { S3Bucket: 'hot-reload', S3Key: folder } });
  const reloads = () => lambda.logged.filter((line) => line.includes('has changed')).length;
  return { lambda, folder, save, create, reloads };
}

for (const isolation of ['process', 'bwrap'] as const) {
  test(`a function runs what is in its folder, and starts anew once per change (${isolation})`, async (t) => {
    const { processes } = nodeEnvironment();
    if (isolation === 'bwrap' && (await processes.find('bwrap')) === undefined) {
      return t.skip('this machine has no bubblewrap');
    }
    const { lambda, save, create, reloads } = await start(t, { isolation, prepare: true });
    await create();
    const run = async () => (await lambda.invoke('fn')).payload;
    assert.deepEqual(await run(), ['one', 'a', 1]);
    assert.deepEqual(await run(), ['one', 'a', 2], 'it is not started for each invocation');
    await save('index.mjs', source('two'));
    await until(() => reloads() === 1);
    await until(async () => ((await run()) as unknown[])[0] === 'two');
    await save('lib/word.mjs', 'export const word = "b";');
    await until(() => reloads() === 2);
    await until(async () => ((await run()) as unknown[])[1] === 'b');
    const before = ((await run()) as number[])[2] ?? 0;
    assert.deepEqual(await run(), ['two', 'b', before + 1]);
  });
}

test('UpdateFunctionCode can turn to a folder', async (t) => {
  const { lambda, folder } = await start(t);
  await lambda.create('fn', { 'index.mjs': 'export const handler = async () => "package";' });
  assert.equal((await lambda.invoke('fn')).payload, 'package');
  await until(async () => {
    const { LastUpdateStatus, State } = await lambda.call('GetFunctionConfiguration', {
      FunctionName: 'fn',
    });
    return State === 'Active' && LastUpdateStatus !== 'InProgress';
  });
  await lambda.call('UpdateFunctionCode', {
    FunctionName: 'fn',
    S3Bucket: 'hot-reload',
    S3Key: folder,
  });
  assert.deepEqual((await lambda.invoke('fn')).payload, ['one', 'a', 1]);
});

test('a folder that is not there, or has no absolute path, is refused', async (t) => {
  const { lambda, folder } = await start(t);
  for (const S3Key of [join(folder, 'missing'), 'relative', join(folder, 'index.mjs')]) {
    await assert.rejects(
      lambda.create('fn', {}, { Code: { S3Bucket: 'hot-reload', S3Key } }),
      /is not the absolute path of a folder/,
    );
  }
});

test('only folders where code may be are code, and none that has Brume’s own data', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'brume-code-'));
  t.after(() => rm(root, { recursive: true }));
  const places = ['work/app', 'work/app..', 'work/.brume/tls', 'work-not', 'home'];
  for (const place of places) await mkdir(join(root, place), { recursive: true });
  await symlink(join(root, 'home'), join(root, 'work/link'));
  const work = join(root, 'work');
  const localFolders = { within: work, without: join(work, '.brume') };
  const lambda = await startLambda(t, { localFolders });
  const create = (name: string, S3Key: string) =>
    lambda.create(name, {}, { Code: { S3Bucket: 'hot-reload', S3Key } });
  await create('fn', join(work, 'app'));
  await create('dots', join(work, 'app..'));
  for (const outside of ['/', root, 'home', 'work-not', 'work/link', 'work/app/../../home']) {
    await assert.rejects(
      create('other', resolve(root, outside)),
      /is not in .*--code-dir/,
      outside,
    );
  }
  for (const own of ['work', 'work/.brume', 'work/.brume/tls']) {
    await assert.rejects(create('other', join(root, own)), /has Brume's own data/, own);
  }
});

test('where others can reach Brume no folder of the machine is code', async (t) => {
  const { create } = await start(t, { exposed: true });
  await assert.rejects(create(), /folder/);
});
