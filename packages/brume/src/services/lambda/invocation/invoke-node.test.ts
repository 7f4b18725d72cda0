import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXECUTABLE, zip, zipFiles } from '../code/zip.fixture.ts';
import { isRunning, startLambda, until } from '../service.fixture.ts';

test('a CommonJS handler answers, and its module state is kept while warm', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('count', {
    'index.js': 'let n = 0; exports.handler = async (event) => ({ n: n++, event });',
  });
  const first = await lambda.invoke('count', { a: 'ü' });
  assert.deepEqual(first.payload, { n: 0, event: { a: 'ü' } });
  assert.equal(first.functionError, undefined);
  assert.equal(first.version, '$LATEST');
  assert.deepEqual((await lambda.invoke('count')).payload, { n: 1, event: {} });
});

test('ES modules, top-level await, nested exports and handlers in folders work', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(
    'esm',
    {
      'src/app.mjs':
        'const x = await Promise.resolve(7); export const api = { get: async () => x };',
    },
    { Handler: 'src/app.api.get' },
  );
  assert.equal((await lambda.invoke('esm')).payload, 7);
});

test('a handler without a result answers null', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('nothing', { 'index.mjs': 'export const handler = async () => {};' });
  assert.equal((await lambda.invoke('nothing')).payload, null);
});

test('the log has what AWS writes, in its order', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('logs', {
    'index.mjs': 'export const handler = async () => { console.log("hello", {a: 1}); };',
  });
  const cold = (await lambda.invoke('logs')).log;
  const id = /^START RequestId: ([0-9a-f-]{36}) Version: \$LATEST\n/.exec(cold)?.[1];
  assert.ok(id, cold);
  const [, message, end, report] = cold.split('\n');
  assert.match(message ?? '', new RegExp(`^\\d{4}-.*Z\t${id}\tINFO\thello \\{ a: 1 \\}$`));
  assert.equal(end, `END RequestId: ${id}`);
  assert.match(
    report ?? '',
    /^REPORT RequestId: .*\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t$/,
  );
  assert.doesNotMatch((await lambda.invoke('logs')).log, /Init Duration/);
});

test('all that a function writes is there when it answers, however much', async (t) => {
  const lambda = await startLambda(t);
  const LINES = 5000;
  await lambda.create('noisy', {
    'index.mjs': `export const handler = async () => {
      for (let i = 0; i < ${LINES}; i++) console.log('line', i, 'y'.repeat(200));
      for (let i = 0; i < ${LINES}; i++) process.stderr.write('line ' + 'y'.repeat(200) + '\\n');
    };`,
  });
  const { log } = await lambda.invoke('noisy');
  assert.equal(lambda.logged.filter((line) => line.includes('line ')).length, 2 * LINES);
  assert.match(log, /y{200}\nEND RequestId: .*\nREPORT /);
});

test('a thrown error has type, message and trace', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('throws', {
    'index.mjs': 'export const handler = async () => { throw new TypeError("no"); };',
  });
  const { payload, functionError, log } = await lambda.invoke('throws');
  assert.equal(functionError, 'Unhandled');
  const { trace, ...rest } = payload as { trace: string[] };
  assert.deepEqual(rest, { errorType: 'TypeError', errorMessage: 'no' });
  assert.equal(trace[0], 'TypeError: no');
  assert.match(log, /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"no"/);
});

test('what is thrown need not be an error', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('string', {
    'index.mjs': 'export const handler = async () => { throw "text"; };',
  });
  const { payload } = await lambda.invoke('string');
  assert.deepEqual(payload, { errorType: 'string', errorMessage: 'text', trace: [] });
});

test('callbacks answer up to Node.js 22', async (t) => {
  const lambda = await startLambda(t);
  const Runtime = 'nodejs22.x' as const;
  await lambda.create(
    'callback',
    { 'index.js': 'exports.handler = (e, c, done) => { setTimeout(() => done(null, e.x), 5); };' },
    { Runtime },
  );
  assert.equal((await lambda.invoke('callback', { x: 3 })).payload, 3);
  await lambda.create(
    'silent',
    { 'index.js': 'exports.handler = (e, c, done) => {};' },
    { Runtime },
  );
  assert.equal((await lambda.invoke('silent')).payload, null);
});

