/** A client's request to a REST API: path and query apart, headers by name, each read once. */
import type { HttpRequest } from '../../../http/message.ts';
import type { ClientCertificate } from '../../gateway/port.ts';
import type { Address } from '../address.ts';
import { parseQuery } from '../percent-decoding.ts';
import { HeaderFields } from './header-fields.ts';

export type Strings = Record<string, string>;

type RequestAddress = Pick<Address, 'rawQuery' | 'mapped' | 'endpointId' | 'admission'>;

export class RestRequest {
  readonly http: HttpRequest;
  readonly method: string;
  /**
   * As sent, undecoded, without the stage, several slashes at its begin collapsed to one (recorded
   * 2023: `path` of events).
   */
  readonly path: string;
  /** What functions are told: with the base path of a custom domain, from memory. */
  readonly eventPath: string;
  /** With the stage, or whatever stood in its place: `/dev/pets`. */
  readonly fullPath: string;
  readonly rawQuery: string;
  /** The VPC endpoint by which it came. */
  readonly endpointId: string | undefined;
  /** What its client has shown, where the domain asks for it. */
  readonly client: ClientCertificate | undefined;
  #headers: HeaderFields | undefined;
  #query: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(
    http: HttpRequest,
    prefix: string,
    path: string,
    { rawQuery, mapped, endpointId, admission }: RequestAddress,
  ) {
    this.endpointId = endpointId;
    this.client = admission?.client;
    this.http = http;
    this.method = http.method;
    this.path = path.replace(/^\/+/, '/') || '/';
    this.eventPath = (mapped?.basePath ?? '') + this.path;
    this.fullPath = prefix + path;
    this.rawQuery = rawQuery;
  }

  /** What mappings, events and integrations see of the headers. */
  get headers(): HeaderFields {
    return (this.#headers ??= methodHeaders(this.http.headers.raw));
  }

  /** Values by name, decoded. */
  get query(): ReadonlyMap<string, readonly string[]> {
    return (this.#query ??= queryByName(this.rawQuery));
  }

  /** Values of a header joined. */
  header(name: string): string | undefined {
    return this.http.headers.get(name);
  }
}

/** Recorded 2025 (test_apigateway_header_remapping): neither functions nor endpoints are told these. */
const UNSEEN: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

export function isUnseen(lowerCaseName: string): boolean {
  return UNSEEN.has(lowerCaseName);
}

/** The names that AWS writes in its own way, whatever the client wrote. */
const WRITTEN_BY_AWS: ReadonlyMap<string, string> = new Map([
  ['authorization', 'Authorization'],
  ['host', 'Host'],
  ['user-agent', 'User-Agent'],
]);

function methodHeaders(raw: readonly string[]): HeaderFields {
  const fields = new HeaderFields();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const lower = name.toLowerCase();
    if (!UNSEEN.has(lower)) fields.append(WRITTEN_BY_AWS.get(lower) ?? name, raw[at + 1] ?? '');
  }
  return fields;
}

const NO_QUERY: ReadonlyMap<string, readonly string[]> = new Map();

function queryByName(rawQuery: string): ReadonlyMap<string, readonly string[]> {
  if (rawQuery === '') return NO_QUERY;
  const query = new Map<string, string[]>();
  for (const [name, value] of parseQuery(rawQuery)) {
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

/** The last value of each name, in an object without a prototype. */
export function lastValues(entries: Iterable<readonly [string, readonly string[]]>): Strings {
  const last = Object.create(null) as Strings;
  for (const [name, values] of entries) last[name] = values.at(-1) ?? '';
  return last;
}
