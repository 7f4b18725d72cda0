/**
 * What the control plane of REST APIs tells the data plane: stages with all that they serve, so that
 * serving a request needs neither the store nor the control plane.
 */
import type {
  Authorizer,
  BasePathMapping,
  CreateDomainNameRequest,
  DomainName,
  DomainNameAccessAssociation,
  GatewayResponse,
  Method,
  Model,
  MutualTlsAuthenticationInput,
  RequestValidator,
  RestApi,
  Stage,
} from '../../model/generated/apigateway.types.ts';
import type { RoutingRuleInput } from '../../model/generated/apigatewayv2.types.ts';
import type { ClientTruststore } from '../gateway/port.ts';

/** Custom domain names, which both versions of API Gateway show, each in its way. */
export interface DomainNamesPort {
  create(input: CreateDomainNameRequest, scope: AccountScope): Promise<KeptDomainName>;
  /** `domainNameId` is that of a private one. */
  get(scope: AccountScope, domainName: string, domainNameId?: string): Promise<KeptDomainName>;
  list(scope: AccountScope): Promise<KeptDomainName[]>;
  /** Keeps what `change` makes of the domain name; it may be called again with a fresh one. */
  update<Result>(
    scope: AccountScope,
    domainName: string,
    change: (domain: KeptDomainName) => Result,
    domainNameId?: string,
  ): Promise<Result>;
  remove(scope: AccountScope, domainName: string): Promise<void>;
  /** What a truststore's address leads to now; undefined without one. */
  readTruststore(
    given: MutualTlsAuthenticationInput | undefined,
  ): Promise<KeptTruststore | undefined>;
  /** Throws for what a domain name cannot be. */
  validate(domain: KeptDomainName): void;
  /** Undefined where there is no such REST API. */
  findRestApi(scope: AccountScope, restApiId: string): Promise<MappedRestApi | undefined>;
}

export interface MappedRestApi {
  readonly stageNames: readonly string[];
  readonly isPrivate: boolean;
}

export interface AccountScope {
  readonly accountId: string;
  readonly region: string;
}

export type KeptDomainName = DomainName & {
  domainName: string;
  mappings: KeptMapping[];
  routingRules: KeptRoutingRule[];
  /** PEM, as it was when its address was said. */
  truststore?: string | undefined;
  /** Of a private domain name, with VPC endpoints of its account. */
  associations?: KeptAssociation[];
};
export type KeptTruststore = Pick<KeptDomainName, 'mutualTlsAuthentication' | 'truststore'>;
export type KeptAssociation = DomainNameAccessAssociation & {
  domainNameAccessAssociationArn: string;
  accessAssociationSource: string;
};
export type KeptMapping = BasePathMapping & {
  /** `(none)` for the root of the domain. */
  basePath: string;
  restApiId: string;
  apiMappingId: string;
};
export type KeptRoutingRule = RoutingRuleInput & { RoutingRuleId: string };

export interface RestApiFeed {
  /** Tells all that is there now, then every change. One subscriber. */
  subscribe(listener: RestApiListener): void;
}

export interface RestApiListener {
  /** A stage is new, or has changed: it replaces what was told of it before. */
  published(stage: PublishedRestStage): void;
  withdrawn(apiId: string, stageName: string): void;
  /** All usage plans of an account in a region, with the keys that subscribe to each. */
  plansChanged(accountId: string, region: string, plans: readonly PublishedUsagePlan[]): void;
  /** All custom domain names of all accounts. */
  domainsChanged(domains: readonly PublishedRestDomain[]): void;
}

/** What a deployment froze, or what an API is at this moment. */
export interface RestApiConfiguration {
  readonly api: RestApi & { readonly id: string };
  readonly resources: readonly PublishedResource[];
  readonly models: readonly Model[];
  readonly validators: readonly RequestValidator[];
  readonly authorizers: readonly Authorizer[];
  /** Those that were put; the others are as AWS defines them. */
  readonly gatewayResponses: readonly GatewayResponse[];
}

export interface PublishedResource {
  readonly id: string;
  /** Absent for the root alone. */
  readonly parentId?: string | undefined;
  readonly pathPart?: string | undefined;
  readonly methods: readonly (Method & {
    readonly httpMethod: string;
    readonly authorizationType: string;
  })[];
}

export interface PublishedRestStage {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: Stage & { readonly stageName: string };
  readonly deployment: PublishedDeployment;
  /** What the stage's canary serves; undefined where it has none. */
  readonly canary: PublishedDeployment | undefined;
  /** What integrations over HTTP are shown, where the stage names one. */
  readonly clientCertificate: PublishedClientCertificate | undefined;
}

