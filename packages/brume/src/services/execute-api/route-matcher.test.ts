import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRouteKey } from '../apigatewayv2/route-key.ts';
import { RouteMatcher } from './route-matcher.ts';

function matcher(...keys: string[]) {
  return new RouteMatcher(keys.map((key) => ({ key, pattern: parseRouteKey(key) })));
}

function found(routes: ReturnType<typeof matcher>, method: string, path: string) {
  const match = routes.match(method, path);
  return match && [match.route.key, Object.fromEntries(match.pathParameters)];
}

test('variables keep the names of their own route', () => {
  const routes = matcher('GET /pets/{id}', 'POST /pets/{petId}', 'ANY /pets/{name}/{rest+}');
  assert.deepEqual(found(routes, 'GET', '/pets/1'), ['GET /pets/{id}', { id: '1' }]);
  assert.deepEqual(found(routes, 'POST', '/pets/1'), ['POST /pets/{petId}', { petId: '1' }]);
  assert.deepEqual(found(routes, 'GET', '/pets/1/2/3'), [
    'ANY /pets/{name}/{rest+}',
    { name: '1', rest: '2/3' },
  ]);
});

test('the search goes back where a literal led nowhere', () => {
  const routes = matcher('GET /a/b/c', 'GET /{x}/b/d', 'GET /a/{rest+}');
  assert.deepEqual(found(routes, 'GET', '/a/b/d'), ['GET /{x}/b/d', { x: 'a' }]);
  assert.deepEqual(found(routes, 'GET', '/a/b/e'), ['GET /a/{rest+}', { rest: 'b/e' }]);
  assert.equal(found(routes, 'GET', '/b/b/e'), undefined);
});

test('variables stand for at least one character', () => {
  const routes = matcher('GET /a/{x}', 'GET /b/{x+}');
  assert.equal(found(routes, 'GET', '/a/'), undefined);
  assert.equal(found(routes, 'GET', '/b/'), undefined);
  assert.deepEqual(found(routes, 'GET', '/b//'), ['GET /b/{x+}', { x: '/' }]);
});

/** What the tree should find, by trying every route: the slow way. */
function bestOf(keys: readonly string[], method: string, path: string): string | undefined {
  const ranked = keys.flatMap((key) => {
    const pattern = parseRouteKey(key);
    if (pattern.type === 'default') return { key, rank: 'z' };
    if (pattern.method !== method && pattern.method !== 'ANY') return [];
    const parts = path.slice(1).split('/');
    const { segments } = pattern;
    const isGreedy = segments.at(-1)?.type === 'greedy';
    if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) return [];
    const fits = segments.every((segment, at) => {
      if (segment.type === 'literal') return segment.text === parts[at];
      if (segment.type === 'parameter') return parts[at] !== '';
      return parts.slice(at).join('/') !== '';
    });
    if (!fits) return [];
    // Letters sort in the order of preference, the first difference decides.
    const kinds = segments.map(({ type }) => ({ literal: 'a', parameter: 'b', greedy: 'c' })[type]);
    return {
      key,
      rank: `${isGreedy ? 'g' : 'f'}${kinds.join('')}${method === pattern.method ? 0 : 1}`,
    };
  });
  return ranked.toSorted((left, right) => (left.rank < right.rank ? -1 : 1))[0]?.key;
}

test('the tree finds what trying every route finds', () => {
  const literal = fc.constantFrom('a', 'b');
  const segment = fc.oneof(literal, fc.constant('{x}'));
  const routePath = fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
    .map(([parts, greedy]) => [...parts, ...(greedy || parts.length === 0 ? ['{rest+}'] : [])])
    .map((parts) => parts.map((part, at) => part.replace('x', `x${at}`)).join('/'));
  const key = fc.oneof(
    fc.constant('$default'),
    fc.tuple(fc.constantFrom('GET', 'POST', 'ANY'), routePath).map(([m, p]) => `${m} /${p}`),
  );
  const path = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 8 }),
      fc.constantFrom('GET', 'PUT'),
      path,
      (keys, method, parts) => {
        const asked = `/${parts.join('/')}`;
        assert.equal(matcher(...keys).match(method, asked)?.route.key, bestOf(keys, method, asked));
      },
    ),
    { numRuns: 2_000 },
  );
});
