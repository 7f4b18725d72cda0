/** Lambda through the real SDK: what its waiters, error classes and paginators make of Brume's answers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeAsyncCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  paginateListFunctions,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TooManyRequestsException,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { startBrume, temporaryFolder } from './brume-process.ts';

const FunctionName = 'fn';
const Role = 'arn:aws:iam::000000000000:role/r';

const code = (body: string) =>
  zipFiles({ 'index.mjs': `export const handler = async (event) => { ${body} };` });

const definition = (body: string): CreateFunctionCommandInput => ({
  FunctionName,
  Role,
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Code: { ZipFile: code(body) },
});

function clientFor(t: TestContext, endpoint: string): LambdaClient {
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  return client;
}

async function cloud(t: TestContext, said: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ port: 0, ...said });
  const { port } = await brume.listen();
  const client = clientFor(t, `http://127.0.0.1:${port}`);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= brume.close());
  t.after(close);
  return { client, close };
}

async function invoke(client: LambdaClient, event: unknown, Qualifier?: string) {
  const Payload = Buffer.from(JSON.stringify(event));
  const result = await client.send(new InvokeCommand({ FunctionName, Payload, Qualifier }));
  return JSON.parse(result.Payload?.transformToString() ?? '');
}

test('a function goes through its life as the waiters expect', async (t) => {
  const { client } = await cloud(t);
  const waiting = { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  const created = await client.send(new CreateFunctionCommand(definition('return 1;')));
  assert.equal(created.$metadata.httpStatusCode, 201);
  assert.equal(created.State, 'Pending');
  await waitUntilFunctionExists(waiting, { FunctionName });
  await waitUntilFunctionActiveV2(waiting, { FunctionName });
  assert.equal(await invoke(client, {}), 1);
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code('return 2;') }));
  await waitUntilFunctionUpdatedV2(waiting, { FunctionName });
  assert.equal(await invoke(client, {}), 2);
  const { Version } = await client.send(new PublishVersionCommand({ FunctionName }));
  await waitUntilPublishedVersionActive(waiting, { FunctionName, Qualifier: Version });
  const alias = { FunctionName, Name: 'live', FunctionVersion: Version };
  await client.send(new CreateAliasCommand(alias));
  assert.equal(await invoke(client, {}, 'live'), 2);
  const { Code } = await client.send(new GetFunctionCommand({ FunctionName }));
  const download = await fetch(Code?.Location ?? '');
  assert.deepEqual(Buffer.from(await download.arrayBuffer()), code('return 2;'));
  const deleted = await client.send(new DeleteFunctionCommand({ FunctionName }));
  assert.equal(deleted.StatusCode, 204);
});

test('an invocation has its result, log and error where the SDK looks for them', async (t) => {
  const { client } = await cloud(t);
  const body = 'console.log("hi"); if (event.fail) throw new Error("no"); return event;';
  await client.send(new CreateFunctionCommand(definition(body)));
  const good = await client.send(
    new InvokeCommand({ FunctionName, Payload: '{"a":"ü"}', LogType: 'Tail' }),
  );
  assert.equal(good.StatusCode, 200);
  assert.equal(good.FunctionError, undefined);
  assert.equal(good.ExecutedVersion, '$LATEST');
  assert.equal(good.Payload?.transformToString(), '{"a":"ü"}');
  const log = Buffer.from(good.LogResult ?? '', 'base64').toString();
  const { requestId } = good.$metadata;
  assert.match(log, new RegExp(`^START RequestId: ${requestId} Version: \\$LATEST\n`));
  assert.match(log, new RegExp(`\t${requestId}\tINFO\thi\nEND RequestId: ${requestId}\nREPORT `));
  const bad = await client.send(new InvokeCommand({ FunctionName, Payload: '{"fail":1}' }));
  assert.equal(bad.StatusCode, 200);
  assert.equal(bad.FunctionError, 'Unhandled');
  assert.equal(bad.LogResult, undefined);
  assert.equal(JSON.parse(bad.Payload?.transformToString() ?? '').errorMessage, 'no');
  const dry = await client.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
  assert.equal(dry.StatusCode, 204);
  const later = await client.send(new InvokeAsyncCommand({ FunctionName, InvokeArgs: '{}' }));
  assert.equal(later.Status, 202);
});

test('errors are of the classes and with the members of AWS', async (t) => {
  const { client } = await cloud(t);
  await assert.rejects(client.send(new InvokeCommand({ FunctionName })), {
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST',
    Type: 'User',
    $fault: 'client',
  });
  await client.send(new CreateFunctionCommand(definition('return 1;')));
  await assert.rejects(client.send(new CreateFunctionCommand(definition('return 1;'))), {
    name: 'ResourceConflictException',
    Type: 'User',
  });
  await client.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
  );
  await assert.rejects(
    client.send(new InvokeCommand({ FunctionName })),
    (error: TooManyRequestsException) => {
      assert.equal(error.name, 'TooManyRequestsException');
      assert.equal(error.Reason, 'ReservedFunctionConcurrentInvocationLimitExceeded');
      assert.equal(error.message, 'Rate Exceeded.');
      assert.equal(error.$metadata.httpStatusCode, 429);
      return true;
    },
  );
  const event = await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
  assert.equal(event.StatusCode, 202);
});

test('settings that are wrong are refused in the words of AWS', async (t) => {
  const { client } = await cloud(t);
  const create = (settings: object) =>
    client.send(new CreateFunctionCommand({ ...definition(''), ...settings }));
  const runtimes =
    'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';
  // Recorded from AWS 2025-11-25 (TestLambdaFunction::test_create_lambda_exceptions).
  await assert.rejects(create({ Runtime: 'non-existent-runtime' }), {
    name: 'InvalidParameterValueException',
    message: `Value non-existent-runtime at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes}] or be a valid ARN`,
  });
  await assert.rejects(create({ Role: 'r1' }), {
    name: 'ValidationException',
    message:
      "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
  });
  await assert.rejects(create({ Architectures: ['x86_64', 'arm64'] }), {
    name: 'ValidationException',
    message:
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
  });
  await assert.rejects(create({ Architectures: ['X86_64'] }), {
    name: 'ValidationException',
    message:
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
  });
});

test('the list is paged as the paginator expects', async (t) => {
  const { client } = await cloud(t);
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) {
    await client.send(new CreateFunctionCommand({ ...definition(''), FunctionName: name }));
  }
  const found: (string | undefined)[] = [];
  for await (const page of paginateListFunctions({ client, pageSize: 2 }, {})) {
    found.push(...(page.Functions ?? []).map((listed) => listed.FunctionName));
  }
  assert.deepEqual(found, names);
});

test('functions are there after a restart, and run', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await cloud(t, { dataFolder });
  await first.client.send(new CreateFunctionCommand(definition('return event.n + 1;')));
  await first.close();
  const second = await cloud(t, { dataFolder });
  const { Functions } = await second.client.send(new ListFunctionsCommand());
  assert.deepEqual(
    Functions?.map((listed) => listed.FunctionName),
    [FunctionName],
  );
  assert.equal(await invoke(second.client, { n: 1 }), 2);
});

for (const isolation of ['process', 'bwrap']) {
  test(`the processes of functions end with a Brume that is killed (${isolation})`, async (t) => {
    if (!existsSync('/proc/self/stat')) return t.skip('the test looks for processes in /proc');
    if (isolation === 'bwrap' && spawnSync('bwrap', ['--version']).status !== 0) {
      return t.skip('this machine has no bubblewrap');
    }
    const brume = await startBrume(t, await temporaryFolder(t), {
      words: ['--isolation', isolation],
    });
    const client = clientFor(t, brume.endpoint);
    const mark = `4321.${process.pid}`;
    const body = `const { spawn } = await import("node:child_process"); spawn("sleep", ["${mark}"]); for (;;);`;
    await client.send(new CreateFunctionCommand({ ...definition(body), Timeout: 900 }));
    const lost = assert.rejects(client.send(new InvokeCommand({ FunctionName })));
    while (!isRunning(mark)) await setTimeout(5);
    await brume.stop('SIGKILL');
    await lost;
    while (isRunning(mark)) await setTimeout(5);
  });
}

/** Whether a process has `argument` on its command line; those that are dead have none. */
function isRunning(argument: string): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(argument);
    } catch {
      return false;
    }
  });
}
