import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublishedRestDomain, PublishedRoutingRule } from '../apigateway/port.ts';
import { routeOf } from './domain-routing.ts';

const to = (basePath: string, apiId: string) => ({ basePath, apiId, stageName: 'live' });

type Routing = Pick<PublishedRestDomain, 'rules' | 'mappings'>;

function domain(more: Partial<Routing> = {}): Routing {
  return { rules: [], mappings: [], ...more };
}

function rule(more: Partial<PublishedRoutingRule>): PublishedRoutingRule {
  const target = { apiId: 'ruled', stageName: 'live', stripBasePath: false };
  return { basePaths: undefined, headers: [], ...target, ...more };
}

const none = () => undefined;

test('the longest base path that begins a path is its mapping', () => {
  const mapped = domain({ mappings: [to('', 'root'), to('shop', 'shop'), to('shop/v2', 'new')] });
  const found = (path: string) => routeOf(mapped, path, none)?.apiId;
  assert.equal(found('/'), 'root');
  assert.equal(found('/shopping'), 'root');
  assert.equal(found('/shop'), 'shop');
  assert.equal(found('/shop/v1'), 'shop');
  assert.equal(found('/shop/v2/a'), 'new');
  assert.equal(routeOf(mapped, '/shop/v2/a', none)?.basePath, '/shop/v2');
  assert.equal(routeOf(domain({ mappings: [to('shop', 'shop')] }), '/', none), undefined);
});

test('rules come before mappings, and apply where all of their conditions do', () => {
  const headers = [
    [
      { name: 'X-Version', valueGlob: 'beta*' },
      { name: 'X-Tester', valueGlob: '*' },
    ],
    [{ name: 'accept', valueGlob: '*json*' }],
  ];
  const rules = [
    rule({ apiId: 'beta', headers, basePaths: ['a', 'b/c'], stripBasePath: true }),
    rule({ apiId: 'kept', basePaths: ['b'] }),
  ];
  const ruled = domain({ rules, mappings: [to('', 'root')] });
  const found = (path: string, said: Record<string, string> = {}) =>
    routeOf(ruled, path, (name) => said[name]);
  const json = { accept: 'application/json' };
  const beta = { apiId: 'beta', stageName: 'live', basePath: '/b/c' };
  assert.deepEqual(found('/b/c/d', { ...json, 'x-version': 'beta-2' }), beta);
  assert.equal(found('/a', { ...json, 'x-tester': '' })?.apiId, 'beta');
  assert.deepEqual(found('/b/c/d', json), { ...beta, apiId: 'kept', basePath: '' });
  assert.equal(found('/a', { 'x-tester': 'me' })?.apiId, 'root');
  assert.equal(found('/A', { ...json, 'x-tester': 'me' })?.apiId, 'root');
});
