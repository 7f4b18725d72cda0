/**
 * Signatures that are refused, with the types and texts of AWS (knowledge center, "How do I troubleshoot
 * HTTP 403 errors from API Gateway?", 2022-11).
 */
import { hash } from 'node:crypto';
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';

/** Undefined where the request is signed well, or nobody can say how it is not. */
export function signatureFailure(
  { request, body, stage }: RestExecution,
  { iam }: Pick<RestRuntime, 'iam'>,
): GatewayFailure | undefined {
  const { http } = request;
  const malformed = malformedHeader(http.headers.get('authorization'));
  if (malformed) return malformed;
  const error = iam?.refusal?.(http, body, stage.region);
  if (!error) return undefined;
  const { code, message } = error;
  const type = code === 'ExpiredTokenException' ? 'EXPIRED_TOKEN' : 'INVALID_SIGNATURE';
  const said = { message, errorType: code };
  return new GatewayFailure(type, `the signature is refused: ${code}`, said);
}

/**
 * Of a token that is no signature, as users of AWS show it (2024 to 2026); that the digest is of the whole
 * header was checked with one whose user shows both.
 */
function malformedHeader(authorization = ''): GatewayFailure | undefined {
  const [algorithm = '', ...pairs] = authorization.trim().split(/[\s,]+/);
  if (algorithm.includes('=')) {
    return incomplete(
      'Authorization header must begin with the algorithm name, which cannot include an equal-sign',
    );
  }
  if (pairs.every((pair) => pair.includes('='))) return undefined;
  const digest = hash('sha256', authorization, 'base64');
  return incomplete(
    `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
  );
}

function incomplete(message: string): GatewayFailure {
  const said = { message, errorType: 'IncompleteSignatureException' };
  return new GatewayFailure('INVALID_SIGNATURE', 'the Authorization header is no signature', said);
}
