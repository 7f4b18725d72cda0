import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogSettings } from '../function-record.ts';
import { PlatformEvents } from './platform-events.ts';
import { platformLine } from './platform-lines.ts';
import type { Report } from './report.ts';

function linesFor(settings: Partial<LogSettings>) {
  const line = platformLine({ LogFormat: 'Text', LogGroup: '/g', ...settings });
  const events = new PlatformEvents('fn', '7');
  return {
    initStart: (version: string) => line(events.initStart(version), 0),
    start: (requestId: string) => line(events.start(requestId), 0),
    end: (requestId: string) => line(events.end(requestId), 0),
    report: (report: Report) => line(events.report(report), 0),
  };
}

const report = { requestId: 'id', durationMs: 3.0061, memorySizeMb: 128, memoryUsedMb: 36 };

test('text has a line for each event', () => {
  const lines = linesFor({ LogFormat: 'Text' });
  assert.equal(lines.initStart('python:3.13'), 'INIT_START Runtime Version: python:3.13\n');
  assert.equal(lines.start('id'), 'START RequestId: id Version: 7\n');
  assert.equal(lines.end('id'), 'END RequestId: id\n');
  assert.match(lines.report(report) ?? '', /^REPORT RequestId: id\t/);
});

test('what extensions do is told as AWS tells it', () => {
  const events = new PlatformEvents('fn', '7');
  assert.equal(
    events.extension('AppConfigAgent', 'Ready', ['INVOKE', 'SHUTDOWN']).text,
    'EXTENSION\tName: AppConfigAgent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
  );
  const subscription = {
    api: 'telemetry',
    name: 'agent',
    types: ['platform', 'function'],
  } as const;
  assert.equal(
    events.subscription(subscription).text,
    'TELEMETRY\tName: agent\tState: Subscribed\tTypes: [Platform, Function]\n',
  );
  assert.equal(
    events.initReport(1882.554, { name: 'error', errorType: 'Runtime.ImportModuleError' }).text,
    'INIT_REPORT Init Duration: 1882.55 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n',
  );
  assert.equal(events.initReport(1, undefined).text, undefined);
});

test('JSON has the records of the Telemetry API', () => {
  const lines = linesFor({ LogFormat: 'JSON' });
  assert.equal(
    lines.start('id'),
    '{"time":"1970-01-01T00:00:00.000Z","type":"platform.start","record":{"requestId":"id","version":"7"}}\n',
  );
  assert.equal(lines.end('id'), undefined);
  const { type, record } = JSON.parse(lines.report({ ...report, initDurationMs: 10 }) ?? '');
  assert.equal(type, 'platform.report');
  assert.deepEqual(record, {
    requestId: 'id',
    metrics: {
      durationMs: 3.006,
      billedDurationMs: 14,
      memorySizeMB: 128,
      maxMemoryUsedMB: 36,
      initDurationMs: 10,
    },
    status: 'success',
  });
});

test('at the level WARN only failures are reported', () => {
  const lines = linesFor({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
  assert.equal(lines.start('id'), undefined);
  assert.equal(lines.report(report), undefined);
  const status = { name: 'timeout' } as const;
  const { record } = JSON.parse(lines.report({ ...report, status }) ?? '');
  assert.equal(record.status, 'timeout');
});
