/**
 * Subscriptions to the Logs API (2020-08-15) and the Telemetry API (2022-07-01): limits and defaults of
 * docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html. Of the texts of a ValidationError
 * AWS shows two: "URI port is not provided; types should not be empty".
 */
import { request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { TELEMETRY_DELIVERY_MS } from '../limits.ts';
import type { TelemetrySubscription, TelemetryType } from '../logging/telemetry.ts';
import type { Address } from '../sandbox/sandbox.ts';
import { ExtensionRefusal } from './extension-refusal.ts';

export type TelemetryApi = 'logs' | 'telemetry';

/** Where a port of the environment's is reached from here. */
export type Dial = (port: number) => Promise<Address>;

interface Buffering {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

interface Bound {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
}

const BUFFERING: Readonly<Record<keyof Buffering, Readonly<Record<TelemetryApi, Bound>>>> = {
  maxItems: {
    telemetry: { byDefault: 1000, min: 1000, max: 10_000 },
    logs: { byDefault: 10_000, min: 1000, max: 10_000 },
  },
  maxBytes: both({ byDefault: 262_144, min: 262_144, max: 1_048_576 }),
  timeoutMs: both({ byDefault: 1000, min: 25, max: 30_000 }),
};

const TYPES: ReadonlySet<string> = new Set(['platform', 'function', 'extension']);
const VERSIONS = {
  telemetry: new Set(['2022-07-01', '2022-12-13', '2025-01-29']),
  logs: new Set(['2020-08-15', '2021-03-18', '2022-07-01', '2022-12-13']),
};
const NEWEST = '2022-12-13';
/** From these on a line of a function that logs in JSON is an object in its record. */
const PARSES_JSON = new Set(['2022-12-13', '2025-01-29']);
const HOSTS = new Set(['sandbox.localdomain', 'sandbox']);
/** Events of the platform that only the other API has. */
const WITHOUT = {
  telemetry: new Set(['platform.end', 'platform.logsSubscription', 'platform.warning']),
  logs: new Set([
    'platform.initStart',
    'platform.initReport',
    'platform.initRuntimeDone',
    'platform.telemetrySubscription',
    'platform.warning',
  ]),
};

function both(bound: Bound): Record<TelemetryApi, Bound> {
  return { logs: bound, telemetry: bound };
}

/** Throws `ExtensionRefusal` with all that is wrong. */
export function readSubscription(
  api: TelemetryApi,
  body: string,
  dial: Dial,
): TelemetrySubscription {
  const said = parseObject(body);
  const problems: string[] = [];
  const version = textOf(said.get('schemaVersion')) ?? NEWEST;
  if (!VERSIONS[api].has(version)) problems.push(`schemaVersion ${version} is not supported`);
  const destination = readDestination(asMap(said.get('destination')), problems);
  const types = readTypes(said.get('types'), problems);
  const buffering = readBuffering(api, asMap(said.get('buffering')), problems);
  if (problems.length > 0 || !destination) {
    throw new ExtensionRefusal('ValidationError', problems.join('; '), 400);
  }
  return {
    ...buffering,
    types,
    without: WITHOUT[api],
    parsesJson: PARSES_JSON.has(version),
    deliver: delivery(destination, dial),
  };
}

interface Destination {
  readonly protocol: 'HTTP' | 'TCP';
  readonly port: number;
  readonly path: string;
  readonly method: 'POST' | 'PUT';
}

function readDestination(said: Map<string, unknown>, problems: string[]): Destination | undefined {
  const protocol = said.get('protocol');
  if (protocol === 'TCP') {
    const port = said.get('port');
    if (isPort(port)) return { protocol, port, path: '', method: 'POST' };
    problems.push('port is not provided');
    return undefined;
  }
  if (protocol !== 'HTTP') {
    problems.push('protocol should be HTTP or TCP');
    return undefined;
  }
  const text = textOf(said.get('URI')) ?? '';
  const uri = URL.canParse(text) ? new URL(text) : undefined;
  // URL leaves out the port that it takes for granted.
  const port = uri && Number(uri.port || (/^http:\/\/[^/]+:80(?:\/|$)/.test(text) ? 80 : NaN));
  if (uri?.protocol !== 'http:' || !HOSTS.has(uri.hostname)) {
    problems.push('URI host should be sandbox.localdomain');
  } else if (!isPort(port)) {
    problems.push('URI port is not provided');
  } else {
    const method = said.get('method') === 'PUT' ? 'PUT' : 'POST';
    return { protocol, port, path: uri.pathname + uri.search, method };
  }
  return undefined;
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
}

function readTypes(said: unknown, problems: string[]): TelemetryType[] {
  const types = Array.isArray(said) ? said.map(String) : [];
  if (types.length === 0) problems.push('types should not be empty');
  const unknown = types.find((type) => !TYPES.has(type));
  if (unknown !== undefined) problems.push(`type ${unknown} is not supported`);
  return types as TelemetryType[];
}

function readBuffering(api: TelemetryApi, said: Map<string, unknown>, problems: string[]) {
  const read = (name: keyof Buffering) => {
    const { byDefault, min, max } = BUFFERING[name][api];
    const value = said.get(name) ?? byDefault;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    problems.push(`${name} should be between ${min} and ${max}`);
    return byDefault;
  };
  return {
    maxItems: read('maxItems'),
    maxBytes: read('maxBytes'),
    timeoutMs: read('timeoutMs'),
  };
}

function parseObject(text: string): Map<string, unknown> {
  try {
    return asMap(JSON.parse(text));
  } catch (error) {
    throw new ExtensionRefusal('ValidationError', (error as Error).message, 400);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asMap(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** HTTP has a JSON array for each batch, TCP a line for each record. */
function delivery({ protocol, port, path, method }: Destination, dial: Dial) {
  let dialled: Promise<Address> | undefined;
  return async (records: readonly string[]): Promise<void> => {
    dialled ??= dial(port);
    const address = await dialled.catch((error: unknown) => {
      dialled = undefined;
      throw error;
    });
    if (protocol === 'TCP') return writeLines(address, `${records.join('\n')}\n`);
    const place = 'path' in address ? { socketPath: address.path } : address;
    const headers = { Host: `sandbox.localdomain:${port}` };
    await send({ ...place, path, method, headers }, `[${records.join(',')}]`);
  };
}

function send(options: RequestOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false, timeout: TELEMETRY_DELIVERY_MS });
    sent.setHeader('Content-Type', 'application/json');
    sent.setHeader('Content-Length', Buffer.byteLength(body));
    sent.on('timeout', () => sent.destroy(new Error('It was not taken in time')));
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode < 400) resolve();
      else reject(new Error(`It was answered with ${statusCode}`));
    });
    sent.end(body);
  });
}

function writeLines(address: Address, lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, timeout: TELEMETRY_DELIVERY_MS });
    socket.on('timeout', () => socket.destroy(new Error('It was not taken in time')));
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(lines);
  });
}
