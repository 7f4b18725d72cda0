import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import { credentialScope, queryParameter } from './credential-scope.ts';

function ofHeader(authorization: string, more: [string, string][] = []) {
  return credentialScope(httpRequest({ headers: [['Authorization', authorization], ...more] }));
}

const DYNAMODB = { accessKeyId: 'AKID', region: 'eu-west-1', service: 'dynamodb' };

test('the scope is read from a header, whatever the order and spacing', () => {
  const credential = 'Credential=AKID/20261122/eu-west-1/dynamodb/aws4_request';
  for (const header of [
    `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=abc`,
    `AWS4-HMAC-SHA256 ${credential},SignedHeaders=host,Signature=abc`,
    `AWS4-HMAC-SHA256 Signature=abc SignedHeaders=host ${credential}`,
  ]) {
    assert.deepEqual(ofHeader(header), DYNAMODB, header);
  }
});

test('the scope is read from a presigned URL', () => {
  const credential = encodeURIComponent('AKID/20261122/eu-west-1/dynamodb/aws4_request');
  for (const target of [
    `/?X-Amz-Credential=${credential}`,
    `/?not=X-Amz-Credential=x&X-Amz-Credential=${credential}&more=1`,
  ]) {
    assert.deepEqual(credentialScope(httpRequest({ target })), DYNAMODB, target);
  }
});

test('a key id may hold slashes', () => {
  const scope = ofHeader(
    'AWS4-HMAC-SHA256 Credential=a/b/20261122/eu-west-1/dynamodb/aws4_request, x',
  );
  assert.deepEqual(scope, { ...DYNAMODB, accessKeyId: 'a/b' });
});

test('SigV4A names a region only where its set holds exactly one', () => {
  const header = 'AWS4-ECDSA-P256-SHA256 Credential=AKID/20261122/dynamodb/aws4_request, x';
  assert.deepEqual(ofHeader(header, [['X-Amz-Region-Set', 'eu-west-1']]), DYNAMODB);
  for (const set of ['*', 'eu-*', 'eu-west-1,us-east-1']) {
    assert.equal(ofHeader(header, [['X-Amz-Region-Set', set]])?.region, undefined, set);
  }
});

test('a text that cannot be a region is none', () => {
  for (const region of ['', '..', 'US-EAST-1', 'a b', 'é', 'x'.repeat(33), '__proto__', 'a%2fb']) {
    const scope = ofHeader(`AWS4-HMAC-SHA256 Credential=AKID/20261122/${region}/s3/aws4_request,`);
    assert.equal(scope?.region, undefined, region);
  }
});

test('what names no scope has none', () => {
  for (const header of [
    '',
    'Bearer x',
    'AWS AKID:abc',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=a/b/c',
  ]) {
    assert.equal(ofHeader(header), undefined, header);
  }
  assert.equal(credentialScope(httpRequest({ target: '/?X-Amz-Credential=%zz%' })), undefined);
});

test('no text is ever thrown at', () => {
  const piece = fc.constantFrom(
    '/',
    '%',
    '=',
    '&',
    ' ',
    ',',
    'Credential=',
    'X-Amz-Credential=',
    'a',
    '20261122',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      ofHeader(`AWS4-${text}`);
      credentialScope(httpRequest({ target: `/?${text}` }));
      queryParameter(`/?${text}`, 'X-Amz-Credential');
    }),
    { numRuns: 500 },
  );
});
