/** `brume logs` against a running Brume, also one that enforces signatures. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { BIN, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const FunctionName = 'fn';
const code = 'export const handler = async (event) => { console.log("said", event); };';

async function start(t: TestContext, ...words: string[]) {
  const cwd = await temporaryFolder(t);
  const brume = await startBrume(t, cwd, { words });
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = brume.variables;
  const client = new LambdaClient({
    endpoint: brume.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  });
  t.after(() => client.destroy());
  await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/r',
      Code: { ZipFile: zipFiles({ 'index.mjs': code }) },
    }),
  );
  const invoke = (event: number) =>
    client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  return { cwd, port: new URL(brume.endpoint).port, invoke };
}

test('what a function logged is printed, whole or filtered; who logged nothing is named', async (t) => {
  const { cwd, port, invoke } = await start(t, '--auth', 'enforce');
  const logs = (...words: string[]) =>
    runToEnd(process.execPath, [BIN, 'logs', '--port', port, '--auth', 'enforce', ...words], {
      cwd,
    });
  const before = await logs(FunctionName);
  assert.equal(before.code, 1);
  assert.match(before.stderr, /^brume: fn has logged nothing\.\n$/);
  await invoke(1);
  await invoke(2);
  const { stdout } = await logs(FunctionName);
  assert.match(stdout, /^INIT_START .*\nSTART .*\n.*said 1\nEND .*\nREPORT [^]*said 2\nEND /);
  const filtered = await logs('/aws/lambda/fn', '--filter', '"said 2"');
  assert.match(filtered.stdout, /^\S+\t\S+\tINFO\tsaid 2\n$/);
  const missing = await logs();
  assert.match(missing.stderr, /^brume: logs takes one FUNCTION\. Try: brume logs --help\n$/);
});

test('with --follow it goes on, from before the first call', async (t) => {
  const { cwd, port, invoke } = await start(t, '--memory');
  const child = spawn(process.execPath, [BIN, 'logs', FunctionName, '--follow', '--port', port], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const said = async (text: string) => {
    while (!lines.some((line) => line.endsWith(text))) await once(reader, 'line');
  };
  await Promise.all([invoke(1), said('said 1')]);
  await Promise.all([invoke(2), said('said 2')]);
  assert.equal(lines.filter((line) => line.endsWith('said 1')).length, 1);
});
