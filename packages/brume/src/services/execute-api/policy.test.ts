import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy } from './policy.ts';

const ARN = 'arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/pets';
const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ARN };

function permits(...Statement: object[]): boolean | undefined {
  const policy = compilePolicy({ Version: '2012-10-17', Statement });
  const verdict = policy?.({ resource: ARN, keys: new Map([['aws:sourceip', '192.168.7.1']]) });
  return verdict && verdict === 'allow';
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
  const unclear = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'zoo' } } };
  assert.equal(permits(allow, deny), false);
  assert.equal(permits(deny, allow), false);
  assert.equal(permits({ ...allow, ...unclear }), false);
  assert.equal(permits(allow, { ...allow, ...unclear }), true);
  assert.equal(permits(allow, { ...deny, ...unclear }), false);
  assert.equal(permits(allow, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }), false);
  assert.equal(permits({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), false);
});

test('conditions look at what a request has', () => {
  const met = (Condition: object) => permits({ ...allow, Condition });
  assert.equal(met({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] } }), true);
  assert.equal(met({ IpAddress: { 'aws:sourceIp': '192.168.7.2' } }), false);
  assert.equal(met({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), true);
  assert.equal(met({ NotIpAddress: { 'aws:SourceIp': '192.168.0.0/16' } }), false);
  assert.equal(met({ IpAddress: { 'aws:SourceIp': 'fe80::/10' } }), false);
  assert.equal(met({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }), false);
  assert.equal(met({ StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }), true);
  assert.equal(met({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }), true);
  assert.equal(met({ Null: { 'aws:SourceVpce': 'true' } }), true);
  assert.equal(met({ Null: { 'aws:SourceIp': 'true' } }), false);
  assert.equal(met({ NumericEquals: { 'aws:SourceIp': '1' } }), false);
});

test('principals are accounts and their members, or anybody', () => {
  const policy = (Principal: unknown) =>
    compilePolicy({ Statement: [{ ...allow, Principal }] }) ?? assert.fail('no policy');
  const principal = { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ann' };
  const verdict = (named: unknown, who?: typeof principal) =>
    policy(named)({ resource: ARN, keys: new Map(), principal: who });
  assert.equal(verdict('*'), 'allow');
  assert.equal(verdict({ AWS: '*' }), 'allow');
  assert.equal(verdict({ AWS: '111122223333' }, principal), 'allow');
  assert.equal(verdict({ AWS: ['arn:aws:iam::111122223333:root'] }, principal), 'allow');
  assert.equal(verdict({ AWS: principal.arn }, principal), 'allow');
  assert.equal(verdict({ AWS: 'arn:aws:iam::111122223333:user/bob' }, principal), 'none');
  assert.equal(verdict({ AWS: '444455556666' }, principal), 'none');
  assert.equal(verdict({ AWS: '111122223333' }), 'none');
  assert.equal(verdict({ Service: 'apigateway.amazonaws.com' }, principal), 'none');
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
