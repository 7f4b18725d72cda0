/** The five types of integrations: what is asked, and what it answers. */
import type { ServiceAction, WebSocketIntegration } from '../../apigatewayv2/port.ts';
import { callOperation, knownService } from '../call-service.ts';
import { jsonFields } from '../json-fields.ts';
import { OutboundTimeoutError } from '../outbound-http.ts';
import { TemplateError } from '../templates/template-error.ts';
import { mockStatus } from '../mock-status.ts';
import type { InvokeResult } from '../../lambda/port.ts';
import type { MessageBody } from './connection.ts';
import { evaluate } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import type { Findings } from './findings.ts';
import {
  badRequestBody,
  integrationFailed,
  integrationTimedOut,
  misconfigured,
} from './failure.ts';
import { filled, invoke } from './invoke.ts';
import type { FunctionCall } from './invoke.ts';
import { ANSWER_BYTES_MAX } from './limits.ts';
import type { WebSocketRuntime } from './runtime.ts';
import { chosenTemplate, renderTemplate } from './templates.ts';

export interface IntegrationRequest {
  readonly integration: WebSocketIntegration;
  readonly scope: ExpressionScope;
  /** What a proxy integration with a function is told. */
  readonly event: object;
  /** The message; empty for `$connect` and `$disconnect`. */
  readonly body: MessageBody;
  readonly findings: Findings;
}

export interface IntegrationAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string | Buffer;
}

type Call = (request: IntegrationRequest, runtime: WebSocketRuntime) => Promise<IntegrationAnswer>;

const CALLS: Readonly<Record<WebSocketIntegration['type'], Call>> = {
  AWS_PROXY: callProxyFunction,
  AWS: callFunction,
  HTTP: callEndpoint,
  HTTP_PROXY: callEndpoint,
  MOCK: callMock,
};

/** Throws a `WebSocketFailure`. */
export function callIntegration(
  request: IntegrationRequest,
  runtime: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const { findings, integration } = request;
  return findings.step('integrate', async () => {
    const answer = await CALLS[integration.type](request, runtime);
    if (findings.integration) {
      findings.integration.status = answer.status;
      findings.integration.responseBody = answer.body;
    }
    return answer;
  });
}

/** Runs the integration's function. */
function runFunction(
  { integration, scope, findings }: IntegrationRequest,
  payload: Buffer,
  runtime: WebSocketRuntime,
): Promise<InvokeResult> {
  const call = functionCall(integration, scope, payload);
  const functionArn = filled(integration.uri, scope.stage);
  return findings.ask(functionArn, payload, () => invoke(call, runtime));
}

const NO_HEADERS: IntegrationAnswer['headers'] = new Map();

async function callProxyFunction(
  request: IntegrationRequest,
  runtime: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const payload = Buffer.from(JSON.stringify(request.event));
  const result = await runFunction(request, payload, runtime);
  const text = Buffer.from(result.payload).toString();
  if (result.functionError !== undefined) throw integrationFailed(`the function failed: ${text}`);
  const answer = proxyAnswer(text);
  if (!answer) throw integrationFailed(`the function answered in another format: ${text}`);
  return answer;
}

/** The format of REST APIs' proxy integrations; undefined for any other. */
function proxyAnswer(text: string): IntegrationAnswer | undefined {
  const { statusCode, headers, body, isBase64Encoded } = jsonFields(text) ?? {};
  const status = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  if (typeof status !== 'number' || !Number.isInteger(status)) return undefined;
  if (status < 100 || status > 599) return undefined;
  const sent = body === undefined || body === null ? '' : body;
  const text64 = typeof sent === 'string' ? sent : JSON.stringify(sent);
  return {
    status,
    headers: headersOf(headers),
    body: isBase64Encoded === true ? Buffer.from(text64, 'base64') : text64,
  };
}

function headersOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  if (typeof value !== 'object' || value === null) return NO_HEADERS;
  const entries = Object.entries(value).map(
    ([name, each]) => [name.toLowerCase(), [String(each)]] as const,
  );
  return new Map(entries);
}

async function callFunction(
  request: IntegrationRequest,
  runtime: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const { service } = request.integration;
  const payload = Buffer.from(requestBody(request, runtime));
  if (service) return callAction(service, request, payload, runtime);
  const result = await runFunction(request, payload, runtime);
  // A function that fails answers too: integration responses are chosen by its `errorMessage`.
  return { status: 200, headers: NO_HEADERS, body: Buffer.from(result.payload).toString() };
}

async function callAction(
  { name, region, action }: ServiceAction,
  { scope: { stage, context }, findings }: IntegrationRequest,
  body: Buffer,
  { callService, clock }: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const service = knownService(name);
  if (!service || !callService) throw misconfigured(`no integrations with ${name}`);
  const { sourceIp } = context['identity'] as { sourceIp: string };
  const call = {
    accountId: stage.accountId,
    region: region === '' ? stage.region : region,
    remoteAddress: sourceIp,
    timeMs: clock.nowMs(),
    name,
    operation: `${service.targetPrefix}.${action}`,
    contentType: service.contentType,
  };
  const answer = await findings.ask(`${name}:${action}`, body, () =>
    callOperation(callService, call, body),
  );
  return { status: answer.status, headers: NO_HEADERS, body: asText(answer.body) };
}