test('callbacks are an error from Node.js 24 on', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('callback', { 'index.js': 'exports.handler = (e, c, done) => done();' });
  const { payload, functionError } = await lambda.invoke('callback');
  assert.equal(functionError, 'Unhandled');
  assert.equal((payload as { errorType: string }).errorType, 'Runtime.CallbackHandlerDeprecated');
});

test('a promise that nobody handles is reported, and ends the environment', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(
    'rejects',
    {
      'index.js':
        'let n = 0; exports.handler = async (e) => { if (e.ok) return n++; n = 5; Promise.reject(new Error("lost")); await new Promise(() => {}); };',
    },
    { Runtime: 'nodejs22.x' },
  );
  const { payload } = await lambda.invoke('rejects');
  const { trace: _, ...rest } = payload as { trace: unknown };
  assert.deepEqual(rest, {
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'Error: lost',
  });
  assert.equal((await lambda.invoke('rejects', { ok: true })).payload, 0);
});

const INIT_ERRORS = [
  {
    name: 'a syntax error',
    files: { 'index.js': 'exports.handler = ;' },
    errorType: 'Runtime.UserCodeSyntaxError',
    errorMessage: /^SyntaxError: Unexpected token/,
  },
  {
    name: 'a missing module',
    files: { 'index.js': 'require("nowhere");' },
    errorType: 'Runtime.ImportModuleError',
    errorMessage: /^Error: Cannot find module 'nowhere'\nRequire stack:/,
  },
  {
    name: 'a missing file',
    files: { 'other.js': '' },
    errorType: 'Runtime.ImportModuleError',
    errorMessage: /^Error: Cannot find module 'index'\nRequire stack:/,
  },
  {
    name: 'a handler that is not exported',
    files: { 'index.js': 'exports.other = 1;' },
    errorType: 'Runtime.HandlerNotFound',
    errorMessage: /^index\.handler is undefined or not exported$/,
  },
  {
    name: 'a handler that is not a function',
    files: { 'index.js': 'exports.handler = 1;' },
    errorType: 'Runtime.HandlerNotFound',
    errorMessage: /^index\.handler is not a function$/,
  },
  {
    name: 'an error outside the handler',
    files: { 'index.mjs': 'throw new RangeError("early");' },
    errorType: 'RangeError',
    errorMessage: /^early$/,
  },
] as const;

for (const { name, files, errorType, errorMessage } of INIT_ERRORS) {
  test(`${name} is the answer of every invocation`, async (t) => {
    const lambda = await startLambda(t);
    await lambda.create('broken', files);
    for (let i = 0; i < 2; i++) {
      const { payload, functionError, log } = await lambda.invoke('broken');
      assert.equal(functionError, 'Unhandled');
      const error = payload as { errorType: string; errorMessage: string };
      assert.equal(error.errorType, errorType);
      assert.match(error.errorMessage, errorMessage);
      assert.match(log, /^START [^]*END [^]*REPORT [^]*\tStatus: error\t/);
    }
  });
}

