import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import type { LogsPort } from '../../logs/port.ts';
import { EXECUTABLE, zip } from '../code/zip.fixture.ts';
import {
  startLambda,
  until,
  type Settings,
  type Surroundings,
  type TestLambda,
} from '../service.fixture.ts';

/** A program that registers, asks for events until the last, and says all that it is told. */
const EXTENSION = `#!${process.execPath}
const http = require('node:http');
const name = require('node:path').basename(process.argv[1]);
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API;
const call = (method, path, headers, body) => new Promise((resolve, reject) => {
  const request = http.request(base + path, { method, headers }, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += chunk)).on('end', () =>
      resolve({ status: response.statusCode, headers: response.headers, text }));
  });
  request.on('error', reject).end(body);
});
const say = (what) => console.log(name + ' ' + JSON.stringify(what));
const subscribe = (id, path, body) => call('PUT', path, { 'Lambda-Extension-Identifier': id }, JSON.stringify(body));
async function main(options) {
  const registered = await call('POST', '/2020-01-01/extension/register', {
    'Lambda-Extension-Name': name, 'Lambda-Extension-Accept-Feature': 'accountId',
  }, JSON.stringify({ events: options.events }));
  say(JSON.parse(registered.text));
  const id = registered.headers['lambda-extension-identifier'];
  const ids = { 'Lambda-Extension-Identifier': id };
  if (options.listen) {
    const server = http.createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk)).on('end', () => {
        for (const event of JSON.parse(text)) process.stderr.write('got ' + JSON.stringify(event) + '\\n');
        response.end();
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bodies = JSON.stringify(options.listen).replaceAll('PORT', server.address().port);
    for (const body of JSON.parse(bodies)) say(await subscribe(id, '/2022-07-01/telemetry', body));
  }
  if (options.initError) {
    await call('POST', '/2020-01-01/extension/init/error', { ...ids, 'Lambda-Extension-Function-Error-Type': 'Extension.Bad' }, '{}');
    return;
  }
  for (;;) {
    const { text, headers } = await call('GET', '/2020-01-01/extension/event/next', ids);
    const event = JSON.parse(text);
    say({ ...event, hasId: 'lambda-extension-event-identifier' in headers });
    if (event.eventType === 'SHUTDOWN') return process.exit(0);
    await new Promise((resolve) => setTimeout(resolve, options.busyMs ?? 0));
    say('done');
  }
}
`;

interface Options {
  readonly events?: readonly string[];
  readonly busyMs?: number;
  readonly initError?: boolean;
  /** Subscriptions, with `PORT` for where the program listens. */
  readonly listen?: readonly object[];
}

async function createWith(
  lambda: TestLambda,
  extensions: Readonly<Record<string, Options | string>>,
  source: string,
  settings: Settings = {},
): Promise<void> {
  const entries = Object.entries(extensions).map(([name, options]) => ({
    name: `extensions/${name}`,
    content:
      typeof options === 'string' ? options : `${EXTENSION}\nmain(${JSON.stringify(options)});\n`,
    mode: EXECUTABLE,
  }));
  const { LayerVersionArn = '' } = await lambda.call('PublishLayerVersion', {
    LayerName: 'extensions',
    Content: { ZipFile: zip(entries) },
  });
  await lambda.create('fn', { 'index.mjs': source }, { Layers: [LayerVersionArn], ...settings });
}

/** What a program has said, without its name. */
function said(lambda: TestLambda, name: string): unknown[] {
  return lambda.logged
    .filter((line) => line.startsWith(`info ${name} `))
    .map((line) => JSON.parse(line.slice(`info ${name} `.length)));
}

const HELLO = `export const handler = async (event) => { console.log('hello'); return event; };`;

interface LoggingLambda extends TestLambda {
  /** What is in the logs of functions. */
  readonly events: readonly string[];
}

/** Each test runs where functions are isolated, if that can be here, and where they are not. */
function testEverywhere(
  name: string,
  run: (t: TestContext, start: (surroundings?: Surroundings) => Promise<LoggingLambda>) => unknown,
): void {
  for (const isolation of ['process', 'bwrap'] as const) {
    test(`${name} (${isolation})`, async (t) => {
      const { processes } = nodeEnvironment();
      if (isolation === 'bwrap' && (await processes.find('bwrap')) === undefined) {
        return t.skip('this machine has no bubblewrap');
      }
      await run(t, async (surroundings) => {
        const events: string[] = [];
        const logs: LogsPort = { write: (_stream, { message }) => void events.push(message) };
        return { ...(await startLambda(t, { isolation, logs, ...surroundings })), events };
      });
    });
  }
}

