/** The public keys of token issuers, found by OpenID Connect discovery and kept for a while. */
import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { Clock } from '../../environment/environment.ts';
import type { VerificationKey } from './jwt.ts';
import { JWKS_BYTES_MAX, JWKS_CACHE_MS, JWKS_RETRY_MS, JWKS_TIMEOUT_MS } from './limits.ts';
import type { OutboundHttp } from './outbound-http.ts';

const ISSUERS_MAX = 200;
const KEYS_MAX = 100;

interface IssuerKeys {
  keys: ReadonlyMap<string, VerificationKey>;
  loadedAtMs: number;
  triedAtMs: number;
  loading: Promise<void> | undefined;
}

export class Jwks {
  readonly #http: OutboundHttp;
  readonly #clock: Clock;
  readonly #issuers = new Map<string, IssuerKeys>();

  constructor(http: OutboundHttp, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /** Undefined for a key that the issuer does not have. Rejects when it cannot be asked. */
  async key(issuer: string, keyId: string): Promise<VerificationKey | undefined> {
    const known = this.#issuer(issuer);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - known.loadedAtMs <= JWKS_CACHE_MS) {
      const key = known.keys.get(keyId);
      if (key) return key;
      // Issuers change keys: one that we do not know makes us ask again, but not too often.
      if (!known.loading && nowMs - known.triedAtMs < JWKS_RETRY_MS) return undefined;
    }
    await this.#load(issuer, known);
    return known.keys.get(keyId);
  }

  #issuer(issuer: string): IssuerKeys {
    let known = this.#issuers.get(issuer);
    if (!known) {
      const [oldest] = this.#issuers.keys();
      if (this.#issuers.size >= ISSUERS_MAX && oldest !== undefined) this.#issuers.delete(oldest);
      known = { keys: new Map(), loadedAtMs: -Infinity, triedAtMs: -Infinity, loading: undefined };
      this.#issuers.set(issuer, known);
    }
    return known;
  }

  /** One request at a time for an issuer, however many wait for it. */
  #load(issuer: string, known: IssuerKeys): Promise<void> {
    if (known.loading) return known.loading;
    known.triedAtMs = this.#clock.monotonicMs();
    known.loading = this.#fetchKeys(issuer)
      .then((keys) => {
        known.keys = keys;
        known.loadedAtMs = known.triedAtMs;
      })
      .finally(() => {
        known.loading = undefined;
      });
    return known.loading;
  }

  async #fetchKeys(issuer: string): Promise<Map<string, VerificationKey>> {
    const base = issuer.replace(/\/$/, '');
    const configuration = await this.#getJson(`${base}/.well-known/openid-configuration`);
    const { jwks_uri: uri } = configuration;
    if (typeof uri !== 'string' || !/^https?:\/\//.test(uri)) throw new Error('no jwks_uri');
    const { keys } = await this.#getJson(uri);
    return readKeys(Array.isArray(keys) ? keys : []);
  }

  async #getJson(url: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await this.#http.send({
      method: 'GET',
      url: new URL(url),
      headers: ['accept', 'application/json'],
      timeoutMs: JWKS_TIMEOUT_MS,
      bodyBytesMax: JWKS_BYTES_MAX,
    });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    const value: unknown = JSON.parse(response.body.toString('utf8'));
    if (typeof value !== 'object' || value === null) throw new Error(`${url} is no JSON object`);
    return value as Readonly<Record<string, unknown>>;
  }
}

/** RSA keys for signatures; what else an issuer publishes is not for us. */
function readKeys(list: readonly unknown[]): Map<string, VerificationKey> {
  const keys = new Map<string, VerificationKey>();
  for (const each of list.slice(0, KEYS_MAX)) {
    const jwk = (each ?? {}) as JsonWebKey & { kid?: unknown; alg?: unknown };
    const isForUs = jwk.kty === 'RSA' && (jwk['use'] ?? 'sig') === 'sig';
    if (!isForUs || typeof jwk.kid !== 'string') continue;
    try {
      const algorithm = typeof jwk.alg === 'string' ? jwk.alg : undefined;
      keys.set(jwk.kid, { key: createPublicKey({ key: jwk, format: 'jwk' }), algorithm });
    } catch {
      // A broken key among good ones: its tokens are refused, the others' are not.
    }
  }
  return keys;
}
