import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixRange } from '../../../storage/key-encoding.ts';
import { NotInvoked, World, type TestEvent } from './event-sources.fixture.ts';

const keys = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => from + at);
const has = (event: TestEvent, n: number) => event.Records.some((record) => record.n === n);
const failing = () => {
  throw new Error('failing');
};

test('records come in order, as many as a batch takes, and at once', async () => {
  const world = new World({ BatchSize: 3 });
  world.stream.put(keys(7));
  await world.map();
  await world.until(() => world.events.length === 3);
  assert.deepEqual(world.batches, [[0, 1, 2], [3, 4, 5], [6]]);
  await world.pass(1000);
  world.stream.put(['more']);
  const nowMs = world.simulation.elapsedMs;
  await world.until(() => world.events.length === 4);
  assert.equal(world.times[3], nowMs);
  assert.deepEqual(await stateOf(world), ['Enabled', 'OK']);
});

test('a batching window waits for records, but not when there are enough', async () => {
  const world = new World({ BatchSize: 3, MaximumBatchingWindowInSeconds: 10 });
  await world.map();
  await world.pass(5000);
  world.stream.put(['a']);
  await world.pass(9000);
  world.stream.put(['b']);
  await world.until(() => world.events.length === 1);
  assert.deepEqual([world.batches, world.times], [[[0, 1]], [15_000]]);
  world.stream.put(keys(3));
  await world.pass(50);
  assert.deepEqual(world.batches[1], [2, 3, 4]);
});

test('an event is never larger than an invocation takes', async () => {
  const world = new World({ BatchSize: 10_000 });
  world.stream.put(keys(40), { text: 'x'.repeat(400_000) });
  await world.map();
  await world.until(() => world.batches.flat().length === 40);
  assert.deepEqual(world.batches.flat(), numbers(0, 40));
  assert.equal(world.events.length, 3);
  for (const event of world.events) assert.ok(JSON.stringify(event).length <= 6 * 1024 * 1024);
});

test('what a filter leaves out is not delivered, and not read again', async () => {
  const pattern = JSON.stringify({ key: [{ prefix: 'yes' }] });
  const FilterCriteria = { Filters: [{ Pattern: pattern }] };
  const world = new World({ FilterCriteria });
  world.stream.put(['no', 'yes-1', 'no', 'yes-2', 'no']);
  await world.map();
  await world.until(() => world.events.length === 1);
  assert.deepEqual(world.batches, [[1, 3]]);
  world.stream.put(keys(5));
  await world.pass(1000);
  // Without the filter only what comes later is delivered.
  await world.map({ settings: { ...world.mapping.settings, FilterCriteria: undefined } });
  await world.pass(1000);
  world.stream.put(['last']);
  await world.until(() => world.events.length === 2);
  assert.deepEqual(world.batches[1], [10]);
});

// Recorded from AWS 2025-11-25: test_dynamodb_report_batch_item_… and test_kinesis_report_….
test('the function says which records failed', async () => {
  const failures = (...ids: unknown[]) => ({
    batchItemFailures: ids.map((id) => ({ itemIdentifier: id })),
  });
  const successes = [null, '', [], {}, { batchItemFailures: [] }, { batchItemFailures: null }];
  const wholeFailures = [
    failures(''),
    failures(null),
    failures('unknown'),
    failures('r1', 'unknown'),
    { batchItemFailures: [{ foo: 'r1' }] },
    { batchItemFailures: 'r1' },
  ];
  const batchesWith = async (first: unknown) => {
    const settings = { FunctionResponseTypes: ['ReportBatchItemFailures' as const] };
    const world = new World(settings, (_, call) => (call === 1 ? first : null));
    world.stream.put(keys(3));
    await world.map();
    await world.pass(2000);
    return world.batches;
  };
  for (const answer of successes) assert.deepEqual(await batchesWith(answer), [[0, 1, 2]]);
  for (const answer of wholeFailures) {
    assert.deepEqual(await batchesWith(answer), [
      [0, 1, 2],
      [0, 1, 2],
    ]);
  }
  assert.deepEqual(await batchesWith(failures('r1')), [
    [0, 1, 2],
    [1, 2],
  ]);
  assert.deepEqual(await batchesWith(failures('r2', 'r1')), [
    [0, 1, 2],
    [1, 2],
  ]);
});

