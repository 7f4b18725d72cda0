/** Custom domain names: whose a request is, where it leads, and whether it may go there. */
import { isIP } from 'node:net';
import type { HttpRequest } from '../../http/message.ts';
import { compileResourcePolicy } from '../../policies/policy.ts';
import type { Policy } from '../../policies/policy.ts';
import type { PublishedRestDomain } from '../apigateway/port.ts';
import type { ClientCertificate } from '../gateway/port.ts';
import { routeOf } from './domain-routing.ts';
import type { HeaderValue, Route } from './domain-routing.ts';
import { policyRequest } from './policy-request.ts';

/** What is asked of a client before its request is looked at. */
export interface Admission {
  /** Why it is not let in, for logs and traces. */
  readonly refusal: string | undefined;
  /** What it has shown, where it had to. */
  readonly client: ClientCertificate | undefined;
}

export class CustomDomains {
  /** Whether others than the users of this machine can reach this Brume. */
  readonly isExposed: boolean;
  #public: ReadonlyMap<string, CustomDomain> = new Map();
  /** Several may have one name. */
  #private: ReadonlyMap<string, readonly CustomDomain[]> = new Map();

  constructor({ isExposed = false } = {}) {
    this.isExposed = isExposed;
  }

  changed(published: readonly PublishedRestDomain[]): void {
    const domains = published.map((each) => new CustomDomain(each));
    // A name may be there in several regions: rather one too many is asked for a certificate.
    const ofPublic = domains
      .filter(({ isPrivate }) => !isPrivate)
      .toSorted((one, other) => Number(one.asksClients) - Number(other.asksClients));
    this.#public = new Map(ofPublic.map((domain) => [domain.name, domain]));
    const ofPrivate = domains.filter(({ isPrivate }) => isPrivate);
    this.#private = Map.groupBy(ofPrivate, ({ name }) => name);
  }

  /** What a client must bring that asks for a name in its TLS handshake. */
  handshakeTerms(serverName: string) {
    const { asksClients = false, minVersion = 'TLSv1.2' } = this.find(serverName) ?? {};
    return { asksClients, minVersion } as const;
  }

  /**
   * The domain that a host is one of, if any. Of private ones that which the VPC endpoint leads to; what
   * names this machine can be no API's alone.
   */
  find(host = '', endpointId?: string): CustomDomain | undefined {
    if (this.#public.size === 0 && this.#private.size === 0) return undefined;
    const name = nameOf(host);
    if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined;
    const hidden = this.#private.get(name);
    return (
      hidden?.find((domain) => domain.leadsFrom(endpointId)) ??
      this.#public.get(name) ??
      this.#public.get(name.replace(/^[^.]*/, '*')) ??
      hidden?.[0]
    );
  }
}

export class CustomDomain {
  readonly name: string;
  readonly #published: PublishedRestDomain;
  readonly #policy: Policy | undefined;

  constructor(published: PublishedRestDomain) {
    this.name = published.domainName.toLowerCase();
    this.#published = published;
    this.#policy = published.privateAccess && policyOf(published.privateAccess);
  }

  get isPrivate(): boolean {
    return this.#published.privateAccess !== undefined;
  }

  get asksClients(): boolean {
    return this.#published.truststore !== undefined;
  }

  get minVersion() {
    return this.#published.minTlsVersion;
  }

  /** Undefined where nothing leads to a stage. */
  route(path: string, header: HeaderValue): Route | undefined {
    return routeOf(this.#published, path, header);
  }

  leadsFrom(endpointId: string | undefined): boolean {
    const { privateAccess } = this.#published;
    return endpointId !== undefined && (privateAccess?.endpointIds.has(endpointId) ?? false);
  }

  /** Undefined where everybody is let in. */
  admit(http: HttpRequest, endpointId: string | undefined, nowMs: number): Admission | undefined {
    const { isStrict, truststore, privateAccess } = this.#published;
    if (!isStrict && !truststore && !privateAccess) return undefined;
    // On one connection a client may ask many hosts, but has shown who it is to one of them.
    if ((isStrict || truststore) && !isAskedByTls(http)) {
      return refused('The host of the request is not the name that was asked for by TLS');
    }
    if (privateAccess) {
      if (!this.leadsFrom(endpointId)) {
        return refused(
          'The request came by no VPC endpoint that is associated with the domain name',
        );
      }
      const caller = { endpointId, timeMs: nowMs };
      const request = policyRequest(http, privateAccess.resource, caller);
      if (this.#policy?.(request) !== 'allow') {
        return refused('The policy of the domain name does not allow it');
      }
    }
    if (!truststore) return { refusal: undefined, client: undefined };
    const { clientCertificate } = http;
    if (!clientCertificate) return refused('Access denied. Reason: No client certificate');
    const verdict = truststore.judge(clientCertificate, nowMs);
    if (verdict.type === 'refused') return refused(`Access denied. Reason: ${verdict.reason}`);
    return { refusal: undefined, client: verdict.certificate };
  }
}

function refused(refusal: string): Admission {
  return { refusal, client: undefined };
}

function isAskedByTls({ serverName, headers }: HttpRequest): boolean {
  return serverName !== undefined && serverName.toLowerCase() === nameOf(headers.get('host') ?? '');
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/** A policy that cannot be read allows nothing: the control plane keeps JSON only. */
function policyOf({
  policy,
  resource,
}: NonNullable<PublishedRestDomain['privateAccess']>): Policy | undefined {
  if (policy === undefined) return undefined;
  const prefix = resource.slice(0, resource.indexOf('/'));
  // `execute-api:/*` is short for this account's own.
  return compileResourcePolicy(JSON.parse(policy), (written) =>
    written.replace(/^execute-api:(?=\/)/, prefix),
  );
}
