import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from '../items/attribute-value.ts';
import { openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 20_000 : 500;
const ITEMS = 60;

/** A condition in both languages. Values stand under placeholders in the one, as `?` in the other. */
interface Both {
  readonly expression: string;
  readonly partiql: string;
  /** In the order of the text. */
  readonly values: readonly AttributeValue[];
}

const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((n) => ({ N: String(n) })),
  fc.constantFrom('', 'a', 'ab', 'b').map((S) => ({ S })),
);
const other: fc.Arbitrary<AttributeValue> = fc.constantFrom<AttributeValue>(
  { BOOL: true },
  { NULL: true },
  { SS: ['a', 'b'] },
  { NS: ['1', '2'] },
  { L: [{ N: '1' }, { S: 'a' }] },
  { M: { x: { N: '1' } } },
);
const path = fc.constantFrom('k1', 'k2', 'v', 'w', 'm.x', 'l[0]', 'm');
const key: fc.Arbitrary<AttributeValue> = fc
  .integer({ min: 0, max: 3 })
  .map((n) => ({ S: `p${n}` }));
const sort: fc.Arbitrary<AttributeValue> = fc
  .integer({ min: 0, max: 5 })
  .map((n) => ({ N: String(n) }));

function operation(
  parts: readonly string[],
  values: readonly AttributeValue[],
  partiqlParts = parts,
): Both {
  return { expression: parts.join(' '), partiql: partiqlParts.join(' '), values };
}

const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const equality = fc.constantFrom('=', '<>');
const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc.tuple(path, comparator, scalar).map(([left, by, v]) => operation([left, by, ':v'], [v])),
  fc.tuple(path, equality, other).map(([left, by, v]) => operation([left, by, ':v'], [v])),
  key.map((v) => operation(['pk', '=', ':v'], [v])),
  fc.tuple(comparator, sort).map(([by, v]) => operation(['sk', by, ':v'], [v])),
  fc
    .tuple(fc.nat(5), fc.nat(5))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)].map((n) => ({ N: String(n) })))
    .map((bounds) => operation(['sk', 'BETWEEN', ':v', 'AND', ':v'], bounds)),
  fc
    .tuple(path, fc.array(scalar, { minLength: 1, maxLength: 3 }))
    .map(([left, list]) => operation([left, 'IN', `(${list.map(() => ':v').join()})`], list)),
  fc
    .array(key, { minLength: 1, maxLength: 3 })
    .map((list) => operation(['pk', 'IN', `(${list.map(() => ':v').join()})`], list)),
  path.map((left) => operation([`attribute_exists(${left})`], [], [left, 'IS NOT MISSING'])),
  path.map((left) => operation([`attribute_not_exists(${left})`], [], [left, 'IS MISSING'])),
  fc
    .tuple(path, fc.constantFrom(['N', 'NUMERIC'], ['S', 'STRING'], ['M', 'TUPLE'], ['L', 'LIST']))
    .map(([left, [type = '', name = '']]) => ({
      ...operation([`attribute_type(${left}, :t${type})`], []),
      partiql: `${left} IS ${name}`,
    })),
  fc
    .tuple(fc.constantFrom('begins_with', 'contains'), path, fc.constantFrom('a', 'b', 'ab'))
    .map(([name, left, S]) => operation([`${name}(${left}, :v)`], [{ S }])),
  fc
    .tuple(path, comparator, fc.nat(3))
    .map(([left, by, n]) => operation([`size(${left})`, by, ':v'], [{ N: String(n) }])),
);
const { condition } = fc.letrec<{ condition: Both }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
      .map(([left, by, right]) => ({
        expression: `(${left.expression}) ${by} (${right.expression})`,
        partiql: `(${left.partiql}) ${by} (${right.partiql})`,
        values: [...left.values, ...right.values],
      })),
    tie('condition').map((inner) => ({
      expression: `NOT (${inner.expression})`,
      partiql: `NOT (${inner.partiql})`,
      values: inner.values,
    })),
  ),
}));

const TYPES = ['N', 'S', 'M', 'L'];

function asFilter({ expression, values }: Both) {
  let at = 0;
  const FilterExpression = expression.replaceAll(/:v/g, () => `:v${at++}`);
  const entries = values.map((value, index) => [`:v${index}`, value] as const);
  const types = TYPES.filter((type) => expression.includes(`:t${type})`));
  const all = [...entries, ...types.map((type) => [`:t${type}`, { S: type }] as const)];
  return {
    FilterExpression,
    ...(all.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(all) as Record<string, AttributeValue>,
    }),
  };
}

function asStatement({ partiql, values }: Both) {
  return {
    Statement: `SELECT * FROM tab WHERE ${partiql.replaceAll(':v', '?')}`,
    ...(values.length > 0 && { Parameters: [...values] }),
  };
}

async function filled(): Promise<TestDatabase> {
  const db = openTestDatabase();
  await db.call('CreateTable', {
    TableName: 'tab',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const value = fc.oneof(scalar, other);
  const optional = { maxKeys: 6, noNullPrototype: true };
  const rest = fc.dictionary(fc.constantFrom('k1', 'k2', 'v', 'w', 'm', 'l'), value, optional);
  for (const [at, attributes] of fc.sample(rest, { numRuns: ITEMS, seed: 7 }).entries()) {
    const Item = { ...attributes, pk: { S: `p${at % 4}` }, sk: { N: String(at >> 2) } };
    await db.call('PutItem', { TableName: 'tab', Item });
  }
  return db;
}

const keyOf = ({ pk, sk }: Record<string, AttributeValue>) => `${pk?.S}/${sk?.N}`;
const OVERLAP = 'Overlapping conditions with range keys are not supported in where clause';
const KEY_TYPE = /^Key attribute's data type should match|cannot contain an empty string value/;

test('conditions select the same items in PartiQL as in filter expressions', async () => {
  const db = await filled();
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(condition, async (both) => {
      const scan = db.call('Scan', { TableName: 'tab', ...asFilter(both) });
      const select = db.call('ExecuteStatement', asStatement(both));
      const [filtered, selected] = await Promise.allSettled([scan, select]);
      if (selected.status === 'rejected') {
        const { message } = selected.reason as Error;
        // What only a query refuses.
        if (message === OVERLAP || KEY_TYPE.test(message)) return;
        // Expressions have rules for parentheses, PartiQL has none; all else they refuse alike.
        const refused = filtered.status === 'rejected' ? (filtered.reason as Error).message : '';
        assert.equal(refused.replace('Invalid FilterExpression: ', ''), message);
        return;
      }
      if (filtered.status === 'rejected') throw filtered.reason as Error;
      compared++;
      const expected = (filtered.value.Items ?? []).map(keyOf).toSorted();
      assert.deepEqual((selected.value.Items ?? []).map(keyOf).toSorted(), expected);
    }),
    { numRuns: RUNS },
  );
  assert.ok(compared > RUNS / 4, `only ${compared} of ${RUNS} could be compared`);
});
