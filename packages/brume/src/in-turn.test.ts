import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurn } from './in-turn.ts';

test('every step is taken, one after the other, and what failed is told at the end', async () => {
  const taken: string[] = [];
  const step = (name: string, fails: boolean) => async () => {
    await Promise.resolve();
    taken.push(name);
    if (fails) throw new Error(`${name} failed`);
  };
  await inTurn([step('a', false), step('b', false)]);
  await assert.rejects(inTurn([step('c', true), step('d', false), step('e', true)]), {
    name: 'AggregateError',
    message: 'Error: c failed; Error: e failed',
  });
  assert.deepEqual(taken, ['a', 'b', 'c', 'd', 'e']);
});
