/** Against JavaScript's own engine where the languages agree; Java's ways, and the bounds, apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Budget } from '../budget.ts';
import { TemplateFault } from '../template-error.ts';
import { matches, replace, split } from './regular-expression.ts';

const all = (text: string, pattern: string, to: string): string =>
  replace(text, pattern, to, Infinity, new Budget());

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '(a|b)',
  '(?:ab|a)',
  '(b?)',
  '\\b',
  '^',
  '$',
  '(?=a)',
  '(?!b)',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{1,2}', '*?', '+?', '??', '{2}');
const pattern = fc
  .array(fc.tuple(atom, quantifier), { maxLength: 6 })
  .map((parts) =>
    parts
      .map(([one, times]) => (/^(?:\^|\$|\\b|\(\?[=!].*)$/.test(one) ? one : one + times))
      .join(''),
  );
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 12 });

test('it finds what JavaScript finds', () => {
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, subject, alternative) => {
      const whole = alternative ? `${source}|b` : source;
      const expected = subject.replaceAll(new RegExp(whole, 'g'), '<$&>');
      assert.equal(all(subject, `(?<all>${whole})`, '<${all}>'), expected, whole);
      assert.equal(
        matches(subject, whole, new Budget()),
        new RegExp(`^(?:${whole})$`).test(subject),
        whole,
      );
    }),
    { numRuns: 2_000 },
  );
});

test('it speaks Java: quoting, classes cut and joined, possessive and atomic, flags', () => {
  const yes = (subject: string, source: string): void =>
    assert.ok(matches(subject, source, new Budget()), source);
  yes('a.b*', '\\Qa.b*\\E');
  yes('bdf', '[a-z&&[^aeiou]]+');
  yes('a-Z', '[a-z[A-Z]-]+');
  yes('É1', '\\p{L}\\p{Nd}');
  yes('xAy', '\\p{Lower}\\p{Upper}\\P{Upper}');
  yes('ABc', '(?i)abC');
  yes('a\nb', '(?s)a.b');
  yes('abab', '(ab)\\1');
  yes('\t\u00e9', '\\x09\\u00e9');
  assert.ok(!matches('aaa', 'a*+a', new Budget()));
  assert.ok(!matches('ab', '(?>a|ab)', new Budget()));
  assert.equal(all('2026-11-22', '(\\d+)-(?<m>\\d+)-(\\d+)', '$3.${m}.$1 \\$'), '22.11.2026 $');
  assert.equal(replace('aaa', 'a', 'b', 1, new Budget()), 'baa');
});

test('split drops empty parts at the end, unless told how many', () => {
  const parts = (subject: string, source: string, limit = 0): string[] =>
    split(subject, source, limit, new Budget());
  assert.deepEqual(parts('a,b,,', ','), ['a', 'b']);
  assert.deepEqual(parts('a,b,,', ',', -1), ['a', 'b', '', '']);
  assert.deepEqual(parts('a,b,c', ',', 2), ['a', 'b,c']);
  assert.deepEqual(parts(',a', ','), ['', 'a']);
  assert.deepEqual(parts('abc', ''), ['a', 'b', 'c']);
  assert.deepEqual(parts('', ','), ['']);
  assert.deepEqual(parts(',', ','), []);
});

test('patterns made to run away end with a limit', () => {
  const subject = 'a'.repeat(5_000);
  for (const source of [
    '(a+)+b',
    '(a|a)*b',
    '(a*)*b',
    '.*.*.*b',
    '(.*a){12}b',
    '(?:a?){50}a{50}b',
  ]) {
    assert.throws(() => matches(subject, source, new Budget()), { kind: 'limit' }, source);
  }
  assert.throws(() => matches('', `(${'a'.repeat(2_000)})`, new Budget()), { kind: 'limit' });
});

test('what Java refuses, or we do not support, says so', () => {
  for (const source of [
    '(',
    ')',
    '[',
    '[a',
    'a**b{',
    '*',
    '\\',
    '[b-a]',
    'a{2,1}',
    '(?<=a)b',
    '\\q',
    '(?x) a',
    '\\p{Nope}',
  ]) {
    assert.throws(() => matches('a', source, new Budget()), TemplateFault, source);
  }
  assert.throws(() => all('a', 'a', '$1'), TemplateFault);
  assert.throws(() => all('a', 'a', '$'), TemplateFault);
});
