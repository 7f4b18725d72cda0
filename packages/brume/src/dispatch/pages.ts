/**
 * Brume's own pages under `/_brume/`: one for people, health, metrics, the last requests, and what can be changed while
 * it runs. All but health is for the machine's own user: it is for loopback only, and never for a
 * foreign web page. Where signatures are enforced that is not enough, as proxies and functions are on
 * loopback too: what others have sent is then shown to the owner alone.
 */
import { BodyTooLargeError } from '../http/message.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';
import type { DataPlane, PlaneHandler } from '../services/data-plane.ts';
import type { RequestMetrics } from '../telemetry/metrics.ts';
import type { RequestTraces } from '../telemetry/traces.ts';

const ROOT = '/_brume';
const PREFIX = `${ROOT}/`;
const REQUESTS_DEFAULT = 100;
const REQUESTS_MAX = 1000;

const CONTROL_BYTES_MAX = 64 * 1024;
const NO_BODY = Buffer.alloc(0);

/** Something that can be looked at and changed while Brume runs: JSON both ways. */
export interface Control {
  /** Shown to the owner alone where signatures are enforced: it tells of others. */
  readonly isPrivate?: boolean;
  read(): unknown;
  /** Answers what is now. Throws an `AwsError` that says what can be said instead. */
  change(said: unknown): unknown;
}

type Page = (query: URLSearchParams) => HttpResponse | Promise<HttpResponse>;

export interface PagesOptions {
  readonly metrics: RequestMetrics;
  readonly traces: RequestTraces;
  /** Throws for a request that a foreign web page may have sent. */
  readonly guard: (request: HttpRequest) => void;
  /** What `/_brume/health` says. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** Files of the page for people, by the ends of their addresses. */
  readonly console?: Readonly<Record<string, Page>>;
  readonly controls?: Readonly<Record<string, Control>>;
  /** Throws for who may neither change anything nor see what others have sent. */
  readonly authorize?: (request: HttpRequest, body: Buffer) => void;
}

export function createPages(options: PagesOptions): DataPlane {
  const pages: Readonly<Record<string, Page>> = {
    ...options.console,
    health: () => json(options.health()),
    metrics: () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: options.metrics.render(),
    }),
    requests: (query) => json({ requests: options.traces.newest(limitOf(query)) }),
  };
  const { controls = {} } = options;
  const names = ['health', 'metrics', 'requests', ...Object.keys(controls)];
  const handler: PlaneHandler = async (request) => {
    options.guard(request);
    const { pathname, searchParams } = new URL(request.target, 'http://brume');
    if (pathname === ROOT) return { status: 308, headers: { location: PREFIX }, body: '' };
    const name = pathname.slice(PREFIX.length);
    if (name !== 'health' && !isLoopbackAddress(request.remoteAddress)) {
      throw refused(403, 'This page is shown on the machine itself only.');
    }
    const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
    if (control) return answerControl(control, request, options.authorize);
    const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
    if (!page) throw refused(404, `There is no such page. There are: ${names.join(', ')}.`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw refused(405, 'This page can only be read.');
    }
    if (name === 'requests') options.authorize?.(request, NO_BODY);
    return page(searchParams);
  };
  return {
    name: 'brume',
    unrecorded: true,
    claim: ({ target }) => (target === ROOT || target.startsWith(PREFIX) ? handler : undefined),
  };
}

async function answerControl(
  control: Control,
  request: HttpRequest,
  authorize: PagesOptions['authorize'],
): Promise<HttpResponse> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (control.isPrivate) authorize?.(request, NO_BODY);
    return json(await control.read());
  }
  if (request.method !== 'POST') throw refused(405, 'This page can be read, and changed by POST.');
  const body = await request.body.bytes(CONTROL_BYTES_MAX).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError)
      throw refused(413, 'That is more than can be said here.');
    throw error;
  });
  authorize?.(request, body);
  return json(await control.change(parse(body)));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw refused(400, 'The body must be JSON.');
  }
}

function json(value: unknown): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(value, null, 2)}\n`,
  };
}

function limitOf(query: URLSearchParams): number {
  const said = Number(query.get('limit') ?? REQUESTS_DEFAULT);
  return Number.isInteger(said) && said > 0 ? Math.min(said, REQUESTS_MAX) : REQUESTS_DEFAULT;
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

function refused(status: number, message: string): AwsError {
  return new AwsError({ code: 'Refused', status, message });
}
