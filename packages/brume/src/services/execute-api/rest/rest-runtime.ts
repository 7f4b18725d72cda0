/** What the steps of a REST API's chain work with, beside the execution itself. */
import type { HttpHandler } from '../../../http/message.ts';
import type { GatewayRuntime } from '../runtime.ts';
import type { UsagePlans } from './usage-plans.ts';

export interface RestRuntime extends GatewayRuntime {
  readonly plans: UsagePlans;
  /** Calls an operation of AWS without asking who signed it; undefined where there are no others. */
  readonly callService: HttpHandler | undefined;
  /** The issuer of a user pool's tokens, of the pool's ARN. */
  readonly userPoolIssuer: (poolArn: string) => string;
}