testEverywhere(
  'an extension registers, is told of invocations and of the end',
  async (_t, start) => {
    const lambda = await start();
    await createWith(lambda, { watcher: { events: ['INVOKE', 'SHUTDOWN'], busyMs: 20 } }, HELLO);
    const { payload, log } = await lambda.invoke('fn', { a: 1 });
    assert.deepEqual(payload, { a: 1 });
    await until(() => lambda.events.some((line) => line.startsWith('REPORT ')));
    const [registered, invoke] = said(lambda, 'watcher') as Record<string, unknown>[];
    assert.deepEqual(registered, {
      functionName: 'fn',
      functionVersion: '$LATEST',
      handler: 'index.handler',
      accountId: '111111111111',
    });
    const requestId = /RequestId: (\S+)/.exec(log)?.[1];
    const { eventType, invokedFunctionArn, tracing, deadlineMs, hasId } = invoke ?? {};
    assert.deepEqual(
      [eventType, invoke?.['requestId'], hasId, typeof deadlineMs],
      ['INVOKE', requestId, true, 'number'],
    );
    assert.match(String(invokedFunctionArn), /:function:fn$/);
    assert.equal((tracing as { type: string }).type, 'X-Amzn-Trace-Id');
    const [done, reported] = ['watcher "done"', 'REPORT '].map((text) =>
      lambda.events.findIndex((line) => line.startsWith(text)),
    );
    assert.ok(Number(done) !== -1 && Number(done) < Number(reported), `${done} ${reported}`);
    await lambda.service.close();
    const last = said(lambda, 'watcher').at(-1) as Record<string, unknown>;
    assert.deepEqual([last['eventType'], last['shutdownReason']], ['SHUTDOWN', 'spindown']);
  },
);

testEverywhere('the runtime gets SIGTERM before extensions hear of the end', async (_t, start) => {
  const lambda = await start();
  const source = `process.on('SIGTERM', () => { console.log('runtime says goodbye'); process.exit(0); });
    ${HELLO}`;
  await createWith(lambda, { watcher: { events: ['SHUTDOWN'] } }, source);
  await lambda.invoke('fn');
  await lambda.service.close();
  const goodbye = lambda.logged.findIndex((line) => line.endsWith('runtime says goodbye'));
  const told = lambda.logged.findIndex((line) => line.includes('"SHUTDOWN"'));
  assert.ok(goodbye !== -1 && told > goodbye, `${goodbye} ${told}`);
});

testEverywhere('an extension that does not end is killed', async (_t, start) => {
  const lambda = await start();
  const stubborn = `${EXTENSION}\nprocess.exit = () => {}; setInterval(() => {}, 1000); main({ events: ['SHUTDOWN'] });\n`;
  await createWith(lambda, { stubborn }, HELLO);
  await lambda.invoke('fn');
  await lambda.service.close();
  assert.equal((said(lambda, 'stubborn').at(-1) as { eventType: string }).eventType, 'SHUTDOWN');
});

testEverywhere(
  'an extension that ends or fails while it starts fails the invocation',
  async (_t, start) => {
    const lambda = await start();
    await createWith(lambda, { crash: '#!/bin/sh\nexit 3\n' }, HELLO);
    const crashed = await lambda.invoke('fn');
    assert.equal(crashed.functionError, 'Unhandled');
    assert.match(JSON.stringify(crashed.payload), /"Extension\.Crash".*Error: exit code 3/);
    await lambda.call('DeleteFunction', { FunctionName: 'fn' });
    await createWith(lambda, { bad: { events: [], initError: true } }, HELLO);
    const failed = await lambda.invoke('fn');
    assert.match(JSON.stringify(failed.payload), /"Extension\.InitError"/);
  },
);

/** Who says which environment it is in. */
const WHERE = 'export const handler = async () => process.env.AWS_LAMBDA_LOG_STREAM_NAME;';

// aws.amazon.com/blogs/compute/performance-and-functionality-improvements-for-aws-lambda-extensions (2021-05-24).
testEverywhere(
  'the caller is answered while an extension is busy, which keeps its environment',
  async (_t, start) => {
    const lambda = await start();
    const busy = { events: ['INVOKE'], busyMs: 60_000 };
    await createWith(lambda, { busy }, WHERE, { Timeout: 100 });
    const first = await lambda.invoke('fn');
    assert.doesNotMatch(first.log, /REPORT/);
    const second = await lambda.invoke('fn');
    assert.notEqual(second.payload, first.payload, 'the first is not free yet');
    await lambda.call('PutFunctionConcurrency', {
      FunctionName: 'fn',
      ReservedConcurrentExecutions: 1,
    });
    const third = await lambda.invoke('fn');
    assert.notEqual(third.payload, second.payload);
    await assert.rejects(lambda.invoke('fn'), { code: 'TooManyRequestsException' });
  },
);

testEverywhere('when extensions are done the environment is used again', async (_t, start) => {
  const lambda = await start();
  await createWith(lambda, { quick: { events: ['INVOKE'], busyMs: 20 } }, WHERE);
  const first = await lambda.invoke('fn');
  await until(async () => (await lambda.invoke('fn')).payload === first.payload);
});

