/**
 * A REST API as it is stored: one document with all that belongs to it, so that what its parts promise
 * each other (a method's authorizer exists, a stage's deployment exists) is kept by one atomic write.
 * The snapshots that deployments hold are stored beside it, one key each: see `deploymentKey`.
 */
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
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
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

export interface RestApiDocument {
  readonly accountId: string;
  readonly region: string;
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

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export function snapshotOf(document: RestApiDocument): Snapshot {
  const { api, resources, models, validators, authorizers, gatewayResponses } = document;
  return { api, resources, models, validators, authorizers, gatewayResponses };
}

const SERVICE = 'apigateway';
const API = 'restapi';
const DEPLOYMENT = 'deployment';

export function apiKey({ accountId, region }: Scope, apiId: string): Buffer {
  return encodeKey([SERVICE, accountId, region, API, apiId]);
}

export function apiRange({ accountId, region }: Scope): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, accountId, region, API]);
}

export function deploymentKey(scope: Scope, apiId: string, deploymentId: string): Buffer {
  return encodeKey([SERVICE, scope.accountId, scope.region, DEPLOYMENT, apiId, deploymentId]);
}

export function deploymentRange(scope: Scope, apiId: string): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, scope.accountId, scope.region, DEPLOYMENT, apiId]);
}

/**
 * Where an API is, by its id alone, which is all that a request to it carries: ids are unique among
 * all accounts and regions. `ids` can be no account's number.
 */
export function apiIdKey(apiId: string): Buffer {
  return encodeKey([SERVICE, 'ids', apiId]);
}

export function apiIdRange(): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, 'ids']);
}

/** Bounds what a document can grow to by any way of adding to it. */
export function encodeDocument(document: RestApiDocument): Buffer {
  const value = encodeJson(document);
  if (value.length > DOCUMENT_BYTES_MAX) throw limitReached('bytes of one API', DOCUMENT_BYTES_MAX);
  return value;
}

export function encodeJson(
  value: RestApiDocument | Snapshot | (Scope & { apiId: string }),
): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function decodeDocument(value: Uint8Array): RestApiDocument {
  const document = parse(value) as RestApiDocument;
  for (const dated of [document.api, ...document.deployments, ...document.versions]) {
    reviveDate(dated, 'createdDate');
  }
  for (const stage of document.stages) {
    reviveDate(stage, 'createdDate');
    reviveDate(stage, 'lastUpdatedDate');
  }
  return document;
}

export function decodeSnapshot(value: Uint8Array): Snapshot {
  const snapshot = parse(value) as Snapshot;
  reviveDate(snapshot.api, 'createdDate');
  return snapshot;
}

export function decodeLocation(value: Uint8Array): Scope & { apiId: string } {
  return parse(value) as Scope & { apiId: string };
}

/** Makes a date of what JSON made text of. */
export function reviveDate<Name extends string>(
  item: { [name in Name]?: Date | undefined },
  name: Name,
): void {
  const text = item[name];
  if (text !== undefined) item[name] = new Date(text);
}

function parse(value: Uint8Array): unknown {
  return JSON.parse(Buffer.from(value).toString('utf8'));
}
