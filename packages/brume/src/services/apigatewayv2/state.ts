/** What the operations of API Gateway's second version work on. */
import type { ApiPublisher, ApiStore } from './api-store.ts';

export interface GatewayState {
  readonly apis: ApiStore;
  readonly publisher: ApiPublisher;
}
