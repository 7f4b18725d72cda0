/** Custom domain names, and where they lead. */
import { isIP } from 'node:net';
import type { PublishedRestDomain } from '../apigateway/port.ts';
import { routeOf } from './domain-routing.ts';
import type { HeaderValue, Route } from './domain-routing.ts';

export class CustomDomains {
  #domains: ReadonlyMap<string, PublishedRestDomain> = new Map();

  changed(domains: readonly PublishedRestDomain[]): void {
    this.#domains = new Map(domains.map((domain) => [domain.domainName.toLowerCase(), domain]));
  }

  /** Whether a host is one of them. What names this machine can be no API's alone. */
  has(host: string | undefined): boolean {
    return this.#find(host) !== undefined;
  }

  /** Undefined where nothing leads to a stage, or no domain is the host's. */
  resolve(host: string | undefined, path: string, header: HeaderValue): Route | undefined {
    const domain = this.#find(host);
    return domain && routeOf(domain, path, header);
  }

  /** The name itself, or the wildcard that stands for its first label. */
  #find(host = ''): PublishedRestDomain | undefined {
    if (this.#domains.size === 0) return undefined;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined;
    return this.#domains.get(name) ?? this.#domains.get(name.replace(/^[^.]*/, '*'));
  }
}
