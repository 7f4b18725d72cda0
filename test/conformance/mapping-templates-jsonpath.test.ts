/**
 * The compliance suite of RFC 9535, as far as Jayway's dialect agrees with it. Only the brackets of
 * filters are rewritten (`[?@.a]` is `[?(@.a)]` to Jayway); where the dialects differ is listed below.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { evaluateJsonPath } from '../../packages/brume/src/services/execute-api/templates/json-path/json-path.ts';
import { toValue } from '../../packages/brume/src/services/execute-api/templates/json-values.ts';
import { Budget } from '../../packages/brume/src/services/execute-api/templates/budget.ts';
import { toJson } from '../../packages/brume/src/services/execute-api/templates/printing.ts';

interface Vector {
  readonly name: string;
  readonly selector: string;
  readonly document?: unknown;
  readonly result?: readonly unknown[];
  readonly results?: readonly (readonly unknown[])[];
  readonly invalid_selector?: boolean;
}

const file = path.join(import.meta.dirname, '../../../shared/vectors/jsonpath-rfc9535.json');

/** Where Jayway differs, by the selector. */
const BY_SELECTOR: readonly (readonly [RegExp, string])[] = [
  [/\b(?:count|length|match|search|value)\s*\(/, 'functions of RFC 9535'],
  [/:\s*-?\d*\s*:|\[:\]/, 'a slice has no step, and at least one end'],
  [/\['[^']*'\s*,\s*'|\["[^"]*"\s*,\s*"/, 'several names make one object'],
  [
    /\[[^?'"\]]*\*,|,\s*\*|\[\d,\d:|\['a',1\]|,\s*\?|\?[^\]]*,\d|\[0, 0, 'a'\]/,
    'a bracket holds selectors of one kind',
  ],
  [/^\$\s+[.[]|\]\s+\[/, 'no blanks between the parts of a path'],
  [/\d{12}/, 'indexes are 32 bits wide'],
];

/** Where Jayway differs, by the name of the case. */
const BY_NAME = new Map(
  Object.entries({
    'a number equals the text that writes it, and is in order with texts': [
      'filter, equals numeric string, single quotes',
      'filter, equals numeric string, double quotes',
      'filter, equals number',
      'filter, not-equals numeric string, single quotes',
      'filter, not-equals numeric string, double quotes',
      'filter, not-equals number',
      'filter, greater than number',
      'filter, greater than or equal to number',
      'filter, equals number, zero and negative zero',
      'filter, equals number, negative zero and zero',
      'filter, equals number, negative exponent',
      'filter, equals number, exponent leading -0',
      'filter, equals number, decimal fraction',
      'filter, equals number, decimal fraction, trailing 0',
      'filter, equals number, decimal fraction, negative exponent',
    ],
    'null and booleans have no order': [
      'filter, less than or equal to null',
      'filter, less than or equal to true',
      'filter, less than or equal to false',
      'filter, greater than or equal to null',
      'filter, greater than or equal to true',
      'filter, greater than or equal to false',
    ],
    'a filter asks an object itself': [
      'filter, existence, without segments',
      'filter, absolute existence, without segments',
      'filter, name segment on primitive, selects nothing',
      'filter, object data',
    ],
    'what is not there equals nothing': [
      'filter, equals, absent from index selector equals absent from name selector',
      'filter, equals, empty node list and empty node list',
    ],
    'a path that may find several things exists': [
      'filter, non-singular existence, wildcard',
      'filter, non-singular existence, slice',
      'filter, non-singular existence, negated',
      'filter, nested',
    ],
  }).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

function left(vector: Vector): string | undefined {
  if (vector.invalid_selector) return 'what is no path differs';
  const rule = BY_SELECTOR.find(([pattern]) => pattern.test(vector.selector));
  return rule?.[1] ?? BY_NAME.get(vector.name);
}

/** `[?…]` with the parentheses that Jayway wants; texts in quotes stay as they are. */
function withParentheses(selector: string): string {
  let out = '';
  const closings: string[] = [];
  for (const [token] of selector.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[\s*\?|./gs)) {
    const isFilter = token.startsWith('[') && token.endsWith('?');
    if (token.startsWith('[')) closings.push(isFilter ? ')]' : ']');
    out += isFilter ? '[?(' : token === ']' ? (closings.pop() ?? '') : token;
  }
  return out;
}

test('RFC 9535 and Jayway agree on these paths', async (t) => {
  if (!existsSync(file)) return t.skip('../shared/vectors is not there');
  const json = (value: unknown): string => toJson(toValue(value), new Budget());
  for (const vector of JSON.parse(readFileSync(file, 'utf8')) as Vector[]) {
    await t.test(vector.name, (t) => {
      const reason = left(vector);
      if (reason !== undefined) return t.skip(reason);
      const found = evaluateJsonPath(withParentheses(vector.selector), toValue(vector.document));
      // A path that can find one thing only answers the thing itself, or nothing.
      const single = (result: readonly unknown[]): string | undefined =>
        result.length === 1 ? json(result[0]) : result.length === 0 ? 'nothing' : undefined;
      const wanted = (vector.results ?? [vector.result ?? []]).flatMap((result) => [
        json(result),
        single(result),
      ]);
      const actual = found === undefined ? 'nothing' : toJson(found, new Budget());
      assert.ok(wanted.includes(actual), `${vector.selector} found ${actual}, not ${wanted[0]}`);
    });
  }
});
