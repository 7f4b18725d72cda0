/** What policies let through, whatever they are policies of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, type PolicyRequest } from './policy.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const API = 'arn:aws:execute-api:us-east-1:111122223333:api';
const allow = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION };
const deny = { ...allow, Effect: 'Deny' };
const ann = { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ann' };
const service = { service: 'apigateway.amazonaws.com' };
const request: PolicyRequest = {
  action: 'lambda:InvokeFunction',
  resource: FUNCTION,
  principal: undefined,
  keys: new Map([
    ['aws:sourceip', '192.168.7.1'],
    ['aws:sourcearn', `${API}/prod/GET/notes/7`],
    ['aws:securetransport', 'true'],
    ['aws:sourcevpce', undefined],
  ]),
};

function permits(...Statement: object[]): boolean {
  const policy = compilePolicy({ Version: '2012-10-17', Statement }) ?? assert.fail('no policy');
  return policy(request) === 'allow';
}

test('a statement allows the action and the resource that it names, and no other', () => {
  assert.equal(permits(), false);
  assert.equal(permits(allow), true);
  assert.equal(permits({ ...allow, Action: ['s3:*', 'LAMBDA:invoke*'] }), true);
  assert.equal(permits({ ...allow, Action: '*', Resource: ['a', '*:function:?'] }), true);
  assert.equal(permits({ ...allow, Action: 's3:*' }), false);
  assert.equal(permits({ ...allow, Action: 'lambda:InvokeFunctionUrl' }), false);
  assert.equal(permits({ ...allow, Resource: `${FUNCTION}:1` }), false);
});

test('a statement may say what it does not concern', () => {
  const { Action, Resource } = allow;
  assert.equal(permits({ Effect: 'Allow', NotAction: 's3:*', Resource }), true);
  assert.equal(permits({ Effect: 'Allow', NotAction: ['s3:*', Action], Resource }), false);
  assert.equal(permits({ Effect: 'Allow', Action, NotResource: `${FUNCTION}:*` }), true);
  assert.equal(permits({ Effect: 'Allow', Action, NotResource: '*' }), false);
  assert.equal(permits(allow, { Effect: 'Deny', NotAction: 's3:*', NotResource: 'a' }), false);
});

test('a denial wins, and what cannot be evaluated denies but never allows', () => {
  const unclear = [
    { NotPrincipal: { AWS: '*' } },
    { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'zoo' } } },
    { Condition: { StringNotEqualsIfExists: { 'aws:PrincipalTag/team': 'zoo' } } },
    { Condition: { Null: { 'aws:PrincipalTag/team': 'true' } } },
    { Condition: { NumericLessThan: { 'aws:SourceIp': '1' } } },
    { Condition: { BoolNot: { 'aws:SecureTransport': 'false' } } },
  ];
  assert.equal(permits(allow, deny), false);
  assert.equal(permits(deny, allow), false);
  for (const element of unclear) {
    assert.equal(permits({ ...allow, ...element }), false, JSON.stringify(element));
    assert.equal(permits({ ...allow, ...element }, allow), true, JSON.stringify(element));
    assert.equal(permits(allow, { ...deny, ...element }), false, JSON.stringify(element));
  }
});

test('conditions are met all together, negations by absence as well', () => {
  const met = (Condition: object) => permits({ ...allow, Condition });
  assert.equal(met({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] } }), true);
  assert.equal(met({ IpAddress: { 'aws:sourceIp': '192.168.7.2' } }), false);
  assert.equal(met({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), true);
  assert.equal(met({ NotIpAddress: { 'aws:SourceIp': '192.168.0.0/16' } }), false);
  assert.equal(met({ IpAddress: { 'aws:SourceIp': 'fe80::/10' } }), false);
  assert.equal(met({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }), false);
  assert.equal(met({ StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }), true);
  assert.equal(met({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }), true);
  assert.equal(met({ StringNotLike: { 'aws:SourceIp': '192.*' } }), false);
  assert.equal(met({ StringEqualsIgnoreCase: { 'aws:SecureTransport': ['no', 'TRUE'] } }), true);
  assert.equal(met({ Bool: { 'aws:SecureTransport': true } }), true);
  assert.equal(met({ Null: { 'aws:SourceVpce': 'true' } }), true);
  assert.equal(met({ Null: { 'aws:SourceIp': 'true' } }), false);
  const transport = { Bool: { 'aws:SecureTransport': 'true' } };
  assert.equal(met({ ...transport, StringLike: { 'aws:SourceIp': '192.*' } }), true);
  assert.equal(met({ ...transport, StringLike: { 'aws:SourceIp': '10.*' } }), false);
});

test('an ARN in a condition is compared part by part', () => {
  const met = (pattern: string, operator = 'ArnLike') =>
    permits({ ...allow, Condition: { [operator]: { 'AWS:SourceArn': pattern } } });
  assert.equal(met(`${API}/*/*/notes/*`), true);
  assert.equal(met(`${API}/prod/GET/notes/?`), true);
  assert.equal(met(`${API}/prod/POST/*`), false);
  assert.equal(met('arn:aws:execute-api:*:*:*'), true);
  assert.equal(met('arn:*:api/*'), false);
  assert.equal(met(`${API}/prod/*`, 'ArnNotLike'), false);
});

test('principals are services, accounts and their members, or anybody', () => {
  const verdict = (Principal: unknown, principal?: PolicyRequest['principal']) =>
    compilePolicy({ Statement: { ...allow, Principal } })?.({ ...request, principal });
  assert.equal(verdict('*'), 'allow');
  assert.equal(verdict('*', service), 'allow');
  assert.equal(verdict({ AWS: '*' }), 'allow');
  for (const AWS of ['111122223333', ['arn:aws:iam::111122223333:root'], ['x', ann.arn]]) {
    assert.equal(verdict({ AWS }, ann), 'allow');
    assert.equal(verdict({ AWS }), 'none');
    assert.equal(verdict({ AWS }, service), 'none');
  }
  assert.equal(verdict({ AWS: 'arn:aws:iam::111122223333:user/bob' }, ann), 'none');
  assert.equal(verdict({ AWS: '444455556666' }, ann), 'none');
  assert.equal(verdict({ Service: ['s3.amazonaws.com', service.service] }, service), 'allow');
  assert.equal(verdict({ Service: 's3.amazonaws.com' }, service), 'none');
  assert.equal(verdict({ Service: service.service }, ann), 'none');
  assert.equal(verdict({ Federated: 'accounts.google.com' }, ann), 'none');
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
    { Statement: [{ ...allow, NotAction: '*' }] },
    { Statement: [{ ...allow, Condition: 'true' }] },
    { Statement: [{ Effect: 'Allow', Action: '*' }] },
  ]) {
    assert.equal(compilePolicy(document), undefined);
  }
});
