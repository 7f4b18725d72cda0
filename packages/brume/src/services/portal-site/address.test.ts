/** Which requests are for portals, and what of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePortalAddress } from './address.ts';

function parse(host: string, target: string) {
  const headers = { get: (name: string) => (name === 'host' ? host : undefined), raw: [] };
  const body = { bytes: () => assert.fail('read'), stream: () => assert.fail('read') };
  const connection = { remoteAddress: '127.0.0.1', encrypted: false };
  return parsePortalAddress({ method: 'GET', target, headers, body, ...connection });
}

const ID = 'abc123defg';

test('a portal is named by host, under any domain', () => {
  for (const domain of ['localhost:4566', 'on.aws', 'brume.example']) {
    const address = parse(`P-${ID}.apigw-portal.us-gov-east-1.${domain}`, '/products/x?a=1');
    assert.equal(address?.portalId, ID);
    assert.equal(address.root, '/');
    assert.equal(address.path, 'products/x');
    assert.equal(address.query.get('a'), '1');
    assert.equal(address.origin, `http://${domain}`);
  }
  assert.equal(parse(`p-${ID}.apigw-portal.localhost:4566`, '/')?.origin, 'http://localhost:4566');
});

test('a portal is named by path, under any host', () => {
  const address = parse('127.0.0.1:4566', `/_aws/portals/${ID}/search?q=x`);
  assert.equal(address?.root, `/_aws/portals/${ID}/`);
  assert.equal(address.path, 'search');
  assert.equal(address.origin, 'http://127.0.0.1:4566');
  assert.equal(parse('a', `/_aws/portals/${ID}`)?.path, undefined);
});

test('a preview is named by its token, and links stay within it', () => {
  const address = parse('a', `/_aws/portals/${ID}/preview/t0ken/products/x`);
  assert.equal(address?.token, 't0ken');
  assert.equal(address.root, `/_aws/portals/${ID}/preview/t0ken/`);
  assert.equal(address.path, 'products/x');
  const byHost = parse(`p-${ID}.apigw-portal.localhost`, '/preview/t0ken');
  assert.equal(byHost?.root, '/preview/t0ken/');
  assert.equal(byHost.path, undefined);
});

test('everything else is for others, APIs under a portal’s host too', () => {
  for (const [host, target] of [
    ['localhost', '/'],
    [`p-${ID}.apigw-portal.localhost`, '/_aws/execute-api/abc/prod/'],
    ['p-short.apigw-portal.localhost', '/'],
    [`xp-${ID}.apigw-portal.localhost`, '/'],
    ['localhost', '/_aws/portals/UPPER00000/'],
    ['localhost', `/_aws/portals/${ID}%2f/..`],
    [`p-${ID}.apigw-portal.localhost`, 'http://elsewhere/'],
  ] as const) {
    assert.equal(parse(host, target), undefined, `${host} ${target}`);
  }
});
