import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INTAKE_BYTES_MAX } from './limits.ts';
import { NOW_MS, PLACE, startLogs, type TestLogs } from './logs.fixture.ts';

const DAY_MS = 24 * 3_600_000;
const stream = { logGroupName: 'g', logStreamName: 's' };

function texts(events: readonly { message?: string | undefined }[] | undefined) {
  return events?.map(({ message }) => message);
}

test('a stream is read forwards and backwards to its ends, and on when there is more', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('s');
  await put('s', [1, 'a'], [2, 'b'], [2, 'c'], [3, 'd'], [4, 'e']);
  const read = async (nextToken?: string, startFromHead = true) => {
    const page = await call('GetLogEvents', { ...stream, limit: 2, nextToken, startFromHead });
    return { ...page, texts: texts(page.events) };
  };
  const first = await read();
  assert.deepEqual(first.texts, ['a', 'b']);
  const second = await read(first.nextForwardToken);
  assert.deepEqual(second.texts, ['c', 'd']);
  const third = await read(second.nextForwardToken);
  assert.deepEqual(third.texts, ['e']);
  const end = await read(third.nextForwardToken);
  assert.deepEqual(end.texts, []);
  assert.equal(end.nextForwardToken, third.nextForwardToken);
  assert.deepEqual((await read(end.nextBackwardToken)).texts, ['d', 'e']);
  assert.deepEqual((await read(third.nextBackwardToken)).texts, ['c', 'd']);
  const start = await read(first.nextBackwardToken);
  assert.deepEqual(start.texts, []);
  assert.equal(start.nextBackwardToken, first.nextBackwardToken);
  const newest = await read(undefined, false);
  assert.deepEqual(newest.texts, ['d', 'e']);
  await put('s', [5, 'f']);
  assert.deepEqual((await read(newest.nextForwardToken)).texts, ['f']);
  await assert.rejects(read('f/12/s'), { message: 'The specified nextToken is invalid.' });
});

test('the end is exclusive for GetLogEvents and inclusive for FilterLogEvents', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('s');
  await put('s', [1, 'a'], [2, 'b'], [3, 'c']);
  const times = { startTime: NOW_MS + 2, endTime: NOW_MS + 3 };
  assert.deepEqual(texts((await call('GetLogEvents', { ...stream, ...times })).events), ['b']);
  const filtered = await call('FilterLogEvents', { logGroupName: 'g', ...times });
  assert.deepEqual(texts(filtered.events), ['b', 'c']);
});

test('batches are in order, of one day, and not too large', async (t) => {
  const { prepare, put } = startLogs(t);
  await prepare('s');
  const refused = async (events: [number, string][], message: string) =>
    assert.rejects(put('s', ...events), { code: 'InvalidParameterException', message });
  await refused(
    [
      [2, 'b'],
      [1, 'a'],
    ],
    'Log events in a single PutLogEvents request must be in chronological order.',
  );
  await refused(
    [
      [-DAY_MS - 1, 'a'],
      [0, 'b'],
    ],
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  );
  const large = 'x'.repeat(1024 * 1024 - 25);
  await refused([[0, large]], 'Upload too large: 1048577 bytes exceeds limit of 1048576');
  await put('s', [0, large.slice(1)]);
});

test('events that are too old or too new are left out, and AWS’s indexes say which', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('s');
  const old = await put('s', [-14 * DAY_MS - 2, 'a'], [-14 * DAY_MS - 1, 'b'], [-14 * DAY_MS, 'c']);
  const { rejectedLogEventsInfo } = old;
  assert.deepEqual(rejectedLogEventsInfo, { tooOldLogEventEndIndex: 2 });
  const future = await put('s', [0, 'd'], [2 * 3_600_000, 'e'], [2 * 3_600_000 + 1, 'f']);
  assert.deepEqual(future.rejectedLogEventsInfo, {
    tooNewLogEventStartIndex: 2,
  });
  const { events } = await call('GetLogEvents', stream);
  assert.deepEqual(texts(events), ['c', 'd', 'e']);
});

test('a pattern finds in all streams, by time, page by page', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('s', 't');
  await put('s', [1, 'error 1'], [3, 'fine'], [5, 'error 5']);
  await put('t', [2, 'error 2'], [3, 'error 3'], [9, 'error 9']);
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupName: 'g', filterPattern: 'error', limit: 2, nextToken };
    const page = await call('FilterLogEvents', input);
    assert.deepEqual(page.searchedLogStreams, []);
    for (const event of page.events ?? []) {
      assert.match(event.eventId ?? '', /^\d{56}$/);
      found.push(`${event.logStreamName} ${event.message}`);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  assert.deepEqual(found, ['s error 1', 't error 2', 't error 3', 's error 5', 't error 9']);
  const named = { logGroupName: 'g', logStreamNamePrefix: 't', filterPattern: '-3' };
  const of = await call('FilterLogEvents', named);
  assert.deepEqual(texts(of.events), ['error 2', 'error 9']);
  // Recorded 2026-02-05: test_filter_log_events_unknown_token.
  await assert.rejects(call('FilterLogEvents', { logGroupName: 'g', nextToken: 'unknown' }), {
    code: 'InvalidParameterException',
    message: 'The specified nextToken is invalid.',
  });
});

