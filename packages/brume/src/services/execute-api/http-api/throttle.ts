/** Step: no more requests than the route's limits allow. */
import type { Execution } from './execution.ts';
import { tooManyRequests } from './gateway-error.ts';

export function throttle({ matched }: Execution): void {
  if (matched.bucket && !matched.bucket.take()) throw tooManyRequests('throttled');
}
