import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SortedBlocks } from './sorted-blocks.ts';

type Command = { readonly run: (blocks: SortedBlocks<number>, model: Map<string, number>) => void };

/** Runs of many keys, so that blocks split and join; the contract's histories never fill one. */
const someKey = fc.integer({ min: 0, max: 6000 }).map((number) => String(number).padStart(4, '0'));
const someRun = fc.record({ first: fc.integer({ min: 0, max: 5000 }), count: fc.nat(1500) });
const someCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ steps: someRun, salt: fc.nat() }).map(fillCommand),
  someRun.map(({ first, count }): Command => {
    const [start, end] = [keyOf(first), keyOf(first + count)];
    return {
      run(blocks, model) {
        blocks.deleteRange(start, end);
        for (const key of model.keys()) if (key >= start && key < end) model.delete(key);
      },
    };
  }),
  someRun.map(({ first, count }): Command => ({
    run(blocks, model) {
      for (let number = first; number < first + count; number += 3) {
        blocks.delete(keyOf(number));
        model.delete(keyOf(number));
      }
    },
  })),
);

test('the blocks hold what a plain map holds, in order', () => {
  const history = fc.array(someCommand, { maxLength: 20 });
  fc.assert(
    fc.property(history, someKey, someKey, (commands, start, end) => {
      const blocks = new SortedBlocks<number>();
      const model = new Map<string, number>();
      for (const { run } of commands) run(blocks, model);
      const inside = [...model].filter(([key]) => key >= start && key < end).sort(byKey);
      assert.deepEqual(scan(blocks, start, end, false), inside);
      assert.deepEqual(scan(blocks, start, end, true), inside.toReversed());
      assert.deepEqual(scan(blocks, '', '~', false), [...model].sort(byKey));
      assert.equal(blocks.get(start), model.get(start));
    }),
    { numRuns: 40 },
  );
});

test('a scan stops when it is told to', () => {
  const blocks = new SortedBlocks<number>();
  for (let number = 0; number < 2000; number++) blocks.set(keyOf(number), number);
  const seen: number[] = [];
  blocks.scan(keyOf(600), '~', true, (_, value) => seen.push(value) < 3);
  assert.deepEqual(seen, [1999, 1998, 1997]);
});

function fillCommand({ steps, salt }: { steps: { first: number; count: number }; salt: number }) {
  return {
    run(blocks: SortedBlocks<number>, model: Map<string, number>) {
      for (let step = 0; step < steps.count; step++) {
        // Ascending for some, scattered for others.
        const number = (steps.first + step * (salt % 2 === 0 ? 1 : 2741)) % 6000;
        blocks.set(keyOf(number), number + salt);
        model.set(keyOf(number), number + salt);
      }
    },
  };
}

function keyOf(number: number): string {
  return String(number).padStart(4, '0');
}

function scan(blocks: SortedBlocks<number>, start: string, end: string, reverse: boolean) {
  const found: [string, number][] = [];
  blocks.scan(start, end, reverse, (key, value) => found.push([key, value]) > 0);
  return found;
}

function byKey([left]: [string, number], [right]: [string, number]): number {
  return left < right ? -1 : 1;
}
