import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy } from './authorizer-policy.ts';

const ARN = 'arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/pets';
const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ARN };

function permits(...Statement: object[]): boolean | undefined {
  return compilePolicy({ Version: '2012-10-17', Statement })?.(ARN);
}

test('a statement allows the action and the resource that it names, and no other', () => {
  assert.equal(permits(allow), true);
  assert.equal(permits({ ...allow, Action: ['s3:*', 'EXECUTE-API:invoke'] }), true);
  assert.equal(permits({ ...allow, Action: '*', Resource: ['a', '*/GET/*'] }), true);
  assert.equal(permits({ ...allow, Action: 's3:*' }), false);
  assert.equal(permits({ ...allow, Resource: ARN.replace('GET', 'POST') }), false);
  assert.equal(permits(), false);
});

test('a denial wins, and what cannot be evaluated denies but never allows', () => {
  const deny = { ...allow, Effect: 'Deny' };
  const unclear = { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };
  assert.equal(permits(allow, deny), false);
  assert.equal(permits(deny, allow), false);
  assert.equal(permits({ ...allow, ...unclear }), false);
  assert.equal(permits(allow, { ...allow, ...unclear }), true);
  assert.equal(permits(allow, { ...deny, ...unclear }), false);
  assert.equal(permits(allow, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }), false);
  assert.equal(permits({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), false);
});

test('what is not a policy is none', () => {
  for (const document of [
    undefined,
    null,
    'allow',
    {},
    { Statement: 'Allow' },
    { Statement: [{ ...allow, Effect: 'allow' }] },
    { Statement: [{ ...allow, Action: 1 }] },
    { Statement: [{ Effect: 'Allow', Action: '*' }] },
  ]) {
    assert.equal(compilePolicy(document), undefined);
  }
});
