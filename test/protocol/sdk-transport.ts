/**
 * Real SDK clients whose requests go straight into one of our protocols, without a socket, and whose
 * responses come straight out of it.
 */
import { Readable } from 'node:stream';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type { HttpResponse } from '../../packages/brume/src/http/message.ts';
import type { OperationMatch, Protocol } from '../../packages/brume/src/protocol/protocol.ts';
import { httpRequest } from '../support/raw-request.ts';

/** What the SDK hands to its transport. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | readonly string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export interface Exchange {
  /** What our protocol understood. */
  match?: OperationMatch;
  input?: unknown;
  violations?: readonly unknown[];
  /** What it is to answer: an output, or an error. */
  answer: unknown;
}

export function transport(protocol: Protocol, exchange: Exchange) {
  return {
    async handle(sent: SdkRequest) {
      const request = httpRequest({
        method: sent.method,
        target: sent.path + queryText(sent.query ?? {}),
        headers: Object.entries(sent.headers),
      });
      const body = await bodyBytes(sent.body);
      const match = protocol.match(request, body);
      if (!match) throw new Error(`no operation for ${request.method} ${request.target}`);
      exchange.match = match;
      exchange.input = protocol.decode(match, request, body);
      exchange.violations = protocol.validate(match, exchange.input);
      const { answer } = exchange;
      const response =
        answer instanceof AwsError
          ? protocol.encodeError(answer, match, 'request-1')
          : protocol.encode(match, answer, 'request-1');
      return { response: sdkResponse(response) };
    },
  };
}

function queryText(query: NonNullable<SdkRequest['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => {
      return each === null ? escaped(name) : `${escaped(name)}=${escaped(each)}`;
    }),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

async function bodyBytes(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sdkResponse({ status, headers, body }: HttpResponse) {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return {
    statusCode: status,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: Readable.from(isWhole ? [Buffer.from(body)] : body),
  };
}
