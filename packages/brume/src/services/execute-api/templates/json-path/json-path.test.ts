/** Jayway's own: functions, operators of filters, and what makes a path definite. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../budget.ts';
import { toValue } from '../json-values.ts';
import { toJson } from '../printing.ts';
import { VtlList } from '../values.ts';
import { evaluateJsonPath } from './json-path.ts';
import { JsonPathError } from './json-path-error.ts';

const STORE = {
  book: [
    { title: 'Sayings', author: 'Rees', price: 8.95, tags: ['a', 'b'] },
    { title: 'Sword', author: 'Waugh', price: 12.99, tags: [] },
    { title: 'Moby', author: 'Melville', price: 8.99, isbn: '0-553' },
  ],
  bicycle: { color: 'red', price: 19.95 },
  limit: 10,
  numbers: [1, 2, 3, 4],
};

function found(path: string): string | undefined {
  const value = evaluateJsonPath(path, toValue(STORE));
  return value === undefined ? undefined : toJson(value, new Budget());
}

function check(cases: Readonly<Record<string, string | undefined>>): void {
  for (const [path, expected] of Object.entries(cases)) assert.equal(found(path), expected, path);
}

test('a definite path finds a thing or nothing, any other a list', () => {
  check({
    '$.bicycle.color': '"red"',
    'bicycle.color': '"red"',
    "$['bicycle']['color']": '"red"',
    "$.bicycle['color','price']": '{"color":"red","price":19.95}',
    '$.bicycle.size': undefined,
    '$.nothing.size': undefined,
    '$.book[0].title': '"Sayings"',
    '$.book[-1].title': '"Moby"',
    '$.book[9]': undefined,
    '$.book[0,2].title': '["Sayings","Moby"]',
    '$.book[*].isbn': '["0-553"]',
    '$.book[1:].title': '["Sword","Moby"]',
    '$.book[:-1].title': '["Sayings","Sword"]',
    '$.nothing[*]': '[]',
    '$..title': '["Sayings","Sword","Moby"]',
    '$..book[0].title': '["Sayings"]',
    '$.bicycle.*': '["red",19.95]',
  });
  assert.ok(evaluateJsonPath('$.book', toValue(STORE)) instanceof VtlList);
});

test('filters compare, match, look into lists and refer to the document', () => {
  check({
    '$.book[?(@.price < 10)].title': '["Sayings","Moby"]',
    '$.book[?(@.price < $.limit && @.isbn)].title': '["Moby"]',
    "$.book[?(@.author == 'Rees' || @.author == 'Waugh')].title": '["Sayings","Sword"]',
    '$.book[?(!@.isbn)].title': '["Sayings","Sword"]',
    '$.book[?(!(@.price < 10))].title': '["Sword"]',
    '$.book[?(@.title =~ /s.*/i)].title': '["Sayings","Sword"]',
    '$.book[?(@.title =~ /S.?/)].title': '[]',
    "$.book[?(@.author in ['Rees', 'Nobody'])].title": '["Sayings"]',
    "$.book[?(@.author nin ['Rees'])].title": '["Sword","Moby"]',
    "$.book[?(@.tags contains 'b')].title": '["Sayings"]',
    "$.book[?(@.tags subsetof ['a','b','c'])].title": '["Sayings","Sword"]',
    "$.book[?(@.tags anyof ['b','z'])].title": '["Sayings"]',
    '$.book[?(@.tags size 2)].title': '["Sayings"]',
    '$.book[?(@.tags empty true)].title': '["Sword"]',
    '$.bicycle[?(@.price > 1)].color': '["red"]',
    '$.book[?(@.tags.length() == 2)].title': '["Sayings"]',
    '$..[?(@.isbn)].title': '["Moby"]',
    "$.book[?(@.price === '8.95')]": '[]',
  });
});

test('functions end a path', () => {
  check({
    '$.numbers.sum()': '10.0',
    '$.numbers.min()': '1.0',
    '$.numbers.max()': '4.0',
    '$.numbers.avg()': '2.5',
    '$.numbers.stddev()': '1.118033988749895',
    '$.numbers.length()': '4',
    '$.numbers.size()': '4',
    '$.numbers.first()': '1',
    '$.numbers.last()': '4',
    '$.numbers.index(1)': '2',
    '$.numbers.append(5)': '[1,2,3,4,5]',
    '$.sum($.numbers, 5)': '15.0',
    '$.bicycle.keys()': '["color","price"]',
    "$.concat('a', $.bicycle.color)": '"ared"',
    '$..price.max()': '19.95',
    '$.bicycle.length()': '2',
  });
});

test('what is no path is refused', () => {
  const refused = [
    '',
    ' ',
    '$.',
    '$..',
    '$[',
    '$[]',
    '$.a[',
    "$['a",
    '$[?()]',
    '$[?(@.a ==)]',
    '$...a',
  ];
  refused.push('$a', '$.a b', '$.a.nothing()', '$[?(@.a ~~ 1)]', '$[1,]', '$[:]', '$.a(');
  refused.push('$[?(@.a == [1)]', '$[?(@.a =~ /a)]', `$${'[?(@'.repeat(500)}`, 'x'.repeat(20_000));
  for (const path of refused) {
    assert.throws(() => evaluateJsonPath(path, null), JsonPathError, path.slice(0, 40));
  }
  assert.throws(() => found('$.bicycle.sum()'), JsonPathError);
});

test('names of JavaScript are names like others', () => {
  const document = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as object;
  const read = (path: string): unknown => evaluateJsonPath(path, toValue(document));
  assert.equal(read('$.__proto__.a'), 1);
  assert.equal(read("$['constructor']"), 2);
  assert.equal(read('$.toString'), undefined);
  assert.equal(evaluateJsonPath('$.__proto__', toValue({})), undefined);
  assert.equal(evaluateJsonPath('$.length', toValue([1])), undefined);
});
