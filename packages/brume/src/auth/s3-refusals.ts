/**
 * How S3 words its refusals. The codes and statuses are those of the S3 API reference's list of error
 * codes; the texts are as S3 is known to send them and are not recorded evidence.
 */
import { AwsError } from '../model/aws-error.ts';
import type { Refusals } from './refusals.ts';
import type { ScopeDifference, SignatureClaim } from './signature-claim.ts';

const SKEW_MAX_MS = 15 * 60_000;
const CREDENTIAL_FORM = '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"';

export const s3Refusals: Refusals = {
  skewMaxMs: SKEW_MAX_MS,
  expiryRequired: true,
  missingToken: () => accessDenied('Access Denied'),
  headerAndQuery: () =>
    invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query ' +
        'string parameter or the Authorization header should be specified',
      'Authorization',
    ),
  incompleteHeader: ([missing = '']) =>
    missing === 'Date'
      ? accessDenied('AWS authentication requires a valid Date or x-amz-date header')
      : headerMalformed(`the authorization header requires three components: ${COMPONENTS}.`),
  incompleteQuery: () =>
    queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, ' +
        'X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    ),
  unsupportedAlgorithm: () =>
    new AwsError({
      code: 'InvalidRequest',
      status: 400,
      message:
        'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    }),
  malformedDate: () =>
    accessDenied('AWS authentication requires a valid Date or x-amz-date header'),
  malformedCredential: (_credential, presigned) =>
    malformed(presigned, `the Credential is mal-formed; expecting ${CREDENTIAL_FORM}.`),
  malformedExpiry: (text) => queryError(expiryText(text)),
  unsignedHeaders: (names) =>
    new AwsError({
      code: 'AccessDenied',
      status: 403,
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: names.join(', ') },
    }),
  wrongScope: (claim, [first]) => wrongScope(claim, first),
  expired(claim, nowMs) {
    if (claim.expiresSeconds === undefined) return skewed(claim, nowMs);
    return accessDenied('Request has expired', {
      'X-Amz-Expires': String(claim.expiresSeconds),
      Expires: isoSeconds(claim.requestTimeMs + claim.expiresSeconds * 1000),
      ServerTime: isoSeconds(nowMs),
    });
  },
  notYetValid: (claim, nowMs) =>
    claim.presigned ? accessDenied('Request is not valid yet') : skewed(claim, nowMs),
  unknownKey: (claim) =>
    claim.sessionToken === undefined
      ? new AwsError({
          code: 'InvalidAccessKeyId',
          status: 403,
          message: 'The AWS Access Key Id you provided does not exist in our records.',
          fields: { AWSAccessKeyId: claim.accessKeyId },
        })
      : tokenError('InvalidToken', 'The provided token is malformed or otherwise invalid.'),
  expiredToken: () => tokenError('ExpiredToken', 'The provided token has expired.'),
  mismatch: (claim, { canonicalRequest, stringToSign }) =>
    new AwsError({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message:
        'The request signature we calculated does not match the signature you provided. ' +
        'Check your key and signing method.',
      fields: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: claim.signature,
        StringToSignBytes: spacedHex(stringToSign),
        CanonicalRequest: canonicalRequest,
        CanonicalRequestBytes: spacedHex(canonicalRequest),
      },
    }),
  // S3 API reference, error codes: XAmzContentSHA256Mismatch.
  contentMismatch: (claimed, computed) =>
    new AwsError({
      code: 'XAmzContentSHA256Mismatch',
      status: 400,
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
      fields: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
    }),
};

const COMPONENTS = 'Credential, SignedHeaders, and Signature';

function accessDenied(message: string, fields: Record<string, string> = {}): AwsError {
  return new AwsError({ code: 'AccessDenied', status: 403, message, fields });
}

function invalidArgument(message: string, argumentName: string): AwsError {
  const fields = { ArgumentName: argumentName };
  return new AwsError({ code: 'InvalidArgument', status: 400, message, fields });
}

function headerMalformed(detail: string, fields: Record<string, string> = {}): AwsError {
  const message = `The authorization header is malformed; ${detail}`;
  return new AwsError({ code: 'AuthorizationHeaderMalformed', status: 400, message, fields });
}

function queryError(message: string, fields: Record<string, string> = {}): AwsError {
  return new AwsError({ code: 'AuthorizationQueryParametersError', status: 400, message, fields });
}

function malformed(presigned: boolean, detail: string, fields?: Record<string, string>): AwsError {
  return presigned
    ? queryError(`Error parsing the X-Amz-Credential parameter; ${detail}`, fields)
    : headerMalformed(detail, fields);
}

/** S3 reports the first difference only. */
function wrongScope(claim: SignatureClaim, difference: ScopeDifference | undefined): AwsError {
  const { presigned } = claim;
  const expected = difference?.expected ?? '';
  switch (difference?.part) {
    case 'region':
      return malformed(
        presigned,
        `the region '${claim.region ?? claim.regionSet}' is wrong; expecting '${expected}'`,
        { Region: expected },
      );
    case 'service':
      return malformed(
        presigned,
        `incorrect service "${claim.service}". This endpoint belongs to "${expected}".`,
      );
    case 'terminator':
      return malformed(
        presigned,
        `incorrect terminal "${claim.terminator}". This endpoint uses "aws4_request".`,
      );
    default: {
      const text =
        `Invalid credential date "${claim.scopeDate}". ` +
        `This date is not the same as X-Amz-Date: "${expected}".`;
      return presigned ? queryError(text) : headerMalformed(text);
    }
  }
}

function expiryText(text: string): string {
  if (!/^-?\d+$/.test(text)) return 'X-Amz-Expires should be a number';
  return text.startsWith('-') || /^0+$/.test(text)
    ? 'X-Amz-Expires must be non-negative'
    : 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must ' +
        'be less than 604800 seconds';
}

function skewed(claim: SignatureClaim, nowMs: number): AwsError {
  return new AwsError({
    code: 'RequestTimeTooSkewed',
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
    fields: {
      RequestTime: claim.requestTime,
      ServerTime: isoSeconds(nowMs),
      MaxAllowedSkewMilliseconds: String(SKEW_MAX_MS),
    },
  });
}

function tokenError(code: string, message: string): AwsError {
  return new AwsError({ code, status: 400, message });
}

function isoSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}/, '');
}

function spacedHex(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/..(?!$)/g, '$& ');
}
