/** Presigned URLs: a signature in the query, valid for as long as the query says. */
import { decodePercent } from './canonical-request.ts';
import type { Refusals } from './refusals.ts';
import type { SignatureParameters } from './signature.ts';

/** A week, as the S3 user guide says of X-Amz-Expires. */
const EXPIRES_MAX_SECONDS = 604_800;

/** The order in which AWS names those that are missing. */
const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const;

/** Undefined when the URL is not presigned. Throws when it is, but lacks a parameter. */
export function presignedParameters(
  target: string,
  refusals: Refusals,
): SignatureParameters | undefined {
  const question = target.indexOf('?');
  if (question < 0 || !target.includes('X-Amz-', question)) return undefined;
  const query = signingParameters(target.slice(question + 1));
  if (!query.has('X-Amz-Algorithm') && !query.has('X-Amz-Credential')) return undefined;
  const missing = REQUIRED.filter((name) => !query.get(name));
  const lacksExpiry = refusals.expiryRequired && !query.get('X-Amz-Expires');
  if (missing.length > 0 || lacksExpiry) throw refusals.incompleteQuery(missing);
  return {
    algorithm: query.get('X-Amz-Algorithm') ?? '',
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    expiresSeconds: readExpiry(query.get('X-Amz-Expires'), refusals),
    sessionToken: query.get('X-Amz-Security-Token'),
    regionSet: query.get('X-Amz-Region-Set'),
    presigned: true,
  };
}

/** Parameters of the signature by name, decoded; the first of each counts. */
function signingParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const piece of query.split('&')) {
    if (!piece.startsWith('X-Amz-')) continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? '' : decodePercent(piece.slice(equals + 1));
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function readExpiry(text: string | undefined, refusals: Refusals): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > EXPIRES_MAX_SECONDS) throw refusals.malformedExpiry(text);
  return seconds;
}
