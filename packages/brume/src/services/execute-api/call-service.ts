/** Operations of other services, called in this process for an integration of an API. */
import type { HttpHandler, HttpRequest } from '../../http/message.ts';

interface KnownService {
  readonly targetPrefix: string;
  readonly contentType: string;
}

/** Those of Brume that integrations can name, by their names in addresses. */
const SERVICES: Readonly<Record<string, KnownService>> = {
  dynamodb: { targetPrefix: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' },
  logs: { targetPrefix: 'Logs_20140328', contentType: 'application/x-amz-json-1.1' },
};

/** Undefined where Brume has no such service, or none that integrations can name. */
export function knownService(name: string): KnownService | undefined {
  return Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
}

export interface ServiceCall {
  readonly accountId: string;
  readonly region: string;
  readonly remoteAddress: string;
  readonly timeMs: number;
  /** Names the service in hosts and signatures. */
  readonly name: string;
  /** `DynamoDB_20120810.PutItem` */
  readonly operation: string;
  readonly contentType: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

export async function callOperation(
  callService: HttpHandler,
  call: ServiceCall,
  body: Buffer,
): Promise<ServiceAnswer> {
  const { status, headers, body: answered } = await callService(serviceRequest(call, body));
  return { status, headers, body: await wholeBody(answered) };
}

/** As the account that the API belongs to: the integration's role has no policies here. */
function serviceRequest(
  { accountId, region, remoteAddress, timeMs, name, operation, contentType }: ServiceCall,
  body: Buffer,
): HttpRequest {
  const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${accountId}/${day}/${region}/${name}/aws4_request`;
  const fields = new Map([
    ['host', `${name}.${region}.amazonaws.com`],
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
    remoteAddress,
    encrypted: false,
  };
}

async function wholeBody(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
