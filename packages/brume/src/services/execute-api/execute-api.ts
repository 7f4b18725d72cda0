/** The data plane of API Gateway: serves what is deployed, without looking into the store. */
import type { Environment } from '../../environment/environment.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { RestApiFeed, UsageRecordsPort } from '../apigateway/port.ts';
import type { StageFeed, WebSocketFeed } from '../apigatewayv2/port.ts';
import type { PlaneEvent, PlaneNote } from '../data-plane.ts';
import type { LambdaPort } from '../lambda/port.ts';
import type { LogsPort } from '../logs/port.ts';
import type { ServiceMetrics } from '../../telemetry/service-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Address } from './address.ts';
import { CustomDomains } from './custom-domains.ts';
import { HttpApis } from './http-api/http-apis.ts';
import { Jwks } from './jwks.ts';
import type { UsagePort } from './port.ts';
import type { OutboundHttp } from './outbound-http.ts';
import type { TestInvokePort } from './port.ts';
import { pooled } from './random-pool.ts';
import { Quotas } from './rest/quotas.ts';
import { RestApis } from './rest/rest-apis.ts';
import { TestInvoker } from './rest/test-invoke.ts';
import { UsagePlans } from './rest/usage-plans.ts';
import type { GatewayRuntime, IamVerifier } from './runtime.ts';
import type { ConnectionAddress } from './websocket/connection-address.ts';
import {
  commandConnection,
  NO_CONNECTIONS,
  showConnections,
} from './websocket/connections-control.ts';
import type { ShownConnections } from './websocket/connections-control.ts';
import { AWS_LIMITS, RELAXED_LIMITS } from './websocket/limits.ts';
import { gone } from './websocket/management.ts';
import type { WebSocketRuntime } from './websocket/runtime.ts';
import { TemplateCache } from './websocket/templates.ts';
import { WebSocketApis } from './websocket/websocket-apis.ts';

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
  /** Who issues the tokens of user pools: a URL with `{region}` and `{pool}`. AWS where absent. */
  readonly userPools?: string | undefined;
  /** Filled in from the feed of REST APIs, for who claims requests. */
  readonly domains?: CustomDomains | undefined;
  /** Without them there are no WebSocket APIs. */
  readonly webSockets?: WebSocketDependencies | undefined;
  /** Without them the usage of API keys is forgotten with the process. */
  readonly usageRecords?: UsageRecordsPort | undefined;
  readonly log: Logger;
  readonly environment: Pick<Environment, 'clock' | 'random' | 'timers'>;
}

export interface WebSocketDependencies {
  readonly stages: WebSocketFeed;
  readonly limits: 'aws' | 'relaxed';
  /** Is told of what happens on connections that are open. */
  readonly observe: (event: PlaneEvent) => void;
}

export class ExecuteApi {
  readonly testInvoke: TestInvokePort;
  readonly #httpApis: HttpApis;
  readonly #restApis: RestApis;
  readonly #webSocketApis: WebSocketApis | undefined;
  readonly #timers: Environment['timers'];
  readonly #clock: Environment['clock'];
  readonly #restApiIds: ReadonlySet<string>;
  readonly usage: UsagePort;

  constructor({ stages, rest, restApiIds, environment, log, ...parts }: ExecuteApiDependencies) {
    const { clock, timers } = environment;
    const random = pooled(environment.random);
    const {
      lambda,
      http,
      iam,
      logs,
      metrics,
      callService,
      userPools = AWS_USER_POOLS,
      domains = new CustomDomains(),
    } = parts;
    const jwks = new Jwks(http, clock);
    const seams = { clock, timers };
    const runtime: GatewayRuntime = { lambda, http, jwks, iam, logs, metrics, ...seams };
    this.#httpApis = new HttpApis(runtime, random);
    const quotas = new Quotas({ ...seams, log, records: parts.usageRecords });
    this.usage = quotas;
    const plans = new UsagePlans(clock, quotas);
    const userPoolIssuer = (poolArn: string) => issuerOf(poolArn, userPools);
    const restRuntime = { ...runtime, plans, callService, userPoolIssuer };
    this.#restApis = new RestApis(restRuntime, domains, random);
    this.testInvoke = new TestInvoker(restRuntime, random);
    this.#restApiIds = restApiIds;
    this.#timers = timers;
    this.#clock = clock;
    const { webSockets } = parts;
    const wired = { ...runtime, plans, callService, random };
    this.#webSocketApis = webSockets && webSocketApis(wired, webSockets, log);
    stages.subscribe(this.#httpApis);
    rest.subscribe(this.#restApis);
  }

  /** `note` is told what happened once the request is answered. */
  answer(
    http: HttpRequest,
    address: Address,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const { domain, endpointId } = address;
    const admission = domain?.admit(http, endpointId, this.#clock.nowMs());
    const asked = admission ? { ...address, admission } : address;
    return this.#apisOf(address.apiId).answer(http, asked, note);
  }

  #apisOf(apiId: string) {
    // A domain's path that leads to no API is answered as a REST API's would be.
    if (apiId === '' || this.#restApiIds.has(apiId)) return this.#restApis;
    return this.#webSocketApis?.serves(apiId) ? this.#webSocketApis : this.#httpApis;
  }

  /** A command for a connection, without a word of its API. */
  async command(
    http: HttpRequest,
    address: ConnectionAddress,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const answer = await this.#webSocketApis?.command(http, address, note);
    return answer ?? gone('');
  }

  /** Waits for the ends of connections to be told, as long as that takes or `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#timers.after(graceMs, resolve);
    await Promise.race([this.#webSocketApis?.drain(), late]);
    timer.cancel();
  }

  /** The connections to WebSocket APIs, for Brume's own page. */
  connections(): ShownConnections {
    return showConnections(this.#webSocketApis?.open ?? NO_CONNECTIONS);
  }

  /** Sends to one of them, or ends it. Throws an `AwsError` that says what can be said instead. */
  commandConnection(said: unknown): void {
    commandConnection(this.#webSocketApis?.open ?? NO_CONNECTIONS, said);
  }

  /** Resolves once all that was counted is kept. */
  close(): Promise<void> {
    return this.usage.flush();
  }
}

function webSocketApis(
  wired: Omit<WebSocketRuntime, 'limits' | 'templates' | 'observe' | 'failed'>,
  { stages, limits, observe }: WebSocketDependencies,
  log: Logger,
): WebSocketApis {
  const apis = new WebSocketApis({
    ...wired,
    limits: limits === 'aws' ? AWS_LIMITS : RELAXED_LIMITS,
    templates: new TemplateCache(),
    observe,
    failed(error) {
      log.log('error', 'A message failed by a defect of Brume', { error: String(error) });
    },
  });
  stages.subscribe(apis);
  return apis;
}

const AWS_USER_POOLS = 'https://cognito-idp.{region}.amazonaws.com/{pool}';

/** `arn:aws:cognito-idp:{region}:{account}:userpool/{pool}` is the pool of this issuer. */
function issuerOf(poolArn: string, template: string): string {
  const [, region = '', pool = ''] =
    /^arn:[^:]*:cognito-idp:([^:]*):[^:]*:userpool\/(.*)$/.exec(poolArn) ?? [];
  return template.replaceAll('{region}', region).replaceAll('{pool}', pool);
}
