/** What the operations of API Gateway's first version work on. */
import type { Clock, Random } from '../../environment/environment.ts';
import type {
  ApiKey,
  BasePathMapping,
  DomainName,
  UsagePlan,
} from '../../model/generated/apigateway.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { Collection } from './collection.ts';
import { conflict } from '../gateway/errors.ts';
import { resourceNotFound } from './errors.ts';
import { newId } from '../gateway/identifiers.ts';
import { API_KEYS_MAX, DOMAIN_NAMES_MAX, USAGE_PLANS_MAX } from './limits.ts';
import { reviveDate } from '../gateway/document-store.ts';
import { RestApiStore } from './rest-api-store.ts';

export type StoredApiKey = ApiKey & { id: string; value: string };
/** The ids of the keys that subscribe to a plan are kept with it. */
export type StoredUsagePlan = UsagePlan & { id: string; keyIds: string[] };
export type StoredMapping = BasePathMapping & { basePath: string; restApiId: string };
export type StoredDomainName = DomainName & { domainName: string; mappings: StoredMapping[] };

export interface RestState {
  readonly apis: RestApiStore;
  readonly apiKeys: Collection<StoredApiKey>;
  readonly usagePlans: Collection<StoredUsagePlan>;
  readonly domainNames: Collection<StoredDomainName>;
  readonly accounts: Collection<{ cloudwatchRoleArn?: string | undefined }>;
  readonly random: Random;
  readonly newId: (length: number) => string;
  /** In whole seconds, as AWS writes the times of its resources. */
  readonly now: () => Date;
}

export interface StateOptions {
  readonly store: OrderedStore;
  readonly environment: { readonly clock: Clock; readonly random: Random };
}

export async function openState({ store, environment }: StateOptions): Promise<RestState> {
  const { clock, random } = environment;
  const taken = (what: string) => (id: string) => conflict(`${what} ${id} already exists`);
  return {
    apis: await RestApiStore.open(store),
    apiKeys: new Collection(store, {
      kind: 'apikey',
      max: API_KEYS_MAX,
      revive(key) {
        reviveDate(key, 'createdDate');
        reviveDate(key, 'lastUpdatedDate');
      },
      missing: () => resourceNotFound('API Key'),
      taken: taken('API Key'),
    }),
    usagePlans: new Collection(store, {
      kind: 'usageplan',
      max: USAGE_PLANS_MAX,
      revive: () => {},
      missing: () => resourceNotFound('Usage Plan'),
      taken: taken('Usage Plan'),
    }),
    domainNames: new Collection(store, {
      kind: 'domainname',
      max: DOMAIN_NAMES_MAX,
      revive: (domain) => reviveDate(domain, 'certificateUploadDate'),
      missing: () => resourceNotFound('domain name'),
      taken: () => conflict('The domain name you provided already exists.'),
    }),
    accounts: new Collection(store, {
      kind: 'account',
      max: 1,
      revive: () => {},
      missing: () => resourceNotFound('Resource'),
      taken: taken('Account'),
    }),
    random,
    newId: (length) => newId(random, length),
    now: () => new Date(Math.floor(clock.nowMs() / 1000) * 1000),
  };
}