function functionCall(
  { uri: functionArn, credentialsArn, timeoutMs }: WebSocketIntegration,
  { stage, context }: ExpressionScope,
  payload: Buffer,
): FunctionCall {
  const caller = `${stage.stageName}/${String(context['routeKey'])}`;
  return { functionArn, credentialsArn, stage, caller, payload, timeoutMs };
}

async function callMock(
  request: IntegrationRequest,
  runtime: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const status = mockStatus(requestBody(request, runtime).toString());
  if (status === undefined) throw misconfigured('the mock names no statusCode');
  return { status, headers: NO_HEADERS, body: '' };
}

async function callEndpoint(
  request: IntegrationRequest,
  runtime: WebSocketRuntime,
): Promise<IntegrationAnswer> {
  const { integration, scope, findings } = request;
  const isProxy = integration.type === 'HTTP_PROXY';
  const body = Buffer.from(isProxy ? request.body : requestBody(request, runtime));
  const { url, headers } = target(integration, scope);
  try {
    const outgoing = {
      method: integration.method === 'ANY' ? 'POST' : integration.method,
      url,
      headers,
      body,
      timeoutMs: integration.timeoutMs,
      bodyBytesMax: ANSWER_BYTES_MAX,
    };
    const answer = await findings.ask(url.href, body, () => runtime.http.send(outgoing));
    return { status: answer.status, headers: fields(answer.headers), body: asText(answer.body) };
  } catch (error) {
    if (error instanceof OutboundTimeoutError) throw integrationTimedOut(`${url.origin}: timeout`);
    throw integrationFailed(`${url.origin}: ${String(error)}`);
  }
}

function target({ uri, parameters }: WebSocketIntegration, scope: ExpressionScope) {
  let address = filled(uri, scope.stage);
  const headers = ['user-agent', `AmazonAPIGateway_${scope.stage.apiId}`];
  const query = new URLSearchParams();
  for (const { place, name, value: expression } of parameters) {
    const value = evaluate(expression, scope);
    if (value === undefined) continue;
    if (place === 'path') address = address.replaceAll(`{${name}}`, pathSegment(value));
    else if (place === 'querystring') query.append(name, value);
    else headers.push(name, headerValue(value));
  }
  if (!URL.canParse(address)) throw misconfigured(`no URL: ${address}`);
  const url = new URL(address);
  for (const [name, value] of query) url.searchParams.append(name, value);
  if (!headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'content-type')) {
    headers.push('content-type', 'application/json');
  }
  return { url, headers: [...headers, 'host', url.host] };
}

/** Dots alone would lead out of the path that the integration was given. */
function pathSegment(value: string): string {
  if (/^\.+$/.test(value)) throw badRequestBody('dots in the path');
  return encodeURIComponent(value.toWellFormed());
}

/** What a client sends must not become another header. */
function headerValue(value: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw misconfigured('not a value of a header');
  return value;
}

function fields(raw: readonly string[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    all.set(name, [...(all.get(name) ?? []), raw[at + 1] ?? '']);
  }
  return all;
}

/** What a template makes of the message, or the message itself where the integration says so. */
function requestBody(
  { integration, scope, body, findings }: IntegrationRequest,
  { templates }: WebSocketRuntime,
): MessageBody {
  const template = chosenTemplate(integration.templates, scope);
  if (template === undefined) {
    const { passthrough } = integration;
    const passes =
      passthrough === 'WHEN_NO_MATCH' ||
      (passthrough === 'WHEN_NO_TEMPLATES' && integration.templates.byKey.size === 0);
    if (!passes) throw misconfigured('no template for the message');
    return converted(body, integration.contentHandling);
  }
  const text = typeof body === 'string' ? body : body.toString('base64');
  try {
    findings.renderedRequest = renderTemplate(templates, template, text, scope);
    return converted(findings.renderedRequest, integration.contentHandling);
  } catch (error) {
    if (error instanceof TemplateError) throw misconfigured(`request template: ${error.message}`);
    throw error;
  }
}

export function converted(
  body: MessageBody,
  handling: WebSocketIntegration['contentHandling'],
): MessageBody {
  if (handling === 'CONVERT_TO_BINARY') {
    return typeof body === 'string' ? Buffer.from(body, 'base64') : body;
  }
  if (handling === 'CONVERT_TO_TEXT') {
    return typeof body === 'string' ? body : body.toString('base64');
  }
  return body;
}

/** Bytes that are no text stay bytes. */
function asText(bytes: Buffer): string | Buffer {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : bytes;
}
