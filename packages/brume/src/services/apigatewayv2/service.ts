/** API Gateway's second version (HTTP and WebSocket APIs): its dispatch table, and what makes it a service. */
import type { Environment } from '../../environment/environment.ts';
import { apigatewayv2 } from '../../model/generated/apigatewayv2.ts';
import type { ApiGatewayV2Operations } from '../../model/generated/apigatewayv2.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import { Publisher } from '../gateway/publisher.ts';
import { defineService, unsupported } from '../service.ts';
import type { OperationTable, Service } from '../service.ts';
import { apiFormat } from './api-document.ts';
import { ApiStore } from './api-store.ts';
import type { StageFeed, WebSocketFeed } from './port.ts';
import { publication } from './published-stage.ts';
import {
  createApi,
  deleteApi,
  deleteCorsConfiguration,
  getApi,
  getApis,
  updateApi,
} from './resources/apis.ts';
import {
  createAuthorizer,
  deleteAuthorizer,
  getAuthorizer,
  getAuthorizers,
  updateAuthorizer,
} from './resources/authorizers.ts';
import {
  createDeployment,
  deleteDeployment,
  getDeployment,
  getDeployments,
  updateDeployment,
} from './resources/deployments.ts';
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrations,
  updateIntegration,
} from './resources/integrations.ts';
import { exportApi, importApi, reimportApi } from './resources/openapi.ts';
import {
  createIntegrationResponse,
  deleteIntegrationResponse,
  getIntegrationResponse,
  getIntegrationResponses,
  updateIntegrationResponse,
} from './resources/integration-responses.ts';
import { createModel, deleteModel, getModel, getModels, updateModel } from './resources/models.ts';
import {
  createRouteResponse,
  deleteRouteResponse,
  getRouteResponse,
  getRouteResponses,
  updateRouteResponse,
} from './resources/route-responses.ts';
import {
  createRoute,
  deleteRoute,
  deleteRouteRequestParameter,
  getRoute,
  getRoutes,
  updateRoute,
} from './resources/routes.ts';
import {
  createStage,
  deleteRouteSettings,
  deleteStage,
  getStage,
  getStages,
  resetAuthorizersCache,
  updateStage,
} from './resources/stages.ts';
import { getTags, tagResource, untagResource } from './resources/tagging.ts';
import type { GatewayState } from './state.ts';
import { feedsByKind } from './websocket-stage.ts';

export interface ApiGatewayV2Dependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly log: Logger;
}

export interface ApiGatewayV2 {
  readonly service: Service;
  readonly stages: StageFeed;
  readonly webSockets: WebSocketFeed;
}

/** The service, and the stages that it feeds to the data plane. Reads all APIs from the store. */
export async function createApiGatewayV2({
  store,
  environment,
  log,
}: ApiGatewayV2Dependencies): Promise<ApiGatewayV2> {
  const documents = new DocumentStore(store, apiFormat);
  const publisher = new Publisher(documents, publication, log);
  await publisher.load();
  const state: GatewayState = { apis: new ApiStore(documents, publisher, environment), publisher };
  const service = defineService({ model: apigatewayv2, operations, state });
  return { service, ...feedsByKind(publisher) };
}

const DOMAINS = unsupported('custom domain names are still to come');
const VPC_LINKS = unsupported('private integrations are still to come');
const PORTALS = unsupported('API portals are still to come');

