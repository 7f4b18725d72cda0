/** A client's request as the gateway sees it: path and query apart, headers by name, read once. */
import type { HttpRequest } from '../../../http/message.ts';
import { decodePercent, parseQuery } from '../percent-decoding.ts';

/** Values by lower-case name, each as it came. */
export type Headers = Map<string, string[]>;

/** What an integration is told of a request: the client's own words, or what mappings made of them. */
export interface RequestParts {
  /** Decoded, from the API's root, with the name of a stage that is not `$default`. */
  readonly path: string;
  /** Set when a mapping has put another path in place of the client's. */
  readonly overwrittenPath: string | undefined;
  readonly rawQuery: string;
  /** Names and values in order, decoded. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export class IncomingRequest implements RequestParts {
  readonly http: HttpRequest;
  readonly method: string;
  readonly path: string;
  readonly overwrittenPath = undefined;
  /** The path that routes match: without the stage. */
  readonly routePath: string;
  readonly rawQuery: string;
  #headers: Headers | undefined;
  #query: [string, string][] | undefined;

  constructor(http: HttpRequest, stagePrefix: string, rawPath: string, rawQuery: string) {
    this.http = http;
    this.method = http.method;
    this.routePath = decodePath(rawPath);
    this.path = stagePrefix + this.routePath;
    this.rawQuery = rawQuery;
  }

  get headers(): Headers {
    return (this.#headers ??= headersByName(this.http.headers.raw));
  }

  get query(): [string, string][] {
    return (this.#query ??= parseQuery(this.rawQuery));
  }

  /** Values of a header joined, as AWS gives them where it has room for one. */
  header(name: string): string | undefined {
    return this.http.headers.get(name);
  }
}

export function headersByName(raw: readonly string[]): Headers {
  const headers: Headers = new Map();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const values = headers.get(name);
    if (values) values.push(raw[at + 1] ?? '');
    else headers.set(name, [raw[at + 1] ?? '']);
  }
  return headers;
}

/**
 * HTTP APIs decode the path before they route, unlike REST APIs: `/a%2Fb` is `/a/b` to a function
 * (fastify/aws-lambda-fastify#169, 2023-08; honojs/hono#2156, 2024-02), and what follows a decoded `?`
 * is lost (middleapi/standard-server#93, 2026-09).
 */
function decodePath(rawPath: string): string {
  if (!rawPath.includes('%')) return rawPath;
  const decoded = decodePercent(rawPath);
  const question = decoded.indexOf('?');
  return question < 0 ? decoded : decoded.slice(0, question);
}
