/** What belongs to an account, and is changed apart from APIs. */
import type {
  ApiKey,
  ClientCertificate,
  UsagePlan,
  VpcLink,
} from '../../model/generated/apigateway.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { Collection } from '../gateway/collection.ts';
import { reviveDate } from '../gateway/document-store.ts';
import type { Scope } from '../gateway/document-store.ts';
import { conflict } from '../gateway/errors.ts';
import { domainNameTaken, limitReached, resourceNotFound } from './errors.ts';
import {
  API_KEYS_MAX,
  CLIENT_CERTIFICATES_MAX,
  DOMAIN_NAMES_MAX,
  USAGE_PLANS_MAX,
  VPC_LINKS_MAX,
} from './limits.ts';
import type { KeptDomainName } from './port.ts';

export type StoredApiKey = ApiKey & { id: string; value: string };
/** The ids of the keys that subscribe to a plan are kept with it. */
export type StoredUsagePlan = UsagePlan & { id: string; keyIds: string[] };
/** With the key that only the data plane is told. */
export type StoredClientCertificate = ClientCertificate & {
  clientCertificateId: string;
  pemEncodedCertificate: string;
  privateKey: string;
};
export type StoredVpcLink = VpcLink & { id: string; name: string };

interface Changes {
  readonly plansChanged: (scope: Scope) => Promise<void>;
  readonly domainsChanged: (scope: Scope) => Promise<void>;
}

export type Collections = ReturnType<typeof openCollections>;

export function openCollections(store: OrderedStore, { plansChanged, domainsChanged }: Changes) {
  const taken = (what: string) => (id: string) => conflict(`${what} ${id} already exists`);
  const shared = { service: 'apigateway', full: limitReached };
  return {
    apiKeys: new Collection<StoredApiKey>(store, {
      ...shared,
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
      ...shared,
      kind: 'usageplan',
      max: USAGE_PLANS_MAX,
      revive: () => {},
      missing: () => resourceNotFound('Usage Plan'),
      taken: taken('Usage Plan'),
      changed: plansChanged,
      tellsScopes: true,
    }),
    domainNames: new Collection<KeptDomainName>(store, {
      ...shared,
      kind: 'domainname',
      max: DOMAIN_NAMES_MAX,
      revive: (domain) => reviveDate(domain, 'certificateUploadDate'),
      missing: () => resourceNotFound('domain name'),
      taken: domainNameTaken,
      changed: domainsChanged,
      tellsScopes: true,
    }),
    clientCertificates: new Collection<StoredClientCertificate>(store, {
      ...shared,
      kind: 'clientcertificate',
      max: CLIENT_CERTIFICATES_MAX,
      revive(certificate) {
        reviveDate(certificate, 'createdDate');
        reviveDate(certificate, 'expirationDate');
      },
      missing: () => resourceNotFound('Client Certificate'),
      taken: taken('Client Certificate'),
    }),
    vpcLinks: new Collection<StoredVpcLink>(store, {
      ...shared,
      kind: 'vpclink',
      max: VPC_LINKS_MAX,
      revive: () => {},
      missing: () => resourceNotFound('Vpc Link'),
      taken: taken('Vpc Link'),
    }),
    accounts: new Collection<{ cloudwatchRoleArn?: string | undefined }>(store, {
      ...shared,
      kind: 'account',
      max: 1,
      revive: () => {},
      missing: () => resourceNotFound('Resource'),
      taken: taken('Account'),
    }),
  };
}
