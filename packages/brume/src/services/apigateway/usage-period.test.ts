import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayAt, dayText, parseDay, PERIODS } from './usage-period.ts';

test('periods begin with the day, with Monday, and with the first of the month', () => {
  for (const [day, week, month] of [
    ['1970-01-01', '1969-12-29', '1970-01-01'],
    ['2024-02-29', '2024-02-26', '2024-02-01'],
    ['2026-11-22', '2026-11-16', '2026-11-01'],
    ['2026-11-23', '2026-11-23', '2026-11-01'],
    ['2027-01-01', '2026-12-28', '2027-01-01'],
  ] as const) {
    const number = parseDay(day) ?? assert.fail(day);
    const starts = [PERIODS.DAY, PERIODS.WEEK, PERIODS.MONTH].map((periodOf) => periodOf(number));
    assert.deepEqual(starts.map(dayText), [day, week, month]);
  }
});

test('days are those of UTC, and nothing else is one', () => {
  assert.equal(dayText(dayAt(Date.parse('2026-11-22T23:59:59.999Z'))), '2026-11-22');
  assert.equal(dayText(dayAt(Date.parse('2026-11-23T00:00:00Z'))), '2026-11-23');
  for (const text of ['', 'today', '2026-13-01', '2026-11-2', '2026-11-22T00:00:00Z']) {
    assert.equal(parseDay(text), undefined, text);
  }
});
