/** An HTTP API on a store in memory with a function that answers in this process, for tests. */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import type { Environment } from '../../packages/brume/src/environment/environment.ts';
import { createApiGatewayV2 } from '../../packages/brume/src/services/apigatewayv2/service.ts';
import { CustomDomains } from '../../packages/brume/src/services/execute-api/custom-domains.ts';
import { ExecuteApi } from '../../packages/brume/src/services/execute-api/execute-api.ts';
import type { PlaneNote } from '../../packages/brume/src/services/data-plane.ts';
import { executeApiPlane } from '../../packages/brume/src/services/execute-api/plane.ts';
import type { IamVerifier } from '../../packages/brume/src/services/execute-api/runtime.ts';
import { createUndiciHttp } from '../../packages/brume/src/services/execute-api/undici-http.ts';
import type { LogsPort } from '../../packages/brume/src/services/logs/port.ts';
import type { LambdaPort } from '../../packages/brume/src/services/lambda/port.ts';
import { createMemoryStore } from '../../packages/brume/src/storage/memory/memory-store.ts';
import type { ServiceMetrics } from '../../packages/brume/src/telemetry/service-metrics.ts';
import { ACCOUNT, answer, context, echo, functionPort, testRequest } from './gateway.ts';
import type { Answer, Event, TestFunction, TestRequest } from './gateway.ts';

export const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:notes`;

export interface HttpApi {
  readonly apiId: string;
  /** The last event that the function was told. */
  event(): Event;
  readonly invocations: string[];
  readonly traces: PlaneNote[];
  call<Output = Record<string, string>>(operation: string, input?: object): Promise<Output>;
  /** Creates an integration and a route to it. */
  route(routeKey: string, integration?: object, route?: object): Promise<void>;
  fetch(request: TestRequest): Promise<Answer>;
  /** With another host than the API's own. */
  fetchAt(request: TestRequest & { readonly host: string }): Promise<Answer>;
}

export interface HttpApiOptions {
  readonly settings?: object;
  readonly stage?: object;
  readonly handler?: TestFunction;
  readonly lambda?: LambdaPort;
  readonly environment?: Partial<Environment>;
  readonly iam?: IamVerifier;
  readonly logs?: LogsPort;
  readonly metrics?: ServiceMetrics;
  readonly domains?: CustomDomains;
}

/** With a `$default` stage that deploys by itself. */
export async function httpApi(options: HttpApiOptions = {}): Promise<HttpApi> {
  const environment = { ...nodeEnvironment(), ...options.environment };
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  const { service, stages } = await createApiGatewayV2({
    store: createMemoryStore(),
    environment,
    log,
  });
  const events: Event[] = [];
  const invocations: string[] = [];
  const traces: PlaneNote[] = [];
  const { domains = new CustomDomains() } = options;
  const executeApi = new ExecuteApi({
    stages,
    rest: { subscribe() {} },
    restApiIds: new Set(),
    lambda: options.lambda ?? functionPort(options.handler ?? echo, events, invocations),
    http: createUndiciHttp(environment),
    iam: options.iam,
    logs: options.logs,
    metrics: options.metrics,
    domains,
    log,
    environment,
  });
  const plane = executeApiPlane(() => executeApi, domains);
  const call = async <Output>(operation: string, input: object = {}) =>
    (await service.execute(operation, { ApiId: apiId, ...input }, context)) as Output;
  const fetchAt = async (request: TestRequest & { readonly host: string }) => {
    const http = testRequest(request);
    const handler = plane.claim(http) ?? assert.fail('not claimed');
    return answer(await handler(http, (note) => void traces.push(note)));
  };
  let apiId = '';
  const { ApiId } = await call<{ ApiId: string }>('CreateApi', {
    Name: 'test',
    ProtocolType: 'HTTP',
    ...options.settings,
  });
  apiId = ApiId;
  await call('CreateStage', { StageName: '$default', AutoDeploy: true, ...options.stage });
  return {
    apiId,
    event: () => events.at(-1) ?? assert.fail('the function was not invoked'),
    invocations,
    traces,
    call,
    async route(routeKey, integration = {}, route = {}) {
      const { IntegrationId } = await call<{ IntegrationId: string }>('CreateIntegration', {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: FUNCTION,
        PayloadFormatVersion: '2.0',
        ...integration,
      });
      const Target = `integrations/${IntegrationId}`;
      await call('CreateRoute', { RouteKey: routeKey, Target, ...route });
    },
    fetch: (request) => fetchAt({ ...request, host: `${apiId}.execute-api.localhost:4566` }),
    fetchAt,
  };
}
