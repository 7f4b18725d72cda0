import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionSettings, VersionRecord } from '../function-record.ts';
import { platformLines } from './platform-lines.ts';

function linesFor(LoggingConfig: Partial<FunctionSettings['LoggingConfig']>) {
  const version = { version: '7', settings: { LoggingConfig } } as VersionRecord;
  return platformLines('fn', version, () => 0);
}

const report = { requestId: 'id', durationMs: 3.0061, memorySizeMb: 128, memoryUsedMb: 36 };

test('text has a line for each event', () => {
  const lines = linesFor({ LogFormat: 'Text' });
  assert.equal(lines.initStart('python:3.13'), 'INIT_START Runtime Version: python:3.13\n');
  assert.equal(lines.start('id'), 'START RequestId: id Version: 7\n');
  assert.equal(lines.end('id'), 'END RequestId: id\n');
  assert.match(lines.report(report) ?? '', /^REPORT RequestId: id\t/);
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