const operations: OperationTable<GatewayState, ApiGatewayV2Operations> = {
  CreateApi: createApi,
  CreateApiMapping: DOMAINS,
  CreateAuthorizer: createAuthorizer,
  CreateDeployment: createDeployment,
  CreateDomainName: DOMAINS,
  CreateIntegration: createIntegration,
  CreateIntegrationResponse: createIntegrationResponse,
  CreateModel: createModel,
  CreatePortal: PORTALS,
  CreatePortalProduct: PORTALS,
  CreateProductPage: PORTALS,
  CreateProductRestEndpointPage: PORTALS,
  CreateRoute: createRoute,
  CreateRouteResponse: createRouteResponse,
  CreateRoutingRule: DOMAINS,
  CreateStage: createStage,
  CreateVpcLink: VPC_LINKS,
  DeleteAccessLogSettings: unsupported('stages keep no access logs yet'),
  DeleteApi: deleteApi,
  DeleteApiMapping: DOMAINS,
  DeleteAuthorizer: deleteAuthorizer,
  DeleteCorsConfiguration: deleteCorsConfiguration,
  DeleteDeployment: deleteDeployment,
  DeleteDomainName: DOMAINS,
  DeleteIntegration: deleteIntegration,
  DeleteIntegrationResponse: deleteIntegrationResponse,
  DeleteModel: deleteModel,
  DeletePortal: PORTALS,
  DeletePortalProduct: PORTALS,
  DeletePortalProductSharingPolicy: PORTALS,
  DeleteProductPage: PORTALS,
  DeleteProductRestEndpointPage: PORTALS,
  DeleteRoute: deleteRoute,
  DeleteRouteRequestParameter: deleteRouteRequestParameter,
  DeleteRouteResponse: deleteRouteResponse,
  DeleteRouteSettings: deleteRouteSettings,
  DeleteRoutingRule: DOMAINS,
  DeleteStage: deleteStage,
  DeleteVpcLink: VPC_LINKS,
  DisablePortal: PORTALS,
  ExportApi: exportApi,
  GetApi: getApi,
  GetApiMapping: DOMAINS,
  GetApiMappings: DOMAINS,
  GetApis: getApis,
  GetAuthorizer: getAuthorizer,
  GetAuthorizers: getAuthorizers,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  GetDomainName: DOMAINS,
  GetDomainNames: DOMAINS,
  GetIntegration: getIntegration,
  GetIntegrationResponse: getIntegrationResponse,
  GetIntegrationResponses: getIntegrationResponses,
  GetIntegrations: getIntegrations,
  GetModel: getModel,
  GetModelTemplate: unsupported('no templates are made of models yet'),
  GetModels: getModels,
  GetPortal: PORTALS,
  GetPortalProduct: PORTALS,
  GetPortalProductSharingPolicy: PORTALS,
  GetProductPage: PORTALS,
  GetProductRestEndpointPage: PORTALS,
  GetRoute: getRoute,
  GetRouteResponse: getRouteResponse,
  GetRouteResponses: getRouteResponses,
  GetRoutes: getRoutes,
  GetRoutingRule: DOMAINS,
  GetStage: getStage,
  GetStages: getStages,
  GetTags: getTags,
  GetVpcLink: VPC_LINKS,
  GetVpcLinks: VPC_LINKS,
  ImportApi: importApi,
  ListPortalProducts: PORTALS,
  ListPortals: PORTALS,
  ListProductPages: PORTALS,
  ListProductRestEndpointPages: PORTALS,
  ListRoutingRules: DOMAINS,
  PreviewPortal: PORTALS,
  PublishPortal: PORTALS,
  PutPortalProductSharingPolicy: PORTALS,
  PutRoutingRule: DOMAINS,
  ReimportApi: reimportApi,
  ResetAuthorizersCache: resetAuthorizersCache,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateApi: updateApi,
  UpdateApiMapping: DOMAINS,
  UpdateAuthorizer: updateAuthorizer,
  UpdateDeployment: updateDeployment,
  UpdateDomainName: DOMAINS,
  UpdateIntegration: updateIntegration,
  UpdateIntegrationResponse: updateIntegrationResponse,
  UpdateModel: updateModel,
  UpdatePortal: PORTALS,
  UpdatePortalProduct: PORTALS,
  UpdateProductPage: PORTALS,
  UpdateProductRestEndpointPage: PORTALS,
  UpdateRoute: updateRoute,
  UpdateRouteResponse: updateRouteResponse,
  UpdateStage: updateStage,
  UpdateVpcLink: VPC_LINKS,
};
