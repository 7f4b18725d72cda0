/** What the operations of API Gateway's second version work on. */
import type { Clock } from '../../environment/environment.ts';
import type { VpcLink } from '../../model/generated/apigatewayv2.types.ts';
import type { DomainNamesPort, RestStagesPort } from '../apigateway/port.ts';
import type { Collection } from '../gateway/collection.ts';
import type { ApiPublisher, ApiStore } from './api-store.ts';
import type { KeptSites } from './portals/kept-sites.ts';
import type { PortalProducts, Portals } from './portals/portal-documents.ts';

export type StoredVpcLink = VpcLink & { VpcLinkId: string };

export interface GatewayState {
  readonly apis: ApiStore;
  readonly publisher: ApiPublisher;
  readonly domainNames: () => Promise<DomainNamesPort>;
  readonly vpcLinks: Collection<StoredVpcLink>;
  readonly portals: Portals;
  readonly portalProducts: PortalProducts;
  readonly portalSites: KeptSites;
  readonly restStages: () => Promise<RestStagesPort>;
  readonly clock: Clock;
}
