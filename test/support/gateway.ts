/** What tests of deployed APIs share: requests without a socket, functions that answer in this process. */
import assert from 'node:assert/strict';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type {
  HttpHeaders,
  HttpRequest,
  HttpResponse,
} from '../../packages/brume/src/http/message.ts';
import { BodyTooLargeError } from '../../packages/brume/src/http/message.ts';
import type { LambdaPort } from '../../packages/brume/src/services/lambda/port.ts';

export const ACCOUNT = '000000000000';

/** What a function is told, loosely typed: tests look into it. */
export type Event = Record<string, unknown> & {
  readonly headers: Record<string, string>;
  readonly requestContext: Record<string, unknown>;
};

/** Answers an event; what it throws is the function's own error. */
export type TestFunction = (event: Event, functionName: string) => unknown;

export interface TestRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  /** What it comes by; plain HTTP where absent. */
  readonly tls?: { readonly serverName?: string; readonly clientCertificate?: Uint8Array };
}

export interface Answer {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly text: string;
  readonly bytes: Buffer;
}

export const context = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  requestId: 'request',
  caller: { accessKeyId: 'test', principalArn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
  baseUrl: 'http://127.0.0.1:4566',
};

export function functionPort(
  handler: TestFunction,
  events: Event[],
  invocations: string[],
): LambdaPort {
  const port: LambdaPort = {
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
    /** Answers in one piece. */
    async invokeStreamed(request) {
      const completed = port.invoke(request);
      await completed;
      return { executedVersion: '$LATEST', contentType: undefined, chunks: nothing(), completed };
    },
  };
  return port;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

export function echo(event: Event): unknown {
  return { statusCode: 200, body: JSON.stringify(event) };
}

export function testRequest(request: TestRequest & { readonly host: string }): HttpRequest {
  const { path, host, method = 'GET', headers = [], body = '', tls } = request;
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
    encrypted: tls !== undefined,
    ...tls,
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

export function answer({ status, headers, body }: HttpResponse): Answer {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return assert.fail('a stream');
  const bytes = Buffer.from(body);
  return { status, headers, text: bytes.toString('utf8'), bytes };
}
