/** A WebSocket API on a store in memory, on a real socket, with functions that answer in this process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import type { Environment } from '../../packages/brume/src/environment/environment.ts';
import { listen } from '../../packages/brume/src/http/listener.ts';
import type { HttpHandler, HttpResponse } from '../../packages/brume/src/http/message.ts';
import type { RestApiListener } from '../../packages/brume/src/services/apigateway/port.ts';
import { createApiGatewayV2 } from '../../packages/brume/src/services/apigatewayv2/service.ts';
import type { PlaneEvent, PlaneNote } from '../../packages/brume/src/services/data-plane.ts';
import { CustomDomains } from '../../packages/brume/src/services/execute-api/custom-domains.ts';
import { ExecuteApi } from '../../packages/brume/src/services/execute-api/execute-api.ts';
import { executeApiPlane } from '../../packages/brume/src/services/execute-api/plane.ts';
import type { IamVerifier } from '../../packages/brume/src/services/execute-api/runtime.ts';
import { createUndiciHttp } from '../../packages/brume/src/services/execute-api/undici-http.ts';
import type { InvokeRequest } from '../../packages/brume/src/services/lambda/port.ts';
import { createMemoryStore } from '../../packages/brume/src/storage/memory/memory-store.ts';
import { ServiceMetrics } from '../../packages/brume/src/telemetry/service-metrics.ts';
import { ACCOUNT, context, functionPort } from './gateway.ts';
import type { Event, TestFunction } from './gateway.ts';

export const INVOKED = (name: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}/invocations`;

export interface WebSocketApiOptions {
  readonly settings?: object;
  readonly stage?: object;
  readonly limits?: 'aws' | 'relaxed';
  readonly environment?: Partial<Environment>;
  readonly iam?: IamVerifier;
  readonly callService?: HttpHandler;
}

export type WebSocketApi = Awaited<ReturnType<typeof webSocketApi>>;

/** With a stage `dev` that deploys by itself. */
export async function webSocketApi(
  t: TestContext,
  handler: TestFunction,
  options: WebSocketApiOptions = {},
) {
  const environment = { ...nodeEnvironment(), ...options.environment };
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  const { service, stages, webSockets } = await createApiGatewayV2({
    store: createMemoryStore(),
    environment,
    log,
  });
  const events: Event[] = [];
  const invocations: string[] = [];
  const traces: PlaneNote[] = [];
  const observed: PlaneEvent[] = [];
  const observers = new Set<() => void>();
  const metrics = new ServiceMetrics();
  const logged: { group: string; message: string }[] = [];
  let rest: RestApiListener | undefined;
  const http = createUndiciHttp(environment);
  const sources: InvokeRequest['source'][] = [];
  const functions = functionPort(handler, events, invocations);
  const domains = new CustomDomains();
  const executeApi = new ExecuteApi({
    stages,
    domains,
    webSockets: {
      stages: webSockets,
      limits: options.limits ?? 'aws',
      observe(event) {
        observed.push(event);
        for (const observer of observers) observer();
      },
    },
    log,
    rest: { subscribe: (listener) => (rest = listener) },
    restApiIds: new Set(),
    lambda: {
      ...functions,
      invoke(invocation) {
        sources.push(invocation.source);
        return functions.invoke(invocation);
      },
    },
    http,
    iam: options.iam ?? { verify: () => undefined },
    metrics,
    logs: {
      write: ({ groupName: group }, { message }) => void logged.push({ group, message }),
    },
    callService: options.callService,
    environment,
  });
  const plane = executeApiPlane(() => executeApi, domains);
  const notFound: HttpResponse = { status: 404, headers: {}, body: 'not claimed' };
  const listener = await listen(
    async (request) =>
      (await plane.claim(request)?.(request, (note) => void traces.push(note))) ?? notFound,
    { host: '127.0.0.1', port: 0 },
  );
  t.after(async () => {
    await listener.close(0);
    await executeApi.drain(5_000);
    await http.close();
  });
  const call = async <Output = Record<string, string>>(operation: string, input: object = {}) =>
    (await service.execute(operation, { ApiId: apiId, ...input }, context)) as Output;
  let apiId = '';
  const { ApiId = '' } = await call('CreateApi', {
    Name: 'chat',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
    ...options.settings,
  });
  apiId = ApiId;
  await call('CreateStage', { StageName: 'dev', AutoDeploy: true, ...options.stage });
  const { port } = listener;
  const base = `127.0.0.1:${port}/_aws/execute-api/${apiId}`;
  return {
    apiId,
    port,
    base,
    events,
    invocations,
    /** On whose behalf functions were run. */
    sources,
    traces,
    observed,
    metrics,
    /** Lines of logs, as they were written. */
    logged,
    call,
    /** Resolves once something of this kind has happened; so often where a number is said. */
    observedOf: (method: PlaneEvent['method'], times = 1) =>
      new Promise<PlaneEvent>((resolve) => {
        const look = () => {
          const found = observed.filter((event) => event.method === method).at(times - 1);
          if (!found) return;
          observers.delete(look);
          resolve(found);
        };
        observers.add(look);
        look();
      }),
    drain: () => executeApi.drain(5_000),
    plansChanged: (...said: Parameters<RestApiListener['plansChanged']>) =>
      rest?.plansChanged(...said),
    domainsChanged: (...said: Parameters<RestApiListener['domainsChanged']>) =>
      rest?.domainsChanged(...said),
    /** Creates an integration with a function of that name, or another, and a route to it. */
    async route(routeKey: string, integration: object = {}, route: object = {}) {
      const { IntegrationId = '' } = await call('CreateIntegration', {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: INVOKED(routeKey.replaceAll(/[^\w-]/g, '')),
        ...integration,
      });
      const Target = `integrations/${IntegrationId}`;
      const { RouteId = '' } = await call('CreateRoute', { RouteKey: routeKey, Target, ...route });
      return { IntegrationId, RouteId };
    },
    /** The same, and what it answers goes back to the client. */
    async twoWay(routeKey: string, integration: object = {}) {
      const made = await this.route(routeKey, integration, {
        RouteResponseSelectionExpression: '$default',
      });
      const { RouteId } = made;
      await call('CreateRouteResponse', { RouteId, RouteResponseKey: '$default' });
      return made;
    },
    /** Opens a connection, or rejects with `Unexpected server response: 403`. */
    async connect(query = '', said: ClientOptions & { protocols?: string[] } = {}) {
      const { protocols = [], ...clientOptions } = said;
      const client = new WebSocket(`ws://${base}/dev${query}`, protocols, clientOptions);
      t.after(() => client.terminate());
      await once(client, 'open');
      return client;
    },
  };
}

/** The next message of a connection, as text. */
export async function next(client: WebSocket): Promise<string> {
  const [data] = (await once(client, 'message')) as [Buffer];
  return data.toString();
}

/** How a connection ends. */
export async function end(client: WebSocket): Promise<[code: number, reason: string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}
