/** Responses that a stage keeps for its methods, by the parameters that each names as its key. */
import type { Clock } from '../../../environment/environment.ts';
import type { Integration, MethodSetting } from '../../../model/generated/apigateway.types.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { HeaderFields } from './header-fields.ts';
import { CACHE_BYTES_MAX, CACHED_BYTES_MAX, CACHE_TTL_DEFAULT_SECONDS } from './limits.ts';
import { compileSource } from './parameter-source.ts';
import type { Payload, RestExecution, RestResponse } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';

interface Entry {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: Payload;
  readonly untilMs: number;
  readonly sizeBytes: number;
}

/** One of a stage; the oldest responses go first. */
export class ResponseCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #sizeBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): RestResponse | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.untilMs <= this.#clock.monotonicMs()) {
      this.delete(key);
      return undefined;
    }
    return { status: entry.status, headers: entry.headers.copy(), body: entry.body };
  }

  set(key: string, response: RestResponse, ttlSeconds: number): void {
    const { status, headers, body } = response;
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return;
    const sizeBytes = Buffer.byteLength(body) + key.length;
    if (sizeBytes > CACHED_BYTES_MAX) return;
    this.delete(key);
    const untilMs = this.#clock.monotonicMs() + ttlSeconds * 1000;
    this.#entries.set(key, { status, headers: headers.copy(), body, untilMs, sizeBytes });
    this.#sizeBytes += sizeBytes;
    for (const [oldest] of this.#entries) {
      if (this.#sizeBytes <= CACHE_BYTES_MAX) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#sizeBytes -= entry.sizeBytes;
  }
}

/** Answers from the cache, or by `call`. */
export type Cached = (
  execution: RestExecution,
  runtime: RestRuntime,
  call: () => void | Promise<void>,
) => Promise<void>;

/** Undefined where the method's responses are not kept. */
export function compileCached(
  cache: ResponseCache | undefined,
  { httpMethod, integration, settings, isOwn }: CachedMethod,
): Cached | undefined {
  // A stage's default is for GET; other methods are cached where they say so themselves.
  if (!cache || !settings?.cachingEnabled || !(httpMethod === 'GET' || isOwn)) return undefined;
  const { cacheTtlInSeconds: ttl = CACHE_TTL_DEFAULT_SECONDS } = settings;
  if (ttl <= 0) return undefined;
  const keyOf = compileKey(integration, httpMethod);
  return async (execution, runtime, call) => {
    const key = keyOf(execution);
    const invalidation = await invalidationOf(execution, runtime, settings);
    if (invalidation === 'granted') cache.delete(key);
    const kept = cache.get(key);
    execution.cache = kept ? 'hit' : 'miss';
    if (kept) execution.response = kept;
    else {
      await call();
      const { response } = execution;
      if (response && response.status === 200) cache.set(key, response, ttl);
    }
    if (invalidation === 'warned') {
      execution.response?.headers.append('Warning', UNAUTHORIZED_INVALIDATION);
    }
  };
}

interface CachedMethod {
  readonly httpMethod: string;
  readonly integration: Integration;
  readonly settings: MethodSetting | undefined;
  /** The settings are this method's, and not the stage's default. */
  readonly isOwn: boolean;
}

/** Wording from memory. */
const UNAUTHORIZED_INVALIDATION =
  '199 Cache-Control header is ignored because of missing authorization';

/** Parameters are part of a key only where they are named (developer guide, "Enable API caching"). */
function compileKey(
  { cacheNamespace = '', cacheKeyParameters = [], requestParameters = {} }: Integration,
  httpMethod: string,
) {
  const sources = cacheKeyParameters.map((name) =>
    compileSource(name.startsWith('integration.') ? (requestParameters[name] ?? "''") : name),
  );
  return (execution: RestExecution): string => {
    const { request, served } = execution;
    const wantsBinary = served.binaryTypes.has(request.headers.get('accept'));
    const values = sources.map((source) => source(execution) ?? null);
    return JSON.stringify([cacheNamespace, httpMethod, request.method, wantsBinary, values]);
  };
}

/** `Cache-Control: max-age=0` asks for a fresh response, which not everybody may. */
async function invalidationOf(
  execution: RestExecution,
  { iam }: RestRuntime,
  settings: MethodSetting,
): Promise<'none' | 'granted' | 'warned' | 'ignored'> {
  const { request, stage, body } = execution;
  const asks = /(?:^|,)\s*max-age=0\s*(?:,|$)/i.test(request.headers.get('cache-control') ?? '');
  if (!asks) return 'none';
  if (settings.requireAuthorizationForCacheControl === false) return 'granted';
  const identity = execution.identity ?? (await iam?.verify(request.http, body, stage.region));
  if (identity?.accountId === stage.accountId) return 'granted';
  switch (settings.unauthorizedCacheControlHeaderStrategy) {
    case 'FAIL_WITH_403':
      throw new GatewayFailure('ACCESS_DENIED', 'the cache may not be invalidated');
    case 'SUCCEED_WITHOUT_RESPONSE_HEADER':
      return 'ignored';
    default:
      return 'warned';
  }
}
