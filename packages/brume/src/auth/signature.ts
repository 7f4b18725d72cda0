/**
 * Reads a request's signature: the Authorization header, or the query of a presigned URL. Says what is
 * claimed; `sigv4.ts` and `sigv4a.ts` prove it.
 */
import type { HttpRequest } from '../http/message.ts';
import { formatBasicDate, parseBasicDate } from './basic-date.ts';
import { presignedParameters } from './presigned-url.ts';
import type { Refusals } from './refusals.ts';
import { isSignatureAlgorithm } from './signature-claim.ts';
import type { SignatureAlgorithm, SignatureClaim } from './signature-claim.ts';

/** The parts of a claim as the request spells them; every one is there. */
export interface SignatureParameters {
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
  readonly regionSet: string | undefined;
  readonly presigned: boolean;
}

/** The claim; undefined when the request is not signed. Throws where it is, but malformed. */
export function parseSignature(
  request: HttpRequest,
  refusals: Refusals,
): SignatureClaim | undefined {
  const authorization = request.headers.get('authorization');
  const presigned = presignedParameters(request.target, refusals);
  if (authorization === undefined) return presigned && readClaim(presigned, refusals);
  if (presigned) throw refusals.headerAndQuery();
  const parameters = headerParameters(request, authorization, refusals);
  return parameters && readClaim(parameters, refusals);
}

function headerParameters(
  request: HttpRequest,
  authorization: string,
  refusals: Refusals,
): SignatureParameters | undefined {
  const trimmed = authorization.trim();
  if (!trimmed.startsWith('AWS4-')) {
    // Signature Version 2 (`AWS key:signature`) is no more; other schemes are not AWS's at all.
    if (trimmed.startsWith('AWS ')) throw refusals.unsupportedAlgorithm('AWS');
    return undefined;
  }
  const blank = trimmed.indexOf(' ');
  const algorithm = blank < 0 ? trimmed : trimmed.slice(0, blank);
  const given = new Map<string, string>();
  for (const piece of trimmed.slice(algorithm.length).split(/[, ]+/)) {
    const equals = piece.indexOf('=');
    if (equals > 0) given.set(piece.slice(0, equals), piece.slice(equals + 1));
  }
  const date = request.headers.get('x-amz-date') ?? request.headers.get('date');
  const credential = given.get('Credential');
  const signature = given.get('Signature');
  const signedHeaders = given.get('SignedHeaders');
  if (!credential || !signature || !signedHeaders || !date) {
    const all = {
      Credential: credential,
      Signature: signature,
      SignedHeaders: signedHeaders,
      Date: date,
    };
    const missing = Object.entries(all).flatMap(([name, value]) => (value ? [] : [name]));
    throw refusals.incompleteHeader(missing, authorization);
  }
  return {
    algorithm,
    credential,
    signedHeaders,
    signature,
    date,
    expiresSeconds: undefined,
    sessionToken: request.headers.get('x-amz-security-token'),
    regionSet: request.headers.get('x-amz-region-set'),
    presigned: false,
  };
}

function readClaim(parameters: SignatureParameters, refusals: Refusals): SignatureClaim {
  const { algorithm, credential, presigned } = parameters;
  const time = readDate(parameters.date);
  if (!time) throw refusals.malformedDate(parameters.date);
  if (!isSignatureAlgorithm(algorithm)) throw refusals.unsupportedAlgorithm(algorithm);
  const parts = splitCredential(credential, algorithm);
  if (!parts) throw refusals.malformedCredential(credential, presigned);
  return {
    algorithm,
    ...parts,
    scope: credential.slice(parts.accessKeyId.length + 1),
    regionSet: algorithm === 'AWS4-HMAC-SHA256' ? undefined : parameters.regionSet,
    signedHeaders: parameters.signedHeaders.toLowerCase().split(';'),
    signature: parameters.signature,
    ...time,
    expiresSeconds: parameters.expiresSeconds,
    presigned,
    sessionToken: parameters.sessionToken,
  };
}

/** `x-amz-date` is in the basic format; a `Date` header may be in that of HTTP. */
function readDate(text: string) {
  const basic = parseBasicDate(text);
  if (basic !== undefined) return { requestTime: text, requestTimeMs: basic };
  // Without its zone, a date would be read in the machine's.
  const timeMs = /^[A-Z][a-z]{2}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) return undefined;
  return { requestTime: formatBasicDate(timeMs), requestTimeMs: timeMs };
}

/** `key/date/region/service/terminator`, without the region for SigV4A; the key id may hold slashes. */
function splitCredential(credential: string, algorithm: SignatureAlgorithm) {
  const parts = credential.split('/');
  const scopeParts = algorithm === 'AWS4-HMAC-SHA256' ? 4 : 3;
  if (parts.length <= scopeParts) return undefined;
  const accessKeyId = parts.slice(0, -scopeParts).join('/');
  const [scopeDate = '', ...rest] = parts.slice(-scopeParts);
  const [service = '', terminator = ''] = rest.slice(-2);
  const region = scopeParts === 4 ? rest[0] : undefined;
  return accessKeyId === '' ? undefined : { accessKeyId, scopeDate, region, service, terminator };
}
