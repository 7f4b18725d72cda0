/** API Gateway's second version (HTTP and WebSocket APIs): how its parts are put together. */
import type { Environment } from '../../environment/environment.ts';
import { apigatewayv2 } from '../../model/generated/apigatewayv2.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { DomainNamesPort, RestStagesPort } from '../apigateway/port.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import { notSupported } from '../gateway/errors.ts';
import { Publisher } from '../gateway/publisher.ts';
import type { PortalSites } from '../portal-site/port.ts';
import { defineService } from '../service.ts';
import type { Service } from '../service.ts';
import { apiFormat } from './api-document.ts';
import { ApiStore } from './api-store.ts';
import { operations } from './operations.ts';
import type { StageFeed, WebSocketFeed, WebSocketStagesPort } from './port.ts';
import { KeptSites } from './portals/kept-sites.ts';
import { openPortalProducts, openPortals } from './portals/portal-documents.ts';
import { publication } from './published-stage.ts';
import { openVpcLinks } from './resources/vpc-links.ts';
import type { GatewayState } from './state.ts';
import { isWebSocket } from './websocket-routes.ts';
import { feedsByKind } from './websocket-stage.ts';

export interface ApiGatewayV2Dependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly log: Logger;
  /** Of the first version of API Gateway; without it there are none. */
  readonly domainNames?: (() => Promise<DomainNamesPort>) | undefined;
  /** What portals document; without it there is nothing that they could. */
  readonly restStages?: (() => Promise<RestStagesPort>) | undefined;
}

export interface ApiGatewayV2 {
  readonly service: Service;
  readonly stages: StageFeed;
  readonly webSockets: WebSocketFeed;
  readonly webSocketStages: WebSocketStagesPort;
  readonly portalSites: PortalSites;
}

/** The service, and the stages that it feeds to the data plane. Reads all APIs from the store. */
export async function createApiGatewayV2(options: ApiGatewayV2Dependencies): Promise<ApiGatewayV2> {
  const { store, environment, log } = options;
  const { domainNames = withoutRestApis, restStages = withoutRestApis } = options;
  const documents = new DocumentStore(store, apiFormat);
  const publisher = new Publisher(documents, publication, log);
  await publisher.load();
  const apis = new ApiStore(documents, publisher, environment);
  const vpcLinks = openVpcLinks(store);
  const portals = openPortals(store);
  const portalSites = new KeptSites(store, portals, environment.clock);
  const ofPortals = { portals, portalProducts: openPortalProducts(store), portalSites, restStages };
  const { clock } = environment;
  const state: GatewayState = { apis, publisher, domainNames, vpcLinks, ...ofPortals, clock };
  const service = defineService({ model: apigatewayv2, operations, state });
  const webSocketStages: WebSocketStagesPort = {
    async stageNamesOf(scope, apiId) {
      const document = await apis.find(scope, apiId);
      const isOne = document && isWebSocket(document);
      return isOne ? document.stages.map(({ StageName }) => StageName) : undefined;
    },
  };
  return { service, ...feedsByKind(publisher), webSocketStages, portalSites };
}

async function withoutRestApis(): Promise<never> {
  throw notSupported('this without REST APIs');
}
