/**
 * Lets pages of this machine call services from a browser. AWS's own answers to browsers are such for
 * the services that JSON SDKs call; who may ask at all is `browser-guard.ts`'s to say.
 */
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { DataPlane } from '../services/data-plane.ts';

const MAX_AGE_SECONDS = 172_800;
/** What SDKs read of an answer. */
const EXPOSED =
  'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,' +
  'x-amz-crc32,Date';

/** Answers browsers that ask before they send. `guard` throws for pages that may not ask. */
export function preflightPlane(guard: (request: HttpRequest) => void): DataPlane {
  return {
    name: 'preflight',
    unrecorded: true,
    claim({ method, headers }) {
      const asked = headers.get('access-control-request-method');
      if (method !== 'OPTIONS' || asked === undefined) return undefined;
      return async (request) => {
        guard(request);
        return preflightAnswer(asked, headers.get('access-control-request-headers'));
      };
    },
  };
}

function preflightAnswer(method: string, names: string | undefined): HttpResponse {
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': method,
      ...(names !== undefined && { 'access-control-allow-headers': names }),
      'access-control-max-age': String(MAX_AGE_SECONDS),
    },
    body: '',
  };
}

/** Shows an answer to the page that asked. */
export function exposeAnswer(request: HttpRequest, { headers }: HttpResponse): void {
  if (request.headers.get('origin') === undefined) return;
  headers['access-control-allow-origin'] ??= '*';
  headers['access-control-expose-headers'] ??= EXPOSED;
}
