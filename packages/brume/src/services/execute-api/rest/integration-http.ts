/** HTTP and HTTP_PROXY integrations: an endpoint is asked, and its answer mapped or passed on. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { isHopByHop } from '../header-rules.ts';
import { HOPS_MAX, PAYLOAD_BYTES_MAX } from '../limits.ts';
import { OutboundTimeoutError, OutboundTooLargeError } from '../outbound-http.ts';
import type { OutboundResponse, OutboundTls } from '../outbound-http.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { GatewayFailure, internalFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { requestPayload, responsePayload } from './media-types.ts';
import { compileResponses } from './method-response.ts';
import { compileRequestBody } from './request-body.ts';
import { compileRequestMapping } from './request-mapping.ts';
import type { OutgoingRequest } from './request-mapping.ts';
import type { Payload, RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { timedOut } from './run-function.ts';
import { compileStageText } from './stage-text.ts';

/** What the gateway calls itself in `Via`, where a gateway asks a gateway. */
const VIA = 'AmazonAPIGateway';

export function compileHttp(integration: Integration): CompiledIntegration {
  const map = compileRequestMapping(integration);
  const renderBody = compileRequestBody(integration);
  const respondWith = compileResponses(integration);
  const endpoint = compileEndpoint(integration);
  return {
    type: 'HTTP',
    async call(execution, runtime) {
      const outgoing = map(execution);
      const { payload, contentType } = renderBody(execution, outgoing);
      const { headers } = outgoing;
      if (!headers.has('accept')) headers.set('Accept', 'application/json');
      if (!headers.has('user-agent')) {
        headers.set('User-Agent', `AmazonAPIGateway_${execution.stage.apiId}`);
      }
      if (payload.length > 0 && !headers.has('content-type')) {
        headers.set('Content-Type', contentType);
      }
      const answer = await endpoint(execution, runtime, outgoing, payload);
      execution.response = respondWith(execution, {
        headers: HeaderFields.of(answer.headers),
        body: answer.body,
        selector: String(answer.status),
      });
      execution.response.headers.set('X-Amzn-Trace-Id', execution.traceId);
    },
  };
}

export function compileHttpProxy(integration: Integration): CompiledIntegration {
  const map = compileRequestMapping(integration);
  const endpoint = compileEndpoint(integration);
  const { contentHandling } = integration;
  return {
    type: 'HTTP_PROXY',
    async call(execution, runtime) {
      const { request, served, body } = execution;
      const outgoing = passedOn(execution, map(execution));
      const isBinary = served.binaryTypes.has(request.headers.get('content-type'));
      const payload = requestPayload(body, isBinary, contentHandling);
      const answer = await endpoint(execution, runtime, outgoing, payload);
      const headers = HeaderFields.of(answer.headers);
      execution.response = {
        status: answer.status,
        headers: answeredHeaders(headers),
        body: responsePayload(
          answer.body,
          served.binaryTypes.has(headers.get('content-type')),
          served.binaryTypes.has(request.headers.get('accept')),
          contentHandling,
        ),
      };
    },
  };
}

/**
 * The client's headers and query with what is mapped: headers replace the client's, values of the query
 * come after the client's where they are not among them (recorded 2024-07,
 * test_http_proxy_integration_request_data_mappings).
 */
function passedOn({ request }: RestExecution, mapped: OutgoingRequest): OutgoingRequest {
  const headers = request.headers.copy();
  for (const name of ['host', 'content-encoding', 'via']) headers.delete(name);
  for (const { name, values } of mapped.headers) headers.set(name, ...values);
  const query = new Map(request.query);
  for (const [name, values] of mapped.query) {
    query.set(name, [...new Set([...(query.get(name) ?? []), ...values])]);
  }
  return { headers, query, path: mapped.path };
}

/** Recorded 2025 (test_apigateway_header_remapping_http): what the client is not told. */
function answeredHeaders(headers: HeaderFields): HeaderFields {
  for (const name of ['content-encoding', 'via']) headers.delete(name);
  return headers;
}

type Endpoint = (
  execution: RestExecution,
  runtime: RestRuntime,
  outgoing: OutgoingRequest,
  payload: Payload,
) => Promise<OutboundResponse>;

