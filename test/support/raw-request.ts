/** Requests for tests below the listener: from parts, or from the text of an HTTP message. */
import { Readable } from 'node:stream';
import type { HttpRequest } from '../../packages/brume/src/http/message.ts';

export interface RequestParts {
  readonly method?: string;
  readonly target?: string;
  /** Name and value pairs, in the order of the wire; names may repeat. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
}

export function httpRequest(parts: RequestParts): HttpRequest {
  const headers = parts.headers ?? [];
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  const body = Buffer.from(parts.body ?? '');
  return {
    method: parts.method ?? 'GET',
    target: parts.target ?? '/',
    headers: { get: (name) => joined.get(name), raw: headers.flat() },
    body: { bytes: () => Promise.resolve(body), stream: () => Readable.from([body]) },
    remoteAddress: '127.0.0.1',
    encrypted: false,
  };
}

/** Reads `GET / HTTP/1.1`, header lines (folded ones too), a blank line and the body. */
export function parseHttpMessage(text: string): Required<RequestParts> & { body: string } {
  // One character a byte, as the listener gives it.
  const wire = Buffer.from(text).toString('latin1');
  const end = wire.indexOf('\n\n');
  const [requestLine = '', ...lines] = (end < 0 ? wire : wire.slice(0, end)).split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? [];
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (last && /^\s/.test(line)) last[1] += `\n${line}`;
    else if (line !== '')
      headers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  }
  return { method, target, headers, body: end < 0 ? '' : wire.slice(end + 2) };
}
