import assert from 'node:assert/strict';
import { ServiceMetrics } from './service-metrics.ts';
import { test } from 'node:test';
import type { Clock, Timers } from '../environment/environment.ts';
import { LineLog } from './log.ts';
import { RequestMetrics } from './metrics.ts';
import { BODY_CHARACTERS_MAX, RequestTraces, tracedBody } from './traces.ts';
import type { RequestTrace } from './traces.ts';

const clock: Clock = { nowMs: () => Date.UTC(2026, 10, 22, 12, 30, 5), monotonicMs: () => 0 };

function lineLog(format: 'text' | 'json') {
  const lines: string[] = [];
  const tasks: (() => void)[] = [];
  const timers: Timers = {
    after: (_, task) => {
      tasks.push(task);
      return { cancel() {} };
    },
    nextTurn: (task) => void tasks.push(task),
  };
  const log = new LineLog({ write: (text) => void lines.push(text), format, clock, timers });
  return { log, lines, runTimers: () => tasks.splice(0).forEach((task) => task()) };
}

const REQUEST = {
  service: 'dynamodb',
  operation: 'GetItem',
  status: 200,
  durationMs: 0.4142,
  requestId: 'r',
};

test('a request is one readable line, and several lines are one write', () => {
  const { log, lines, runTimers } = lineLog('text');
  log.request(REQUEST);
  log.request({ ...REQUEST, status: 400, errorCode: 'ValidationException' });
  assert.deepEqual(lines, []);
  runTimers();
  assert.deepEqual(lines, [
    '12:30:05 dynamodb GetItem 200 0.41 ms\n' +
      '12:30:05 dynamodb GetItem 400 0.41 ms ValidationException\n',
  ]);
});

test('text from outside cannot forge a line or drive the terminal', () => {
  const { log, lines } = lineLog('text');
  log.request({ ...REQUEST, errorCode: 'a\nb\u001b[31m' });
  log.log('warn', 'careful', { name: 'x\r\ny' });
  log.flush();
  assert.equal(lines.join('').split('\n').length, 3);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(lines.join(''), /\u001b|\r/);
});

test('JSON lines hold the same, for machines', () => {
  const { log, lines } = lineLog('json');
  log.request(REQUEST);
  log.flush();
  assert.deepEqual(JSON.parse(lines.join('')), {
    time: '2026-11-22T12:30:05.000Z',
    level: 'info',
    ...REQUEST,
    durationMs: 0.41,
  });
});

test('an output that stands still does not fill the memory', () => {
  const { log, lines } = lineLog('text');
  for (let at = 0; at < 200_000; at++) log.request(REQUEST);
  log.flush();
  const [text = ''] = lines;
  assert.ok(text.length < 5 * 1024 * 1024);
  assert.match(text, /… \d+ lines dropped\n$/);
});

test('metrics count by operation and status, with cumulative buckets', () => {
  const metrics = new RequestMetrics();
  metrics.record('dynamodb', 'GetItem', 200, 0.2);
  metrics.record('dynamodb', 'GetItem', 200, 30);
  metrics.record('dynamodb', 'Get"Item', 400, 20_000);
  const text = metrics.render();
  const labels = 'service="dynamodb",operation="GetItem"';
  for (const line of [
    `brume_requests_total{${labels},status="200"} 2`,
    `brume_request_duration_seconds_bucket{${labels},le="0.0005"} 1`,
    `brume_request_duration_seconds_bucket{${labels},le="0.05"} 2`,
    `brume_request_duration_seconds_bucket{${labels},le="+Inf"} 2`,
    `brume_request_duration_seconds_count{${labels}} 2`,
    'brume_requests_total{service="dynamodb",operation="Get\\"Item",status="400"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});

test('a flood of made-up operations does not grow the metrics without end', () => {
  const metrics = new RequestMetrics();
  for (let at = 0; at < 6000; at++) metrics.record('s', `Operation${at}`, 404, 1);
  assert.ok(metrics.render().split('\n').length < 5000 * 20);
});

function trace(overrides: Partial<RequestTrace>): RequestTrace {
  return {
    requestId: 'r',
    timeMs: 0,
    service: 'sts',
    operation: 'AssumeRole',
    accountId: '000000000000',
    region: 'us-east-1',
    method: 'POST',
    target: '/',
    requestHeaders: [],
    requestBody: tracedBody(''),
    status: 200,
    responseBody: tracedBody(''),
    durationMs: 1,
    ...overrides,
  };
}

test('the last thousand requests are kept, newest first', () => {
  const traces = new RequestTraces();
  for (let at = 0; at < 1500; at++) traces.record(trace({ requestId: String(at) }));
  const kept = traces.newest(1000).map(({ requestId }) => Number(requestId));
  assert.equal(kept.length, 1000);
  assert.deepEqual([kept[0], kept.at(-1)], [1499, 500]);
  assert.equal(traces.newest(3).length, 3);
});

test('bodies are cut, and say how long they were', () => {
  const body = tracedBody(Buffer.alloc(10_000, 'x'));
  assert.equal(body.text.length, BODY_CHARACTERS_MAX);
  assert.equal(body.sizeBytes, 10_000);
});

test('no credential leaves the traces', () => {
  const traces = new RequestTraces();
  traces.record(
    trace({
      target:
        '/?X-Amz-Credential=sEcret%2F1&X-Amz-Signature=sEcret&X-Amz-Security-Token=sEcret&a=b',
      requestHeaders: ['Authorization', 'sEcret', 'X-Amz-Security-Token', 'sEcret', 'Host', 'h'],
      requestBody: tracedBody('{"SecretString": "sEcret"}'),
      responseBody: tracedBody(
        '<SecretAccessKey>sEcret</SecretAccessKey>{"SessionToken":"sEcret","SessionToken":"x"}' +
          '{"message":"The Canonical String was\\nx-amz-security-token:sEcret\\nrest"}{"SecretAccessKey":"sEc',
      ),
    }),
  );
  const [kept] = traces.newest(1);
  assert.doesNotMatch(JSON.stringify(kept), /sEc/);
  assert.match(kept?.target ?? '', /&a=b$/);
  assert.deepEqual(kept?.requestHeaders.slice(-2), ['Host', 'h']);
});

test('metrics of services keep so many series and no more, and say how many values that left out', () => {
  const metrics = new ServiceMetrics();
  for (let at = 0; at < 20_005; at++) metrics.add('AWS/Test', 'Count', { Id: String(at) });
  metrics.add('AWS/Test', 'Count', { Id: '0' });
  const text = metrics.render();
  assert.match(text, /_sum\{namespace="AWS\/Test",metric="Count",Id="0"\} 2\n/);
  assert.doesNotMatch(text, /Id="20000"/);
  assert.match(text, /\nbrume_service_metric_uncounted 5\n/);
});
