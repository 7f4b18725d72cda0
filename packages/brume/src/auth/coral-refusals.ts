/**
 * How AWS's services other than S3 refuse a request: they share one front, so the texts are the same and
 * the codes differ by protocol.
 *
 * Evidence for the texts and the order of the checks: DynamoDB's answers noted in dynalite (2013-06-09,
 * index.js), the error cases of scratchstack-aws-signature (2026, by a former AWS engineer), IAM's
 * answers that versitygw repeats (2026), and public reports, named where a text differs over time.
 */
import { hash } from 'node:crypto';
import { AwsError } from '../model/aws-error.ts';
import { formatBasicDate } from './basic-date.ts';
import type { Refusals } from './refusals.ts';
import type { ScopeDifference, SignatureClaim } from './signature-claim.ts';

interface Style {
  readonly skewMinutes: number;
  readonly missingText: string;
  readonly codes: Readonly<
    Record<'missing' | 'incomplete' | 'mismatch' | 'unknown' | 'expired', Code>
  >;
}

interface Code {
  readonly code: string;
  readonly status: number;
  readonly namespace?: string;
}

const REQUEST_IS_MISSING = 'Request is missing Authentication Token';

function exceptionCodes(status: number, namespace?: string): Style['codes'] {
  const named = (code: string): Code => ({ code, status, ...(namespace && { namespace }) });
  return {
    missing: named('MissingAuthenticationTokenException'),
    incomplete: named('IncompleteSignatureException'),
    mismatch: named('InvalidSignatureException'),
    unknown: named('UnrecognizedClientException'),
    expired: named('ExpiredTokenException'),
  };
}

// DynamoDB, 2025-12-24: `Signature expired: … is now earlier than … - 5 min.` (aws-sdk-js-v3 #7605).
export const jsonRefusals = coralRefusals({
  skewMinutes: 5,
  missingText: REQUEST_IS_MISSING,
  codes: exceptionCodes(400, 'com.amazon.coral.service'),
});

// Lambda and API Gateway answer 403 `{"message":"Missing Authentication Token"}`.
export const restJsonRefusals = coralRefusals({
  skewMinutes: 5,
  missingText: 'Missing Authentication Token',
  codes: exceptionCodes(403),
});

// STS, 2022-01-27: `Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z
// (20220127T015928Z - 15 min.)` (aws-cli #6676).
export const queryRefusals = coralRefusals({
  skewMinutes: 15,
  missingText: REQUEST_IS_MISSING,
  codes: {
    missing: { code: 'MissingAuthenticationToken', status: 403 },
    incomplete: { code: 'IncompleteSignature', status: 400 },
    mismatch: { code: 'SignatureDoesNotMatch', status: 403 },
    unknown: { code: 'InvalidClientTokenId', status: 403 },
    expired: { code: 'ExpiredToken', status: 403 },
  },
});

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS ' +
  'Secret Access Key and signing method. Consult the service documentation for details.';

function coralRefusals({ skewMinutes, missingText, codes }: Style): Refusals {
  const skewMaxMs = skewMinutes * 60_000;
  const refuse = (code: Code, message: string) => new AwsError({ ...code, message });
  const incomplete = (message: string) => refuse(codes.incomplete, message);
  const outdated = (what: string, claim: SignatureClaim, nowMs: number, sign: '+' | '-') => {
    const minutes = claim.expiresSeconds === undefined ? skewMinutes : claim.expiresSeconds / 60;
    const now = formatBasicDate(nowMs);
    const limit = formatBasicDate(nowMs + (sign === '+' ? 1 : -1) * minutes * 60_000);
    const text = `${what} ${limit} (${now} ${sign} ${Math.round(minutes)} min.)`;
    return refuse(codes.mismatch, text);
  };
  return {
    skewMaxMs,
    expiryRequired: false,
    missingToken: () => refuse(codes.missing, missingText),
    headerAndQuery: () =>
      refuse(
        codes.mismatch,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      ),
    incompleteHeader: (missing, authorization) =>
      incomplete(`${missing.map(headerRequires).join('')}${hashed(authorization)}`),
    incompleteQuery: (missing) => {
      const musts = missing.map((name) => `AWS query-string parameters must include '${name}'. `);
      return incomplete(`${musts.join('')}Re-examine the query-string parameters.`);
    },
    unsupportedAlgorithm: (algorithm) => incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`),
    malformedDate: (text) =>
      incomplete(
        `Date must be in ISO-8601 'basic format'. Got '${text}'. ` +
          'See http://en.wikipedia.org/wiki/ISO_8601',
      ),
    malformedCredential: (credential) =>
      incomplete(
        'Credential must have exactly 5 slash-delimited elements, e.g. ' +
          `keyid/date/region/service/term, got '${credential}'`,
      ),
    malformedExpiry: (text) =>
      incomplete(`X-Amz-Expires must be a number of seconds from 1 to 604800. Got '${text}'.`),
    unsignedHeaders: ([name = '']) => {
      const shown = name === 'host' ? "'Host' or ':authority'" : `'${name}'`;
      return refuse(codes.mismatch, `${shown} must be a 'SignedHeader' in the AWS Authorization.`);
    },
    wrongScope: (claim, differences) =>
      refuse(
        codes.mismatch,
        differences.map((difference) => scopeText(claim, difference)).join(''),
      ),
    expired: (claim, nowMs) =>
      outdated(`Signature expired: ${claim.requestTime} is now earlier than`, claim, nowMs, '-'),
    notYetValid: (claim, nowMs) => {
      const what = `Signature not yet current: ${claim.requestTime} is still later than`;
      return outdated(what, { ...claim, expiresSeconds: undefined }, nowMs, '+');
    },
    unknownKey: () => refuse(codes.unknown, INVALID_TOKEN),
    expiredToken: () =>
      refuse(codes.expired, 'The security token included in the request is expired'),
    mismatch: (_claim, { canonicalRequest, stringToSign }) =>
      refuse(
        codes.mismatch,
        `${MISMATCH}\n\nThe Canonical String for this request should have been\n` +
          `'${canonicalRequest}'\n\nThe String-to-Sign should have been\n'${stringToSign}'\n`,
      ),
    contentMismatch: () => refuse(codes.mismatch, MISMATCH),
  };
}

function headerRequires(name: string): string {
  return name === 'Date'
    ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    : `Authorization header requires '${name}' parameter. `;
}

function hashed(authorization: string): string {
  const digest = hash('sha256', authorization, 'base64');
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`;
}

/** Each with the blank that AWS leaves at its end: `Credential should be scoped to a valid region. `. */
function scopeText(claim: SignatureClaim, { part, expected }: ScopeDifference): string {
  switch (part) {
    case 'region':
      return 'Credential should be scoped to a valid region. ';
    case 'service':
      return `Credential should be scoped to correct service: '${expected}'. `;
    case 'terminator':
      return (
        "Credential should be scoped with a valid terminator: 'aws4_request', " +
        `not '${claim.terminator}'. `
      );
    case 'date':
      return (
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${claim.scopeDate}' != '${expected}', from '${claim.requestTime}'. `
      );
  }
}
