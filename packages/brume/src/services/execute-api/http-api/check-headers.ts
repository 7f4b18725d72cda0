/** Step: no more headers than API Gateway takes. */
import type { Execution } from './execution.ts';
import { GatewayError } from './gateway-error.ts';
import { HEADER_BYTES_MAX } from '../limits.ts';

export function checkHeaders({ request }: Execution): void {
  const { raw } = request.http.headers;
  let size = request.http.target.length;
  for (const text of raw) size += text.length;
  if (size > HEADER_BYTES_MAX) {
    // The answer's form is unverified; the limit is AWS's.
    throw new GatewayError(431, 'Request Header Fields Too Large', 'headers over the limit');
  }
}
