/** The package as it is published: compiled, without sources, beside its dependencies alone. */
import assert from 'node:assert/strict';
import { cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { zip } from '../../examples/notes/zip.ts';
import { runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const PACKAGE = path.join(import.meta.dirname, '../../packages/brume');
const SOURCES = {
  'nodejs24.x': ['index.mjs', 'export const handler = async (event) => ({ got: event });'],
  'python3.13': ['index.py', 'def handler(event, context):\n    return {"got": event}\n'],
} as const;

test('the built package serves, and runs functions in both languages', async (t) => {
  const folder = await temporaryFolder(t);
  const installed = path.join(folder, 'brume');
  await mkdir(installed);
  const build = [path.join(PACKAGE, 'build.mjs'), path.join(installed, 'dist')];
  const { code, stdout, stderr } = await runToEnd(process.execPath, build);
  assert.equal(code, 0, stdout + stderr);
  for (const name of ['bin', 'package.json']) {
    await cp(path.join(PACKAGE, name), path.join(installed, name), { recursive: true });
  }
  const modules = path.join(import.meta.dirname, '../../node_modules');
  await symlink(modules, path.join(folder, 'node_modules'));
  const bin = path.join(installed, 'bin/brume.js');
  const brume = await startBrume(t, folder, { bin, words: ['--memory'] });
  const lambda = new LambdaClient({
    endpoint: brume.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  for (const [runtime, [file, source]] of Object.entries(SOURCES)) {
    const FunctionName = runtime.replace('.', '-');
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: runtime as keyof typeof SOURCES,
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: { ZipFile: zip(new Map([[file, Buffer.from(source)]])) },
        Timeout: 20,
      }),
    );
    const invoked = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"a":1}' }));
    const payload = invoked.Payload?.transformToString() ?? '';
    assert.deepEqual(JSON.parse(payload), { got: { a: 1 } }, runtime);
  }
  assert.equal(await brume.stop(), 0);
});