function compileEndpoint(integration: Integration): Endpoint {
  const { uri = '', httpMethod = 'ANY' } = integration;
  const { timeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_DEFAULT_MS } = integration;
  const address = compileStageText(uri);
  return async (execution, { http, clock }, outgoing, payload) => {
    const url = endpointUrl(address(execution.variables), outgoing);
    const headers = endpointHeaders(execution, outgoing, url);
    const record = (execution.integration = {
      uri: url.href,
      requestHeaders: outgoing.headers,
      requestBody: payload,
      latencyMs: 0,
      status: undefined as number | undefined,
      responseHeaders: undefined as HeaderFields | undefined,
      responseBody: '' as Payload,
    });
    const startedMs = clock.monotonicMs();
    const answer = await http
      .send({
        method: httpMethod === 'ANY' ? execution.request.method : httpMethod,
        url,
        headers,
        body: typeof payload === 'string' ? Buffer.from(payload) : payload,
        tls: outboundTls(execution, integration),
        timeoutMs,
        bodyBytesMax: PAYLOAD_BYTES_MAX,
      })
      .catch((error: unknown) => {
        throw endpointFailure(error, url);
      })
      .finally(() => {
        record.latencyMs = clock.monotonicMs() - startedMs;
      });
    record.status = answer.status;
    record.responseBody = answer.body;
    return answer;
  };
}

function outboundTls(
  { stage }: RestExecution,
  { tlsConfig }: Integration,
): OutboundTls | undefined {
  const { certificate, privateKey } = stage.clientCertificate ?? {};
  const insecure = tlsConfig?.insecureSkipVerification;
  return certificate || insecure ? { certificate, privateKey, insecure } : undefined;
}

function endpointUrl(address: string, { path, query }: OutgoingRequest): URL {
  const text = address.replaceAll(/\{([^{}+]+)\+?\}/g, (_, name: string) => {
    const value = path.get(name);
    if (value === undefined) throw internalFailure(`nothing is mapped to the path's {${name}}`);
    return pathText(value);
  });
  // Recorded 2023 (test_import_with_stage_variables): 500.
  if (!URL.canParse(text)) throw internalFailure(`Invalid endpoint address: ${text}`);
  const url = new URL(text);
  const added = [...query].flatMap(([name, values]) =>
    values.map((value) => `${encode(name)}=${encode(value)}`),
  );
  if (added.length > 0) url.search = [url.search.slice(1), ...added].filter(Boolean).join('&');
  return url;
}

/** Path parameters come encoded, as the client sent them; what no path can hold is encoded here. */
function pathText(value: string): string {
  // `..` would leave the path that the integration was given.
  if (/(?:^|\/|%2f|\\|%5c)(?:\.|%2e){1,2}(?:\/|%2f|\\|%5c|$)/i.test(value)) {
    throw new GatewayFailure('BAD_REQUEST_PARAMETERS', 'dots in the path', {
      message: 'Invalid path',
    });
  }
  return value
    .toWellFormed()
    .replaceAll(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/gi, (unit) => encodeURIComponent(unit));
}

/** `encodeURIComponent` throws for half of a surrogate pair. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function endpointHeaders(
  { request, stage, traceId }: RestExecution,
  { headers }: OutgoingRequest,
  url: URL,
): string[] {
  const sent: string[] = [];
  for (const { name, values } of headers) {
    const lower = name.toLowerCase();
    if (isHopByHop(lower) || lower === 'host' || lower === 'x-amzn-trace-id') continue;
    if (lower === 'x-amzn-apigateway-api-id' || lower === 'content-length') continue;
    for (const value of values) sent.push(name, value);
  }
  sent.push('Host', headers.get('host') ?? url.host);
  sent.push('X-Amzn-Apigateway-Api-Id', stage.apiId, 'X-Amzn-Trace-Id', traceId);
  return [
    ...sent,
    ...viaOf(request.http.headers.get('via'), request.headers.has('x-amzn-apigateway-api-id')),
  ];
}

/** Only a gateway that a gateway asks says so: enough to end a loop, and else as AWS is. */
function viaOf(via = '', fromGateway: boolean): string[] {
  if (!fromGateway) return [];
  if (via.split(VIA).length > HOPS_MAX) throw internalFailure('a loop of gateways');
  return ['Via', via === '' ? `HTTP/1.1 ${VIA}` : `${via}, HTTP/1.1 ${VIA}`];
}

/**
 * Connections that were refused or broke off: AWS's 504, by its knowledge center ("Network error communicating
 * with endpoint"). Anything else is the configuration's fault, as names that nobody knows and certificates
 * that nobody vouches for (developer guide, "Gateway response types": "an invalid endpoint address").
 */
const BROKEN = /^(?:ECONN|EHOST|ENET|EPIPE|UND_ERR_SOCKET)/;

function endpointFailure(error: unknown, url: URL): GatewayFailure {
  if (error instanceof OutboundTimeoutError) return timedOut(url.origin);
  if (error instanceof OutboundTooLargeError) return internalFailure(`${url.origin}: too large`);
  const reason = `${url.origin}: ${String(error)}`;
  const { code } = error as { readonly code?: unknown };
  const isBroken = typeof code === 'string' && BROKEN.test(code);
  return isBroken ? new GatewayFailure('INTEGRATION_FAILURE', reason) : internalFailure(reason);
}
