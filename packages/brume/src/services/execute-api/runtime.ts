/** What the steps of the chain work with, beside the execution itself. */
import type { Clock, Timers } from '../../environment/environment.ts';
import type { HttpRequest } from '../../http/message.ts';
import type { AwsError } from '../../model/aws-error.ts';
import type { ServiceMetrics } from '../../telemetry/service-metrics.ts';
import type { LambdaPort } from '../lambda/port.ts';
import type { LogsPort } from '../logs/port.ts';
import type { IamIdentity } from './authorizer-context.ts';
import type { Jwks } from './jwks.ts';
import type { OutboundHttp } from './outbound-http.ts';

export interface GatewayRuntime {
  readonly lambda: LambdaPort;
  readonly http: OutboundHttp;
  readonly jwks: Jwks;
  /** Undefined: every route with IAM authorization is closed. */
  readonly iam: IamVerifier | undefined;
  /** CloudWatch Logs; undefined where nothing is logged. */
  readonly logs: LogsPort | undefined;
  readonly metrics: ServiceMetrics | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Verifies the SigV4 signature of a request to an API (service `execute-api`). */
export interface IamVerifier {
  /** Undefined when the request is not signed, or not signed well. */
  verify(
    request: HttpRequest,
    body: Buffer,
    region: string,
  ): IamIdentity | undefined | Promise<IamIdentity | undefined>;
  /** Why one that is not verified is refused, in AWS's words; undefined where it is verified. */
  refusal?(request: HttpRequest, body: Buffer, region: string): AwsError | undefined;
}
