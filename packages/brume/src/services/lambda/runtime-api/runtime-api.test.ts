import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { until } from '../service.fixture.ts';
import { TOKEN_HEADER } from './http-requests.ts';
import { RuntimeApi } from './runtime-api.ts';
import type { RuntimeInvocation } from './runtime-state.ts';

const invocation: RuntimeInvocation = {
  requestId: 'id-1',
  payload: Buffer.from('{"a":1}'),
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:fn',
  deadlineMs: 1_800_000_000_000,
  traceId: 'Root=1-2-3',
  clientContext: '{"custom":1}',
};

async function start(t: TestContext, token?: string) {
  const seen: string[] = [];
  const api = new RuntimeApi(
    {
      ready: () => seen.push('ready'),
      initFailed: (body) => seen.push(`init failed ${body.toString()}`),
      answered: (answer) => {
        const text = 'payload' in answer ? answer.payload.toString() : '';
        seen.push(`${answer.type} ${text}`.trim());
      },
    },
    { token, isOwn: () => true },
  );
  const address = await api.listen();
  t.after(() => api.close());
  const call = async (method: string, path: string, body?: string | Uint8Array, headers = {}) => {
    const url = `http://${address}/2018-06-01/${path}`;
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { api, seen, call };
}

/** Starts the API and lets the runtime have the invocation. */
async function running(t: TestContext) {
  const started = await start(t);
  const next = started.call('GET', 'runtime/invocation/next');
  await until(() => started.seen.length > 0);
  started.api.give(invocation);
  return { ...started, next: await next };
}

const errorType = (text: string) => (JSON.parse(text) as { errorType: string }).errorType;

test('next waits, and brings the invocation with its headers', async (t) => {
  const { status, headers, text } = (await running(t)).next;
  assert.equal(status, 200);
  assert.equal(text, '{"a":1}');
  assert.equal(headers.get('lambda-runtime-aws-request-id'), 'id-1');
  assert.equal(headers.get('lambda-runtime-deadline-ms'), '1800000000000');
  assert.equal(headers.get('lambda-runtime-invoked-function-arn'), invocation.invokedFunctionArn);
  assert.equal(headers.get('lambda-runtime-trace-id'), 'Root=1-2-3');
  assert.equal(headers.get('lambda-runtime-client-context'), '{"custom":1}');
});

test('an answer is accepted once', async (t) => {
  const { seen, call } = await running(t);
  const first = await call('POST', 'runtime/invocation/id-1/response', '"yes"');
  assert.deepEqual([first.status, JSON.parse(first.text)], [202, { status: 'OK' }]);
  const second = await call('POST', 'runtime/invocation/id-1/response', '"no"');
  assert.deepEqual([second.status, errorType(second.text)], [400, 'InvalidRequestID']);
  assert.deepEqual(seen, ['ready', 'response "yes"']);
});

test('an answer to another request is refused', async (t) => {
  const { seen, call } = await running(t);
  for (const kind of ['response', 'error']) {
    const { status, text } = await call('POST', `runtime/invocation/other/${kind}`, '1');
    assert.deepEqual([status, errorType(text)], [400, 'InvalidRequestID']);
  }
  const { status } = await call('POST', 'runtime/invocation/id-1/error', '{"errorType":"E"}');
  assert.equal(status, 202);
  assert.deepEqual(seen, ['ready', 'error {"errorType":"E"}']);
});

test('an answer that is too large is refused, and known as such', async (t) => {
  const { seen, call } = await running(t);
  const body = new Uint8Array(PAYLOAD_BYTES_MAX + 1);
  const { status, text } = await call('POST', 'runtime/invocation/id-1/response', body);
  assert.equal(status, 413);
  assert.deepEqual(JSON.parse(text), {
    errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
    errorType: 'RequestEntityTooLarge',
  });
  assert.deepEqual(seen, ['ready', 'too-large']);
});

test('what comes at the wrong time is refused with the states', async (t) => {
  const { seen, call } = await running(t);
  for (const [method, path, to] of [
    ['GET', 'runtime/invocation/next', 'Ready'],
    ['POST', 'runtime/init/error', 'InitError'],
  ] as const) {
    const { status, text } = await call(method, path, method === 'POST' ? '{}' : undefined);
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(text), {
      errorMessage: `State transition from Running to ${to} failed for runtime. Error: State transition is not allowed`,
      errorType: 'InvalidStateTransition',
    });
  }
  assert.deepEqual(seen, ['ready']);
});

test('an initialisation can fail once, at the beginning', async (t) => {
  const { seen, call } = await start(t);
  assert.equal((await call('POST', 'runtime/init/error', '{"errorType":"E"}')).status, 202);
  assert.equal((await call('POST', 'runtime/init/error', '{}')).status, 403);
  assert.deepEqual(seen, ['init failed {"errorType":"E"}']);
});

test('with a token nobody else is heard', async (t) => {
  const { call } = await start(t, 'secret');
  assert.equal((await call('GET', 'ping')).status, 403);
  assert.equal((await call('GET', 'ping', undefined, { [TOKEN_HEADER]: 'guess' })).status, 403);
  const { status, text } = await call('GET', 'ping', undefined, { [TOKEN_HEADER]: 'secret' });
  assert.deepEqual([status, text], [200, 'pong']);
});

test('what is not part of the Runtime API is not found', async (t) => {
  const { call } = await start(t);
  for (const path of ['', 'runtime', 'runtime/invocation/id-1/other', '../ping']) {
    assert.equal((await call('GET', path)).status, 404);
  }
});
