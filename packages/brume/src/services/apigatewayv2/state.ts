/** What the operations of API Gateway's second version work on. */
import type { VpcLink } from '../../model/generated/apigatewayv2.types.ts';
import type { DomainNamesPort } from '../apigateway/port.ts';
import type { Collection } from '../gateway/collection.ts';
import type { ApiPublisher, ApiStore } from './api-store.ts';

export type StoredVpcLink = VpcLink & { VpcLinkId: string };

export interface GatewayState {
  readonly apis: ApiStore;
  readonly publisher: ApiPublisher;
  readonly domainNames: () => Promise<DomainNamesPort>;
  readonly vpcLinks: Collection<StoredVpcLink>;
}
