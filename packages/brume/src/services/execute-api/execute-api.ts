/** The data plane of API Gateway: serves what is deployed, without looking into the store. */
import type { Environment } from '../../environment/environment.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { RestApiFeed } from '../apigateway/port.ts';
import type { StageFeed } from '../apigatewayv2/port.ts';
import type { PlaneNote } from '../data-plane.ts';
import type { LambdaPort } from '../lambda/port.ts';
import type { LogsPort } from '../logs/port.ts';
import type { ServiceMetrics } from '../../telemetry/service-metrics.ts';
import type { Address } from './address.ts';
import { HttpApis } from './http-api/http-apis.ts';
import { Jwks } from './jwks.ts';
import type { UsagePort } from './port.ts';
import type { OutboundHttp } from './outbound-http.ts';
import type { TestInvokePort } from './port.ts';
import { RestApis } from './rest/rest-apis.ts';
import { TestInvoker } from './rest/test-invoke.ts';
import { UsagePlans } from './rest/usage-plans.ts';
import type { GatewayRuntime, IamVerifier } from './runtime.ts';

export interface ExecuteApiDependencies {
  readonly stages: StageFeed;
  readonly rest: RestApiFeed;
  /** Of all REST APIs, deployed or not, as they are at any time. */
  readonly restApiIds: ReadonlySet<string>;
  readonly lambda: LambdaPort;
  readonly http: OutboundHttp;
  /** Without it, routes with IAM authorization let nobody through. */
  readonly iam?: IamVerifier | undefined;
  readonly logs?: LogsPort | undefined;
  readonly metrics?: ServiceMetrics | undefined;
  /** Calls operations of other services, without asking who signed. */
  readonly callService?: HttpHandler | undefined;
  /** Of a user pool's ARN: who issues its tokens. AWS where absent. */
  readonly userPoolIssuer?: ((poolArn: string) => string) | undefined;
  readonly environment: Pick<Environment, 'clock' | 'random' | 'timers'>;
}

export class ExecuteApi {
  readonly testInvoke: TestInvokePort;
  readonly #httpApis: HttpApis;
  readonly #restApis: RestApis;
  readonly #restApiIds: ReadonlySet<string>;
  readonly usage: UsagePort;

  constructor({ stages, rest, restApiIds, environment, ...parts }: ExecuteApiDependencies) {
    const { clock, random, timers } = environment;
    const { lambda, http, iam, logs, metrics, callService, userPoolIssuer = issuerOf } = parts;
    const jwks = new Jwks(http, clock);
    const seams = { clock, timers };
    const runtime: GatewayRuntime = { lambda, http, jwks, iam, logs, metrics, ...seams };
    this.#httpApis = new HttpApis(runtime, random);
    const plans = new UsagePlans(clock);
    this.usage = plans.quotas;
    const restRuntime = { ...runtime, plans, callService, userPoolIssuer };
    this.#restApis = new RestApis(restRuntime, random);
    this.testInvoke = new TestInvoker(restRuntime, random);
    this.#restApiIds = restApiIds;
    stages.subscribe(this.#httpApis);
    rest.subscribe(this.#restApis);
  }

  /** `note` is told what happened once the request is answered. */
  answer(
    http: HttpRequest,
    address: Address,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const apis = this.#restApiIds.has(address.apiId) ? this.#restApis : this.#httpApis;
    return apis.answer(http, address, note);
  }
}

/** `arn:aws:cognito-idp:{region}:{account}:userpool/{pool}` is the pool of this issuer. */
function issuerOf(poolArn: string): string {
  const [, region = '', pool = ''] =
    /^arn:[^:]*:cognito-idp:([^:]*):[^:]*:userpool\/(.*)$/.exec(poolArn) ?? [];
  return `https://cognito-idp.${region}.amazonaws.com/${pool}`;
}
