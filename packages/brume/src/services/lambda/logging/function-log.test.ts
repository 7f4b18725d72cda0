/** The logs of real functions, read back from CloudWatch Logs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { LogEvent, LogStreamReference } from '../../logs/port.ts';
import { startLambda, type Settings } from '../service.fixture.ts';

interface Written extends LogStreamReference, LogEvent {}

async function logsOf(t: TestContext, files: Record<string, string>, settings: Settings = {}) {
  const written: Written[] = [];
  const logs = {
    write: (stream: LogStreamReference, event: LogEvent) => written.push({ ...stream, ...event }),
  };
  const lambda = await startLambda(t, { logs });
  await lambda.create('fn', files, settings);
  return { ...lambda, written, messages: () => written.map(({ message }) => message) };
}

const SAYS = 'export const handler = async (event) => { console.log("one\\ntwo", event); };';

test('a call’s events are those of AWS, in its order, in one stream of its environment', async (t) => {
  const { invoke, written, messages } = await logsOf(t, { 'index.mjs': SAYS });
  await invoke('fn', 1);
  const [init, start, said, end, report, ...others] = messages();
  assert.match(init ?? '', /^INIT_START Runtime Version: .+\n$/);
  const [, id = ''] = /^START RequestId: (\S+) Version: \$LATEST\n$/.exec(start ?? '') ?? [];
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.match(said ?? '', new RegExp(`^[0-9TZ:.-]+\t${id}\tINFO\tone\ntwo 1\n$`));
  assert.equal(end, `END RequestId: ${id}\n`);
  assert.match(report ?? '', new RegExp(`^REPORT RequestId: ${id}\tDuration: .*Init Duration: `));
  assert.deepEqual(others, []);
  await invoke('fn', 2);
  const streams = new Set(written.map(({ streamName }) => streamName));
  assert.equal(streams.size, 1);
  assert.match([...streams].join(), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.deepEqual(new Set(written.map(({ groupName }) => groupName)), new Set(['/aws/lambda/fn']));
  assert.equal(messages().filter((message) => message.startsWith('INIT_START')).length, 1);
});

test('a function that runs on another version than it asked for is told so', async (t) => {
  const { invoke, messages } = await logsOf(
    t,
    { 'index.mjs': SAYS },
    { Runtime: process.version.startsWith('v22.') ? 'nodejs26.x' : 'nodejs22.x' },
  );
  await invoke('fn');
  assert.match(messages()[1] ?? '', /^\[WARN\] nodejs2\d\.x functions run on Node\.js \d+\./);
});

test('the log group is the one that is configured', async (t) => {
  const LoggingConfig = { LogGroup: '/my/group' };
  const { invoke, written } = await logsOf(t, { 'index.mjs': SAYS }, { LoggingConfig });
  await invoke('fn');
  assert.deepEqual(new Set(written.map(({ groupName }) => groupName)), new Set(['/my/group']));
});

test('in JSON every event is an object, and levels hold for the function’s own', async (t) => {
  const handler = `export const handler = async () => {
    console.debug('hidden');
    console.info({ a: 1 });
    console.warn('text', 2);
    console.error('failed:', new TypeError('no'));
  };`;
  const LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' };
  const { invoke, messages, call } = await logsOf(t, { 'index.mjs': handler }, { LoggingConfig });
  await invoke('fn');
  const events = messages().map((message) => JSON.parse(message));
  const [init, start, info, warn, error, report, ...others] = events;
  assert.equal(init.type, 'platform.initStart');
  assert.equal(start.type, 'platform.start');
  const { requestId } = start.record;
  assert.deepEqual(
    { ...info, timestamp: '' },
    {
      timestamp: '',
      level: 'INFO',
      requestId,
      message: { a: 1 },
    },
  );
  assert.equal(warn.message, 'text 2');
  assert.equal(error.errorType, 'TypeError');
  assert.equal(error.errorMessage, 'no');
  assert.ok(error.stackTrace.length > 0);
  assert.equal(report.type, 'platform.report');
  assert.equal(report.record.status, 'success');
  assert.deepEqual(others, []);
  const FunctionName = 'fn';
  const config = async () =>
    (await call('GetFunctionConfiguration', { FunctionName })).LoggingConfig;
  const LogGroup = '/aws/lambda/fn';
  const levels = { ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' };
  assert.deepEqual(await config(), { LogFormat: 'JSON', ...levels, LogGroup });
  // Recorded 2025-11-25: test_advanced_logging_configuration_format_switch.
  await call('UpdateFunctionConfiguration', { FunctionName, LoggingConfig: { LogFormat: 'Text' } });
  assert.deepEqual(await config(), { LogFormat: 'Text', LogGroup });
});

test('Python logs JSON too', async (t) => {
  const handler = `
import logging
def handler(event, context):
    logging.getLogger().info("hello %s", "you")
    logging.getLogger().debug("hidden")
    raise ValueError("no")
`;
  const LoggingConfig = { LogFormat: 'JSON' };
  const settings = { Runtime: 'python3.12', LoggingConfig };
  const { invoke, messages } = await logsOf(t, { 'index.py': handler }, settings);
  await invoke('fn');
  const events = messages()
    .filter((message) => message.startsWith('{'))
    .map((message) => JSON.parse(message));
  const [hello, failed] = events.filter(({ type }) => type === undefined);
  assert.equal(hello.message, 'hello you');
  assert.equal(hello.level, 'INFO');
  assert.equal(hello.logger, 'root');
  assert.equal(failed.log_level, 'ERROR');
  assert.equal(failed.errorType, 'ValueError');
});
