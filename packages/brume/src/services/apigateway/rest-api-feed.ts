/** Tells the data plane what is deployed, who may call it how often, and under which names. */
import type { QuotaSettings, ThrottleSettings } from '../../model/generated/apigateway.types.ts';
import type { Collection } from '../gateway/collection.ts';
import { ROOT_BASE_PATH } from '../gateway/custom-domain.ts';
import type { Scope } from '../gateway/document-store.ts';
import type { Publication } from '../gateway/publisher.ts';
import { Refreshes } from '../gateway/refreshes.ts';
import { Truststore } from '../gateway/truststore.ts';
import type { StoredApiKey, StoredClientCertificate, StoredUsagePlan } from './collections.ts';
import type {
  KeptDomainName,
  KeptRoutingRule,
  PrivateAccess,
  KeptUsage,
  PublishedDeployment,
  PublishedRestDomain,
  PublishedRestStage,
  PublishedRoutingRule,
  PublishedUsagePlan,
  Quota,
  RateLimit,
  RestApiFeed,
  RestApiListener,
} from './port.ts';
import { domainKey, minTlsVersion } from './domain-name.ts';
import { isPrivate } from './endpoint-type.ts';
import type { RestApiDocument, Snapshot, StoredStage } from './rest-api-document.ts';
import type { RestStagePublisher } from './rest-api-store.ts';
import { PERIODS } from './usage-period.ts';
import type { UsageRecords } from './usage-records.ts';

/** Stages by name, with what their deployments froze. */
export function publicationWith(
  certificates: Collection<StoredClientCertificate>,
): Publication<RestApiDocument, Snapshot, PublishedRestStage> {
  return {
    servedIds: ({ stages }) =>
      stages.flatMap(({ deploymentId, canarySettings }) => [
        deploymentId,
        canarySettings?.deploymentId ?? deploymentId,
      ]),
    async stagesOf(document, snapshots) {
      const stages = new Map<string, PublishedRestStage>();
      for (const stage of document.stages) {
        const { clientCertificateId: id } = stage;
        const certificate = id === undefined ? undefined : await certificates.find(document, id);
        const published = publishedStage(document, { stage, snapshots, certificate });
        if (published) stages.set(stage.stageName, published);
      }
      return stages;
    },
  };
}

interface StageParts {
  readonly stage: StoredStage;
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly certificate: StoredClientCertificate | undefined;
}

function publishedStage(
  { accountId, region, api }: RestApiDocument,
  { stage, snapshots, certificate }: StageParts,
): PublishedRestStage | undefined {
  const deployed = (deploymentId: string): PublishedDeployment | undefined => {
    const configuration = snapshots.get(deploymentId);
    return configuration && { deploymentId, configuration };
  };
  const deployment = deployed(stage.deploymentId);
  if (!deployment) return undefined;
  const { canarySettings } = stage;
  return {
    ...{ accountId, region, apiId: api.id, stage, deployment },
    canary: canarySettings && deployed(canarySettings.deploymentId ?? stage.deploymentId),
    clientCertificate: certificate && {
      certificate: certificate.pemEncodedCertificate,
      privateKey: certificate.privateKey,
    },
  };
}

interface PublishedDomains {
  readonly scope: Scope;
  readonly domains: readonly PublishedRestDomain[];
  /** By their text. */
  readonly truststores: ReadonlyMap<string, Truststore>;
}

interface Collections {
  readonly apiKeys: Collection<StoredApiKey>;
  readonly usagePlans: Collection<StoredUsagePlan>;
  readonly domainNames: Collection<KeptDomainName>;
  readonly usageRecords: UsageRecords;
}

export class RestApiPublisher implements RestApiFeed {
  readonly #stages: RestStagePublisher;
  readonly #collections: Collections;
  readonly #refreshes = new Refreshes();
  /** What was last told, by scope. */
  readonly #plans = new Map<string, { scope: Scope; plans: readonly PublishedUsagePlan[] }>();
  readonly #domains = new Map<string, PublishedDomains>();
  #listener: RestApiListener | undefined;

  constructor(stages: RestStagePublisher, collections: Collections) {
    this.#stages = stages;
    this.#collections = collections;
  }

