/** Custom domain names, and where their base paths lead. */
import { isIP } from 'node:net';
import type { PublishedRestDomain, RestBasePathMapping } from '../apigateway/port.ts';

/** A request by a domain of its own, without the base path. */
export interface DomainTarget {
  readonly domainName: string;
  readonly mapping: RestBasePathMapping;
  /** `/base` or empty. */
  readonly basePath: string;
  /** What follows, from its slash. */
  readonly path: string;
}

export class CustomDomains {
  #domains: ReadonlyMap<string, PublishedRestDomain> = new Map();

  changed(domains: readonly PublishedRestDomain[]): void {
    this.#domains = new Map(domains.map((domain) => [domain.domainName.toLowerCase(), domain]));
  }

  /** Whether a host is one of them. What names this machine can be no API's alone. */
  has(host: string | undefined): boolean {
    return this.#find(host) !== undefined;
  }

  /** Undefined where no mapping has the path, or no domain the host. */
  resolve(host: string | undefined, path: string): DomainTarget | undefined {
    const domain = this.#find(host);
    if (!domain) return undefined;
    const end = path.indexOf('/', 1);
    const first = path.slice(1, end < 0 ? undefined : end);
    const named = domain.mappings.find(({ basePath }) => basePath !== '' && basePath === first);
    const mapping = named ?? domain.mappings.find(({ basePath }) => basePath === '');
    if (!mapping) return undefined;
    const { domainName } = domain;
    if (!named) return { domainName, mapping, basePath: '', path };
    return { domainName, mapping, basePath: `/${first}`, path: end < 0 ? '/' : path.slice(end) };
  }

  /** The name itself, or the wildcard that stands for its first label. */
  #find(host = ''): PublishedRestDomain | undefined {
    if (this.#domains.size === 0) return undefined;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined;
    return this.#domains.get(name) ?? this.#domains.get(name.replace(/^[^.]*/, '*'));
  }
}