test('without being asked, the function cannot say it', async () => {
  const world = new World({}, () => ({ batchItemFailures: [{ itemIdentifier: 'r0' }] }));
  world.stream.put(keys(2));
  await world.map();
  await world.pass(60_000);
  assert.equal(world.events.length, 1);
});

test('retries wait longer and longer, and end with a record of the failure', async () => {
  const world = new World({ MaximumRetryAttempts: 3 }, (event) => has(event, 0) && failing());
  world.stream.put(keys(2));
  await world.map();
  await world.until(() => world.discarded.length === 1);
  world.stream.put(['next']);
  await world.until(() => world.batches.flat().includes(2));
  assert.deepEqual(world.times.slice(0, 4), [0, 500, 1500, 3500]);
  assert.deepEqual(world.batches, [[0, 1], [0, 1], [0, 1], [0, 1], [2]]);
  // Recorded from AWS 2025-11-25: …_with_on_failure_destination_config.
  const [{ timestamp, requestContext, ...failure } = {}] = world.discarded;
  const { requestId, ...context } = requestContext as Record<string, unknown>;
  assert.deepEqual(context, {
    functionArn: world.mapping.functionArn,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 4,
  });
  assert.match(String(requestId), /^[0-9a-f-]{36}$/);
  assert.match(String(timestamp), /^2026-01-01T00:00:03\.500Z$/);
  assert.deepEqual(failure, {
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    DDBStreamBatchInfo: {
      shardId: '0',
      startSequenceNumber: 'r0',
      endSequenceNumber: 'r1',
      approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
      approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
      batchSize: 2,
      streamArn: world.mapping.eventSourceArn,
    },
  });
});

test('a batch that fails is split until the record that fails is alone', async () => {
  const settings = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 };
  const world = new World(settings, (event) => has(event, 2) && failing());
  world.stream.put(keys(5));
  await world.map();
  await world.until(() => world.batches.flat().filter((n) => n === 4).length === 2);
  assert.deepEqual(world.batches, [[0, 1, 2, 3, 4], [0, 1, 2], [0, 1], [2], [3, 4]]);
  assert.equal(world.discarded.length, 1);
});

