/** JSON Web Tokens (RFC 7519) signed with RSA, which is all that HTTP APIs take. */
import { constants, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface Jwt {
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: Claims;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** A key of an issuer; `algorithm` where the issuer reserves the key for one. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: string | undefined;
}

const ALGORITHMS: ReadonlyMap<string, { hash: string; isPss: boolean }> = new Map([
  ['RS256', { hash: 'sha256', isPss: false }],
  ['RS384', { hash: 'sha384', isPss: false }],
  ['RS512', { hash: 'sha512', isPss: false }],
  ['PS256', { hash: 'sha256', isPss: true }],
  ['PS384', { hash: 'sha384', isPss: true }],
  ['PS512', { hash: 'sha512', isPss: true }],
]);

/** The token, or why it is none. */
export function parseJwt(token: string): Jwt | string {
  const segments = token.split('.', 4);
  const [header = '', payload = '', signature = ''] = segments;
  // AWS's words (seen from AWS in public sources, 2026).
  if (segments.length !== 3) return 'token contains an invalid number of segments';
  const head = parseObject(header);
  const claims = parseObject(payload);
  if (!head || !claims) return 'the token is malformed';
  const { alg, kid } = head;
  if (typeof alg !== 'string' || !ALGORITHMS.has(alg)) return 'the signing method is not supported';
  if (typeof kid !== 'string') return 'the token names no key';
  return {
    algorithm: alg,
    keyId: kid,
    claims,
    signed: Buffer.from(`${header}.${payload}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

export function isSignedBy(jwt: Jwt, { key, algorithm }: VerificationKey): boolean {
  const method = ALGORITHMS.get(jwt.algorithm);
  if (!method || (algorithm !== undefined && algorithm !== jwt.algorithm)) return false;
  // The key alone is PKCS #1's padding, and costs less than to say so.
  const by = method.isPss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING } : key;
  return verify(method.hash, jwt.signed, by, jwt.signature);
}

function parseObject(segment: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.assign(Object.create(null) as Record<string, unknown>, value)
      : undefined;
  } catch {
    return undefined;
  }
}
