import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedByText } from './cached-by-text.ts';

test('results are kept while they are used, and only so many', () => {
  const parsed: string[] = [];
  const cached = cachedByText(4, (text) => {
    parsed.push(text);
    return text.toUpperCase();
  });
  for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'e', 'a', 'f', 'g', 'a']) {
    assert.equal(cached(text), text.toUpperCase());
  }
  assert.equal(parsed.join(''), 'abcdefg');
  assert.equal(cached('b'), 'B');
  assert.equal(parsed.join(''), 'abcdefgb');
});

test('a text that cannot be parsed fails every time', () => {
  let attempts = 0;
  const cached = cachedByText(4, () => {
    attempts++;
    throw new Error('no');
  });
  assert.throws(() => cached('x'), /no/);
  assert.throws(() => cached('x'), /no/);
  assert.equal(attempts, 2);
});
