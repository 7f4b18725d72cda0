import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatBasicDate, parseBasicDate } from './basic-date.ts';

test('dates are read as they are written', () => {
  assert.equal(parseBasicDate('20130524T000000Z'), Date.UTC(2013, 4, 24));
  const second = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 });
  fc.assert(
    fc.property(second, (seconds) => {
      assert.equal(parseBasicDate(formatBasicDate(seconds * 1000)), seconds * 1000);
    }),
  );
});

test('what is no date is none', () => {
  const texts = [
    '',
    '20130524',
    '20130524T000000',
    '20130524T000000z',
    '2013-05-24T00:00:00Z',
    '20130524T240000Z',
    '20130524T006000Z',
    '20130524T000060Z',
    '20131301T000000Z',
    '20130001T000000Z',
    '20130532T000000Z',
    '20130500T000000Z',
    '20130229T000000Z',
    '20130431T000000Z',
    '20130524T000000Z ',
    '٢٠١٣٠٥٢٤T000000Z',
  ];
  for (const text of texts) assert.equal(parseBasicDate(text), undefined, text);
  assert.equal(parseBasicDate('20120229T235959Z'), Date.UTC(2012, 1, 29, 23, 59, 59));
});
