/** The data plane of API Gateway: serves what is deployed, without looking into the store. */
import type { Environment } from '../../environment/environment.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { StageFeed } from '../apigatewayv2/port.ts';
import type { LambdaPort } from '../lambda/port.ts';
import type { Address } from './address.ts';
import { run } from './http-api/chain.ts';
import { compileStage } from './http-api/compiled-stage.ts';
import type { CompiledStage } from './http-api/compiled-stage.ts';
import { Execution } from './http-api/execution.ts';
import type { StepTiming } from './http-api/execution.ts';
import { IncomingRequest } from './http-api/incoming-request.ts';
import { Jwks } from './jwks.ts';
import type { OutboundHttp } from './outbound-http.ts';
import { decodePercent } from './percent-decoding.ts';
import type { GatewayRuntime, IamVerifier } from './runtime.ts';

const DEFAULT_STAGE = '$default';

export interface ExecuteApiDependencies {
  readonly stages: StageFeed;
  readonly lambda: LambdaPort;
  readonly http: OutboundHttp;
  /** Without it, routes with IAM authorization let nobody through. */
  readonly iam?: IamVerifier | undefined;
  readonly environment: Pick<Environment, 'clock' | 'random' | 'timers'>;
}

/** What happened to one request, step by step. */
export interface ExecutionTrace {
  readonly requestId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageName: string;
  readonly method: string;
  readonly path: string;
  readonly routeKey: string | undefined;
  /** Kind of authorization that the route asks for, and what came of it is in `errorReason`. */
  readonly authorization: string | undefined;
  readonly integration: { readonly id: string; readonly type: string } | undefined;
  /** What the integration answered, before mappings. */
  readonly integrationStatus: number | undefined;
  readonly status: number;
  /** Why the gateway itself answered, which the client is not told. */
  readonly errorReason: string | undefined;
  readonly timeMs: number;
  readonly steps: readonly StepTiming[];
}

export class ExecuteApi {
  readonly #runtime: GatewayRuntime;
  readonly #random: Environment['random'];
  readonly #apis = new Map<string, Map<string, CompiledStage>>();

  constructor({ stages, environment, lambda, http, iam }: ExecuteApiDependencies) {
    const { clock, random, timers } = environment;
    this.#runtime = { lambda, http, jwks: new Jwks(http, clock), iam, clock, timers };
    this.#random = random;
    stages.subscribe({
      published: (stage) => {
        const published = this.#apis.get(stage.apiId) ?? new Map<string, CompiledStage>();
        this.#apis.set(stage.apiId, published.set(stage.stageName, compileStage(stage, clock)));
      },
      withdrawn: (apiId, stageName) => {
        const published = this.#apis.get(apiId);
        published?.delete(stageName);
        if (published?.size === 0) this.#apis.delete(apiId);
      },
    });
  }

  /** `trace` is told what happened once the request is answered. */
  async answer(
    http: HttpRequest,
    address: Address,
    trace: (record: ExecutionTrace) => void,
  ): Promise<HttpResponse> {
    const requestId = this.#newRequestId();
    const found = this.#findStage(address);
    if (!found || found.stage.endpointDisabled) return stageNotFound(requestId);
    const { stage, prefix, path } = found;
    const execution = new Execution({
      stage,
      request: new IncomingRequest(http, prefix, path, address.rawQuery),
      requestId,
      timeMs: this.#runtime.clock.nowMs(),
      domainName: domainName(http, address),
      traceId: this.#traceId(http),
    });
    const response = await run(execution, this.#runtime);
    trace(traceOf(execution, response));
    return response;
  }

  /** A stage is named by the first part of the path; what names none is for `$default`. */
  #findStage({ apiId, path, namesDefaultStage }: Address) {
    const stages = this.#apis.get(apiId);
    if (!stages) return undefined;
    const end = path.indexOf('/', 1);
    const name = decodePercent(path.slice(1, end < 0 ? undefined : end));
    const rest = end < 0 ? '/' : path.slice(end);
    const named = stages.get(name);
    if (named && name !== DEFAULT_STAGE) return { stage: named, prefix: `/${name}`, path: rest };
    if (named && namesDefaultStage) return { stage: named, prefix: '', path: rest };
    const stage = stages.get(DEFAULT_STAGE);
    return stage && { stage, prefix: '', path };
  }

  /** 11 random bytes make AWS's 16 characters with one `=` at the end. */
  #newRequestId(): string {
    return `${this.#random.bytes(11).toString('base64url')}=`;
  }

  #traceId(http: HttpRequest): string {
    const given = http.headers.get('x-amzn-trace-id');
    return given !== undefined && /(^|;)Root=/.test(given) ? given : this.#newTraceId();
  }

  /** AWS X-Ray's form: version, seconds since 1970 and 96 random bits. */
  #newTraceId(): string {
    const seconds = Math.floor(this.#runtime.clock.nowMs() / 1000).toString(16);
    return `Root=1-${seconds}-${this.#random.bytes(12).toString('hex')}`;
  }
}

/** By name where the client used one; the path form's host would not lead back to the API. */
function domainName(http: HttpRequest, { apiId }: Address): string {
  const host = http.headers.get('host') ?? 'localhost';
  if (host.toLowerCase().startsWith(`${apiId}.execute-api.`)) return host;
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  return `${apiId}.execute-api.localhost${port}`;
}

function stageNotFound(requestId: string): HttpResponse {
  return {
    status: 404,
    headers: { 'content-type': 'application/json', 'apigw-requestid': requestId },
    body: JSON.stringify({ message: 'Not Found' }),
  };
}

function traceOf(execution: Execution, response: HttpResponse): ExecutionTrace {
  const { stage, request, route, integration } = execution;
  return {
    requestId: execution.requestId,
    apiId: stage.apiId,
    accountId: stage.accountId,
    region: stage.region,
    stageName: stage.stageName,
    method: request.method,
    path: request.path,
    routeKey: route?.routeKey,
    authorization: route?.authorization.type,
    integration: integration && { id: integration.integrationId, type: integration.type },
    integrationStatus: execution.integrationStatus,
    status: response.status,
    errorReason: execution.errorReason,
    timeMs: execution.timeMs,
    steps: execution.timings,
  };
}
