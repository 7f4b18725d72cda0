/** Images in a registry, over the protocol of the OCI distribution specification. */
import { isLoopbackHost } from './loopback.ts';
import { brokenImage, imageAccessDenied, imageNotFound } from './errors.ts';
import { isDigest, type RegistryName } from './image-name.ts';
import { contentOf, readAll, type ImageSource } from './image-source.ts';
import type { FindCredentials } from './docker-config.ts';
import { MANIFEST_BYTES_MAX, REDIRECTS_MAX } from './limits.ts';
import { ACCEPTED_DOCUMENTS, checkDigest, type Document } from './manifest.ts';
import { authorizationFor, readChallenge } from './registry-authorization.ts';

/** Docker's own registry has another name than its images. */
const HOSTS = new Map([
  ['docker.io', 'registry-1.docker.io'],
  ['index.docker.io', 'registry-1.docker.io'],
]);

export class RegistrySource implements ImageSource {
  readonly #name: RegistryName;
  readonly #isLocal: boolean;
  readonly #base: string;
  readonly #credentialsFor: FindCredentials;
  #authorization: string | undefined;
  /** Once that was looked for. */
  #hasCredentials: boolean | undefined;

  constructor(name: RegistryName, credentialsFor: FindCredentials) {
    this.#name = name;
    this.#credentialsFor = credentialsFor;
    const host = HOSTS.get(name.host) ?? name.host;
    this.#isLocal = isLoopbackHost(host);
    const scheme = this.#isLocal ? 'http' : 'https';
    // As answers have it: hosts in lower case, without the usual port.
    this.#base = new URL(`${scheme}://${host}/v2/${name.repository}`).href;
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
      this.#authorization = await this.#authorize(response);
      response = await this.#follow(url, accept);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) throw imageNotFound(this.#uri);
    if (response.status === 401 || response.status === 403) throw await this.#denied();
    throw brokenImage(`its registry answers with status ${response.status}`);
  }

  /** Registries keep blobs elsewhere, where nobody is told who asks. */
  async #follow(first: string, accept: string): Promise<Response> {
    let url = first;
    for (let step = 0; step <= REDIRECTS_MAX; step++) {
      const own = this.#isOwn(url) && this.#authorization;
      const headers = { accept, ...(own && { authorization: own }) };
      const response = await this.#fetch(url, { headers });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      if (!URL.canParse(location, url)) throw brokenImage('its registry leads nowhere');
      url = new URL(location, url).href;
    }
    throw brokenImage('its registry leads in a circle');
  }

  /** Only the registry itself may say where its passwords are to be shown. */
  async #authorize({ url, headers }: Response): Promise<string> {
    const challenge = readChallenge(headers.get('www-authenticate') ?? '');
    if (!this.#isOwn(url) || !challenge) throw await this.#denied();
    const { host, repository } = this.#name;
    const credentials = await this.#credentialsFor(host);
    this.#hasCredentials = credentials !== undefined;
    const fetch = (address: string, init: RequestInit) => this.#fetch(address, init);
    const found = await authorizationFor({ challenge, repository, credentials, fetch });
    if (found === undefined) throw await this.#denied();
    return found;
  }

  #isOwn(url: string): boolean {
    return url.startsWith(`${this.#base}/`);
  }

  async #denied(): Promise<Error> {
    const { host } = this.#name;
    this.#hasCredentials ??= (await this.#credentialsFor(host)) !== undefined;
    return imageAccessDenied(host, this.#hasCredentials);
  }

  /** A registry elsewhere has nothing to ask of this machine, nor in the clear. */
  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const { protocol, hostname } = new URL(url);
    const isLocal = /^https?:$/.test(protocol) && isLoopbackHost(hostname);
    if (isLocal ? !this.#isLocal : protocol !== 'https:') {
      throw brokenImage(`its registry leads to ${protocol}//${hostname}`);
    }
    try {
      return await fetch(url, { ...init, redirect: 'manual' });
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
