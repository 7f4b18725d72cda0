/** The REST APIs that are deployed: which stage a request is for, and what happened to it. */
import type { Environment } from '../../../environment/environment.ts';
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import type {
  PublishedRestDomain,
  PublishedRestStage,
  PublishedUsagePlan,
  RestApiListener,
} from '../../apigateway/port.ts';
import type { PlaneNote } from '../../data-plane.ts';
import type { Address } from '../address.ts';
import type { CustomDomains } from '../custom-domains.ts';
import { decodePercent } from '../percent-decoding.ts';
import { domainNameOf, newRequestId, traceIdOf } from '../request-identity.ts';
import { run } from './chain.ts';
import { compileRestStage } from './compiled-stage.ts';
import type { CompiledRestStage } from './compiled-stage.ts';
import { recordExecution } from './record-execution.ts';
import { RestExecution } from './rest-execution.ts';
import { RestRequest } from './rest-request.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { traceOf } from './trace.ts';

export class RestApis implements RestApiListener {
  readonly #runtime: RestRuntime;
  readonly #domains: CustomDomains;
  readonly #random: Environment['random'];
  readonly #stages = new Map<string, Map<string, CompiledRestStage>>();
  /** What each stage was compiled from. */
  readonly #sources = new WeakMap<CompiledRestStage, PublishedRestStage>();

  constructor(runtime: RestRuntime, domains: CustomDomains, random: Environment['random']) {
    this.#runtime = runtime;
    this.#domains = domains;
    this.#random = random;
  }

  /** A stage that is as it was keeps what it has cached; told as the same again, it is to forget that. */
  published(published: PublishedRestStage): void {
    const { apiId, stage } = published;
    const stages = this.#stages.get(apiId) ?? new Map<string, CompiledRestStage>();
    const before = stages.get(stage.stageName);
    const source = before && this.#sources.get(before);
    if (source && source !== published && isAlike(source, published)) return;
    const compiled = compileRestStage(published, this.#runtime.clock, this.#random);
    this.#sources.set(compiled, published);
    this.#stages.set(apiId, stages.set(stage.stageName, compiled));
  }

  withdrawn(apiId: string, stageName: string): void {
    const stages = this.#stages.get(apiId);
    stages?.delete(stageName);
    if (stages?.size === 0) this.#stages.delete(apiId);
  }

  plansChanged(accountId: string, region: string, plans: readonly PublishedUsagePlan[]): void {
    this.#runtime.plans.changed(accountId, region, plans);
  }

  domainsChanged(domains: readonly PublishedRestDomain[]): void {
    this.#domains.changed(domains);
  }

  async answer(
    http: HttpRequest,
    address: Address,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const requestId = this.#random.uuid();
    const { apiId, mapped } = address;
    const { name, path, prefix } = stageOf(address);
    const stage = this.#stages.get(apiId)?.get(name);
    if (!stage || (stage.deployment.endpointDisabled && !mapped)) {
      return forbidden(requestId, newRequestId(this.#random));
    }
    const { clock } = this.#runtime;
    const execution = new RestExecution({
      stage,
      request: new RestRequest(http, prefix, path, address),
      requestId,
      extendedRequestId: newRequestId(this.#random),
      timeMs: Math.floor(clock.nowMs()),
      domainName: mapped ? (http.headers.get('host') ?? '') : domainNameOf(http, apiId),
      newTraceId: () => traceIdOf(http, clock, this.#random),
      isCanary: this.#isCanary(stage),
    });
    const startedMs = clock.monotonicMs();
    const response = await run(execution, this.#runtime, address.admission?.refusal);
    recordExecution(execution, response, this.#runtime, clock.monotonicMs() - startedMs);
    note(traceOf(execution, response));
    return response;
  }

  #isCanary({ canary }: CompiledRestStage): boolean {
    return canary !== undefined && this.#random.fraction() * 100 < canary.percentTraffic;
  }
}

/** A stage is named by its domain's mapping, or by the first part of the path. */
function stageOf({ path, mapped }: Address) {
  if (mapped?.stageName !== undefined) {
    return { name: mapped.stageName, path, prefix: mapped.basePath };
  }
  const end = path.indexOf('/', 1);
  const name = decodePercent(path.slice(1, end < 0 ? undefined : end));
  const rest = end < 0 ? '/' : path.slice(end);
  return { name, path: rest, prefix: `${mapped?.basePath ?? ''}/${name}` };
}

/** Deployments never change: their ids say what they are. */
function isAlike(left: PublishedRestStage, right: PublishedRestStage): boolean {
  const textOf = ({ stage, deployment, canary, clientCertificate }: PublishedRestStage) =>
    JSON.stringify([stage, deployment.deploymentId, canary?.deploymentId, clientCertificate]);
  return textOf(left) === textOf(right);
}

/** What AWS answers where there is no such stage. */
function forbidden(requestId: string, extendedRequestId: string): HttpResponse {
  return {
    status: 403,
    headers: {
      'Content-Type': 'application/json',
      'x-amzn-ErrorType': 'ForbiddenException',
      'x-amzn-RequestId': requestId,
      'x-amz-apigw-id': extendedRequestId,
    },
    body: '{"message":"Forbidden"}',
  };
}