testEverywhere(
  'an extension that never finishes costs its environment, not the answer',
  async (_t, start) => {
    const lambda = await start();
    const settings = { Timeout: 1 };
    const events = ['INVOKE', 'SHUTDOWN'];
    await createWith(lambda, { slow: { events, busyMs: 60_000 } }, HELLO, settings);
    const { payload, functionError, log } = await lambda.invoke('fn', { a: 1 });
    assert.deepEqual([payload, functionError], [{ a: 1 }, undefined]);
    const [, requestId = ''] = /RequestId: (\S+)/.exec(log) ?? [];
    const report = () =>
      lambda.events.find((line) => line.startsWith(`REPORT RequestId: ${requestId}`));
    await until(() => report() !== undefined);
    assert.match(report() ?? '', /\tStatus: timeout\t/);
    assert.match(lambda.events.join(''), /Task timed out after 1\.00 seconds/);
  },
);

test('an extension inside of the runtime registers for invocations alone', async (t) => {
  const lambda = await startLambda(t);
  const source = `
    const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
    const register = async (name, events, headers = {}) => {
      const answer = await fetch(base + 'register', { method: 'POST', body: JSON.stringify({ events }), headers: name ? { 'Lambda-Extension-Name': name } : {} });
      return { status: answer.status, id: answer.headers.get('lambda-extension-identifier'), ...(await answer.json()) };
    };
    const answers = [await register('', []), await register('in', ['SHUTDOWN']), await register('in', ['OTHER']), await register('in', ['INVOKE']), await register('in', [])];
    const seen = [];
    const ids = { 'Lambda-Extension-Identifier': answers[3].id };
    (async () => { for (;;) seen.push((await (await fetch(base + 'event/next', { headers: ids })).json()).eventType); })().catch(() => {});
    const unknown = await fetch(base + 'event/next', { headers: { 'Lambda-Extension-Identifier': 'x' } });
    answers.push({ status: unknown.status, ...(await unknown.json()) });
    export const handler = async () => { const late = await register('late', []); return { answers, late, seen }; };`;
  await lambda.create('fn', { 'index.mjs': source });
  const { payload } = await lambda.invoke('fn');
  const { answers, late } = payload as { answers: Answer[]; late: Answer };
  assert.deepEqual(
    answers.map(({ status, errorType, errorMessage }) => [status, errorType, errorMessage]),
    [
      [403, 'Extension.InvalidExtensionName', 'Empty extension name'],
      [
        403,
        'Extension.InvalidEventType',
        'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension',
      ],
      [403, 'Extension.InvalidEventType', 'OTHER: ErrorInvalidEventType'],
      [200, undefined, undefined],
      [403, 'Extension.InvalidExtensionState', 'Extension with this name already registered'],
      [403, 'Extension.UnknownExtensionIdentifier', 'Unknown extension x'],
    ],
  );
  assert.equal(late.errorType, 'Extension.RegistrationClosed');
  assert.deepEqual((await lambda.invoke('fn')).functionError, undefined);
});

interface Answer {
  readonly status: number;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

const SUBSCRIPTION = {
  schemaVersion: '2022-12-13',
  types: ['platform', 'function'],
  buffering: { maxItems: 1000, maxBytes: 262_144, timeoutMs: 25 },
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:PORT' },
};

testEverywhere(
  'telemetry reaches an extension that listens in the environment',
  async (_t, start) => {
    const lambda = await start({ freeze: false });
    const nowhere = {
      ...SUBSCRIPTION,
      types: [],
      destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' },
    };
    const options = { events: ['INVOKE', 'SHUTDOWN'], listen: [nowhere, SUBSCRIPTION] };
    await createWith(lambda, { listener: options }, HELLO);
    await lambda.invoke('fn', { a: 1 });
    const got = () =>
      lambda.logged
        .filter((line) => line.startsWith('info got '))
        .map((line) => JSON.parse(line.slice('info got '.length)) as Event);
    await until(() => got().some(({ type }) => type === 'platform.report'));
    const [, refused, accepted] = said(lambda, 'listener') as { status: number; text: string }[];
    assert.deepEqual(
      [refused?.status, JSON.parse(refused?.text ?? '')],
      [
        400,
        {
          errorMessage: 'URI port is not provided; types should not be empty',
          errorType: 'ValidationError',
        },
      ],
    );
    assert.deepEqual([accepted?.status, accepted?.text], [200, '"OK"']);
    const types = got().map(({ type }) => type);
    // The runtime may be done with its part before the extension is, or after it.
    assert.deepEqual(
      types.filter((type) => type !== 'platform.initRuntimeDone'),
      [
        'platform.initStart',
        'platform.telemetrySubscription',
        'platform.extension',
        'platform.initReport',
        'platform.start',
        'function',
        'platform.runtimeDone',
        'platform.report',
      ],
    );
    assert.ok(types.includes('platform.initRuntimeDone'));
    const record = (type: string) => got().find((event) => event.type === type)?.record;
    assert.match(String(record('function')), /\tINFO\thello$/);
    const { metrics, status } = record('platform.runtimeDone') as Record<string, unknown>;
    assert.deepEqual(
      [status, (metrics as { producedBytes: number }).producedBytes],
      ['success', 7],
    );
    assert.deepEqual(record('platform.extension'), {
      name: 'listener',
      state: 'Ready',
      events: ['INVOKE', 'SHUTDOWN'],
    });
  },
);

interface Event {
  readonly type: string;
  readonly record: unknown;
}
