import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../model/aws-error.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { envelopedLayer } from '../validation.ts';
import { applyUpdate } from './apply-update.ts';
import { holds } from './evaluate.ts';
import { Expressions } from './expressions.ts';
import { project } from './projection.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 1_000_000 : 5000;

const NAMES = { '#n': '__proto__', '#m': 'm', '#t': 'toString' };
const VALUES: AttributeMap = {
  ':s': { S: 'x' },
  ':n': { N: '1.5' },
  ':b': { B: 'AQ==' },
  ':t': { BOOL: true },
  ':z': { NULL: true },
  ':l': { L: [{ N: '1' }] },
  ':m': { M: { m: { N: '1' } } },
  ':ss': { SS: ['x'] },
  ':ns': { NS: ['1', '2'] },
};
const ITEM: AttributeMap = {
  a: { N: '1' },
  m: { M: { m: { L: [{ S: 'x' }, { M: {} }] } } },
  ss: { SS: ['x', 'y'] },
  s: { S: 'text' },
};

const PATHS = 'a s ss m m.m m.m[0] m.m[1].q #n #m.#m #t #u size name a.b.c[7] _x 5'.split(' ');
const leaf = fc.constantFrom(...PATHS, ...Object.keys(VALUES), ':missing');
const FUNCTIONS =
  'attribute_exists attribute_not_exists attribute_type begins_with contains size ' +
  'if_not_exists list_append foo';
const functions = fc.constantFrom(...FUNCTIONS.split(' '));

const { condition, operand } = fc.letrec<{ condition: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .tuple(functions, fc.array(tie('operand'), { maxLength: 3 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    tie('operand').map((inner) => `(${inner})`),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(tie('operand'), fc.constantFrom('=', '<>', '<', '<=', '>', '>='), tie('operand'))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(tie('operand'), tie('operand'), tie('operand'))
      .map(([value, low, high]) => `${value} BETWEEN ${low} AND ${high}`),
    fc
      .tuple(tie('operand'), fc.array(tie('operand'), { maxLength: 4 }))
      .map(([value, list]) => `${value} IN (${list.join(',')})`),
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'or'), tie('condition'))
      .map((parts) => parts.join(' ')),
    tie('condition').map((inner) => `NOT ${inner}`),
    tie('condition').map((inner) => `(${inner})`),
    tie('operand'),
  ),
}));
const update = fc
  .array(
    fc.oneof(
      fc
        .array(
          fc
            .tuple(leaf, operand, fc.constantFrom('', ' + ', ' - '), operand)
            .map(
              ([path, left, operator, right]) =>
                `${path} = ${left}${operator}${operator === '' ? '' : right}`,
            ),
          { minLength: 1, maxLength: 3 },
        )
        .map((actions) => `SET ${actions.join(', ')}`),
      fc.array(leaf, { minLength: 1, maxLength: 3 }).map((paths) => `REMOVE ${paths.join(', ')}`),
      fc.tuple(fc.constantFrom('ADD', 'DELETE'), leaf, leaf).map((parts) => parts.join(' ')),
    ),
    { maxLength: 3 },
  )
  .map((sections) => sections.join(' '));

/** Cuts, repeats and swaps pieces of a text, so that most of it stays right. */
const mangled = fc
  .tuple(fc.oneof(condition, update), fc.nat(60), fc.nat(8), fc.string({ maxLength: 4 }))
  .map(([text, at, length, inserted]) => text.slice(0, at) + inserted + text.slice(at + length));

const tokens = fc
  .array(
    fc.oneof(
      leaf,
      functions,
      fc.constantFrom('(', ')', '[', ']', ',', '.', '=', '<', '<>', '+', '-', 'AND', 'OR', 'NOT'),
      fc.constantFrom('IN', 'BETWEEN', 'SET', 'REMOVE', 'ADD', 'DELETE', '\n', '\t', '\0', '😀'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(' '));

const anything = fc.oneof(
  condition,
  update,
  mangled,
  tokens,
  fc.string({ unit: 'binary', maxLength: 100 }),
);

function allowsOnlyValidationErrors(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    assert.equal(error.code, 'ValidationException');
    assert.ok(error.message.length > 0);
  }
}

test('whatever is sent as an expression, nothing but a validation error comes of it', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const input = { ExpressionAttributeNames: NAMES, ExpressionAttributeValues: VALUES };
      const expressions = new Expressions(input, envelopedLayer);
      allowsOnlyValidationErrors(() => {
        const bound = expressions.condition(text);
        if (bound !== undefined) holds(bound, ITEM);
      });
      allowsOnlyValidationErrors(() => applyUpdate(ITEM, expressions.update(text) ?? []));
      allowsOnlyValidationErrors(() => project(ITEM, expressions.projection(text) ?? []));
      allowsOnlyValidationErrors(() => expressions.keyCondition(text));
    }),
    { numRuns: RUNS },
  );
});

test('nesting as deep as the text allows is no trouble', () => {
  const expressions = new Expressions({ ExpressionAttributeValues: VALUES }, envelopedLayer);
  for (const text of [
    `${'('.repeat(2000)}a = :n${')'.repeat(2000)}`,
    `${'NOT '.repeat(1000)}a = :n`,
    '('.repeat(4096),
    `${'size('.repeat(800)}a`,
    `SET a = ${'if_not_exists(a, '.repeat(200)}:n${')'.repeat(200)}`,
    `SET a = ${'('.repeat(4000)}`,
    `SET a = ${'('.repeat(2000)}:n${')'.repeat(2000)}`,
    `${'NOT '.repeat(600)}${'('.repeat(250)}${'NOT '.repeat(300)}a`,
    'a.'.repeat(2000),
    `a${'[0]'.repeat(1300)}`,
  ]) {
    allowsOnlyValidationErrors(() => void expressions.condition(text));
    allowsOnlyValidationErrors(() => void expressions.update(text));
    allowsOnlyValidationErrors(() => void expressions.projection(text));
  }
});
