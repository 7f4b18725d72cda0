/** What the operations of API Gateway's first version work on. */
import type { Clock, Random } from '../../environment/environment.ts';
import type {
  ApiKey,
  BasePathMapping,
  DomainName,
  UsagePlan,
} from '../../model/generated/apigateway.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { TestInvokePort } from '../execute-api/port.ts';
import { Collection } from './collection.ts';
import { conflict, notSupported } from '../gateway/errors.ts';
import { resourceNotFound } from './errors.ts';
import { newId } from '../gateway/identifiers.ts';
import { API_KEYS_MAX, DOMAIN_NAMES_MAX, USAGE_PLANS_MAX } from './limits.ts';
import { DocumentStore, reviveDate } from '../gateway/document-store.ts';
import type { Scope } from '../gateway/document-store.ts';
import { Publisher } from '../gateway/publisher.ts';
import { restApiFormat } from './rest-api-document.ts';
import { publication, RestApiPublisher } from './rest-api-feed.ts';
import { RestApiStore } from './rest-api-store.ts';

export type StoredApiKey = ApiKey & { id: string; value: string };
/** The ids of the keys that subscribe to a plan are kept with it. */
export type StoredUsagePlan = UsagePlan & { id: string; keyIds: string[] };
export type StoredMapping = BasePathMapping & { basePath: string; restApiId: string };
export type StoredDomainName = DomainName & { domainName: string; mappings: StoredMapping[] };

export interface RestState {
  readonly apis: RestApiStore;
  readonly feed: RestApiPublisher;
  readonly apiKeys: Collection<StoredApiKey>;
  readonly usagePlans: Collection<StoredUsagePlan>;
  readonly domainNames: Collection<StoredDomainName>;
  readonly accounts: Collection<{ cloudwatchRoleArn?: string | undefined }>;
  readonly testInvoke: () => Promise<TestInvokePort>;
  readonly random: Random;
  readonly newId: (length: number) => string;
  /** In whole seconds, as AWS writes the times of its resources. */
  readonly now: () => Date;
}

export interface StateOptions {
  readonly store: OrderedStore;
  readonly log: Logger;
  readonly environment: { readonly clock: Clock; readonly random: Random };
  /** The data plane, loaded by its first test; without it nothing can be tried. */
  readonly testInvoke?: (() => Promise<TestInvokePort>) | undefined;
}

export async function openState(options: StateOptions): Promise<RestState> {
  const { store, environment, log, testInvoke } = options;
  const { clock, random } = environment;
  const documents = new DocumentStore(store, restApiFormat);
  const stages = new Publisher(documents, publication, log);
  const collections = openCollections(store, {
    plansChanged: (scope) => feed.refreshPlans(scope),
    domainsChanged: (scope) => feed.refreshDomains(scope),
  });
  const feed = new RestApiPublisher(stages, collections);
  const apis = new RestApiStore(documents, stages);
  for (const scope of await apis.open()) {
    await feed.refreshPlans(scope);
    await feed.refreshDomains(scope);
  }
  return {
    apis,
    feed,
    ...collections,
    testInvoke: testInvoke ?? notTried,
    random,
    newId: (length) => newId(random, length),
    now: () => new Date(Math.floor(clock.nowMs() / 1000) * 1000),
  };
}

async function notTried(): Promise<TestInvokePort> {
  throw notSupported('test invocations without a data plane');
}

interface Changes {
  readonly plansChanged: (scope: Scope) => Promise<void>;
  readonly domainsChanged: (scope: Scope) => Promise<void>;
}

function openCollections(store: OrderedStore, { plansChanged, domainsChanged }: Changes) {
  const taken = (what: string) => (id: string) => conflict(`${what} ${id} already exists`);
  return {
    apiKeys: new Collection<StoredApiKey>(store, {
      kind: 'apikey',
      max: API_KEYS_MAX,
      revive(key) {
        reviveDate(key, 'createdDate');
        reviveDate(key, 'lastUpdatedDate');
      },
      missing: () => resourceNotFound('API Key'),
      taken: taken('API Key'),
      changed: plansChanged,
    }),
    usagePlans: new Collection<StoredUsagePlan>(store, {
      kind: 'usageplan',
      max: USAGE_PLANS_MAX,
      revive: () => {},
      missing: () => resourceNotFound('Usage Plan'),
      taken: taken('Usage Plan'),
      changed: plansChanged,
    }),
    domainNames: new Collection<StoredDomainName>(store, {
      kind: 'domainname',
      max: DOMAIN_NAMES_MAX,
      revive: (domain) => reviveDate(domain, 'certificateUploadDate'),
      missing: () => resourceNotFound('domain name'),
      taken: () => conflict('The domain name you provided already exists.'),
      changed: domainsChanged,
    }),
    accounts: new Collection<{ cloudwatchRoleArn?: string | undefined }>(store, {
      kind: 'account',
      max: 1,
      revive: () => {},
      missing: () => resourceNotFound('Resource'),
      taken: taken('Account'),
    }),
  };
}
