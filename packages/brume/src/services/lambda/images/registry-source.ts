/**
 * Images in a registry, over the protocol of the OCI distribution specification: anonymous, or with the
 * token that a registry's own service gives to everybody.
 */
import { isLoopbackHost } from './loopback.ts';
import { brokenImage, imageAccessDenied, imageNotFound } from './errors.ts';
import { isDigest, type RegistryName } from './image-name.ts';
import { readAll, type ImageSource } from './image-source.ts';
import { MANIFEST_BYTES_MAX, REDIRECTS_MAX, TOKEN_BYTES_MAX } from './limits.ts';
import { ACCEPTED_DOCUMENTS, checkDigest, type Document } from './manifest.ts';

/** Docker's own registry has another name than its images. */
const HOSTS = new Map([
  ['docker.io', 'registry-1.docker.io'],
  ['index.docker.io', 'registry-1.docker.io'],
]);

export class RegistrySource implements ImageSource {
  readonly #name: RegistryName;
  readonly #isLocal: boolean;
  readonly #base: string;
  #authorization: string | undefined;

  constructor(name: RegistryName) {
    this.#name = name;
    const host = HOSTS.get(name.host) ?? name.host;
    this.#isLocal = isLoopbackHost(host);
    this.#base = `${this.#isLocal ? 'http' : 'https'}://${host}/v2/${name.repository}`;
  }

  top(): Promise<Document> {
    return this.document(this.#name.reference);
  }

  async document(reference: string): Promise<Document> {
    const response = await this.#get(`${this.#base}/manifests/${reference}`, ACCEPTED_DOCUMENTS);
    const mediaType = response.headers.get('content-type')?.split(';', 1)[0]?.trim();
    const document = { mediaType, bytes: await readAll(contentOf(response), MANIFEST_BYTES_MAX) };
    return isDigest(reference) ? checkDigest(document, reference) : document;
  }

  async blob(digest: string): Promise<AsyncIterable<Uint8Array>> {
    return contentOf(await this.#get(`${this.#base}/blobs/${digest}`, '*/*'));
  }

  async #get(url: string, accept: string): Promise<Response> {
    let response = await this.#follow(url, accept);
    if (response.status === 401) {
      await response.body?.cancel();
      this.#authorization = await this.#askForToken(response.headers.get('www-authenticate') ?? '');
      response = await this.#follow(url, accept);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) throw imageNotFound(this.#uri);
    if (response.status === 401 || response.status === 403) throw imageAccessDenied();
    throw brokenImage(`its registry answers with status ${response.status}`);
  }

  /** Registries keep blobs elsewhere, where nobody is told the token. */
  async #follow(first: string, accept: string): Promise<Response> {
    let url = first;
    for (let step = 0; step <= REDIRECTS_MAX; step++) {
      const own = url.startsWith(this.#base) && this.#authorization;
      const headers = { accept, ...(own && { authorization: own }) };
      const response = await this.#fetch(url, headers);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url).href;
    }
    throw brokenImage('its registry leads in a circle');
  }

  /** The answer to `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`. */
  async #askForToken(challenge: string): Promise<string> {
    const parameters = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const realm = parameters.get('realm') ?? '';
    if (!/^bearer /i.test(challenge) || !URL.canParse(realm)) throw imageAccessDenied();
    const url = new URL(realm);
    const service = parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${this.#name.repository}:pull`);
    const response = await this.#fetch(url.href, { accept: 'application/json' });
    if (!response.ok) throw imageAccessDenied();
    const token = readToken(await readAll(contentOf(response), TOKEN_BYTES_MAX));
    if (token === undefined) throw imageAccessDenied();
    return `Bearer ${token}`;
  }

  /** A registry elsewhere has nothing to ask of this machine, nor in the clear. */
  async #fetch(url: string, headers: Record<string, string>): Promise<Response> {
    const { protocol, hostname } = new URL(url);
    const isLocal = isLoopbackHost(hostname);
    if (isLocal ? !this.#isLocal : protocol !== 'https:') {
      throw brokenImage(`its registry leads to ${protocol}//${hostname}`);
    }
    try {
      return await fetch(url, { headers, redirect: 'manual' });
    } catch (error) {
      const { cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : String(error);
      throw brokenImage(`its registry cannot be reached (${reason})`);
    }
  }

  get #uri(): string {
    const { host, repository, reference } = this.#name;
    return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
  }
}

async function* contentOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw brokenImage(`its registry has broken off (${String(error)})`);
  }
}

function readToken(bytes: Buffer): string | undefined {
  try {
    const { token, access_token } = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const found = token ?? access_token;
    // Nothing that could be more than one header.
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