test('with both, a batch is split where the function says', async () => {
  const world = new World(
    {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
    (event) => ({ batchItemFailures: has(event, 2) ? [{ itemIdentifier: 'r2' }] : [] }),
  );
  world.stream.put(keys(4));
  await world.map();
  await world.until(() => world.batches.flat().filter((n) => n === 3).length === 3);
  assert.deepEqual(world.batches, [[0, 1, 2, 3], [2, 3], [2], [3]]);
});

test('records that are too old are given up, before the function sees them or between', async () => {
  const world = new World({ MaximumRecordAgeInSeconds: 60 }, (event) => has(event, 1) && failing());
  world.stream.put(['old'], { ageMs: 61_000 });
  world.stream.put(['young']);
  await world.map();
  await world.until(() => world.discarded.length === 2);
  const contexts = world.discarded.map(({ requestContext }) => {
    const { condition, approximateInvokeCount } = requestContext as Record<string, unknown>;
    return [condition, approximateInvokeCount];
  });
  // AWS made 8 attempts, too (recorded 2025-11-25: test_kinesis_maximum_record_age_exceeded).
  assert.deepEqual(contexts, [
    ['RecordAgeExceeded', 0],
    ['RecordAgeExceeded', 7],
  ]);
  assert.ok(!world.batches.flat().includes(0));
});

test('invocations that cannot be made count for nothing', async () => {
  const world = new World({ MaximumRetryAttempts: 0 }, (_, call) => {
    if (call <= 20) throw new NotInvoked('Rate Exceeded.');
  });
  world.stream.put(keys(2));
  await world.map();
  await world.until(() => world.events.length === 5);
  assert.deepEqual(await stateOf(world), ['Enabled', 'PROBLEM: Rate Exceeded.']);
  await world.until(() => world.events.length === 21);
  await world.until(async () => (await stateOf(world))[1] === 'OK');
  assert.equal(world.discarded.length, 0);
});

test('parallel batches keep the order of each key', async () => {
  let running = 0;
  let runningMax = 0;
  const world = new World({ BatchSize: 2, ParallelizationFactor: 10 }, async () => {
    runningMax = Math.max(runningMax, ++running);
    await new Promise<void>((resolve) => world.simulation.timers.after(1000, resolve));
    running--;
  });
  world.stream.put(numbers(0, 200).map((n) => `k${n % 20}`));
  await world.map();
  await world.until(() => world.batches.flat().length === 200 && running === 0);
  assert.ok(runningMax > 5 && runningMax <= 10, String(runningMax));
  const seen = world.events.flatMap(({ Records }) => Records);
  for (const key of keys(20)) {
    const ofKey = seen.filter((record) => record.key === key).map(({ n }) => n);
    assert.deepEqual(
      ofKey,
      ofKey.toSorted((a, b) => a - b),
    );
  }
});

test('one lane that fails does not hold up the others', async () => {
  const world = new World(
    { ParallelizationFactor: 4, BatchSize: 1 },
    (event) => event.Records[0]?.key === 'k0' && failing(),
  );
  world.stream.put(numbers(0, 40).map((n) => `k${n % 8}`));
  await world.map();
  await world.pass(1000);
  assert.ok(new Set(world.events.map(({ Records }) => Records[0]?.key)).size >= 5);
});

test('windows carry what the function returns, and end with a call of their own', async () => {
  const sum = ({ Records, state }: TestEvent) => ({
    state: { sum: (state?.sum ?? 0) + Records.length },
  });
  const world = new World({ TumblingWindowInSeconds: 60, BatchSize: 2 }, sum);
  await world.map();
  world.stream.put(keys(3));
  await world.pass(59_000);
  world.stream.put(['late']);
  await world.pass(1500);
  world.stream.put(['next']);
  await world.until(() => world.events.length === 6);
  const [start, end] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];
  const told = world.events.map(({ state, window, isFinalInvokeForWindow }, at) => [
    world.batches[at],
    state?.sum ?? 0,
    window?.start,
    isFinalInvokeForWindow,
  ]);
  assert.deepEqual(told, [
    [[0, 1], 0, start, false],
    [[2], 2, start, false],
    [[3], 3, start, false],
    [[], 4, start, true],
    [[4], 0, end, false],
    [[], 1, end, true],
  ]);
  assert.deepEqual(Object.keys(world.events[0] ?? {}), [
    'Records',
    'state',
    'window',
    'shardId',
    'eventSourceARN',
    'isFinalInvokeForWindow',
    'isWindowTerminatedEarly',
  ]);
});

test("a window's state lives through a restart", async () => {
  const world = new World({ TumblingWindowInSeconds: 60, BatchSize: 1 }, ({ state }) => ({
    state: { sum: (state?.sum ?? 0) + 1 },
  }));
  await world.map();
  world.stream.put(keys(2));
  await world.until(() => world.events.length === 2);
  await world.pass(100);
  world.restart();
  world.stream.put(['third']);
  await world.until(() => world.events.at(-1)?.isFinalInvokeForWindow === true);
  assert.equal(world.events.at(-1)?.state?.sum, 3);
});

test('a window whose state grows too large ends early', async () => {
  const world = new World({ TumblingWindowInSeconds: 60 }, ({ Records }) => ({
    state: Records.length > 0 ? { text: 'x'.repeat(1024 * 1024) } : {},
  }));
  await world.map();
  world.stream.put(['a']);
  await world.until(() => world.events.length === 2);
  assert.equal(world.events[1]?.isWindowTerminatedEarly, true);
  world.stream.put(['b']);
  await world.until(() => world.events.length >= 3);
  assert.deepEqual(world.events[2]?.state, {});
});

