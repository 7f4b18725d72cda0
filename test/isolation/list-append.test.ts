import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from './history.ts';
import { findAnomaly, type Reads, type Transaction } from './list-append.ts';

/** `appends` and `reads` as in `x1 y2` and `x= y=12`: lists have one letter, values one digit. */
function transaction(
  [invokedAt, endedAt]: [number, number],
  appends: string,
  reads: string | undefined = '',
): Call<Transaction, Reads> {
  const words = (text: string) => (text === '' ? [] : text.split(' '));
  const request = {
    appends: new Map(words(appends).map((word) => [word.slice(0, 1), word.slice(1)])),
  };
  const answer = new Map(words(reads).map((word) => [word.slice(0, 1), word.slice(2).split('')]));
  return { client: 'c', request, invokedAt, endedAt, answer };
}

function lost(times: [number, number], appends: string): Call<Transaction, Reads> {
  return { ...transaction(times, appends), answer: undefined };
}

function nameOf(...calls: Call<Transaction, Reads>[]): string | undefined {
  return findAnomaly(calls)?.name;
}

test('transactions in an order that agrees with time are well', () => {
  const calls = [
    transaction([0, 3], 'x1 y1', 'x= y='),
    transaction([1, 2], '', 'x= y='),
    transaction([4, 5], 'x2', 'x=1'),
    transaction([6, 7], '', 'x=12 y=1'),
  ];
  assert.equal(findAnomaly(calls), undefined);
});

test('a lost update is found', () => {
  const both = [transaction([0, 3], 'x1', 'x='), transaction([1, 2], 'x2', 'x=')];
  assert.match(nameOf(...both, transaction([4, 5], '', 'x=12')) ?? '', /^lost update/);
  // One of them is not even there: as if each had come before the other.
  assert.equal(nameOf(...both, transaction([4, 5], '', 'x=2')), 'write skew (G2)');
});

test('a stale read is found', () => {
  const calls = [
    transaction([0, 1], 'x1'),
    transaction([2, 3], '', 'x='),
    transaction([4, 5], '', 'x=1'),
  ];
  assert.equal(nameOf(...calls), 'lost update or torn read (G-single), against time');
});

test('write skew is found', () => {
  const calls = [
    transaction([0, 3], 'x1', 'x= y='),
    transaction([1, 2], 'y1', 'x= y='),
    transaction([4, 5], '', 'x=1 y=1'),
  ];
  assert.equal(nameOf(...calls), 'write skew (G2)');
});

test('a long fork is found: two see two writes in different orders', () => {
  const calls = [
    transaction([0, 7], 'x1'),
    transaction([1, 6], 'y1'),
    transaction([2, 5], '', 'x=1 y='),
    transaction([3, 4], '', 'x= y=1'),
  ];
  assert.equal(nameOf(...calls), 'write skew (G2)');
});

test('a dirty read is found', () => {
  assert.equal(nameOf(transaction([0, 1], '', 'x=1')), 'dirty read (G1a)');
});

test('circular information is found', () => {
  const calls = [transaction([0, 3], 'x1', 'y=1'), transaction([1, 2], 'y1', 'x=1')];
  assert.equal(nameOf(...calls), 'circular information (G1c)');
});

test('circular writes are found', () => {
  const calls = [
    transaction([0, 5], 'x1 y1'),
    transaction([1, 4], 'x2 y2'),
    transaction([2, 3], '', 'x=12'),
    transaction([6, 7], '', 'y=21'),
  ];
  assert.equal(nameOf(...calls), 'circular writes (G0)');
});

test('a transaction seen half done is found', () => {
  const calls = [
    transaction([0, 5], 'x1 y1'),
    transaction([1, 2], '', 'x=1 y='),
    transaction([6, 7], '', 'x=1 y=1'),
  ];
  assert.equal(nameOf(...calls), 'lost update or torn read (G-single)');
});

test('lists that were read in two orders, or with a value twice, are found', () => {
  const writes = [transaction([0, 3], 'x1'), transaction([1, 2], 'x2')];
  const [one, other] = [transaction([4, 5], '', 'x=12'), transaction([6, 7], '', 'x=21')];
  assert.equal(nameOf(...writes, one, other), 'incompatible orders');
  assert.equal(nameOf(...writes, transaction([4, 5], '', 'x=121')), 'value twice');
});

test('an acknowledged append that nobody sees again is found', () => {
  const calls = [transaction([0, 1], 'x1'), transaction([2, 3], '', 'x=')];
  assert.match(nameOf(...calls) ?? '', /against time$/);
});

test('what nobody was told of may have happened or not, but not by halves', () => {
  assert.equal(nameOf(lost([0, 1], 'x1 y1'), transaction([2, 3], '', 'x= y=')), undefined);
  assert.equal(nameOf(lost([0, 1], 'x1 y1'), transaction([2, 3], '', 'x=1 y=1')), undefined);
  assert.match(nameOf(lost([0, 1], 'x1 y1'), transaction([2, 3], '', 'x=1 y=')) ?? '', /torn/);
});

test('an anomaly is explained by its transactions', () => {
  const { explanation } =
    findAnomaly([transaction([0, 1], 'x1'), transaction([2, 3], '', 'x=')]) ?? {};
  assert.equal(
    explanation,
    'T0 of c {x+1} comes after T1 of c {x=[]}: appended 1 to x, which it had read without\n' +
      'T1 of c {x=[]} comes after what had ended: began after that',
  );
});
