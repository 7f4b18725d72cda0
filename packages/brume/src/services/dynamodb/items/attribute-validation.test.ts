import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeAttributes, normalizeExpressionValues } from './attribute-validation.ts';
import type { AttributeMap, AttributeValue } from './attribute-value.ts';
import { bareLayer, envelopedLayer, olderLayer, type Layer } from '../validation.ts';

const INVALID = 'One or more parameter values were invalid: ';

function nested(levels: number): AttributeValue {
  let value: AttributeValue = { S: 'leaf' };
  for (let level = 1; level < levels; level++) value = { M: { n: value } };
  return value;
}

function refusal(value: unknown, layer: Layer = bareLayer): string {
  try {
    normalizeAttributes({ a: value as AttributeValue }, layer);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

test('bad values are refused in the words of AWS', () => {
  const oneType = 'must contain exactly one of the supported datatypes';
  const cases: readonly [unknown, string][] = [
    [{}, `Supplied AttributeValue is empty, ${oneType}`],
    [{ S: 'a', N: '1' }, `Supplied AttributeValue has more than one datatypes set, ${oneType}`],
    [{ S: 'a', N: 'b' }, 'The parameter cannot be converted to a numeric value: b'],
    [{ N: '' }, 'The parameter cannot be converted to a numeric value'],
    [{ NULL: false }, `${INVALID}Null attribute value types must have the value of true`],
    [{ SS: [] }, `${INVALID}An string set  may not be empty`],
    [{ NS: [] }, `${INVALID}An number set  may not be empty`],
    [{ BS: [] }, `${INVALID}Binary sets should not be empty`],
    [{ NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    [
      { BS: ['AQ==', 'AQ=='] },
      `${INVALID}Input collection [AQ==, AQ==]of type BS contains duplicates.`,
    ],
    [{ L: [{ M: { x: { SS: [] } } }] }, `${INVALID}An string set  may not be empty`],
    [{ N: '1'.repeat(39) }, 'Attempting to store more than 38 significant digits in a Number'],
  ];
  for (const [value, message] of cases) assert.equal(refusal(value), message);
});

test('the newer layer shows a set sorted, up to what comes twice; the older as it was sent', () => {
  const set = { SS: ['b', 'a', 'b', 'c'] };
  assert.equal(
    refusal(set, envelopedLayer),
    `1 validation error detected: ${INVALID}Input collection ["a", "b", "b"] contains duplicates.`,
  );
  assert.equal(
    refusal(set, olderLayer),
    `${INVALID}Input collection [b, a, b, c] contains duplicates.`,
  );
});

test('32 levels of maps and lists are taken, 33 are not', () => {
  assert.equal(refusal(nested(32)), 'accepted');
  assert.match(refusal(nested(33)), /^Nesting Levels have exceeded supported limits/);
});

test('numbers become canonical, and what already is is not copied', () => {
  const item: AttributeMap = { a: { N: '1' }, b: { L: [{ S: 'x' }] } };
  assert.equal(normalizeAttributes(item, bareLayer), item);
  const changed = normalizeAttributes({ a: { L: [{ N: '01.50' }] }, b: { S: 'x' } }, bareLayer);
  assert.deepEqual({ ...changed }, { a: { L: [{ N: '1.5' }] }, b: { S: 'x' } });
});

test('any name of an attribute is just a name', () => {
  const item = JSON.parse('{"__proto__":{"N":"01"},"constructor":{"S":"x"}}') as AttributeMap;
  const normalized = normalizeAttributes(item, bareLayer);
  assert.equal(JSON.stringify(normalized), '{"__proto__":{"N":"1"},"constructor":{"S":"x"}}');
  assert.equal(({} as { N?: string }).N, undefined);
});

test('the older layer names the placeholder of a bad value', () => {
  assert.throws(() => normalizeExpressionValues({ ':v': { N: 'x' } }, olderLayer), {
    message:
      'ExpressionAttributeValues contains invalid value: ' +
      'The parameter cannot be converted to a numeric value: x for key :v',
  });
});
