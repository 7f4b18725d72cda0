/** An endpoint that tells what it was asked, or keeps what it is sent, for recorded tests. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Its address; answers as `answer` does, with all of the request at hand. */
export async function endpoint(
  t: TestContext,
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    void askedOf(request).then((asked) => answer(asked, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const { method = '', url = '', headers } = request;
  const body = Buffer.concat(await request.toArray());
  const { pathname, searchParams } = new URL(url, 'http://endpoint');
  return { method, path: pathname, query: searchParams, headers, body };
}
