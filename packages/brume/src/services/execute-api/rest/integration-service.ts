/** AWS integrations with another service: the mapped request is one of its operations', called in this process. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import type { HttpRequest } from '../../../http/message.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { compileResponses } from './method-response.ts';
import { compileRequestBody } from './request-body.ts';
import { compileRequestMapping } from './request-mapping.ts';
import type { RestExecution } from './rest-execution.ts';
import { compileStageText } from './stage-text.ts';

interface KnownService {
  readonly targetPrefix: string;
  readonly contentType: string;
}

/** Those of Brume that such integrations can name, by their names in addresses. */
const SERVICES: Readonly<Record<string, KnownService>> = {
  dynamodb: { targetPrefix: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' },
  logs: { targetPrefix: 'Logs_20140328', contentType: 'application/x-amz-json-1.1' },
};

const ADDRESS = /^arn:[\w-]+:apigateway:([\w-]*):(?:[^:.]+\.)?([\w-]+):(action|path)\/(.*)$/s;

export function compileService(integration: Integration): CompiledIntegration {
  const { uri = '' } = integration;
  const [, region = '', name = '', kind = '', target = ''] = ADDRESS.exec(uri) ?? [];
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  const map = compileRequestMapping(integration);
  const renderBody = compileRequestBody(integration);
  const respondWith = compileResponses(integration);
  const action = compileStageText(target);
  return {
    type: 'AWS',
    async call(execution, { callService, clock }) {
      const outgoing = map(execution);
      const { payload } = renderBody(execution, outgoing);
      if (!service || !callService) throw notThere(name || uri);
      const mapped = kind === 'path' ? outgoing.headers.get('x-amz-target') : undefined;
      const operation = mapped ?? `${service.targetPrefix}.${action(execution.variables)}`;
      const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const startedMs = clock.monotonicMs();
      const at = { name, region, operation, contentType: service.contentType };
      const answer = await callService(serviceRequest(execution, at, body));
      const answered = await wholeBody(answer.body);
      execution.integration = {
        uri: `${name}:${operation}`,
        requestHeaders: outgoing.headers,
        requestBody: payload,
        latencyMs: clock.monotonicMs() - startedMs,
        status: answer.status,
        responseHeaders: undefined,
        responseBody: answered,
      };
      const headers = new HeaderFields();
      for (const [field, value] of Object.entries(answer.headers)) {
        headers.set(field, ...(typeof value === 'string' ? [value] : value));
      }
      const selector = String(answer.status);
      execution.response = respondWith(execution, { headers, body: answered, selector });
      execution.response.headers.set('X-Amzn-Trace-Id', execution.traceId);
    },
  };
}

/** 501, so that nobody takes it for an answer of AWS. */
function notThere(name: string): GatewayFailure {
  return new GatewayFailure('DEFAULT_5XX', `no integrations with ${name}`, {
    status: 501,
    message: `Brume has no integrations of REST APIs with ${name}.`,
    errorType: 'NotImplementedException',
  });
}

interface ServiceCall {
  readonly name: string;
  readonly region: string;
  readonly operation: string;
  readonly contentType: string;
}

/** As the account that the API belongs to: the integration's role has no policies here. */
function serviceRequest(
  { stage, request, timeMs }: RestExecution,
  { name, region, operation, contentType }: ServiceCall,
  body: Buffer,
): HttpRequest {
  const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${stage.accountId}/${day}/${region || stage.region}/${name}/aws4_request`;
  const fields = new Map([
    ['host', `${name}.${region || stage.region}.amazonaws.com`],
    ['content-type', contentType],
    ['content-length', String(body.length)],
    ['x-amz-target', operation],
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=trusted`,
    ],
  ]);
  return {
    method: 'POST',
    target: '/',
    headers: { raw: [...fields].flat(), get: (field) => fields.get(field) },
    body: {
      bytes: async () => body,
      async *stream() {
        yield body;
      },
    },
    remoteAddress: request.http.remoteAddress,
    encrypted: false,
  };
}

async function wholeBody(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
