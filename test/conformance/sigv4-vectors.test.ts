/** The signing test suites of aws-c-auth: every case, in header and query form, byte for byte. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { canonicalRequest } from '../../packages/brume/src/auth/canonical-request.ts';
import { jsonRefusals } from '../../packages/brume/src/auth/coral-refusals.ts';
import { bodyHash } from '../../packages/brume/src/auth/payload.ts';
import { parseSignature } from '../../packages/brume/src/auth/signature.ts';
import { isSignedBy, sign, signingKey, stringToSign } from '../../packages/brume/src/auth/sigv4.ts';
import { isSignedByPair, publicKey } from '../../packages/brume/src/auth/sigv4a.ts';
import { httpRequest, parseHttpMessage } from '../support/raw-request.ts';

type Vector = Readonly<Record<string, string>>;

interface Context {
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string };
  readonly normalize: boolean;
  readonly omit_session_token?: boolean;
}

const folder = path.join(import.meta.dirname, '../../../shared/vectors');
const skip = existsSync(folder) ? false : '../shared/vectors is not there';

function vectors(name: string): [string, Vector][] {
  if (skip) return [];
  const all = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Record<string, Vector>;
  return Object.entries(all);
}

/** The signed request of a case, what it claims, and what is derived from it. */
function derive(vector: Vector, form: 'header' | 'query') {
  const context = JSON.parse(vector['context.json'] ?? '') as Context;
  const parts = parseHttpMessage(vector[`${form}-signed-request.txt`] ?? '');
  // Some services sign before the token is added to the URL; we, as most, sign it too.
  const target = context.omit_session_token
    ? parts.target.replace(/&X-Amz-Security-Token=[^&]*/, '')
    : parts.target;
  const request = httpRequest({ ...parts, target });
  const claim = parseSignature(request, jsonRefusals);
  assert.ok(claim);
  const payloadHash = bodyHash(Buffer.from(parts.body, 'latin1'), request.headers);
  const style = context.normalize ? 'other' : 's3';
  const canonical = canonicalRequest(request, claim, payloadHash, style);
  return { context, claim, canonical, toSign: stringToSign(claim, canonical) };
}

test('every SigV4 case gives the canonical request, string to sign and signature', { skip }, () => {
  const cases = vectors('sigv4-v4.json');
  assert.equal(cases.length, 38);
  for (const [name, vector] of cases) {
    for (const form of ['header', 'query'] as const) {
      const { context, claim, canonical, toSign } = derive(vector, form);
      assert.equal(canonical, vector[`${form}-canonical-request.txt`], `${name} ${form}`);
      assert.equal(toSign, vector[`${form}-string-to-sign.txt`], `${name} ${form}`);
      const key = signingKey(context.credentials.secret_access_key, claim.scope);
      const signature = vector[`${form}-signature.txt`] ?? '';
      assert.equal(sign(key, toSign).toString('hex'), signature, `${name} ${form}`);
      assert.ok(isSignedBy(key, toSign, claim.signature), `${name} ${form}`);
    }
  }
});

test(
  'every SigV4A case gives canonical request, string to sign and key, and verifies',
  { skip },
  () => {
    // Two cases come without any expectation.
    const cases = vectors('sigv4-v4a.json').filter(([, vector]) => 'public-key.json' in vector);
    assert.equal(cases.length, 38);
    for (const [name, vector] of cases) {
      for (const form of ['header', 'query'] as const) {
        const { context, claim, canonical, toSign } = derive(vector, form);
        assert.equal(canonical, vector[`${form}-canonical-request.txt`], `${name} ${form}`);
        assert.equal(toSign, vector[`${form}-string-to-sign.txt`], `${name} ${form}`);
        const { access_key_id: id, secret_access_key: secret } = context.credentials;
        const key = publicKey(id, secret);
        const { x, y } = key.export({ format: 'jwk' });
        const point = JSON.parse(vector['public-key.json'] ?? '') as { X: string; Y: string };
        assert.equal(Buffer.from(x ?? '', 'base64url').toString('hex'), point.X);
        assert.equal(Buffer.from(y ?? '', 'base64url').toString('hex'), point.Y);
        // Signatures differ each time they are made: the one in the request and the one beside it.
        for (const signature of [claim.signature, vector[`${form}-signature.txt`] ?? '']) {
          assert.ok(isSignedByPair(key, toSign, signature), `${name} ${form}`);
        }
        assert.ok(!isSignedByPair(key, `${toSign}0`, claim.signature), `${name} ${form}`);
      }
    }
  },
);