test('pages of many streams are all events once, in order, whatever the streams and limits', async (t) => {
  const streams = fc.array(fc.array(fc.nat(20), { maxLength: 12 }), { minLength: 1, maxLength: 5 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(streams, fc.integer({ min: 1, max: 7 }), async (times, limit) => {
      const groupName = `g${run++}`;
      const logs = startLogs(t);
      const all: string[] = [];
      times.forEach((of, index) => {
        for (const time of of) {
          const message = `${index}-${time}`;
          all.push(message);
          const timestampMs = NOW_MS + time;
          logs.port.write(
            { ...PLACE, groupName, streamName: `s${index}` },
            { timestampMs, message },
          );
        }
      });
      if (all.length === 0) return;
      const read = await readAll(logs, groupName, limit);
      const found = read.map(({ timestamp }) => timestamp ?? 0);
      assert.deepEqual(
        found,
        found.toSorted((a, b) => a - b),
      );
      assert.deepEqual(texts(read)?.sort(), all.sort());
      await logs.service.close();
    }),
    { numRuns: 60 },
  );
});

async function readAll({ call }: TestLogs, logGroupName: string, limit: number) {
  const events = [];
  let nextToken: string | undefined;
  do {
    const page = await call('FilterLogEvents', { logGroupName, limit, nextToken });
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

test('what services write makes its group and stream, and is there for the next reader', async (t) => {
  const { call, port } = startLogs(t);
  const reference = { ...PLACE, groupName: 'g', streamName: 's' };
  for (let i = 0; i < 3; i++) port.write(reference, { timestampMs: NOW_MS, message: `m${i}\n` });
  const { events } = await call('FilterLogEvents', { logGroupName: 'g' });
  assert.deepEqual(texts(events), ['m0\n', 'm1\n', 'm2\n']);
  const { logStreams } = await call('DescribeLogStreams', { logGroupName: 'g' });
  assert.equal(logStreams?.[0]?.lastEventTimestamp, NOW_MS);
});

test('what comes faster than it is stored is dropped, and counted', async (t) => {
  const { call, port } = startLogs(t);
  const reference = { ...PLACE, groupName: 'g', streamName: 's' };
  const message = 'x'.repeat(512 * 1024);
  const fits = Math.floor(INTAKE_BYTES_MAX / (message.length + 26));
  for (let i = 0; i < fits + 5; i++) port.write(reference, { timestampMs: NOW_MS, message });
  const { events } = await call('GetLogEvents', { ...stream, limit: 1 });
  assert.match(events?.[0]?.message ?? '', /^5 log events were dropped/);
  port.write(reference, { timestampMs: NOW_MS + 1, message: 'after' });
  const after = await call('GetLogEvents', { ...stream, limit: 1 });
  assert.deepEqual(texts(after.events), ['after']);
});

test('expired events are deleted in the background, and what is left is counted', async (t) => {
  const { call, prepare, put, clock } = startLogs(t);
  await prepare('s');
  await put('s', [0, 'old'], [1, 'old too']);
  clock.nowMs += DAY_MS;
  await put('s', [DAY_MS - 10, 'young']);
  const bad = call('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 2 });
  await assert.rejects(bad, { message: /^1 validation error detected: Value '2' at 'retention/ });
  await call('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 1 });
  clock.nowMs += 100;
  let storedBytes = 0;
  while (storedBytes === 0) {
    const { logGroups } = await call('DescribeLogGroups', {});
    assert.equal(logGroups?.[0]?.retentionInDays, 1);
    storedBytes = logGroups[0].storedBytes ?? 0;
    await new Promise(setImmediate);
  }
  assert.equal(storedBytes, 'young'.length + 26);
  assert.deepEqual(texts((await call('GetLogEvents', stream)).events), ['young']);
  const expired = await put('s', [-1, 'x']);
  assert.deepEqual(expired.rejectedLogEventsInfo, {
    expiredLogEventEndIndex: 1,
  });
  await call('DeleteRetentionPolicy', { logGroupName: 'g' });
  const { logGroups } = await call('DescribeLogGroups', {});
  assert.equal(logGroups?.[0]?.retentionInDays, undefined);
});

test('a filter can be tested', async (t) => {
  const { call } = startLogs(t);
  const { matches } = await call('TestMetricFilter', {
    filterPattern: '{ $.a = 1 }',
    logEventMessages: ['{"a":2}', '{"a":1}'],
  });
  const match = { eventNumber: 2, eventMessage: '{"a":1}', extractedValues: { '$.a': '1' } };
  assert.deepEqual(matches, [match]);
});
