/** The HTTP APIs that are deployed: which stage a request is for, and what happened to it. */
import type { Environment } from '../../../environment/environment.ts';
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import type { PublishedStage } from '../../apigatewayv2/port.ts';
import type { PlaneNote } from '../../data-plane.ts';
import type { StageListener } from '../../gateway/port.ts';
import type { Address } from '../address.ts';
import { run } from './chain.ts';
import { compileStage } from './compiled-stage.ts';
import { countExecution } from './count-execution.ts';
import { logVariable } from './log-variables.ts';
import type { CompiledStage } from './compiled-stage.ts';
import { Execution } from './execution.ts';
import type { StepTiming } from './execution.ts';
import { IncomingRequest } from './incoming-request.ts';
import { decodePercent } from '../percent-decoding.ts';
import { domainNameOf, newRequestId, traceIdOf } from '../request-identity.ts';
import type { GatewayRuntime } from '../runtime.ts';

const DEFAULT_STAGE = '$default';

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

export class HttpApis implements StageListener<PublishedStage> {
  readonly #runtime: GatewayRuntime;
  readonly #random: Environment['random'];
  readonly #apis = new Map<string, Map<string, CompiledStage>>();

  constructor(runtime: GatewayRuntime, random: Environment['random']) {
    this.#runtime = runtime;
    this.#random = random;
  }

  published(stage: PublishedStage): void {
    const stages = this.#apis.get(stage.apiId) ?? new Map<string, CompiledStage>();
    const compiled = compileStage(stage, this.#runtime.clock);
    this.#apis.set(stage.apiId, stages.set(stage.stageName, compiled));
  }

  withdrawn(apiId: string, stageName: string): void {
    const stages = this.#apis.get(apiId);
    stages?.delete(stageName);
    if (stages?.size === 0) this.#apis.delete(apiId);
  }

  /** `note` is told what happened once the request is answered. */
  async answer(
    http: HttpRequest,
    address: Address,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const requestId = newRequestId(this.#random);
    const found = this.#findStage(address);
    if (!found || (found.stage.endpointDisabled && !address.mapped))
      return stageNotFound(requestId);
    const { stage, prefix, path } = found;
    const execution = new Execution({
      stage,
      request: new IncomingRequest(http, prefix, path, address.rawQuery),
      requestId,
      timeMs: this.#runtime.clock.nowMs(),
      domainName: address.mapped
        ? (http.headers.get('host') ?? '')
        : domainNameOf(http, address.apiId),
      traceId: traceIdOf(http, this.#runtime.clock, this.#random),
      client: address.admission?.client,
    });
    const response = await run(execution, this.#runtime, address.admission?.refusal);
    const { logs, metrics } = this.#runtime;
    if (logs && stage.accessLog) {
      const { timeMs } = execution;
      stage.accessLog.write(logs, timeMs, (name) => logVariable(execution, response, name));
    }
    if (metrics) countExecution(execution, response, metrics);
    note(noteOf(traceOf(execution, response)));
    return response;
  }

  /**
   * A stage is named by its domain's mapping, or by the first part of the path; what names none is for
   * `$default`.
   */
  #findStage({ apiId, path, namesDefaultStage, mapped }: Address) {
    const stages = this.#apis.get(apiId);
    if (!stages) return undefined;
    if (mapped?.stageName !== undefined) {
      const stage = stages.get(mapped.stageName);
      return stage && { stage, prefix: mapped.basePath, path };
    }
    const end = path.indexOf('/', 1);
    const name = decodePercent(path.slice(1, end < 0 ? undefined : end));
    const rest = end < 0 ? '/' : path.slice(end);
    const named = stages.get(name);
    if (named && name !== DEFAULT_STAGE) return { stage: named, prefix: `/${name}`, path: rest };
    if (named && namesDefaultStage) return { stage: named, prefix: '', path: rest };
    const stage = stages.get(DEFAULT_STAGE);
    return stage && { stage, prefix: '', path };
  }
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

function noteOf(record: ExecutionTrace): PlaneNote {
  const { requestId, accountId, region, errorReason, ...details } = record;
  const operation = record.routeKey ?? `${record.method} (no route)`;
  return { requestId, accountId, region, operation, errorReason, details };
}
