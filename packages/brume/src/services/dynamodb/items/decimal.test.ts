import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDecimals,
  canonicalNumber,
  compareDecimals,
  decimal,
  decimalKeyBytes,
  decimalSizeBytes,
  formatDecimal,
  parseDecimal,
  subtractDecimals,
} from './decimal.ts';

const CANONICAL: readonly [string, string][] = [
  ['0042.1200', '42.12'],
  ['+5', '5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1.e5', '100000'],
  ['-0', '0'],
  ['-0.00', '0'],
  ['0e999', '0'],
  ['1E125', `1${'0'.repeat(125)}`],
  ['1E-130', `0.${'0'.repeat(129)}1`],
  ['-9.9e2', '-990'],
  ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ['9'.repeat(38), '9'.repeat(38)],
  [`${'9'.repeat(38)}e88`, `${'9'.repeat(38)}${'0'.repeat(88)}`],
];

test('numbers are stored expanded and without zeros to spare', () => {
  for (const [text, expected] of CANONICAL) assert.equal(canonicalNumber(text), expected, text);
});

test('what is no number, or none that fits, is told apart', () => {
  const problems: readonly [string, string][] = [
    ...[
      '',
      ' 1',
      '1 ',
      '1e',
      'e5',
      '.',
      'NaN',
      'Infinity',
      '0x10',
      '1.2.3',
      '--1',
      '1_000',
      '１',
    ].map((text): [string, string] => [text, 'not-a-number']),
    ['1E126', 'overflow'],
    ['-1E126', 'overflow'],
    ['1e999999999999', 'overflow'],
    ['1E-131', 'underflow'],
    ['0.1E-130', 'underflow'],
    ['1e-999999999999', 'underflow'],
    ['1'.repeat(39), 'too-many-digits'],
    [`1${'0'.repeat(37)}1`, 'too-many-digits'],
  ];
  for (const [text, problem] of problems) assert.equal(parseDecimal(text), problem, text);
});

// Captured from AWS to the byte: docs of the number's size are wrong (facts, 2026).
test('a number counts a byte, and one more for two digits on either side of the point', () => {
  const sizes: readonly [string, number][] = [
    ['0', 1],
    ['1', 2],
    ['12', 2],
    ['123', 3],
    ['123456', 4],
    ['3.14159', 5],
    ['1E125', 2],
    ['-1', 3],
    ['0.001', 2],
    ['100', 2],
    ['-123.45', 5],
    ['9'.repeat(38), 20],
  ];
  for (const [text, size] of sizes) assert.equal(decimalSizeBytes(decimal(text)), size, text);
});

const anyDecimal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }),
    fc.integer({ min: -130, max: 87 }),
  )
  .map(([negative, digits, exponent]) => `${negative ? '-' : ''}${digits}E${exponent}`);

/** The number times 10^130. */
function exact(text: string): bigint {
  const [digits = '0', exponent = '0'] = text.split('E');
  return BigInt(digits) * 10n ** BigInt(Number(exponent) + 130);
}

test('key bytes sort as the numbers do', () => {
  fc.assert(
    fc.property(anyDecimal, anyDecimal, (a, b) => {
      const [x, y] = [decimal(a), decimal(b)];
      const bytesOrder = Math.sign(Buffer.compare(decimalKeyBytes(x), decimalKeyBytes(y)));
      const difference = exact(a) - exact(b);
      const order = difference === 0n ? 0 : difference < 0n ? -1 : 1;
      assert.equal(bytesOrder, order);
      assert.equal(Math.sign(compareDecimals(x, y)), order);
      assert.ok(decimalKeyBytes(x).length <= 21);
    }),
    { numRuns: 2000 },
  );
});

test('sums and differences are exact, or refused', () => {
  fc.assert(
    fc.property(anyDecimal, anyDecimal, (a, b) => {
      for (const [compute, expected] of [
        [addDecimals, exact(a) + exact(b)],
        [subtractDecimals, exact(a) - exact(b)],
      ] as const) {
        const result = compute(decimal(a), decimal(b));
        if (typeof result !== 'string') {
          assert.equal(exact(scientific(formatDecimal(result))), expected);
          continue;
        }
        const digits = expected.toString().replace('-', '').replace(/0+$/, '');
        assert.ok(result === 'overflow' || digits.length > 38, result);
      }
    }),
    { numRuns: 1000 },
  );
});

function scientific(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}${fraction}E${-fraction.length}`;
}

test('formatting and parsing give the same number back', () => {
  fc.assert(
    fc.property(anyDecimal, (text) => {
      const parsed = decimal(text);
      assert.deepEqual(decimal(formatDecimal(parsed)), parsed);
    }),
  );
});
