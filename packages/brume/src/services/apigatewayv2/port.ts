/**
 * What API Gateway tells its data plane: the stages that are deployed, complete and already parsed,
 * so that serving a request needs neither the store nor the control plane.
 */
import type { AccountScope } from '../apigateway/port.ts';
import type { StageFeed as Feed } from '../gateway/port.ts';

export type StageFeed = Feed<PublishedStage>;
export type WebSocketFeed = Feed<WebSocketStage>;

/** A line of each request, in CloudWatch Logs. */
export interface PublishedAccessLog {
  /** ARN of a log group. */
  readonly destinationArn: string;
  /** With `$context` variables. */
  readonly format: string;
}

export interface PublishedStage {
  readonly apiId: string;
  /** `$default` for the stage at the root of the API's address. */
  readonly stageName: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageVariables: ReadonlyMap<string, string>;
  /** Limits by route key; `defaultThrottle` for the routes that are not in it. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  readonly defaultThrottle: Throttle | undefined;
  readonly accessLog: PublishedAccessLog | undefined;
  readonly cors: CorsRules | undefined;
  /** The API's own address is switched off: AWS then serves custom domains only. */
  readonly endpointDisabled: boolean;
  readonly routes: readonly PublishedRoute[];
}

/** Logs are those of WebSocket APIs: HTTP APIs have no execution logs. */
export interface RouteTelemetry {
  readonly loggingLevel: string;
  /** Whether bodies are logged, too. */
  readonly dataTraceEnabled: boolean;
  /** Whether a route has metrics of its own. */
  readonly detailedMetrics: boolean;
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface CorsRules {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

export interface PublishedRoute {
  readonly routeKey: string;
  readonly telemetry: RouteTelemetry;
  readonly pattern: RoutePattern;
  readonly authorization: PublishedAuthorization;
  /** Undefined when the route has no target. */
  readonly integration: PublishedIntegration | undefined;
}

export type RoutePattern =
  | { readonly type: 'default' }
  | { readonly type: 'path'; readonly method: string; readonly segments: readonly Segment[] };

/** One part of a path between slashes; `greedy` takes all that is left. */
export type Segment =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'parameter'; readonly name: string }
  | { readonly type: 'greedy'; readonly name: string };

export type PublishedAuthorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam' }
  | JwtAuthorization
  | LambdaAuthorization;

export interface JwtAuthorization {
  readonly type: 'jwt';
  readonly authorizerId: string;
  readonly identitySource: Variable;
  readonly issuer: string;
  readonly audience: readonly string[];
  /** One of these must be in the token; none are needed when empty. */
  readonly scopes: readonly string[];
}

export interface LambdaAuthorization {
  readonly type: 'lambda';
  readonly authorizerId: string;
  readonly identitySources: readonly Variable[];
  /** May hold `${stageVariables.name}`. */
  readonly functionArn: Template;
  /** Role that the function is invoked with; without one its policy must admit the API. */
  readonly credentialsArn: string | undefined;
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly simpleResponses: boolean;
  /** 0 when answers are not kept. */
  readonly cacheSeconds: number;
}

export type PublishedIntegration = LambdaIntegration | HttpIntegration;

interface IntegrationBase {
  readonly integrationId: string;
  readonly timeoutMs: number;
  readonly requestMappings: readonly ParameterMapping[];
  /** By the status that the integration answers with. */
  readonly responseMappings: ReadonlyMap<number, readonly ParameterMapping[]>;
}

export interface LambdaIntegration extends IntegrationBase {
  readonly type: 'lambda';
  readonly functionArn: Template;
  /** As an authorizer's. */
  readonly credentialsArn: string | undefined;
  readonly payloadFormatVersion: '1.0' | '2.0';
}

export interface HttpIntegration extends IntegrationBase {
  readonly type: 'http';
  /** `ANY` for the request's own. */
  readonly method: string;
  /** May hold `{parameter}`, `{greedy+}` and `${stageVariables.name}`. */
  readonly uri: Template;
}

export interface ParameterMapping {
  readonly action: 'append' | 'overwrite' | 'remove';
  readonly target: MappingTarget;
  readonly value: Template;
}

export type MappingTarget =
  | { readonly type: 'header' | 'querystring'; readonly name: string }
  | { readonly type: 'path' | 'statuscode' };

/** Text with values in it: the parts, joined. */
export type Template = readonly TemplatePart[];

export type TemplatePart = { readonly type: 'text'; readonly text: string } | Variable;

export type Variable =
  | { readonly type: 'request.header'; readonly name: string }
  | { readonly type: 'request.querystring'; readonly name: string }
  | { readonly type: 'request.body'; readonly path: JsonPath }
  /** The whole path where `name` is absent. */
  | { readonly type: 'request.path'; readonly name: string | undefined }
  | { readonly type: 'response.header'; readonly name: string }
  | { readonly type: 'response.body'; readonly path: JsonPath }
  | { readonly type: 'context'; readonly name: string }
  | { readonly type: 'stageVariables'; readonly name: string };

/** Member names and list positions from the root; the whole text where empty. */
export type JsonPath = readonly (string | number)[];

/** A stage of a WebSocket API. */
export interface WebSocketStage {
  readonly apiId: string;
  readonly stageName: string;
  readonly accountId: string;
  readonly region: string;
  readonly deploymentId: string;
  readonly stageVariables: ReadonlyMap<string, string>;
  /** Limits by route key; `defaultThrottle` for the routes that are not in it. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  readonly defaultThrottle: Throttle | undefined;
  readonly accessLog: PublishedAccessLog | undefined;
  /** Of what no route of the stage serves. */
  readonly telemetry: RouteTelemetry;
  readonly endpointDisabled: boolean;
  /** What names the route of a message. */
  readonly routeSelection: Expression;
  /** Where a client's API key is: its `x-api-key` header, or what the authorizer says. */
  readonly apiKeySource: 'header' | 'authorizer';
  /** By route key. */
  readonly routes: ReadonlyMap<string, WebSocketRoute>;
  /** Schemas by the names of models. */
  readonly models: ReadonlyMap<string, string>;
}

/** Text and variables, joined. */
export type Expression = readonly (string | WebSocketVariable)[];

export type WebSocketVariable =
  /** Names of headers are in lower case. */
  | { readonly type: 'header' | 'querystring' | 'response.header'; readonly name: string }
  | { readonly type: 'body' | 'response.body'; readonly path: JsonPath }
  | { readonly type: 'context' | 'stageVariables'; readonly name: string }
  | { readonly type: 'response.status' };

export interface WebSocketRoute {
  readonly routeKey: string;
  readonly telemetry: RouteTelemetry;
  readonly authorization:
    | { readonly type: 'none' }
    | { readonly type: 'iam' }
    | WebSocketAuthorizer;
  readonly apiKeyRequired: boolean;
  /** Names of models that messages must keep to, and what chooses among them. */
  readonly models: { readonly selection: Expression; readonly byKey: ReadonlyMap<string, string> };
  /** What a request to connect must carry. */
  readonly requiredParameters: readonly WebSocketVariable[];
  readonly integration: WebSocketIntegration | undefined;
  /** Whether what the integration answers goes back to the client. */
  readonly answers: boolean;
}

/** The stages of WebSocket APIs, which usage plans may name. */
export interface WebSocketStagesPort {
  /** Undefined where there is no such WebSocket API. */
  stageNamesOf(scope: AccountScope, apiId: string): Promise<readonly string[] | undefined>;
}

export interface WebSocketAuthorizer {
  readonly type: 'lambda';
  readonly authorizerId: string;
  readonly identitySources: readonly WebSocketVariable[];
  readonly functionArn: Template;
  /** A role that calls the function, which then needs no permission for the API. */
  readonly credentialsArn: string | undefined;
}

export type ContentHandling = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' | undefined;

/** Mapping templates by key, and what chooses among them. */
export interface WebSocketTemplates {
  readonly selection: Expression;
  readonly byKey: ReadonlyMap<string, string>;
}

export interface WebSocketIntegration {
  readonly integrationId: string;
  readonly type: 'AWS' | 'AWS_PROXY' | 'HTTP' | 'HTTP_PROXY' | 'MOCK';
  readonly timeoutMs: number;
  /** Of a function for `AWS` and `AWS_PROXY`, a URL for `HTTP` and `HTTP_PROXY`, nothing for `MOCK`. */
  readonly uri: Template;
  /** Of `AWS`, where it is no function that is called. */
  readonly service: ServiceAction | undefined;
  readonly credentialsArn: string | undefined;
  readonly method: string;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly contentHandling: ContentHandling;
  readonly templates: WebSocketTemplates;
  readonly parameters: readonly WebSocketParameter[];
  /** In the order in which they were made. */
  readonly responses: readonly WebSocketIntegrationResponse[];
}

/** An operation of another service: `dynamodb`, `PutItem`. */
export interface ServiceAction {
  readonly name: string;
  /** The API's own where it is empty. */
  readonly region: string;
  readonly action: string;
}

export interface WebSocketParameter {
  readonly place: 'header' | 'querystring' | 'path';
  readonly name: string;
  readonly value: Expression;
}

export interface WebSocketIntegrationResponse {
  /** `$default`, text, or a regular expression between slashes. */
  readonly key: string;
  readonly contentHandling: ContentHandling;
  readonly templates: WebSocketTemplates;
}
