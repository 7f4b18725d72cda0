/** A REST API on a store in memory with a function that answers in this process, for tests. */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import type { Environment } from '../../packages/brume/src/environment/environment.ts';
import type { RestApi as Api } from '../../packages/brume/src/model/generated/apigateway.types.ts';
import { createApiGateway } from '../../packages/brume/src/services/apigateway/service.ts';
import type { DataPlane, PlaneNote } from '../../packages/brume/src/services/data-plane.ts';
import { CustomDomains } from '../../packages/brume/src/services/execute-api/custom-domains.ts';
import { ExecuteApi } from '../../packages/brume/src/services/execute-api/execute-api.ts';
import type { ExecuteApiDependencies } from '../../packages/brume/src/services/execute-api/execute-api.ts';
import { executeApiPlane } from '../../packages/brume/src/services/execute-api/plane.ts';
import { createUndiciHttp } from '../../packages/brume/src/services/execute-api/undici-http.ts';
import { createMemoryStore } from '../../packages/brume/src/storage/memory/memory-store.ts';
import type { OrderedStore } from '../../packages/brume/src/storage/ordered-store.ts';
import { ACCOUNT, answer, context, functionPort, testRequest } from './gateway.ts';
import type { Answer, Event, TestFunction, TestRequest } from './gateway.ts';

export const FUNCTION_URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:notes/invocations`;

export interface RestApi {
  readonly apiId: string;
  readonly plane: DataPlane;
  readonly traces: PlaneNote[];
  readonly invocations: string[];
  /** The last event that the function was told. */
  event(): Event;
  call<Output = Record<string, string>>(operation: string, input?: object): Promise<Output>;
  /** Creates the resources of a path that are not there yet; answers with the last one's id. */
  resource(path: string): Promise<string>;
  /** Creates a method with its integration; `responses` are integration responses. */
  method(method: string, integration: object, settings?: MethodSettings): Promise<void>;
  /** Deploys to the stage `dev`, or another. */
  deploy(settings?: object): Promise<string>;
  /** Of the stage `dev` where the path names no other. */
  fetch(request: TestRequest): Promise<Answer>;
  fetchAt(request: TestRequest & { readonly host: string }): Promise<Answer>;
}

export interface MethodSettings {
  readonly method?: object;
  readonly responses?: readonly object[];
}

export interface RestApiOptions extends Partial<Omit<ExecuteApiDependencies, 'environment'>> {
  readonly settings?: object;
  readonly handler?: TestFunction;
  readonly store?: OrderedStore;
  readonly makeClientCertificate?: () => { certificate: string; privateKey: string };
  readonly environment?: Partial<Environment>;
}

const unusable = () => ({ certificate: 'certificate', privateKey: 'key' });

export async function restApi(options: RestApiOptions = {}): Promise<RestApi> {
  const { settings, handler, makeClientCertificate = unusable, ...more } = options;
  const { store = createMemoryStore(), ...given } = more;
  const environment = { ...nodeEnvironment(), ...options.environment };
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  const { service, feed, restApiIds, usageRecords } = await createApiGateway({
    store,
    environment,
    log,
    makeClientCertificate,
    testInvoke: async () => executeApi.testInvoke,
    usage: async () => executeApi.usage,
  });
  const events: Event[] = [];
  const invocations: string[] = [];
  const traces: PlaneNote[] = [];
  const { domains = new CustomDomains() } = given;
  const executeApi: ExecuteApi = new ExecuteApi({
    stages: { subscribe() {} },
    rest: feed,
    restApiIds,
    lambda: functionPort(handler ?? proxyEcho, events, invocations),
    http: createUndiciHttp(environment),
    usageRecords,
    log,
    ...given,
    domains,
    environment,
  });
  const plane = executeApiPlane(() => executeApi, domains);
  const call = async <Output>(operation: string, input: object = {}) =>
    (await service.execute(operation, { restApiId: apiId, ...input }, context)) as Output;
  const fetchAt = async (request: TestRequest & { readonly host: string }) => {
    const http = testRequest(request);
    const claimed = plane.claim(http) ?? assert.fail('not claimed');
    return answer(await claimed(http, (note) => void traces.push(note)));
  };
  let apiId = '';
  const api = await call<Api>('CreateRestApi', { name: 'test', ...settings });
  apiId = api.id ?? '';
  const resources = new Map([['/', api.rootResourceId ?? '']]);
  const resource = async (path: string): Promise<string> => {
    const known = resources.get(path);
    if (known !== undefined) return known;
    const at = path.lastIndexOf('/');
    const parentId = await resource(path.slice(0, at) || '/');
    const pathPart = path.slice(at + 1);
    const { id = '' } = await call<{ id?: string }>('CreateResource', { parentId, pathPart });
    resources.set(path, id);
    return id;
  };
  return {
    apiId,
    plane,
    traces,
    invocations,
    event: () => events.at(-1) ?? assert.fail('the function was not invoked'),
    call,
    resource,
    async method(method, integration, { method: own = {}, responses = [] } = {}) {
      const [httpMethod = '', path = ''] = method.split(' ');
      const name = { resourceId: await resource(path), httpMethod };
      await call('PutMethod', { authorizationType: 'NONE', ...name, ...own });
      await call('PutIntegration', { ...name, ...integration });
      for (const response of responses) {
        await call('PutIntegrationResponse', { ...name, ...response });
      }
    },
    async deploy(more = {}) {
      const { id } = await call<{ id: string }>('CreateDeployment', { stageName: 'dev', ...more });
      return id;
    },
    fetch: (request) =>
      fetchAt({
        ...request,
        path: `/dev${request.path}`,
        host: `${apiId}.execute-api.localhost:4566`,
      }),
    fetchAt,
  };
}

function proxyEcho(event: Event): unknown {
  return { statusCode: 200, body: JSON.stringify(event) };
}

/** A mock that answers 200 with a template. */
export function mock(responseTemplate?: string, requestTemplate = '{"statusCode": 200}') {
  const type = 'application/json';
  return [
    { type: 'MOCK', requestTemplates: { [type]: requestTemplate } },
    {
      responses: [
        {
          statusCode: '200',
          ...(responseTemplate !== undefined && {
            responseTemplates: { [type]: responseTemplate },
          }),
        },
      ],
    },
  ] as const;
}

export function lambdaProxy(uri = FUNCTION_URI) {
  return { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri };
}
