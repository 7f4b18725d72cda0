/** Signature Version 4: what is signed, with which key, and whether a signature is right. */
import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';
import type { SignatureClaim } from './signature-claim.ts';

/** SHA-256 of nothing. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

type Signed = Pick<SignatureClaim, 'algorithm' | 'requestTime' | 'scope'>;

export function stringToSign(claim: Signed, canonicalRequest: string): string {
  // One character a byte: see canonical-request.ts.
  const digest = hash('sha256', Buffer.from(canonicalRequest, 'latin1'));
  return `${claim.algorithm}\n${claim.requestTime}\n${claim.scope}\n${digest}`;
}

const SIGNING_KEYS_MAX = 1000;
/** No real scope is longer; one that is, is not worth keeping. */
const KEPT_SCOPE_CHARACTERS_MAX = 128;
const signingKeys = new BoundedCache<string, KeyObject>(SIGNING_KEYS_MAX);

/** The key for one day, region and service: `scope` is `20130524/us-east-1/s3/aws4_request`. */
export function signingKey(secretAccessKey: string, scope: string): KeyObject {
  const cacheKey = `${scope}\n${secretAccessKey}`;
  let key = signingKeys.get(cacheKey);
  if (!key) {
    let derived: Uint8Array = Buffer.from(`AWS4${secretAccessKey}`);
    for (const part of scope.split('/'))
      derived = createHmac('sha256', derived).update(part).digest();
    key = createSecretKey(derived);
    if (scope.length <= KEPT_SCOPE_CHARACTERS_MAX) signingKeys.set(cacheKey, key);
  }
  return key;
}

export function sign(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** Whether `signature` (hexadecimal) signs the text; takes as long whether it is nearly right or not. */
export function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  return (
    HEX_SHA256.test(signature) && timingSafeEqual(sign(key, text), Buffer.from(signature, 'hex'))
  );
}
