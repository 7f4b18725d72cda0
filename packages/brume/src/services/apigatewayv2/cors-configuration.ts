/** The rules that a CORS configuration must keep. */
import type { Cors } from '../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../gateway/errors.ts';
import { CORS_LIST_MAX } from './limits.ts';

const METHODS = new Set(['*', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export function validateCors(cors: Cors): void {
  const origins = cors.AllowOrigins ?? [];
  for (const list of [origins, cors.AllowMethods, cors.AllowHeaders, cors.ExposeHeaders]) {
    if ((list?.length ?? 0) > CORS_LIST_MAX) {
      throw badRequest(`A list in a CORS configuration has at most ${CORS_LIST_MAX} entries`);
    }
  }
  if (cors.AllowCredentials && origins.includes('*')) {
    // Seen from AWS (aws-cdk#9076, 2020-07).
    throw badRequest("allow-credentials is not supported if 'allow-origin' is *");
  }
  for (const origin of origins) {
    if (!isOrigin(origin)) throw invalid('origin', origin);
  }
  for (const method of cors.AllowMethods ?? []) {
    if (!METHODS.has(method)) throw invalid('method', method);
  }
  for (const header of [...(cors.AllowHeaders ?? []), ...(cors.ExposeHeaders ?? [])]) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header)) throw invalid('header', header);
  }
}

/** `*`, `https://*`, or a scheme with a host and nothing behind it. */
function isOrigin(origin: string): boolean {
  return origin === '*' || /^[a-z][a-z0-9+.-]*:\/\/(\*|[^\s/?#,]+)$/i.test(origin);
}

/** Wording unverified. */
function invalid(what: string, value: string) {
  return badRequest(`Invalid format for ${what} ${value} in the CORS configuration`);
}
