/** HTTP proxy integrations: the request goes on to an endpoint, its answer comes back. */
import type { HttpIntegration, Template } from '../../apigatewayv2/port.ts';
import type { Execution, GatewayResponse } from './execution.ts';
import { GatewayError, internalServerError, serviceUnavailable } from './gateway-error.ts';
import { isGatewayHeader, isHopByHop } from '../header-rules.ts';
import { headersByName } from './incoming-request.ts';
import { HOPS_MAX, PAYLOAD_BYTES_MAX } from '../limits.ts';
import { OutboundTimeoutError, OutboundTooLargeError } from '../outbound-http.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { valueOf } from './variables.ts';

/** What the gateway calls itself in `Via`. */
const VIA = 'AmazonAPIGateway';

export async function callEndpoint(
  execution: Execution,
  integration: HttpIntegration,
  { http }: GatewayRuntime,
): Promise<GatewayResponse> {
  const { request, body } = execution;
  const url = endpointUrl(execution, integration.uri);
  const answer = await http
    .send({
      method: integration.method === 'ANY' ? request.method : integration.method,
      url,
      headers: endpointHeaders(execution, integration, url),
      body,
      timeoutMs: integration.timeoutMs,
      bodyBytesMax: PAYLOAD_BYTES_MAX,
    })
    .catch((error: unknown) => {
      throw endpointFailure(error, url);
    });
  const headers = headersByName(answer.headers);
  for (const name of headers.keys()) if (isGatewayHeader(name)) headers.delete(name);
  return { status: answer.status, headers, body: answer.body };
}

function endpointUrl(execution: Execution, template: Template): URL {
  const { outgoing } = execution;
  let text = '';
  for (const part of template) {
    text += part.type === 'text' ? filled(part.text, execution) : (valueOf(part, execution) ?? '');
  }
  if (!URL.canParse(text)) throw internalServerError(`no URL: ${text}`);
  const url = new URL(text);
  if (outgoing.overwrittenPath !== undefined) {
    url.pathname = unclimbing(outgoing.overwrittenPath);
  }
  if (outgoing.rawQuery !== '') {
    url.search = url.search === '' ? outgoing.rawQuery : `${url.search}&${outgoing.rawQuery}`;
  }
  return url;
}

/** Path parameters are decoded; in a URL they must be encoded, slashes of greedy ones aside. */
function filled(text: string, { pathParameters }: Execution): string {
  return text.replaceAll(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = unclimbing(pathParameters.get(name) ?? '').toWellFormed();
    const isGreedy = greedy !== '' || value.includes('/');
    return isGreedy
      ? value.split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(value);
  });
}

/**
 * `..` would leave the path that the integration was given; no URL can carry it as it is. URLs take a
 * backslash for a slash and `%2e` for a dot, and have no tabs or line ends (URL Standard, "path state").
 */
function unclimbing(path: string): string {
  const read = path.replaceAll(/[\t\r\n]/g, '');
  if (/(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i.test(read))
    throw new GatewayError(400, 'Bad Request', 'dots in the path');
  return path;
}

function endpointHeaders(execution: Execution, integration: HttpIntegration, url: URL): string[] {
  const { request, outgoing, traceId, domainName } = execution;
  const via = request.headers.get('via') ?? [];
  if (via.join(',').split(VIA).length > HOPS_MAX) throw serviceUnavailable('a loop of gateways');
  const proto = request.http.encrypted ? 'https' : 'http';
  const client = request.http.remoteAddress;
  const node = client.includes(':') ? `"[${client}]"` : client;
  const headers: string[] = [];
  for (const [name, values] of outgoing.headers) {
    const isOurs = ['host', 'content-length', 'forwarded', 'via', 'x-amzn-trace-id'].includes(name);
    if (isOurs || isHopByHop(name)) continue;
    for (const value of values) headers.push(name, value);
  }
  headers.push('host', mappedHost(execution, integration) ?? url.host);
  headers.push('forwarded', `for=${node};host=${domainName};proto=${proto}`);
  headers.push('via', [...via, `HTTP/1.1 ${VIA}`].join(', '));
  headers.push('x-amzn-trace-id', traceId);
  return headers;
}

/** The host is the endpoint's, whatever the client sent, unless a mapping says otherwise. */
function mappedHost({ outgoing }: Execution, integration: HttpIntegration): string | undefined {
  const isMapped = integration.requestMappings.some(
    ({ target, action }) =>
      target.type === 'header' && target.name === 'host' && action !== 'remove',
  );
  return isMapped ? outgoing.headers.get('host')?.at(-1) : undefined;
}

function endpointFailure(error: unknown, url: URL): GatewayError {
  if (error instanceof OutboundTimeoutError) return serviceUnavailable(`${url.origin}: timeout`);
  if (error instanceof OutboundTooLargeError) {
    return internalServerError(`${url.origin}: answer over the limit`);
  }
  return serviceUnavailable(`${url.origin}: ${String(error)}`);
}
