/** Step: no more headers than API Gateway takes. */
import { HEADER_BYTES_MAX } from '../limits.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';

export function checkHeaders({ request }: RestExecution): void {
  let size = request.http.target.length;
  for (const text of request.http.headers.raw) size += text.length;
  if (size > HEADER_BYTES_MAX) {
    // The answer's form is unverified; the limit is AWS's.
    throw new GatewayFailure('DEFAULT_4XX', 'headers over the limit', {
      status: 431,
      message: 'Request Header Fields Too Large',
    });
  }
}
