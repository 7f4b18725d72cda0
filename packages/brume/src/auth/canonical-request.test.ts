import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import type { RequestParts } from '../../../../test/support/raw-request.ts';
import { canonicalRequest } from './canonical-request.ts';

function lines(parts: RequestParts, style: 's3' | 'other' = 'other', signedHeaders = ['host']) {
  const claim = { signedHeaders, presigned: true };
  return canonicalRequest(httpRequest(parts), claim, 'HASH', style).split('\n');
}

const pathOf = (target: string, style: 's3' | 'other') => lines({ target }, style)[1];
const queryOf = (query: string) => lines({ target: `/?${query}` })[2];

test('the parts stand in their order', () => {
  const headers = [['Host', 'example.com']] as const;
  assert.deepEqual(lines({ method: 'PUT', target: '/a?b', headers }), [
    'PUT',
    '/a',
    'b=',
    'host:example.com',
    '',
    'host',
    'HASH',
  ]);
});

test('S3 takes a path as it is, encoded once', () => {
  const cases = [
    ['/a/b', '/a/b'],
    ['/a//b/./c/../d', '/a//b/./c/../d'],
    ['/a%20b', '/a%20b'],
    ['/a b', '/a%20b'],
    ['/%61', '/a'],
    ['/a%2fb', '/a%2Fb'],
    ['/a+b', '/a%2Bb'],
    ['/100%', '/100%25'],
    ['/\u00c3\u00a9', '/%C3%A9'],
    ['/é', '/%E9'],
    ['/ሴ', '/%E1%88%B4'],
  ] as const;
  for (const [path, expected] of cases) assert.equal(pathOf(path, 's3'), expected, path);
});

test('other services tidy a path, and encode it again', () => {
  const cases = [
    ['/', '/'],
    ['/a//b/./c/../d', '/a/b/d'],
    ['//', '/'],
    ['/../../a/', '/a/'],
    ['/a/..', '/'],
    ['/a%20b', '/a%2520b'],
    ['/functions/name:1', '/functions/name%3A1'],
    ['/a%2Fb', '/a%252Fb'],
    ['/.hidden/..file', '/.hidden/..file'],
  ] as const;
  for (const [path, expected] of cases) assert.equal(pathOf(path, 'other'), expected, path);
});

test('a query is decoded, strictly encoded, and sorted by name, then value', () => {
  const cases = [
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=10&a=1', 'a=1&a=10&a=2'],
    ['a-=1&a=2', 'a=2&a-=1'],
    ['A=1&a=1&B=1', 'A=1&B=1&a=1'],
    ['a', 'a='],
    ['a=b=c', 'a=b%3Dc'],
    ['a=x+y%20z', 'a=x%20y%20z'],
    ["a=!'()*~/", 'a=%21%27%28%29%2A~%2F'],
    ['%61=%7E', 'a=~'],
    ['&&a=1&', 'a=1'],
    ['', ''],
    ['__proto__=1', '__proto__=1'],
    ['X-Amz-Signature=abc&a=1', 'a=1'],
  ] as const;
  for (const [query, expected] of cases) assert.equal(queryOf(query), expected, query);
});

test('headers are trimmed, blanks collapsed, and duplicates joined in the order sent', () => {
  const headers = [
    ['X-B', '  two   words\t'],
    ['x-a', 'z, y'],
    ['Other', 'unsigned'],
    ['X-A', 'x'],
    ['x-c', '"a   b"'],
    ['x-d', 'one\n  two'],
  ] as const;
  const signed = ['x-a', 'x-b', 'x-c', 'x-d', 'x-missing'];
  assert.deepEqual(lines({ headers }, 'other', signed).slice(3, 9), [
    'x-a:z, y,x',
    'x-b:two words',
    'x-c:"a b"',
    'x-d:one two',
    'x-missing:',
    '',
  ]);
});
