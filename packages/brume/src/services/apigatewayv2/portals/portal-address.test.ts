/** Where portals are said to be, by how Brume was reached. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context } from '../gateway-fixture.ts';
import { defaultDomainName } from './portal-address.ts';

const CASES: Readonly<Record<string, string>> = {
  'http://127.0.0.1:4566': 'p-abc.apigw-portal.us-east-1.localhost:4566',
  'http://[::1]:4566': 'p-abc.apigw-portal.us-east-1.localhost:4566',
  'http://localhost:4566': 'p-abc.apigw-portal.us-east-1.localhost:4566',
  'https://brume.example': 'p-abc.apigw-portal.us-east-1.brume.example',
  'http://10.0.0.7:4566': '10.0.0.7:4566/_aws/portals/abc/',
};

test('a portal has a name under the one that led to Brume, where there can be one', () => {
  for (const [baseUrl, expected] of Object.entries(CASES)) {
    assert.equal(defaultDomainName({ ...context, baseUrl }, 'abc'), expected, baseUrl);
  }
});
