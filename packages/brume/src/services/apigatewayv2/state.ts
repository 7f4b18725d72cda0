/** What the operations of API Gateway's second version work on. */
import type { ApiStore } from './api-store.ts';
import type { Publisher } from './publisher.ts';

export interface GatewayState {
  readonly apis: ApiStore;
  readonly publisher: Publisher;
}
