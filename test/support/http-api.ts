/** An HTTP API on a store in memory with a function that answers in this process, for tests. */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type {
  HttpHeaders,
  HttpRequest,
  HttpResponse,
} from '../../packages/brume/src/http/message.ts';
import { BodyTooLargeError } from '../../packages/brume/src/http/message.ts';
import type { Environment } from '../../packages/brume/src/environment/environment.ts';
import { createApiGatewayV2 } from '../../packages/brume/src/services/apigatewayv2/service.ts';
import { ExecuteApi } from '../../packages/brume/src/services/execute-api/execute-api.ts';
import type { PlaneNote } from '../../packages/brume/src/services/data-plane.ts';
import { executeApiPlane } from '../../packages/brume/src/services/execute-api/plane.ts';
import type { IamVerifier } from '../../packages/brume/src/services/execute-api/runtime.ts';
import { createUndiciHttp } from '../../packages/brume/src/services/execute-api/undici-http.ts';
import type { LambdaPort } from '../../packages/brume/src/services/lambda/port.ts';
import { createMemoryStore } from '../../packages/brume/src/storage/memory/memory-store.ts';

export const ACCOUNT = '000000000000';
export const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:notes`;

/** What a function is told, loosely typed: tests look into it. */
export type Event = Record<string, unknown> & {
  readonly headers: Record<string, string>;
  readonly requestContext: Record<string, unknown>;
};

/** Answers an event; what it throws is the function's own error. */
export type TestFunction = (event: Event, functionName: string) => unknown;

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

export interface TestRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly text: string;
  readonly bytes: Buffer;
}

export interface HttpApiOptions {
  readonly settings?: object;
  readonly stage?: object;
  readonly handler?: TestFunction;
  readonly lambda?: LambdaPort;
  readonly environment?: Partial<Environment>;
  readonly iam?: IamVerifier;
}

/** With a `$default` stage that deploys by itself. */
export async function httpApi(options: HttpApiOptions = {}): Promise<HttpApi> {
  const environment = { ...nodeEnvironment(), ...options.environment };
  const { service, stages } = await createApiGatewayV2({
    store: createMemoryStore(),
    environment,
    log: { log: (_level, message) => assert.fail(message) },
  });
  const events: Event[] = [];
  const invocations: string[] = [];
  const traces: PlaneNote[] = [];
  const executeApi = new ExecuteApi({
    stages,
    lambda: options.lambda ?? functionPort(options.handler ?? echo, events, invocations),
    http: createUndiciHttp(environment),
    iam: options.iam,
    environment,
  });
  const plane = executeApiPlane(() => executeApi);
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

const context = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  requestId: 'request',
  caller: { accessKeyId: 'test', principalArn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
  baseUrl: 'http://127.0.0.1:4566',
};

function functionPort(handler: TestFunction, events: Event[], invocations: string[]): LambdaPort {
  return {
    async invoke({ functionName, payload }) {
      const event = JSON.parse(Buffer.from(payload).toString('utf8')) as Event;
      events.push(event);
      invocations.push(functionName);
      const answered = { statusCode: 200, executedVersion: '$LATEST', logTail: '' };
      try {
        const result = await handler(event, functionName);
        const text = result instanceof Uint8Array ? result : JSON.stringify(result ?? null);
        return { ...answered, payload: Buffer.from(text), functionError: undefined };
      } catch (error) {
        if (error instanceof AwsError) throw error;
        const errorMessage = String(error);
        const payload = Buffer.from(JSON.stringify({ errorMessage }));
        return { ...answered, payload, functionError: 'Unhandled' as const };
      }
    },
  };
}

function echo(event: Event): unknown {
  return { statusCode: 200, body: JSON.stringify(event) };
}

function testRequest(request: TestRequest & { readonly host: string }): HttpRequest {
  const { path, host, method = 'GET', headers = [], body = '' } = request;
  const bytes = Buffer.from(body);
  const raw: string[] = ['Host', host];
  if (bytes.length > 0) raw.push('Content-Length', String(bytes.length));
  for (const [name, value] of headers) raw.push(name, value);
  return {
    method,
    target: path,
    headers: testHeaders(raw),
    body: {
      async bytes(bytesMax) {
        if (bytes.length > bytesMax) throw new BodyTooLargeError();
        return bytes;
      },
      async *stream() {
        yield bytes;
      },
    },
    remoteAddress: '127.0.0.1',
    encrypted: false,
  };
}

function testHeaders(raw: readonly string[]): HttpHeaders {
  return {
    raw,
    get(name) {
      const values = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name);
      return values.length > 0 ? values.join(name === 'cookie' ? '; ' : ', ') : undefined;
    },
  };
}

function answer({ status, headers, body }: HttpResponse): Answer {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return assert.fail('a stream');
  const bytes = Buffer.from(body);
  return { status, headers, text: bytes.toString('utf8'), bytes };
}