  subscribe(listener: RestApiListener): void {
    this.#listener = listener;
    for (const { scope, plans } of this.#plans.values()) {
      listener.plansChanged(scope.accountId, scope.region, plans);
    }
    listener.domainsChanged(this.#allDomains());
    this.#stages.subscribe(listener);
  }

  async refreshPlans(scope: Scope): Promise<void> {
    const key = keyOf(scope);
    await this.#refreshes.run(`plans ${key}`, async () => {
      const { apiKeys, usagePlans, usageRecords } = this.#collections;
      const stored = await usagePlans.list(scope);
      const keys = stored.length === 0 ? [] : await apiKeys.list(scope);
      const enabled = new Map(keys.filter((each) => each.enabled).map((each) => [each.id, each]));
      const usages = stored.length === 0 ? new Map() : await usageRecords.newest(scope);
      const plans = stored.map((plan) => publishedPlan(plan, enabled, usages));
      this.#plans.set(key, { scope, plans });
      this.#listener?.plansChanged(scope.accountId, scope.region, plans);
    });
  }

  async refreshDomains(scope: Scope): Promise<void> {
    const key = keyOf(scope);
    await this.#refreshes.run(`domains ${key}`, async () => {
      const stored = await this.#collections.domainNames.list(scope);
      const before = this.#domains.get(key)?.truststores;
      const truststores = new Map<string, Truststore>();
      // A truststore is read once, not with every change of some domain.
      const truststoreOf = (pem: string) => {
        const read = truststores.get(pem) ?? before?.get(pem) ?? new Truststore(pem);
        truststores.set(pem, read);
        return read;
      };
      const domains = stored.map((domain) => publishedDomain(domain, scope, truststoreOf));
      this.#domains.set(key, { scope, domains, truststores });
      this.#listener?.domainsChanged(this.#allDomains());
    });
  }

  /**
   * Whether another account has a public domain of this name, wherever, or one that would lose requests to
   * it. Developer guide, "Wildcard custom domain names": with `a.example.com` of another account nobody can
   * create `*.example.com`; that the same is so the other way round is ours.
   */
  isOthersDomain(domainName: string, accountId: string): boolean {
    const name = domainName.toLowerCase();
    return [...this.#domains.values()]
      .filter(({ scope }) => scope.accountId !== accountId)
      .flatMap(({ domains }) => domains)
      .some((each) => !each.privateAccess && overlap(name, each.domainName.toLowerCase()));
  }

  #allDomains(): PublishedRestDomain[] {
    return [...this.#domains.values()].flatMap(({ domains }) => domains);
  }
}

/** Whether some host is asked for by both. */
function overlap(name: string, other: string): boolean {
  const wildcardOf = (one: string) => one.replace(/^[^.]*/, '*');
  return name === other || wildcardOf(name) === other || name === wildcardOf(other);
}

function keyOf({ accountId, region }: Scope): string {
  return `${accountId} ${region}`;
}

function publishedPlan(
  { id, apiStages = [], throttle, quota, keyIds }: StoredUsagePlan,
  enabled: ReadonlyMap<string, StoredApiKey>,
  usages: ReadonlyMap<string, KeptUsage>,
): PublishedUsagePlan {
  const stages = apiStages.map(({ apiId = '', stage = '', throttle: methods = {} }) => {
    const limits = Object.entries(methods).map(
      ([method, settings]) => [method, rateLimit(settings)] as const,
    );
    return [`${apiId}:${stage}`, new Map(limits)] as const;
  });
  return {
    id,
    stages: new Map(stages),
    limit: throttle && rateLimit(throttle),
    quota: quota && publishedQuota(quota),
    keys: keyIds.flatMap((keyId) => {
      const key = enabled.get(keyId);
      return key ? [{ id: keyId, value: key.value, usage: usages.get(`${id} ${keyId}`) }] : [];
    }),
  };
}

export function publishedQuota({ limit = 0, offset = 0, period = 'DAY' }: QuotaSettings): Quota {
  return { limit, offset, periodOf: PERIODS[period] };
}

function rateLimit({ rateLimit: rate, burstLimit: burst }: ThrottleSettings): RateLimit {
  return { ratePerSecond: rate ?? Infinity, burst: burst ?? Infinity };
}

function publishedDomain(
  domain: KeptDomainName,
  scope: Scope,
  truststoreOf: (pem: string) => Truststore,
): PublishedRestDomain {
  const { domainName, mappings, routingMode, endpointAccessMode, truststore } = domain;
  const mapped = routingMode === 'ROUTING_RULE_ONLY' ? [] : mappings;
  const rules = routingMode === 'BASE_PATH_MAPPING_ONLY' ? [] : domain.routingRules;
  return {
    domainName,
    minTlsVersion: minTlsVersion(domain),
    isStrict: endpointAccessMode === 'STRICT',
    truststore: truststore === undefined ? undefined : truststoreOf(truststore),
    privateAccess: isPrivate(domain) ? privateAccess(domain, scope) : undefined,
    rules: rules.toSorted((left, right) => left.Priority - right.Priority).map(publishedRule),
    mappings: mapped.map(({ basePath, restApiId, stage }) => ({
      basePath: basePath === ROOT_BASE_PATH ? '' : basePath,
      apiId: restApiId,
      stageName: stage,
    })),
  };
}

function privateAccess(domain: KeptDomainName, { accountId, region }: Scope): PrivateAccess {
  const { domainName, domainNameId, associations = [], policy } = domain;
  return {
    endpointIds: new Set(associations.map((each) => each.accessAssociationSource)),
    resource: `arn:aws:execute-api:${region}:${accountId}:/domainnames/${domainKey(domainName, domainNameId)}`,
    policy: policy || undefined,
  };
}

/** A rule has one action, and conditions on paths in at most one. */
function publishedRule({ Actions: [action], Conditions }: KeptRoutingRule): PublishedRoutingRule {
  const { ApiId: apiId = '', Stage: stageName = '', StripBasePath } = action?.InvokeApi ?? {};
  const [paths] = Conditions.flatMap(({ MatchBasePaths }) => MatchBasePaths ?? []);
  const headers = Conditions.flatMap(({ MatchHeaders }) => MatchHeaders ?? []);
  return {
    basePaths: paths?.AnyOf,
    headers: headers.map(({ AnyOf }) =>
      AnyOf.map(({ Header: name, ValueGlob: valueGlob }) => ({ name, valueGlob })),
    ),
    apiId,
    stageName,
    stripBasePath: StripBasePath ?? false,
  };
}
