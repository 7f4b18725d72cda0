import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from './history.ts';
import { checkLinearizable } from './linearizability.ts';
import { register, type RegisterAnswer, type RegisterRequest } from './register.ts';

type RegisterCall = Call<RegisterRequest, RegisterAnswer>;

function call(
  [invokedAt, endedAt]: [number, number],
  request: RegisterRequest,
  answer?: Partial<RegisterAnswer>,
): RegisterCall {
  const told = answer && { seen: undefined, applied: true, ...answer };
  return { client: 'c', request, invokedAt, endedAt, answer: told };
}

const get = (times: [number, number], seen: string) => call(times, { type: 'get' }, { seen });
const put = (times: [number, number], value: string) => call(times, { type: 'put', value }, {});

function isLinearizable(...calls: RegisterCall[]): boolean {
  return checkLinearizable(calls, register).unexplained === undefined;
}

test('what overlaps may happen in either order', () => {
  assert.ok(isLinearizable(put([0, 3], 'a'), put([1, 2], 'b'), get([4, 5], 'a')));
  assert.ok(isLinearizable(put([0, 3], 'a'), put([1, 2], 'b'), get([4, 5], 'b')));
  assert.ok(isLinearizable(put([0, 5], 'a'), get([1, 2], ''), get([3, 4], 'a')));
});

test('a stale read is found', () => {
  assert.ok(!isLinearizable(put([0, 1], 'a'), get([2, 3], '')));
  assert.ok(!isLinearizable(put([0, 1], 'a'), put([2, 3], 'b'), get([4, 5], 'a')));
});

test('a value that goes back is found, even while its write is open', () => {
  assert.ok(!isLinearizable(put([0, 9], 'a'), get([1, 2], 'a'), get([3, 4], '')));
});

test('a read of what nobody wrote is found', () => {
  assert.ok(!isLinearizable(put([0, 1], 'a'), get([2, 3], 'x')));
});

test('a lost update is found', () => {
  const update = (times: [number, number], value: string) =>
    call(times, { type: 'update', expected: 'a', value }, { applied: true });
  assert.ok(!isLinearizable(put([0, 1], 'a'), update([2, 5], 'b'), update([3, 4], 'c')));
  assert.ok(isLinearizable(put([0, 1], 'a'), update([2, 5], 'b')));
});

test('a condition that failed where it must have held is found', () => {
  const failed = { type: 'update', expected: 'a', value: 'b' } as const;
  assert.ok(!isLinearizable(put([0, 1], 'a'), call([2, 3], failed, { applied: false })));
  assert.ok(isLinearizable(put([0, 3], 'a'), call([1, 2], failed, { applied: false })));
});

test('a removal that did not happen is found', () => {
  const removal = call([2, 3], { type: 'delete' }, { seen: 'a' });
  assert.ok(!isLinearizable(put([0, 1], 'a'), removal, get([4, 5], 'a')));
  assert.ok(isLinearizable(put([0, 1], 'a'), removal, get([4, 5], '')));
});

test('what nobody was told of may have happened or not, but only until it was given up', () => {
  const lost = call([2, 5], { type: 'put', value: 'b' });
  assert.ok(isLinearizable(put([0, 1], 'a'), lost, get([6, 7], 'a')));
  assert.ok(isLinearizable(put([0, 1], 'a'), lost, get([6, 7], 'b')));
  assert.ok(!isLinearizable(put([0, 1], 'a'), lost, get([6, 7], 'a'), get([8, 9], 'b')));
  assert.ok(!isLinearizable(put([0, 1], 'a'), lost, get([3, 4], 'b'), get([6, 7], 'a')));
});

test('the call that nothing explains is named, with what could have been', () => {
  const stale = get([4, 5], 'a');
  const calls = [put([0, 1], 'a'), put([2, 3], 'b'), stale];
  assert.deepEqual(checkLinearizable(calls, register), { unexplained: stale, states: ['b'] });
});
