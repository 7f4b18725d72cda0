/** What policies let through, whatever they are policies of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, compileResourcePolicy, type PolicyRequest } from './policy.ts';
import { principalKeys } from './principal.ts';

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
    ['aws:useragent', 'f*'],
    ['aws:currenttime', '2026-11-22T10:00:00Z'],
    ['aws:epochtime', '1795341600'],
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
    { Condition: { BinaryEquals: { 'aws:SourceIp': 'MTky' } } },
    { Condition: { NullIfExists: { 'aws:SourceVpce': 'true' } } },
    { Condition: { 'ForSomeValues:StringLike': { 'aws:SourceIp': '*' } } },
    { Condition: { StringNotEquals: { 'aws:SourceIp': [] } } },
    { Condition: { StringNotEquals: { 'aws:SourceIp': [{}] } } },
    { Condition: { NotIpAddress: { 'aws:SourceIp': 'nowhere' } } },
    { Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/' } } },
    { Condition: { Bool: { 'aws:SecureTransport': 'yes' } } },
    { Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } },
    { Condition: { StringNotLike: { 'aws:SourceIp': '${aws:username}' } } },
    { Condition: { StringNotLike: { 'aws:SourceIp': '${aws:SourceIp' } } },
    { Resource: [FUNCTION, 'x${aws:SourceVpce}'] },
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

test('times and numbers are compared, and a set of one value as that value', () => {
  const met = (Condition: object) => permits({ ...allow, Condition });
  assert.equal(met({ DateGreaterThan: { 'aws:CurrentTime': '2026-11-22T09:59:59Z' } }), true);
  assert.equal(met({ DateLessThanEquals: { 'aws:CurrentTime': '1795341600' } }), true);
  assert.equal(met({ DateLessThan: { 'aws:EpochTime': '2026-11-22' } }), false);
  assert.equal(met({ NumericGreaterThanEquals: { 'aws:EpochTime': 1_795_341_600 } }), true);
  assert.equal(met({ NumericNotEquals: { 'aws:EpochTime': ['1', '1795341600.0'] } }), false);
  assert.equal(met({ 'ForAnyValue:StringLike': { 'aws:SourceIp': ['10.*', '192.*'] } }), true);
  assert.equal(met({ 'ForAllValues:StringLike': { 'aws:SourceIp': '10.*' } }), false);
  assert.equal(met({ 'ForAllValues:StringEquals': { 'aws:SourceVpce': 'x' } }), true);
  assert.equal(met({ 'ForAnyValue:StringNotEquals': { 'aws:SourceVpce': 'x' } }), false);
});

test('variables are what the request says, and never a pattern', () => {
  const met = (wanted: string, operator = 'StringLike', key = 'aws:UserAgent') =>
    permits({ ...allow, Condition: { [operator]: { [key]: wanted } } });
  assert.equal(met('${aws:useragent}'), true);
  assert.equal(met('${AWS:UserAgent}', 'StringEquals'), true);
  assert.equal(met('${aws:UserAgent}', 'StringLike', 'aws:SourceIp'), false);
  assert.equal(met('f${*}'), true);
  assert.equal(met('${?}*'), false);
  assert.equal(met('f${*}', 'StringEquals'), true);
  assert.equal(met('f*', 'StringEquals'), true);
  assert.equal(met("${aws:SourceVpce, '192.168.7.1'}", 'StringEquals', 'aws:SourceIp'), true);
  assert.equal(met('arn:aws:execute-api:*:*:${aws:SourceIp}/*', 'ArnLike', 'aws:SourceArn'), false);
  const named = { ...allow, Resource: FUNCTION.replace(/f$/, '${aws:UserAgent}') };
  const permitted = (resource: string) =>
    compilePolicy({ Version: '2012-10-17', Statement: named })?.({ ...request, resource });
  assert.equal(permitted(FUNCTION.replace(/f$/, 'f*')), 'allow');
  assert.equal(permitted(FUNCTION.replace(/f$/, 'fx')), 'none');
  const older = compilePolicy({ Statement: { ...allow, Resource: '${aws:UserAgent}' } });
  assert.equal(older?.({ ...request, resource: '${aws:UserAgent}' }), 'allow');
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

test('a role is named for its sessions, and one of them by its own name', () => {
  const session = {
    accountId: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/R/one',
    userId: 'AROAX:one',
  };
  const role = 'arn:aws:iam::111122223333:role/R';
  const names = (AWS: unknown) =>
    (['Allow', 'Deny'] as const).map((Effect) =>
      compilePolicy({ Statement: { ...allow, Effect, Principal: { AWS } } })?.({
        ...request,
        principal: session,
      }),
    );
  const named = ['allow', 'deny'];
  const other = ['none', 'none'];
  assert.deepEqual(names(role), named);
  assert.deepEqual(names(['x', role.replace('/R', '/a/path/R')]), named);
  assert.deepEqual(names(session.arn), named);
  assert.deepEqual(names('111122223333'), named);
  for (const AWS of [
    role.replace('1111', '4444'),
    role.replace('/R', '/r'),
    role.replace('/R', '/*'),
    role.replace('role/R', 'user/R'),
    role.replace('arn:aws:', 'arn:aws-cn:'),
    session.arn.replace('one', 'two'),
    session.arn.replace('/one', ''),
  ]) {
    assert.deepEqual(names(AWS), other, AWS);
  }
  const keys = new Map([...request.keys, ...principalKeys(session)]);
  const met = (Condition: object) =>
    compilePolicy({ Statement: { ...allow, Condition } })?.({ ...request, keys }) === 'allow';
  assert.equal(met({ ArnEquals: { 'aws:PrincipalArn': role } }), true);
  assert.equal(met({ ArnNotLike: { 'aws:PrincipalArn': `${role}*` } }), false);
  assert.equal(met({ ArnNotLike: { 'aws:PrincipalArn': role.replace('/R', '/path/*') } }), false);
  assert.equal(met({ StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }), true);
  assert.equal(met({ StringLike: { 'aws:userid': '*:one' } }), true);
  assert.equal(met({ Null: { 'aws:username': 'true' } }), true);
  assert.equal(principalKeys(ann).get('aws:username'), 'ann');
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
    { Statement: [{ ...allow, Action: [] }] },
    { Statement: [{ ...deny, condition: {} }] },
    { Statement: [{ ...deny, Principal: 'arn:aws:iam::111122223333:root' }] },
    { Statement: [{ ...deny, Principal: { Aws: '*' } }] },
    { Statement: [{ ...deny, Principal: { AWS: [1] } }] },
  ]) {
    assert.equal(compilePolicy(document), undefined);
  }
});

test('a statement of a resource that does not say whom it concerns makes the policy none', () => {
  const compiles = (...Statement: object[]) => compileResourcePolicy({ Statement }) !== undefined;
  assert.equal(compiles({ ...allow, Principal: '*' }, { ...deny, NotPrincipal: '*' }), true);
  assert.equal(compiles({ ...allow, Principal: '*' }, allow), false);
  const inherited = JSON.parse('{ "__proto__": { "Principal": "*" } }') as object;
  assert.equal(compiles({ ...allow, ...inherited }), false);
  assert.equal(compileResourcePolicy(undefined), undefined);
});