/** PEM. */
export interface PublishedClientCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface PublishedDeployment {
  readonly deploymentId: string;
  readonly configuration: RestApiConfiguration;
}

export interface PublishedUsagePlan {
  readonly id: string;
  /** By API and stage: `{apiId}:{stageName}`; limits of methods by `{path}/{verb}`. */
  readonly stages: ReadonlyMap<string, ReadonlyMap<string, RateLimit>>;
  readonly limit: RateLimit | undefined;
  readonly quota: Quota | undefined;
  /** Enabled keys only. */
  readonly keys: readonly PublishedApiKey[];
}

export interface PublishedApiKey {
  readonly id: string;
  readonly value: string;
  /** What it has used of this plan, as far as that is kept. */
  readonly usage: KeptUsage | undefined;
}

/** Requests a second, and how many may come at once; `Infinity` where nothing is said. */
export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface Quota {
  readonly limit: number;
  /** Requests that the first period begins with as used. */
  readonly offset: number;
  readonly periodOf: PeriodOf;
}

/** Days are counted from 1970-01-01, in UTC; a period is named by its first one. */
export type PeriodOf = (day: number) => number;

/** An API key, as it is used by one plan. */
export interface UsageKey extends AccountScope {
  readonly planId: string;
  readonly keyId: string;
}

export interface KeptUsage {
  /** The last one on which something was counted. */
  readonly day: number;
  /** Of that day. */
  readonly requests: number;
  /** That which the quota was in, and how much of it was used: below 0 where more was allowed for. */
  readonly period: number;
  readonly used: number;
}

export interface UsageOfKey extends UsageKey {
  readonly usage: KeptUsage;
}

/** Where usage outlives the process. */
export interface UsageRecordsPort {
  /** All of them or none. */
  save(usages: readonly UsageOfKey[]): Promise<void>;
}

export interface PublishedRestDomain {
  readonly domainName: string;
  /** The oldest TLS that is spoken to who asks for it. */
  readonly minTlsVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Whether the name that was asked for by TLS and that of the request must be one. */
  readonly isStrict: boolean;
  /** Who vouches for clients; undefined where they need show nothing. */
  readonly truststore: ClientTruststore | undefined;
  /** Undefined for public ones. */
  readonly privateAccess: PrivateAccess | undefined;
  /** Asked before the mappings. */
  readonly rules: readonly PublishedRoutingRule[];
  /** None where rules alone say what a domain leads to. */
  readonly mappings: readonly RestBasePathMapping[];
}

/** Who may call a private domain name. */
export interface PrivateAccess {
  /** VPC endpoints that are associated with it. */
  readonly endpointIds: ReadonlySet<string>;
  /** As policies name it: `arn:aws:execute-api:{region}:{account}:/domainnames/{name}+{id}`. */
  readonly resource: string;
  /** A policy's JSON; nobody may call it without one. */
  readonly policy: string | undefined;
}

/** A rule applies where all of its conditions do. They stand in the order in which they are asked. */
export interface PublishedRoutingRule {
  /** One of these begins the path; undefined where any path does. Without slashes around. */
  readonly basePaths: readonly string[] | undefined;
  /** One header of each list matches. */
  readonly headers: readonly (readonly HeaderMatch[])[];
  readonly apiId: string;
  readonly stageName: string;
  /** Whether the API is not told the base path. */
  readonly stripBasePath: boolean;
}

export interface HeaderMatch {
  readonly name: string;
  /** With `*` for anything at the beginning, the end, or both. */
  readonly valueGlob: string;
}

export interface RestBasePathMapping {
  /** Empty for the root of the domain; may have several parts. */
  readonly basePath: string;
  readonly apiId: string;
  /** Undefined: the path names the stage. */
  readonly stageName: string | undefined;
}

/** What stages serve, for portals that document it. */
export interface RestStagesPort {
  /** Throws AWS's error for an API or a stage that is not there. */
  find(scope: AccountScope, restApiId: string, stageName: string): Promise<RestStage>;
}

export interface RestStage {
  /** Reached from private networks only. */
  readonly isPrivate: boolean;
  /** One method of one path; throws AWS's error for what the stage does not serve. */
  describe(path: string, httpMethod: string): RestEndpoint;
}

export interface RestEndpoint {
  /** An OpenAPI 3 document of this operation and the schemas that it needs. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Of the version of the documentation that the stage names. */
  readonly documentation: readonly EndpointDocumentation[];
}

/** A documentation part about the endpoint: `QUERY_PARAMETER` and its name, `RESPONSE` and its status. */
export interface EndpointDocumentation {
  readonly type: string;
  readonly name: string | undefined;
  readonly description: string;
}
