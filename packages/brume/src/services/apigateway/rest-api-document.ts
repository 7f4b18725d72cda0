/** A REST API as it is stored: one document with all that belongs to it. */
import type {
  Authorizer,
  Deployment,
  DocumentationPart,
  DocumentationVersion,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  RestApi,
  Stage,
} from '../../model/generated/apigateway.types.ts';
import { reviveDate, toJson } from '../gateway/document-store.ts';
import type { DocumentFormat, Scope } from '../gateway/document-store.ts';
import { limitReached } from './errors.ts';
import { DOCUMENT_BYTES_MAX } from './limits.ts';

export type StoredApi = RestApi & { id: string; name: string; rootResourceId: string };
export type StoredMethod = Method & { httpMethod: string; authorizationType: string };
export type StoredModel = Model & { id: string; name: string };
export type StoredAuthorizer = Authorizer & { id: string };
export type StoredValidator = RequestValidator & { id: string };
export type StoredGatewayResponse = GatewayResponse & { responseType: string };
export type StoredDeployment = Deployment & { id: string };
export type StoredStage = Stage & { stageName: string; deploymentId: string };
export type StoredPart = DocumentationPart & { id: string };
/** A version of the documentation is the parts as they were. */
export type StoredVersion = DocumentationVersion & { version: string; parts: StoredPart[] };

export interface StoredResource {
  readonly id: string;
  /** Absent for the root alone. */
  parentId?: string | undefined;
  pathPart?: string | undefined;
  methods: StoredMethod[];
}

export interface RestApiDocument extends Scope {
  api: StoredApi;
  resources: StoredResource[];
  models: StoredModel[];
  validators: StoredValidator[];
  authorizers: StoredAuthorizer[];
  /** Those that were put; the others are as AWS defines them. */
  gatewayResponses: StoredGatewayResponse[];
  deployments: StoredDeployment[];
  stages: StoredStage[];
  parts: StoredPart[];
  versions: StoredVersion[];
}

/** What a deployment freezes: the configuration that its stages serve. */
export interface Snapshot {
  readonly api: StoredApi;
  readonly resources: readonly StoredResource[];
  readonly models: readonly StoredModel[];
  readonly validators: readonly StoredValidator[];
  readonly authorizers: readonly StoredAuthorizer[];
  readonly gatewayResponses: readonly StoredGatewayResponse[];
}

export function snapshotOf(document: RestApiDocument): Snapshot {
  const { api, resources, models, validators, authorizers, gatewayResponses } = document;
  return { api, resources, models, validators, authorizers, gatewayResponses };
}

/** Bounds what a document can grow to by any way of adding to it. */
function encode(document: RestApiDocument): Buffer {
  const value = toJson(document);
  if (value.length > DOCUMENT_BYTES_MAX) throw limitReached('bytes of one API', DOCUMENT_BYTES_MAX);
  return value;
}

export const restApiFormat: DocumentFormat<RestApiDocument, Snapshot> = {
  service: 'apigateway',
  kind: 'restapi',
  idOf: ({ api }) => api.id,
  deploymentIds: ({ deployments }) => deployments.map(({ id }) => id),
  snapshotOf,
  encode,
  reviveDocument({ api, deployments, versions, stages }) {
    for (const dated of [api, ...deployments, ...versions]) reviveDate(dated, 'createdDate');
    for (const stage of stages) {
      reviveDate(stage, 'createdDate');
      reviveDate(stage, 'lastUpdatedDate');
    }
  },
  reviveSnapshot: ({ api }) => reviveDate(api, 'createdDate'),
};
