/** What statements of a resource policy let through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed, type PolicyRequest } from './policy-evaluation.ts';
import type { PolicyStatement } from './policy.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const API = 'arn:aws:execute-api:us-east-1:111111111111:api';

const allow: PolicyStatement = {
  Sid: 's',
  Effect: 'Allow',
  Principal: { Service: 'apigateway.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource: FUNCTION,
};
const request: PolicyRequest = {
  action: 'lambda:InvokeFunction',
  principal: { service: 'apigateway.amazonaws.com' },
  resource: FUNCTION,
  keys: new Map([
    ['aws:sourcearn', `${API}/prod/GET/notes/7`],
    ['aws:sourceaccount', '111111111111'],
  ]),
};

function sourceArn(pattern: string): PolicyStatement {
  return { ...allow, Condition: { ArnLike: { 'AWS:SourceArn': pattern } } };
}

test('without a statement nobody is let through', () => {
  assert.equal(isAllowed([], request), false);
});

test('a statement allows its action, principal and resource, and no others', () => {
  assert.equal(isAllowed([allow], request), true);
  assert.equal(isAllowed([allow], { ...request, action: 'lambda:InvokeFunctionUrl' }), false);
  assert.equal(
    isAllowed([allow], { ...request, principal: { service: 's3.amazonaws.com' } }),
    false,
  );
  assert.equal(isAllowed([allow], { ...request, resource: `${FUNCTION}:1` }), false);
  assert.equal(isAllowed([{ ...allow, Action: 'lambda:*' }], request), true);
  assert.equal(isAllowed([{ ...allow, Action: ['s3:Get', 'LAMBDA:invoke*'] }], request), true);
});

test('everybody, an account, its root and a user are principals', () => {
  const arn = 'arn:aws:iam::222222222222:user/u';
  const user = { ...request, principal: { accountId: '222222222222', arn } };
  for (const AWS of ['*', '222222222222', 'arn:aws:iam::222222222222:root', arn, ['x', arn]]) {
    assert.equal(isAllowed([{ ...allow, Principal: { AWS } }], user), true, String(AWS));
  }
  assert.equal(isAllowed([{ ...allow, Principal: { AWS: '333333333333' } }], user), false);
  assert.equal(
    isAllowed([{ ...allow, Principal: '*' }], { ...user, principal: 'anonymous' }),
    true,
  );
  assert.equal(isAllowed([{ ...allow, Principal: { AWS: arn } }], request), false);
});

test('a source ARN is compared part by part', () => {
  assert.equal(isAllowed([sourceArn(`${API}/*/*/notes/*`)], request), true);
  assert.equal(isAllowed([sourceArn(`${API}/prod/GET/notes/?`)], request), true);
  assert.equal(isAllowed([sourceArn(`${API}/prod/POST/*`)], request), false);
  assert.equal(isAllowed([sourceArn('arn:aws:execute-api:*:*:*')], request), true);
  assert.equal(isAllowed([sourceArn('arn:*:api/*')], request), false);
  const unknown = { ...request, keys: new Map<string, string>() };
  assert.equal(isAllowed([sourceArn('*:*:*:*:*:*')], unknown), false);
});

test('conditions are met all together, negations by absence as well', () => {
  const both = {
    StringEquals: { 'aws:SourceAccount': ['1', '111111111111'] },
    Bool: { x: 'true' },
  };
  assert.equal(isAllowed([{ ...allow, Condition: both }], request), false);
  const keys = new Map([...(request.keys ?? []), ['x', 'TRUE']]);
  assert.equal(isAllowed([{ ...allow, Condition: both }], { ...request, keys }), true);
  const not = { StringNotEquals: { 'aws:SourceAccount': '2' }, StringNotLike: { absent: '*' } };
  assert.equal(isAllowed([{ ...allow, Condition: not }], request), true);
  const ifExists = { StringEqualsIfExists: { absent: 'a', 'aws:SourceAccount': '111111111111' } };
  assert.equal(isAllowed([{ ...allow, Condition: ifExists }], request), true);
  assert.equal(isAllowed([{ ...allow, Condition: { Null: { absent: 'true' } } }], request), true);
});

test('what is not understood lets nobody through, and a denial goes before what is allowed', () => {
  const odd = { NumericLessThan: { 'aws:SourceAccount': '1' } };
  assert.equal(isAllowed([{ ...allow, Condition: odd }], request), false);
  assert.equal(isAllowed([allow, { ...allow, Effect: 'Deny' }], request), false);
  assert.equal(isAllowed([allow, { ...allow, Effect: 'Deny', Condition: odd }], request), false);
});

test('patterns with many stars end soon', () => {
  const action = `lambda:${'a'.repeat(20_000)}`;
  const Action = `lambda:${'*a'.repeat(5_000)}b`;
  assert.equal(isAllowed([{ ...allow, Action }], { ...request, action }), false);
});
