import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { timeOfId, ulid, uuidv7 } from './sortable-id.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
for (const [name, make] of [
  ['ulid', ulid],
  ['uuidv7', uuidv7],
] as const) {
  test(`${name}s sort by their time, and tell it`, () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [first, second] = [make({ now: () => a }), make({ now: () => b })];
        assert.equal(timeOfId(first)?.getTime(), a);
        if (a !== b) assert.equal(first < second, a < b);
      }),
    );
  });
}

test('ids have the form that their standards give them', () => {
  assert.match(ulid(), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.match(uuidv7(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // RFC 9562, appendix A.6.
  const randomBytes = () =>
    Uint8Array.of(0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f);
  assert.equal(
    uuidv7({ now: () => 0x017f22e279b0, randomBytes }),
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  );
  assert.equal(new Set(Array.from({ length: 1000 }, () => ulid())).size, 1000);
  assert.equal(timeOfId('nonsense'), undefined);
  assert.throws(() => ulid({ now: () => -1 }), RangeError);
});
