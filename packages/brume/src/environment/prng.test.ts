import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from './prng.ts';

test('a seed gives the same numbers today as on the day this was written', () => {
  const prng = new Prng(1);
  const numbers = Array.from({ length: 3 }, () => Math.floor(prng.fraction() * 2 ** 32));
  assert.deepEqual(numbers, [573063952, 3268221502, 703077755]);
});

test('seeds that differ in their high half only differ', () => {
  assert.notEqual(new Prng(1).fraction(), new Prng(1 + 2 ** 40).fraction());
});

test('numbers are spread evenly', () => {
  const prng = new Prng(42);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 100_000; draw++) {
    const number = prng.below(10);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  // Six standard deviations.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 570, String(counts));
});

test('UUIDs are of version 4', () => {
  const prng = new Prng(7);
  for (let draw = 0; draw < 100; draw++) {
    assert.match(
      prng.uuid(),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