test('the end of the process is told as AWS tells it', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('exits', {
    'index.mjs':
      'export const handler = async (e) => { console.log("bye"); if (e.signal) process.kill(process.pid, e.signal); else process.exit(e.code); };',
  });
  const texts = [
    [{ code: 0 }, 'Runtime exited without providing a reason'],
    [{ code: 3 }, 'Runtime exited with error: exit status 3'],
    [{ signal: 'SIGKILL' }, 'Runtime exited with error: signal: killed'],
  ] as const;
  for (const [event, text] of texts) {
    const { payload, functionError, log } = await lambda.invoke('exits', event);
    const id = /START RequestId: (\S+)/.exec(log)?.[1];
    assert.equal(functionError, 'Unhandled');
    assert.deepEqual(payload, {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${id} Error: ${text}`,
    });
    assert.match(log, /\tINFO\tbye\n/);
    assert.match(log, /\tStatus: error\tError Type: Runtime\.ExitError\t\n$/);
  }
});

test('a function that takes too long is ended, and starts anew for the next', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(
    'slow',
    {
      'index.mjs':
        'let n = 0; export const handler = async (e) => { n++; if (e.busy) for (;;); if (e.wait) await new Promise((r) => setTimeout(r, 60000)); return n; };',
    },
    { Timeout: 1 },
  );
  assert.equal((await lambda.invoke('slow')).payload, 1);
  for (const event of [{ wait: true }, { busy: true }]) {
    const { payload, functionError, log } = await lambda.invoke('slow', event);
    const id = /START RequestId: (\S+)/.exec(log)?.[1];
    assert.equal(functionError, 'Unhandled');
    assert.deepEqual(payload, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
    });
    assert.match(log, new RegExp(`Z ${id} Task timed out after 1\\.00 seconds\n\n`));
  }
  assert.equal((await lambda.invoke('slow')).payload, 1);
});

test('invocations at the same time have environments of their own', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('pair', {
    'index.mjs':
      'import { existsSync, writeFileSync } from "node:fs"; export const handler = async ({ mine, other }) => { writeFileSync(mine, ""); while (!existsSync(other)) await new Promise((r) => setTimeout(r, 2)); return process.pid; };',
  });
  const folder = await mkdtemp(join(tmpdir(), 'brume-pair-'));
  t.after(() => rm(folder, { recursive: true }));
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  // Each waits for the other to run: they would time out in one environment.
  const [a, b] = await Promise.all([
    lambda.invoke('pair', { mine: one, other: two }),
    lambda.invoke('pair', { mine: two, other: one }),
  ]);
  assert.equal(a.functionError, undefined);
  assert.notEqual(a.payload, b.payload);
});

test('many invocations at once share few environments and all get their own answer', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('echo', { 'index.mjs': 'export const handler = async (e) => e;' });
  const events = Array.from({ length: 60 }, (_, i) => ({ i, text: 'x'.repeat(i * 100) }));
  const answers = await Promise.all(events.map((event) => lambda.invoke('echo', event)));
  assert.deepEqual(
    answers.map(({ payload }) => payload),
    events,
  );
});

test('events and answers up to 6 MB pass, larger ones are refused', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('size', {
    'index.mjs': 'export const handler = async (e) => e.back ?? "x".repeat(e.size);',
  });
  const largest = 6 * 1024 * 1024;
  const back = 'x'.repeat(largest - 20);
  assert.equal((await lambda.invoke('size', { back })).payload, back);
  const answer = await lambda.invoke('size', { size: largest + 200 });
  assert.equal(answer.functionError, 'Unhandled');
  assert.deepEqual(answer.payload, {
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    errorType: 'Function.ResponseSizeTooLarge',
  });
  await assert.rejects(lambda.invoke('size', 'x'.repeat(largest - 1)), {
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  });
  assert.equal((await lambda.invoke('size', { size: 1 })).payload, 'x');
});

test('a streamed answer is collected; one that breaks is an error', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('stream', {
    'index.mjs':
      'export const handler = awslambda.streamifyResponse(async (e, out) => { out.write("[1"); if (e.fail) throw new Error("cut"); out.write(",2]"); out.end(); });',
  });
  assert.deepEqual((await lambda.invoke('stream')).payload, [1, 2]);
  const broken = await lambda.invoke('stream', { fail: true });
  assert.equal(broken.functionError, 'Unhandled');
  assert.equal((broken.payload as { errorMessage: string }).errorMessage, 'cut');
  assert.deepEqual((await lambda.invoke('stream')).payload, [1, 2]);
});

test('the function sees the environment and the context of AWS', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(
    'look',
    {
      'index.mjs':
        'export const handler = async (e, c) => ({ env: process.env, c, left: c.getRemainingTimeInMillis(), cwd: process.cwd() });',
    },
    { Environment: { Variables: { MINE: '1' } }, MemorySize: 256, Timeout: 9 },
  );
  const { payload } = await lambda.invoke('look');
  const { env, c, left, cwd } = payload as {
    env: Record<string, string>;
    c: Record<string, string>;
    left: number;
    cwd: string;
  };
  const { AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_LOG_STREAM_NAME, _X_AMZN_TRACE_ID, ...fixed } = env;
  assert.match(AWS_LAMBDA_RUNTIME_API ?? '', /^127\.0\.0\.1:\d+$/);
  assert.match(AWS_LAMBDA_LOG_STREAM_NAME ?? '', /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.match(_X_AMZN_TRACE_ID ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
  assert.deepEqual(fixed, {
    MINE: '1',
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_FUNCTION_NAME: 'look',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/look',
    AWS_REGION: 'us-east-1',
    AWS_SECRET_ACCESS_KEY: 'brume',
    AWS_SESSION_TOKEN: 'brume',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: cwd,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    PWD: cwd,
    TZ: ':UTC',
    _HANDLER: 'index.handler',
  });
  assert.equal(c['invokedFunctionArn'], 'arn:aws:lambda:us-east-1:111111111111:function:look');
  assert.equal(c['memoryLimitInMB'], '256');
  assert.equal(c['logStreamName'], AWS_LAMBDA_LOG_STREAM_NAME);
  assert.ok(left > 0 && left <= 9000, String(left));
});

test('a wrapper starts the runtime, and one that is not there is an exit with 127', async (t) => {
  const lambda = await startLambda(t);
  const files = [
    {
      name: 'wrapper',
      content: '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n',
      mode: EXECUTABLE,
    },
    { name: 'index.mjs', content: 'export const handler = async () => process.env.WRAPPED;' },
  ];
  const wrapper = (path: string) => ({
    Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: path } },
  });
  await lambda.create('wrapped', zip(files), wrapper('/var/task/wrapper'));
  assert.equal((await lambda.invoke('wrapped')).payload, 'yes');
  await lambda.create('missing', zip(files), wrapper('/var/task/idontexist'));
  const { payload, log } = await lambda.invoke('missing');
  const id = /START RequestId: (\S+)/.exec(log)?.[1];
  // Recorded from AWS 2025-11-24 (TestLambdaErrors::test_lambda_runtime_wrapper_not_found).
  assert.deepEqual(payload, {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${id} Error: Runtime exited with error: exit status 127`,
  });
});

