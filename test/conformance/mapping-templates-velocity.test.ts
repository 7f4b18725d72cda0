/**
 * Apache Velocity's own templates and what they must render to. They are of its version 2, AWS runs 1.7
 * without macros: those that need what AWS lacks are listed, each with its reason.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Budget } from '../../packages/brume/src/services/execute-api/templates/budget.ts';
import { printed } from '../../packages/brume/src/services/execute-api/templates/printing.ts';
import { compileVelocity } from '../../packages/brume/src/services/execute-api/templates/velocity.ts';
import {
  VtlList,
  VtlMap,
  VtlObject,
  type Value,
} from '../../packages/brume/src/services/execute-api/templates/values.ts';

const file = path.join(import.meta.dirname, '../../../shared/vectors/velocity.json');

const MACROS = 'calls macros, which AWS does not keep';
const FILES = 'reads other files, which AWS has not';
const FOREACH_ELSE = '#else of #foreach came with Velocity 2';
const JAVA = 'is about Java classes of the test suite (floats of 32 bits, setters, subclasses)';

const LEFT_OUT = new Map([
  ['array', MACROS],
  ['commas', MACROS],
  ['curly-directive', MACROS],
  ['interpolation', MACROS],
  ['newline', MACROS],
  ['settest', MACROS],
  ['velocimacro', MACROS],
  ['velocimacro2', MACROS],
  ['vm_test1', MACROS],
  ['vm_test2', MACROS],
  ['test', MACROS],
  ['include', FILES],
  ['parse', FILES],
  ['stop3', FILES],
  ['escape2', FILES],
  ['foreach-array', FOREACH_ELSE],
  ['foreach-type', FOREACH_ELSE],
  ['diabolical', JAVA],
  ['get', JAVA],
  ['logical', JAVA],
  ['math', JAVA],
  ['reference', JAVA],
  ['subclass', JAVA],
]);

const strings = (...items: Value[]): VtlList => new VtlList(items);
const customers = strings(...[1, 2, 3, 4].map((number) => `ArrayList element ${number}`));
const hashtable = new VtlMap(new Map([0, 1, 2].map((at) => [`key${2 - at}`, `value${2 - at}`])));

/** What the templates ask of the object that the suite gives them. */
class Provider extends VtlObject {
  override property(name: string): Value {
    if (name === 'Title') return 'lunatic';
    if (name === 'Hashtable') return hashtable;
    return name === 'Customers' ? customers : null;
  }

  override call(name: string, [first = null, second = null]: readonly Value[]): Value {
    if (name === 'getTitle') return 'lunatic';
    if (name === 'getHashtable') return hashtable;
    if (name === 'getCustomers') return customers;
    if (name !== 'concat') return null;
    const text = (value: Value): string => printed(value, new Budget());
    if (first instanceof VtlList) return first.items.map((item) => `${text(item)} `).join('');
    return text(first) + text(second);
  }

  text(): string {
    return 'test provider';
  }
}

const greeting = 'this is from a hashtable!';
const variables = new Map<string, () => Value>([
  ['provider', () => new Provider()],
  ['name', () => 'jason'],
  ['list', () => customers],
  ['hashtable', () => new VtlMap(new Map([['Bar', greeting]]))],
  ['hashmap', () => new VtlMap()],
  ['stringarray', () => strings('first element', 'second element')],
  ['nullList', () => strings('a', 'b', null, 'd')],
  ['intarr', () => strings(10, 20, 30, 40, 50)],
]);

test('Velocity renders its own templates as Velocity does', async (t) => {
  if (!existsSync(file)) return t.skip('../shared/vectors is not there');
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    { template: string; expected: string }
  >;
  for (const [name, { template, expected }] of Object.entries(vectors)) {
    await t.test(name, (t) => {
      const reason = LEFT_OUT.get(name);
      if (reason !== undefined) return t.skip(reason);
      const render = compileVelocity(template, { variables, missing: null });
      assert.equal(render(undefined), expected);
    });
  }
});
