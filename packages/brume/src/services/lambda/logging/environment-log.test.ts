import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOG_EVENT_BYTES_MAX, LOG_TAIL_BYTES } from '../limits.ts';
import { EnvironmentLog } from './environment-log.ts';
import { nodeEnvironment } from '../../../environment/node.ts';
import { reportLine } from './report.ts';
import { Telemetry } from './telemetry.ts';

function recorder() {
  const events: string[] = [];
  const { clock, timers } = nodeEnvironment();
  const log = new EnvironmentLog({
    sink: (event) => events.push(event),
    line: ({ text }) => text,
    telemetry: new Telemetry({ clock, timers }),
    clock,
  });
  return { events, log };
}

test('output is cut at line feeds, wherever the chunks end', () => {
  const { events, log } = recorder();
  const write = log.stream();
  for (const part of ['a', 'b\nc', '\n\nd']) write(Buffer.from(part));
  assert.deepEqual(events, ['ab\n', 'c\n', '\n']);
  log.flush();
  assert.deepEqual(events.at(-1), 'd\n');
});

test('carriage returns inside an event are its line feeds', () => {
  const { events, log } = recorder();
  log.stream()(Buffer.from('one\rtwo\n'));
  assert.deepEqual(events, ['one\ntwo\n']);
});

test('two streams do not mix inside a line', () => {
  const { events, log } = recorder();
  const [out, error] = [log.stream(), log.stream()];
  out(Buffer.from('out'));
  error(Buffer.from('error\n'));
  out(Buffer.from('put\n'));
  assert.deepEqual(events, ['error\n', 'output\n']);
});

test('a line without end becomes events of the longest size', () => {
  const { events, log } = recorder();
  const write = log.stream();
  for (let i = 0; i < 5; i++) write(Buffer.alloc(LOG_EVENT_BYTES_MAX / 2, 'x'));
  log.flush();
  assert.deepEqual(
    events.map((event) => event.length),
    [LOG_EVENT_BYTES_MAX + 1, LOG_EVENT_BYTES_MAX + 1, LOG_EVENT_BYTES_MAX / 2 + 1],
  );
});

test('the tail is the last 4 KB', () => {
  const { log } = recorder();
  log.write('before\n');
  log.beginTail();
  assert.equal(log.tail(), '');
  for (let i = 0; i < 10_000; i++) log.write(`line ${i}\n`);
  assert.equal(Buffer.byteLength(log.tail()), LOG_TAIL_BYTES);
  assert.ok(log.tail().endsWith('line 9998\nline 9999\n'));
});

test('the report has the fields of AWS in their order', () => {
  const report = { requestId: 'id', durationMs: 3.006, memorySizeMb: 128, memoryUsedMb: 36 };
  assert.equal(
    reportLine({ ...report, initDurationMs: 110.1 }),
    'REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n',
  );
  assert.equal(
    reportLine({ ...report, status: { name: 'error', errorType: 'Runtime.ExitError' } }),
    'REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: error\tError Type: Runtime.ExitError\t\n',
  );
});
