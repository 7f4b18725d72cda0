/**
 * SigV4A: signatures that are valid in several regions at once. The secret gives a key pair on P-256, so
 * that who verifies needs the public half only; here both sides derive it.
 */
import { createECDH, createHmac, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';

const ALGORITHM = 'AWS4-ECDSA-P256-SHA256';
/** The order of P-256's base point, less two: private keys are 1 to n - 1. */
const CANDIDATE_MAX = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn;
/** Each try fails once in 2^32. */
const TRIES_MAX = 254;

const PUBLIC_KEYS_MAX = 1000;
const publicKeys = new BoundedCache<string, KeyObject>(PUBLIC_KEYS_MAX);

/** The public half of a secret's key pair. */
export function publicKey(accessKeyId: string, secretAccessKey: string): KeyObject {
  const cacheKey = `${accessKeyId}\n${secretAccessKey}`;
  let key = publicKeys.get(cacheKey);
  if (!key) {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(privateScalar(accessKeyId, secretAccessKey));
    const point = pair.getPublicKey();
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
      half.toString('base64url'),
    );
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
    key = createPublicKey({ key: jwk, format: 'jwk' });
    publicKeys.set(cacheKey, key);
  }
  return key;
}

/**
 * NIST SP 800-108 in counter mode with HMAC-SHA256, tried with another counter until the result is in
 * range. The key is `AWS4A` + secret, the label the algorithm, the context key id and counter.
 */
export function privateScalar(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter <= TRIES_MAX; counter++) {
    const digest = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.of(0, 0, 0, 1))
      .update(`${ALGORITHM}\0${accessKeyId}`)
      .update(Buffer.of(counter, 0, 0, 1, 0))
      .digest('hex');
    const candidate = BigInt(`0x${digest}`);
    if (candidate <= CANDIDATE_MAX) {
      return Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
    }
  }
  throw new Error('No private key in range: the key derivation is broken.');
}

/** Whether `signature` (DER, hexadecimal) signs the text. */
export function isSignedByPair(key: KeyObject, text: string, signature: string): boolean {
  return (
    DER_SIGNATURE.test(signature) &&
    verify('sha256', Buffer.from(text), { key, dsaEncoding: 'der' }, Buffer.from(signature, 'hex'))
  );
}

const DER_SIGNATURE = /^30[0-9a-f]{14,142}$/;

/** Whether a region set (`us-east-1,eu-*`) holds a region. */
export function regionSetHolds(regionSet: string, region: string): boolean {
  return regionSet.split(',').some((entry) => {
    const name = entry.trim();
    return name.endsWith('*') ? region.startsWith(name.slice(0, -1)) : name === region;
  });
}
