/** API Gateway's second version (HTTP and WebSocket APIs): its dispatch table, and what makes it a service. */
import type { Environment } from '../../environment/environment.ts';
import { apigatewayv2 } from '../../model/generated/apigatewayv2.ts';
import type { ApiGatewayV2Operations } from '../../model/generated/apigatewayv2.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { DomainNamesPort } from '../apigateway/port.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import { notSupported } from '../gateway/errors.ts';
import { Publisher } from '../gateway/publisher.ts';
import { defineService, unsupported } from '../service.ts';
import type { OperationTable, Service } from '../service.ts';
import { apiFormat } from './api-document.ts';
import { ApiStore } from './api-store.ts';
import type { StageFeed, WebSocketFeed } from './port.ts';
import { publication } from './published-stage.ts';
import {
  createApiMapping,
  deleteApiMapping,
  getApiMapping,
  getApiMappings,
  updateApiMapping,
} from './resources/api-mappings.ts';
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
  createDomainName,
  deleteDomainName,
  getDomainName,
  getDomainNames,
  updateDomainName,
} from './resources/domain-names.ts';
import {
  createIntegrationResponse,
  deleteIntegrationResponse,
  getIntegrationResponse,
  getIntegrationResponses,
  updateIntegrationResponse,
} from './resources/integration-responses.ts';
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrations,
  updateIntegration,
} from './resources/integrations.ts';
import {
  createModel,
  deleteModel,
  getModel,
  getModelTemplate,
  getModels,
  updateModel,
} from './resources/models.ts';
import { exportApi, importApi, reimportApi } from './resources/openapi.ts';
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
  createRoutingRule,
  deleteRoutingRule,
  getRoutingRule,
  listRoutingRules,
  putRoutingRule,
} from './resources/routing-rules.ts';
import {
  createStage,
  deleteAccessLogSettings,
  deleteRouteSettings,
  deleteStage,
  getStage,
  getStages,
  resetAuthorizersCache,
  updateStage,
} from './resources/stages.ts';
import { getTags, tagResource, untagResource } from './resources/tagging.ts';
import {
  createVpcLink,
  deleteVpcLink,
  getVpcLink,
  getVpcLinks,
  openVpcLinks,
  updateVpcLink,
} from './resources/vpc-links.ts';
import type { GatewayState } from './state.ts';
import { feedsByKind } from './websocket-stage.ts';

export interface ApiGatewayV2Dependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly log: Logger;
  /** Of the first version of API Gateway; without it there are none. */
  readonly domainNames?: (() => Promise<DomainNamesPort>) | undefined;
}

export interface ApiGatewayV2 {
  readonly service: Service;
  readonly stages: StageFeed;
  readonly webSockets: WebSocketFeed;
}

/** The service, and the stages that it feeds to the data plane. Reads all APIs from the store. */
export async function createApiGatewayV2(options: ApiGatewayV2Dependencies): Promise<ApiGatewayV2> {
  const { store, environment, log, domainNames = withoutDomainNames } = options;
  const documents = new DocumentStore(store, apiFormat);
  const publisher = new Publisher(documents, publication, log);
  await publisher.load();
  const apis = new ApiStore(documents, publisher, environment);
  const vpcLinks = openVpcLinks(store);
  const state: GatewayState = { apis, publisher, domainNames, vpcLinks };
  const service = defineService({ model: apigatewayv2, operations, state });
  return { service, ...feedsByKind(publisher) };
}

async function withoutDomainNames(): Promise<never> {
  throw notSupported('custom domain names without REST APIs');
}

const PORTALS = unsupported('API portals are pages that AWS hosts');

const operations: OperationTable<GatewayState, ApiGatewayV2Operations> = {
  CreateApi: createApi,
  CreateApiMapping: createApiMapping,
  CreateAuthorizer: createAuthorizer,
  CreateDeployment: createDeployment,
  CreateDomainName: createDomainName,
  CreateIntegration: createIntegration,
  CreateIntegrationResponse: createIntegrationResponse,
  CreateModel: createModel,
  CreatePortal: PORTALS,
  CreatePortalProduct: PORTALS,
  CreateProductPage: PORTALS,
  CreateProductRestEndpointPage: PORTALS,
  CreateRoute: createRoute,
  CreateRouteResponse: createRouteResponse,
  CreateRoutingRule: createRoutingRule,
  CreateStage: createStage,
  CreateVpcLink: createVpcLink,
  DeleteAccessLogSettings: deleteAccessLogSettings,
  DeleteApi: deleteApi,
  DeleteApiMapping: deleteApiMapping,
  DeleteAuthorizer: deleteAuthorizer,
  DeleteCorsConfiguration: deleteCorsConfiguration,
  DeleteDeployment: deleteDeployment,
  DeleteDomainName: deleteDomainName,
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
  DeleteRoutingRule: deleteRoutingRule,
  DeleteStage: deleteStage,
  DeleteVpcLink: deleteVpcLink,
  DisablePortal: PORTALS,
  ExportApi: exportApi,
  GetApi: getApi,
  GetApiMapping: getApiMapping,
  GetApiMappings: getApiMappings,
  GetApis: getApis,
  GetAuthorizer: getAuthorizer,
  GetAuthorizers: getAuthorizers,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  GetDomainName: getDomainName,
  GetDomainNames: getDomainNames,
  GetIntegration: getIntegration,
  GetIntegrationResponse: getIntegrationResponse,
  GetIntegrationResponses: getIntegrationResponses,
  GetIntegrations: getIntegrations,
  GetModel: getModel,
  GetModelTemplate: getModelTemplate,
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
  GetRoutingRule: getRoutingRule,
  GetStage: getStage,
  GetStages: getStages,
  GetTags: getTags,
  GetVpcLink: getVpcLink,
  GetVpcLinks: getVpcLinks,
  ImportApi: importApi,
  ListPortalProducts: PORTALS,
  ListPortals: PORTALS,
  ListProductPages: PORTALS,
  ListProductRestEndpointPages: PORTALS,
  ListRoutingRules: listRoutingRules,
  PreviewPortal: PORTALS,
  PublishPortal: PORTALS,
  PutPortalProductSharingPolicy: PORTALS,
  PutRoutingRule: putRoutingRule,
  ReimportApi: reimportApi,
  ResetAuthorizersCache: resetAuthorizersCache,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateApi: updateApi,
  UpdateApiMapping: updateApiMapping,
  UpdateAuthorizer: updateAuthorizer,
  UpdateDeployment: updateDeployment,
  UpdateDomainName: updateDomainName,
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
  UpdateVpcLink: updateVpcLink,
};
