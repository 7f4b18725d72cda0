/** Tries methods and authorizers of APIs as they are now: without a stage, authorization, keys and limits. */
import type { Random } from '../../../environment/environment.ts';
import type { HttpRequest } from '../../../http/message.ts';
import type {
  TestAuthorizerRequest,
  TestAuthorizerResult,
  TestInvokePort,
  TestMethodRequest,
  TestMethodResult,
  TestRequest,
} from '../port.ts';
import { jsonFields } from '../json-fields.ts';
import { newRequestId, traceIdOf } from '../request-identity.ts';
import { RouteMatcher } from '../route-matcher.ts';
import { runTest } from './chain.ts';
import { compileRestStage } from './compiled-stage.ts';
import type { CompiledRestStage } from './compiled-stage.ts';
import { executionLog, failureLine } from './execution-log.ts';
import { FAILURE_KINDS, GatewayFailure } from './gateway-failure.ts';
import { RestExecution } from './rest-execution.ts';
import { lastValues, RestRequest } from './rest-request.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { authorizerLog } from './stage-log.ts';

/** What AWS calls the stage of such executions, and where they come from. */
const STAGE = 'test-invoke-stage';
const SOURCE = 'test-invoke-source-ip';

export class TestInvoker implements TestInvokePort {
  readonly #runtime: RestRuntime;
  readonly #random: Random;

  constructor(runtime: RestRuntime, random: Random) {
    this.#runtime = runtime;
    this.#random = random;
  }

  async invokeMethod(request: TestMethodRequest): Promise<TestMethodResult> {
    const { clock } = this.#runtime;
    const stage = this.#stage(request);
    const method = stage.deployment.methods.find(
      ({ resourceId, httpMethod }) =>
        resourceId === request.resourceId && httpMethod === request.httpMethod,
    );
    if (!method) throw new Error('the method is not in the configuration');
    const execution = this.#execution(stage, request, request.httpMethod, method.resourcePath);
    execution.method = method;
    // A path that is not the resource's has no parameters (recorded 2024).
    const match = new RouteMatcher([method]).match(request.httpMethod, execution.request.path);
    if (match) execution.pathParameters = match.pathParameters;
    const startedMs = clock.monotonicMs();
    const { status, headers, body } = await runTest(execution, this.#runtime);
    const multiValueHeaders = Object.create(null) as Record<string, readonly string[]>;
    for (const { name, values } of headers) multiValueHeaders[name] = values;
    return {
      status,
      headers: lastValues(Object.entries(multiValueHeaders)),
      multiValueHeaders,
      body: body instanceof Buffer || typeof body === 'string' ? body.toString() : '',
      log: this.#log(execution, executionLog(execution)),
      latencyMs: Math.round(clock.monotonicMs() - startedMs),
    };
  }

  async invokeAuthorizer(request: TestAuthorizerRequest): Promise<TestAuthorizerResult> {
    const { clock } = this.#runtime;
    // What is asked for is of no stage: methods' ARNs say `null` (users' logs, 2017-05).
    const stage = { ...this.#stage(request), stageName: 'null' };
    const authorize = stage.deployment.authorizers.get(request.authorizerId);
    if (!authorize) throw new Error('the authorizer is not in the configuration');
    const execution = this.#execution(stage, request, 'GET', '/');
    const startedMs = clock.monotonicMs();
    // "Value is 0 if the authorizer succeeded" (API reference, TestInvokeAuthorizer).
    let clientStatus = 0;
    const lines: string[] = [];
    try {
      const verdict = await authorize(execution, this.#runtime);
      if (verdict !== 'allow') lines.push('The policy does not allow the request');
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      clientStatus = FAILURE_KINDS[error.type].status ?? 500;
      execution.failure = error;
      lines.push(failureLine(execution, error));
    }
    const { authorizer, authorization } = execution;
    return {
      clientStatus,
      log: this.#log(execution, [...authorizerLog(execution), ...lines]),
      latencyMs: Math.round(clock.monotonicMs() - startedMs),
      principalId: authorizer?.principalId,
      policy: policyText(authorization?.answer),
      authorization: undefined,
      claims: authorizer?.claims,
    };
  }

  /** The API as if it were deployed. */
  #stage({ accountId, region, configuration, stageVariables }: TestRequest): CompiledRestStage {
    const stage = { stageName: STAGE, variables: { ...stageVariables } };
    const deployment = { deploymentId: '', configuration };
    const apiId = configuration.api.id;
    const published = { accountId, region, apiId, stage, deployment, canary: undefined };
    return compileRestStage(
      { ...published, clientCertificate: undefined },
      this.#runtime.clock,
      this.#random,
    );
  }

  #execution(
    stage: CompiledRestStage,
    request: TestRequest,
    httpMethod: string,
    path: string,
  ): RestExecution {
    const { clock } = this.#runtime;
    const http = httpRequest(request, httpMethod, path);
    const [given = '', rawQuery = ''] = http.target.split(/\?(.*)/s);
    const execution = new RestExecution({
      stage,
      request: new RestRequest(http, `/${STAGE}`, given, { rawQuery }),
      requestId: this.#random.uuid(),
      extendedRequestId: newRequestId(this.#random),
      timeMs: Math.floor(clock.nowMs()),
      domainName: 'testPrefix.testDomainName',
      newTraceId: () => traceIdOf(http, clock, this.#random),
      isCanary: false,
    });
    execution.body = Buffer.from(request.body);
    execution.bodyReceived = true;
    return execution;
  }

  #log({ requestId }: RestExecution, lines: readonly string[]): string {
    const at = javaDate(this.#runtime.clock.nowMs());
    const dated = lines.map((line) => `${at} : ${line}\n`);
    return `Execution log for request ${requestId}\n${dated.join('')}`;
  }
}

function httpRequest(request: TestRequest, method: string, path: string): HttpRequest {
  const { pathWithQueryString, headers, multiValueHeaders, body } = request;
  const fields = Object.entries({
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...multiValueHeaders,
  });
  const raw = fields.flatMap(([name, values]) => values.flatMap((value) => [name, value]));
  const target = pathWithQueryString || path;
  return {
    method: method === 'ANY' ? 'GET' : method,
    target: target.startsWith('/') ? target : `/${target}`,
    headers: {
      raw,
      get: (wanted) => fields.find(([name]) => name.toLowerCase() === wanted)?.[1].join(', '),
    },
    body: {
      bytes: async () => Buffer.from(body),
      async *stream() {
        yield Buffer.from(body);
      },
    },
    remoteAddress: SOURCE,
    encrypted: true,
  };
}

function policyText(answer: string | undefined): string | undefined {
  // What the function answered otherwise is in the log.
  const policyDocument = jsonFields(answer ?? '')?.['policyDocument'];
  return policyDocument === undefined ? undefined : JSON.stringify(policyDocument);
}

/** `Sun Nov 22 19:26:53 UTC 2026` */
function javaDate(nowMs: number): string {
  const [weekday, day, month, year, time] = new Date(nowMs).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
