import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timers } from '../../../environment/environment.ts';
import { Telemetry, type TelemetrySubscription } from './telemetry.ts';

interface Scheduled {
  readonly delayMs: number;
  readonly task: () => void;
}

/** Telemetry with timers that go off when the test says so. */
function start(options: Partial<TelemetrySubscription> = {}) {
  const scheduled: Scheduled[] = [];
  const timers: Timers = {
    after(delayMs, task) {
      const entry = { delayMs, task };
      scheduled.push(entry);
      return { cancel: () => void scheduled.splice(scheduled.indexOf(entry), 1) };
    },
    nextTurn: setImmediate,
  };
  const clock = { nowMs: () => 0, monotonicMs: () => 0 };
  const batches: Record<string, unknown>[][] = [];
  const telemetry = new Telemetry({ clock, timers });
  telemetry.subscribe({
    types: ['platform', 'function'],
    without: new Set(),
    parsesJson: true,
    maxItems: 3,
    maxBytes: 1000,
    timeoutMs: 25,
    deliver: async (records) => void batches.push(records.map((record) => JSON.parse(record))),
    ...options,
  });
  const fire = async () => {
    for (const { task } of scheduled.splice(0)) task();
    await new Promise(setImmediate);
  };
  return { telemetry, batches, scheduled, fire };
}

const turn = () => new Promise(setImmediate);

test('records wait for the time that was asked for, and go together', async () => {
  const { telemetry, batches, scheduled, fire } = start();
  telemetry.line('function', 'one\n');
  telemetry.event('platform.start', { requestId: 'id' });
  await turn();
  assert.deepEqual([batches, scheduled.map(({ delayMs }) => delayMs)], [[], [25]]);
  await fire();
  const time = '1970-01-01T00:00:00.000Z';
  assert.deepEqual(batches, [
    [
      { time, type: 'function', record: 'one' },
      { time, type: 'platform.start', record: { requestId: 'id' } },
    ],
  ]);
});

test('objects in lines stay as they were written, however deep and on however many lines', async () => {
  const records: string[] = [];
  const { telemetry } = start({
    maxItems: 2,
    maxBytes: 1_000_000,
    deliver: async (batch) => void records.push(...batch),
  });
  telemetry.line('function', '{"a":\n1.0,\n"__proto__":2}\n');
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  telemetry.line('function', `${deep}\n`);
  await turn();
  assert.deepEqual(
    records.map((record) => record.slice(record.indexOf('"record":'))),
    ['"record":{"a": 1.0, "__proto__":2}}', `"record":${deep}}`],
  );
});

test('a batch that is full goes at once, by its records or its bytes', async () => {
  const { telemetry, batches } = start();
  for (let i = 0; i < 3; i++) telemetry.line('function', `${i}\n`);
  await turn();
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [3],
  );
  for (let i = 0; i < 2; i++) telemetry.line('function', 'x'.repeat(600));
  await turn();
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [3, 1, 1],
  );
});

test('types that were not asked for, and lines of others, do not come', async () => {
  const { telemetry, batches, fire } = start({ without: new Set(['platform.end']) });
  telemetry.line('extension', 'not wanted\n');
  telemetry.event('platform.end', {});
  telemetry.line('function', '{"level":"INFO"}\n');
  telemetry.line('function', '{not json\n');
  await fire();
  assert.deepEqual(
    batches.flat().map(({ record }) => record),
    [{ level: 'INFO' }, '{not json'],
  );
});

test('nothing is delivered while the environment is frozen', async () => {
  const { telemetry, batches, fire } = start();
  telemetry.hold(true);
  for (let i = 0; i < 4; i++) telemetry.line('function', `${i}\n`);
  await fire();
  assert.deepEqual(batches, []);
  telemetry.hold(false);
  await fire();
  assert.equal(batches.flat().length, 4);
});

test('what is too much, or was not taken, is dropped and told', async () => {
  let fails = true;
  const taken: string[] = [];
  const { telemetry, fire } = start({
    async deliver(records) {
      if (fails) throw new Error('not now');
      taken.push(...records);
    },
  });
  telemetry.hold(true);
  for (let i = 0; i < 20; i++) telemetry.line('function', `${i}\n`);
  telemetry.hold(false);
  await fire();
  fails = false;
  await fire();
  const [first, ...others] = taken.map((record) => JSON.parse(record));
  assert.equal(first.type, 'platform.logsDropped');
  assert.equal(
    first.record.reason,
    'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.',
  );
  assert.equal(first.record.droppedRecords + others.length, 20);
  assert.ok(first.record.droppedBytes > 0);
});

test('who subscribes while the runtime starts is told what the platform did before', async () => {
  const { telemetry, fire } = start();
  telemetry.event('platform.initStart', {});
  const late: string[] = [];
  const subscription: TelemetrySubscription = {
    ...{ types: ['platform'], without: new Set(), parsesJson: false },
    ...{ maxItems: 10, maxBytes: 1000, timeoutMs: 25 },
    deliver: async (records) => void late.push(...records),
  };
  telemetry.subscribe(subscription);
  await fire();
  assert.equal(JSON.parse(late[0] ?? '{}').type, 'platform.initStart');
});
