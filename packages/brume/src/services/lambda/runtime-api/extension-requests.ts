/** Requests of extensions: the Extensions API, the Logs API and the Telemetry API over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EXTENSION_BODY_BYTES_MAX } from '../limits.ts';
import { ExtensionRefusal } from './extension-refusal.ts';
import type { ExtensionReply, Extensions } from './extensions.ts';
import { ACCEPTED_BODY, refusalBody } from './runtime-state.ts';
import type { TelemetryApi } from './subscription.ts';

/** What extensions of an environment can ask for. */
export interface ExtensionApi {
  readonly extensions: Extensions;
  /** For the answer to a registration. */
  readonly function: {
    readonly functionName: string;
    readonly functionVersion: string;
    readonly handler: string;
    readonly accountId: string;
  };
  /** Throws `ExtensionRefusal`. */
  subscribe(api: TelemetryApi, extension: string, body: string): void;
}

const IDENTIFIER = 'lambda-extension-identifier';
const ERROR_TYPE = 'lambda-extension-function-error-type';

type Route = (api: ExtensionApi, request: IncomingMessage, reply: ExtensionReply) => Promise<void>;

const ROUTES = new Map<string, Route>([
  ['POST /2020-01-01/extension/register', register],
  ['GET /2020-01-01/extension/event/next', next],
  ['POST /2020-01-01/extension/init/error', (...call) => fail('init', ...call)],
  ['POST /2020-01-01/extension/exit/error', (...call) => fail('exit', ...call)],
  ['PUT /2020-08-15/logs', (...call) => subscribe('logs', ...call)],
  ['PUT /2022-07-01/telemetry', (...call) => subscribe('telemetry', ...call)],
]);

export function isExtensionRequest({ url = '' }: IncomingMessage): boolean {
  return /^\/(?:2020-01-01|2020-08-15|2022-07-01)\//.test(url);
}

export async function handleExtension(
  api: ExtensionApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = replyOf(response);
  const path = request.url?.replace(/\/$/, '');
  const route = ROUTES.get(`${request.method} ${path}`);
  if (!route) return reply.send(404, refusalBody('NotFound', `${path} is not there`));
  try {
    await route(api, request, reply);
  } catch (error) {
    if (!(error instanceof ExtensionRefusal)) throw error;
    reply.send(error.status, refusalBody(error.errorType, error.message));
  }
}

async function register(api: ExtensionApi, request: IncomingMessage, reply: ExtensionReply) {
  const name = headerOf(request, 'lambda-extension-name');
  const events = readEvents(await readBody(request));
  const { id } = api.extensions.register({ name, events });
  const { accountId, ...told } = api.function;
  const features = headerOf(request, 'lambda-extension-accept-feature').split(',');
  const wantsAccount = features.some((feature) => feature.trim() === 'accountId');
  const body = JSON.stringify(wantsAccount ? { ...told, accountId } : told);
  reply.send(200, body, { 'Lambda-Extension-Identifier': id });
}

async function next({ extensions }: ExtensionApi, request: IncomingMessage, reply: ExtensionReply) {
  extensions.next(identifierOf(request), reply);
}

async function fail(
  phase: 'init' | 'exit',
  { extensions }: ExtensionApi,
  request: IncomingMessage,
  reply: ExtensionReply,
) {
  const errorType = headerOf(request, ERROR_TYPE);
  if (errorType === '') {
    const message = 'Lambda-Extension-Function-Error-Type not found';
    throw new ExtensionRefusal('Extension.MissingHeader', message);
  }
  const id = identifierOf(request);
  await readBody(request);
  extensions.failed(phase, id, errorType);
  reply.send(202, ACCEPTED_BODY);
}

async function subscribe(
  kind: TelemetryApi,
  api: ExtensionApi,
  request: IncomingMessage,
  reply: ExtensionReply,
) {
  const { name } = api.extensions.find(identifierOf(request));
  const body = await readBody(request);
  if (api.extensions.isRegistrationClosed) {
    const label = kind === 'logs' ? 'Logs' : 'Telemetry';
    const message = `${label} API subscription is closed already`;
    throw new ExtensionRefusal(`${label}.SubscriptionClosed`, message);
  }
  api.subscribe(kind, name, body);
  reply.send(200, '"OK"');
}

function identifierOf(request: IncomingMessage): string {
  const id = headerOf(request, IDENTIFIER);
  if (id !== '') return id;
  throw new ExtensionRefusal('Extension.MissingHeader', 'Lambda-Extension-Identifier not found');
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name] ?? '');
}

function readEvents(body: string): string[] {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch (error) {
    throw new ExtensionRefusal('InvalidRequestFormat', (error as Error).message);
  }
  const events = new Map(Object.entries(said ?? {})).get('events') ?? [];
  if (Array.isArray(events)) return events.map(String);
  throw new ExtensionRefusal('InvalidRequestFormat', 'events is not a list');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > EXTENSION_BODY_BYTES_MAX) {
      throw new ExtensionRefusal('RequestEntityTooLarge', 'The request is too large', 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function replyOf(response: ServerResponse): ExtensionReply {
  return {
    send(status, body, headers = {}) {
      const length = { 'Content-Length': Buffer.byteLength(body) };
      response.writeHead(status, { 'Content-Type': 'application/json', ...length, ...headers });
      response.end(body);
    },
  };
}