test('children are read when their parents were, and all shards to their ends', async () => {
  const world = new World({ BatchSize: 2, ParallelizationFactor: 3 });
  world.stream.put(keys(9));
  world.stream.open('1', '0');
  world.stream.put(keys(9), { shard: '1' });
  await world.map();
  await world.until(() => world.batches.flat().length === 9);
  await world.pass(100_000);
  assert.equal(world.batches.flat().length, 9);
  world.stream.close('0');
  await world.until(() => world.batches.flat().length === 18);
  assert.ok(Math.max(...world.batches.flat().slice(0, 9)) < 9);
  world.restart();
  await world.pass(100_000);
  assert.equal(
    world.batches.flat().length,
    18,
    'shards that were read to the end are not read again',
  );
});

test('LATEST leaves out what was there', async () => {
  const world = new World();
  world.stream.put(keys(3));
  await world.map({ after: await world.stream.latest(), startingPosition: 'LATEST' });
  world.stream.put(['new']);
  await world.until(() => world.events.length > 0);
  assert.deepEqual(world.batches, [[3]]);
});

test('another parallelization factor loses nothing', async () => {
  const world = new World({ ParallelizationFactor: 4, BatchSize: 1 }, async () => {
    await new Promise<void>((resolve) => world.simulation.timers.after(100, resolve));
  });
  world.stream.put(keys(30));
  await world.map();
  await world.until(() => world.events.length >= 10);
  const settings = { ...world.mapping.settings, ParallelizationFactor: 2 };
  await world.map({ settings, state: 'Updating' });
  world.stream.put(keys(5));
  await world.until(() => new Set(world.batches.flat()).size === 35);
  assert.deepEqual(await stateOf(world), ['Enabled', 'OK']);
});

test('a batch that fails because Brume closes is neither counted nor given up', async () => {
  let fail: (() => void) | undefined;
  const world = new World({ MaximumRetryAttempts: 0 }, (_, call) => {
    if (call > 1) return null;
    return new Promise((_resolve, reject) => (fail = () => reject(new Error('killed'))));
  });
  world.stream.put(keys(2));
  await world.map();
  await world.until(() => fail !== undefined);
  const closed = world.close();
  fail?.();
  await world.simulation.run(closed);
  assert.equal((await world.record())?.lastProcessingResult, 'No records processed');
  world.restart();
  await world.until(() => world.events.length === 2);
  assert.deepEqual(world.batches, [
    [0, 1],
    [0, 1],
  ]);
  assert.equal(world.discarded.length, 0);
});

test('mappings are disabled, enabled where they stood, and deleted with all that they kept', async () => {
  const world = new World();
  world.stream.put(['a']);
  await world.map();
  await world.until(() => world.events.length === 1);
  await world.map({ state: 'Disabling', enabled: false });
  await world.until(async () => (await world.record())?.state === 'Disabled');
  world.stream.put(['b']);
  await world.pass(100_000);
  assert.equal(world.events.length, 1);
  await world.map({ state: 'Enabling' });
  await world.until(() => world.events.length === 2);
  assert.deepEqual(world.batches, [[0], [1]]);
  await world.map({ state: 'Deleting' });
  await world.until(async () => (await world.record()) === undefined);
  const left = await world.store.range({ ...prefixRange(['lambda']), limit: 10 });
  assert.deepEqual(left, []);
});

test('a stream that is gone disables its mapping', async () => {
  const world = new World();
  world.stream.put(['a']);
  await world.map();
  await world.until(() => world.events.length === 1);
  world.stream.isGone = true;
  await world.until(async () => (await world.record())?.state === 'Disabled');
  assert.match((await world.record())?.stateTransitionReason ?? '', /^Stream not found: arn:/);
});

async function stateOf(world: World) {
  const record = await world.record();
  return [record?.state, record?.lastProcessingResult];
}