test('a client context reaches the function as it was', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('client', {
    'index.mjs': 'export const handler = async (e, c) => c.clientContext;',
  });
  const clientContext = { custom: { name: 'Ünï☃' } };
  const ClientContext = Buffer.from(JSON.stringify(clientContext)).toString('base64');
  const { Payload } = await lambda.call('Invoke', { FunctionName: 'client', ClientContext });
  assert.deepEqual(JSON.parse(Buffer.from(Payload ?? []).toString()), clientContext);
  await assert.rejects(lambda.call('Invoke', { FunctionName: 'client', ClientContext: '?' }), {
    code: 'InvalidRequestContentException',
  });
});

test('new code and new settings reach the next invocation', async (t) => {
  const lambda = await startLambda(t);
  const code = (n: number) =>
    zipFiles({ 'index.mjs': `export const handler = async () => [${n}, process.env.V];` });
  await lambda.create('change', code(1));
  assert.deepEqual((await lambda.invoke('change')).payload, [1, null]);
  await lambda.call('UpdateFunctionCode', { FunctionName: 'change', ZipFile: code(2) });
  assert.deepEqual((await lambda.invoke('change')).payload, [2, null]);
  await lambda.call('UpdateFunctionConfiguration', {
    FunctionName: 'change',
    Environment: { Variables: { V: 'v' } },
  });
  assert.deepEqual((await lambda.invoke('change')).payload, [2, 'v']);
});

test('a process that the function leaves behind ends with its environment', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('forks', {
    'index.mjs':
      'import { spawn } from "node:child_process"; export const handler = async () => spawn("sleep", ["600"]).pid;',
  });
  const { payload } = await lambda.invoke('forks');
  assert.ok(isRunning(payload as number));
  await lambda.call('DeleteFunction', { FunctionName: 'forks' });
  await until(() => !isRunning(payload as number));
});
