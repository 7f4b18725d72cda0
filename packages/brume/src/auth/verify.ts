/** Whether a request is signed as it claims: first what can be told without the secret, then the rest. */
import { hash } from 'node:crypto';
import type { HttpRequest } from '../http/message.ts';
import type { ProtocolName } from '../model/shapes.ts';
import { canonicalRequest } from './canonical-request.ts';
import { ChunkSignatures } from './chunk-signature.ts';
import type { SignatureCheck } from './chunk-signature.ts';
import type { Credentials } from './credentials.ts';
import { bodyHash, bodyReader, readAsItIs, s3PayloadHash } from './payload.ts';
import type { BodyReader } from './payload.ts';
import type { Refusals } from './refusals.ts';
import type { ScopeDifference, SignatureClaim } from './signature-claim.ts';
import { HEX_SHA256, isSignedBy, signingKey, stringToSign } from './sigv4.ts';
import { isSignedByPair, publicKey, regionSetHolds } from './sigv4a.ts';

/** What the request is for, and its body where that has been received whole. */
export interface AuthTarget {
  /** The service's name in a SigV4 scope. */
  readonly service: string;
  /** The region that the request is addressed to. */
  readonly region: string;
  readonly protocol: ProtocolName;
  /** As it came, before any content coding is undone. Undefined: none, or to be read later. */
  readonly body: Buffer | undefined;
}

/** Throws when the claim is out of date, leaves out what must be signed, or is for another address. */
export function verifyClaim(
  claim: SignatureClaim,
  request: HttpRequest,
  target: AuthTarget,
  refusals: Refusals,
  nowMs: number,
): void {
  const ageMs = nowMs - claim.requestTimeMs;
  const ageMaxMs =
    claim.expiresSeconds === undefined ? refusals.skewMaxMs : claim.expiresSeconds * 1000;
  if (ageMs > ageMaxMs) throw refusals.expired(claim, nowMs);
  if (ageMs < -refusals.skewMaxMs) throw refusals.notYetValid(claim, nowMs);
  const unsigned = unsignedHeaders(claim, request, target.service);
  if (unsigned.length > 0) throw refusals.unsignedHeaders(unsigned);
  const differences = scopeDifferences(claim, target);
  if (differences.length > 0) throw refusals.wrongScope(claim, differences);
}

/**
 * Headers that are there, not signed, and would change what the request means: the host, for S3 all of
 * `x-amz-*`, for others the operation's name.
 */
function unsignedHeaders(claim: SignatureClaim, request: HttpRequest, service: string): string[] {
  const unsigned = claim.signedHeaders.includes('host') ? [] : ['host'];
  const { raw } = request.headers;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const matters = service === 's3' ? name.startsWith('x-amz-') : name === 'x-amz-target';
    if (matters && !claim.signedHeaders.includes(name)) unsigned.push(name);
  }
  return unsigned;
}

function scopeDifferences(claim: SignatureClaim, target: AuthTarget): ScopeDifference[] {
  const differences: ScopeDifference[] = [];
  const { region, service } = target;
  const rightRegion =
    claim.algorithm === 'AWS4-HMAC-SHA256'
      ? claim.region === region
      : claim.regionSet !== undefined && regionSetHolds(claim.regionSet, region);
  if (!rightRegion) differences.push({ part: 'region', expected: region });
  if (claim.service !== service) differences.push({ part: 'service', expected: service });
  if (claim.terminator !== 'aws4_request') {
    differences.push({ part: 'terminator', expected: 'aws4_request' });
  }
  const date = claim.requestTime.slice(0, 8);
  if (claim.scopeDate !== date) differences.push({ part: 'date', expected: date });
  return differences;
}

/** Throws when the signature is not the key's; gives the reader for a body that is still to come. */
export function verifySignature(
  claim: SignatureClaim,
  request: HttpRequest,
  target: AuthTarget,
  credentials: Credentials,
  refusals: Refusals,
): BodyReader {
  const { headers } = request;
  const { body } = target;
  const s3 = target.service === 's3';
  const payloadHash = s3
    ? s3PayloadHash(headers, request.target, claim.presigned)
    : bodyHash(body, headers);
  const canonical = canonicalRequest(request, claim, payloadHash, s3 ? 's3' : 'other');
  const text = stringToSign(claim, canonical);
  const isSigned = signatureCheck(claim, credentials);
  if (!isSigned(text, claim.signature)) {
    throw refusals.mismatch(claim, { canonicalRequest: canonical, stringToSign: text });
  }
  if (body && s3 && HEX_SHA256.test(payloadHash)) {
    const computed = hash('sha256', body);
    if (computed !== payloadHash) throw refusals.contentMismatch(payloadHash, computed);
  }
  // A body that came whole is proven by now, unless it is framed.
  if (body && !payloadHash.startsWith('STREAMING-')) return readAsItIs;
  const signatures = new ChunkSignatures(claim, isSigned);
  return bodyReader(payloadHash, headers, { signatures, refusals });
}

function signatureCheck(claim: SignatureClaim, credentials: Credentials): SignatureCheck {
  const { accessKeyId, secretAccessKey } = credentials;
  if (claim.algorithm === 'AWS4-HMAC-SHA256') {
    const key = signingKey(secretAccessKey, claim.scope);
    return (text, signature) => isSignedBy(key, text, signature);
  }
  const key = publicKey(accessKeyId, secretAccessKey);
  return (text, signature) => isSignedByPair(key, text, signature);
}
