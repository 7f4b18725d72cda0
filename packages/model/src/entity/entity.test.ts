import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AttributeMap } from '../attribute-value.ts';
import { model } from '../model/model.ts';
import { boolean, number, string } from '../schema/attributes.ts';
import { parseTemplate, renderTemplate } from '../table/key-template.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { entity } from './entity.ts';
import { itemBytes } from './item-size.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: { byN: { partitionKey: 'n' } },
  keyTypes: { n: 'N' },
});
const attributes = {
  id: string(),
  n: number().optional(),
  flag: boolean(),
  note: string().optional(),
};
const keys = { pk: 'A#{id}', sk: 'A' };
const define = (change: object) =>
  entity({ name: 'thing', table: shop, attributes, keys, ...change });

const faults: [string, object, RegExp][] = [
  ['a key that nothing makes', { keys: { pk: 'A#{id}' } }, /nothing makes the key sk/],
  ['a template for no key', { keys: { ...keys, zk: 'Z' } }, /key zk is no key of the table/],
  [
    'a template of no attribute',
    { keys: { ...keys, sk: '{nope}' } },
    /names nope, which is no attribute/,
  ],
  ['a template for an attribute', { keys: { ...keys, n: '{id}' } }, /n is an attribute/],
  [
    'a key of another type',
    { attributes: { ...attributes, n: string() } },
    /n is stored as S, but is a key of type N/,
  ],
  ['an optional part of the key', { keys: { ...keys, sk: '{note}' } }, /note cannot be optional/],
  ['parts that run together', { keys: { ...keys, sk: '{id}{flag}' } }, /need a text between/],
  ['a version that is no number', { version: 'id' }, /must be a number/],
  ['unique attributes without an entityAttribute', { unique: ['id'] }, /need a table with/],
  [
    'a virtual in place of an attribute',
    { virtuals: { flag: () => 1 } },
    /an attribute and a virtual/,
  ],
];
for (const [what, change, message] of faults) {
  test(`${what} is an invalid definition`, () => {
    assert.throws(() => define(change), { name: 'InvalidDefinition', message });
  });
}

test('tables and indexes have names that DynamoDB takes, and local indexes a sort key', () => {
  const invalid = { name: 'InvalidDefinition' };
  assert.throws(() => table({ name: 'a b c', partitionKey: 'id' }), invalid);
  assert.throws(() => table({ name: 'abc', partitionKey: 'id', indexes: { x: {} } }), invalid);
  assert.throws(
    () => table({ name: 'abc', partitionKey: 'id', indexes: { byX: { sortKey: 'x' } } }),
    invalid,
  );
});

test('two items with different attributes never share a key', () => {
  const template = parseTemplate('A#{a}#B#{b}');
  const render = (a: string, b: string): string | undefined => {
    try {
      return renderTemplate(template, { a: { S: a }, b: { S: b } }).text;
    } catch {
      return undefined; // Refused, since it would be ambiguous.
    }
  };
  const text = fc.string({ unit: fc.constantFrom('#', 'A', 'B', 'x') });
  fc.assert(
    fc.property(text, text, text, text, (a, b, c, d) => {
      const [one, other] = [render(a, b), render(c, d)];
      if (one !== undefined && one === other) assert.deepEqual([a, b], [c, d]);
    }),
    { numRuns: 2000 },
  );
});

test('virtual properties are computed when read, and never stored', async () => {
  const People = table({ name: 'people', partitionKey: 'id' });
  const Person = entity({
    name: 'person',
    table: People,
    attributes: { id: string(), first: string(), last: string() },
    virtuals: { full: ({ first, last }) => `${first} ${last}` },
  });
  const client = new MemoryDynamoDB([People]);
  const people = model(Person, { client });
  const ada = await people.put({ id: '1', first: 'Ada', last: 'Lovelace' });
  assert.equal(ada.full, 'Ada Lovelace');
  ada.first = 'A.';
  assert.equal(ada.full, 'A. Lovelace');
  await people.put(ada);
  assert.deepEqual(Object.keys(client.items('people')[0] ?? {}), ['id', 'first', 'last']);
  assert.equal((await people.scan().first())?.full, 'A. Lovelace');
});

test('the size of an item is what DynamoDB counts', () => {
  // Developer guide, "DynamoDB item sizes and formats": names and text by their UTF-8 bytes, lists
  // and maps 3 bytes and 1 for each member, numbers a byte for two digits and one more.
  const item: AttributeMap = {
    id: { S: 'é€😀' },
    n: { N: '-123.450' },
    l: { L: [{ BOOL: true }, { NULL: true }] },
    m: { M: { a: { S: 'b' } } },
    b: { B: Uint8Array.of(1, 2, 3) },
    s: { SS: ['x', 'yz'] },
  };
  assert.equal(
    itemBytes(item),
    2 + 9 + (1 + 5) + (1 + 3 + 2 + 2) + (1 + 3 + 1 + 2) + (1 + 3) + (1 + 3),
  );
});
