/** Requests to the Runtime API as any HTTP client makes them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { readAnswer } from './answer.ts';
import { handleExtension, isExtensionRequest, type ExtensionApi } from './extension-requests.ts';
import {
  ACCEPTED_BODY,
  nextHeaders,
  refusalBody,
  type Reply,
  type RuntimeState,
} from './runtime-state.ts';

export const TOKEN_HEADER = 'brume-environment-token';
/** A runtime waits for its next invocation as long as it takes, and so it may answer. */
const PATIENT = {
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
  // There are no timeouts to check.
  connectionsCheckingInterval: 2 ** 31 - 1,
};
const ROOT = '/2018-06-01/';
const INVOCATION = /^runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Not listening: connections come by the event of that name. */
export function httpRequests(
  state: RuntimeState,
  token: string | undefined,
  extensions: () => ExtensionApi | undefined,
): Server {
  return createServer(PATIENT, (request, response) => {
    response.sendDate = false;
    const extensionApi = extensions();
    if (extensionApi && isExtensionRequest(request)) {
      handleExtension(extensionApi, request, response).catch(() => request.destroy());
      return;
    }
    const reply = replyOf(response);
    if (token !== undefined && request.headers[TOKEN_HEADER] !== token) {
      return reply.refused(403, 'Forbidden', 'Not the runtime of this environment');
    }
    // The runtime broke off: its connection is of no more use.
    handle(state, request, response, reply).catch(() => request.destroy());
  });
}

async function handle(
  state: RuntimeState,
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
): Promise<void> {
  const path = request.url?.startsWith(ROOT) ? request.url.slice(ROOT.length) : undefined;
  const route = `${request.method} ${path}`;
  if (route === 'GET ping') return void response.end('pong');
  if (route === 'GET runtime/invocation/next') return state.next(reply);
  if (route === 'POST runtime/init/error') {
    if (!state.beginInitError(reply)) return;
    return state.endInitError(await readAnswer(request, 'error', PAYLOAD_BYTES_MAX), reply);
  }
  const [, requestId, name] = INVOCATION.exec(path ?? '') ?? [];
  if (request.method === 'POST' && requestId !== undefined) {
    const kind = name === 'error' ? 'error' : 'response';
    if (!state.beginAnswer(requestId, kind, reply)) return;
    const answer = await readAnswer(request, kind, PAYLOAD_BYTES_MAX, state.sink);
    return state.endAnswer(answer, reply);
  }
  reply.refused(404, 'NotFound', `${route} is not part of the Runtime API`);
}

function replyOf(response: ServerResponse): Reply {
  const send = (status: number, body: string) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    response.writeHead(status, headers).end(body);
  };
  return {
    get isGone() {
      return response.destroyed;
    },
    invocation: (invocation) =>
      void response.writeHead(200, nextHeaders(invocation)).end(invocation.payload),
    assignment: (variables) => send(200, variables),
    accepted: () => send(202, ACCEPTED_BODY),
    refused: (status, errorType, message) => send(status, refusalBody(errorType, message)),
  };
}
