/** A stage of a REST API, ready to serve: immutable, replaced whole by the next one. */
import type { Clock, Random } from '../../../environment/environment.ts';
import type { Integration, MethodSetting } from '../../../model/generated/apigateway.types.ts';
import type {
  PublishedClientCertificate,
  PublishedDeployment,
  PublishedResource,
  PublishedRestStage,
} from '../../apigateway/port.ts';
import { compileResourcePolicy } from '../../../policies/policy.ts';
import type { Policy } from '../../../policies/policy.ts';
import type { RoutePattern } from '../../apigatewayv2/port.ts';
import type { LogStreamReference } from '../../logs/port.ts';
import { compileAccessLog } from '../access-log.ts';
import type { AccessLog } from '../access-log.ts';
import type { Dimensions } from '../../../telemetry/service-metrics.ts';
import { RouteMatcher } from '../route-matcher.ts';
import type { RouteMatch } from '../route-matcher.ts';
import { TokenBucket } from '../token-bucket.ts';
import { authorizeOf, compileAuthorizers } from './authorize.ts';
import type { Authorize } from './authorize.ts';
import { GatewayResponses } from './gateway-responses.ts';
import { internalFailure } from './gateway-failure.ts';
import { compileHttp, compileHttpProxy } from './integration-http.ts';
import { compileLambda } from './integration-lambda.ts';
import { compileLambdaProxy } from './integration-lambda-proxy.ts';
import { compileMock } from './integration-mock.ts';
import { compileService } from './integration-service.ts';
import { MediaTypes } from './media-types.ts';
import { compileCached, ResponseCache } from './response-cache.ts';
import type { Cached } from './response-cache.ts';
import { resourcePath, segmentsOf } from './resource-path.ts';
import type { RestExecution } from './rest-execution.ts';
import type { Strings } from './rest-request.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { functionOf } from './stage-text.ts';
import { Validation } from './validate-request.ts';
import type { Validate } from './validate-request.ts';

export interface CompiledIntegration {
  readonly type: string;
  /** Answers the execution, or throws a `GatewayFailure`. */
  call(execution: RestExecution, runtime: RestRuntime): void | Promise<void>;
}

export interface CompiledMethod {
  readonly pattern: RoutePattern;
  readonly resourceId: string;
  readonly resourcePath: string;
  /** `ANY` of a method for all of them. */
  readonly httpMethod: string;
  readonly operationName: string | undefined;
  readonly authorizationType: string;
  readonly authorize: Authorize;
  readonly scopes: readonly string[];
  readonly apiKeyRequired: boolean;
  /** Throws for a request that is not valid; undefined where nothing is looked at. */
  readonly validate: Validate | undefined;
  readonly bucket: TokenBucket | undefined;
  readonly integration: CompiledIntegration;
  readonly cached: Cached | undefined;
  readonly settings: MethodSetting | undefined;
  /** Of metrics of this method alone. */
  readonly dimensions: Dimensions;
}

export interface CompiledDeployment {
  readonly deploymentId: string;
  readonly binaryTypes: MediaTypes;
  /** Bytes; undefined where nothing is compressed. */
  readonly minimumCompressionSize: number | undefined;
  readonly gatewayResponses: GatewayResponses;
  readonly methods: readonly CompiledMethod[];
  /** By the id of each. */
  readonly authorizers: ReadonlyMap<string, Authorize>;
  /** Undefined where the API has none. */
  readonly policy: Policy | undefined;
  /** Where API keys are shown: `HEADER` or `AUTHORIZER`. */
  readonly apiKeySource: string;
  /** The API's own address is switched off: AWS then serves custom domains only. */
  readonly endpointDisabled: boolean;
  /** `path` as it came, without a slash at its end. */
  match(method: string, path: string): RouteMatch<CompiledMethod> | undefined;
}

export interface CompiledRestStage {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  /** Of metrics, with AWS's names. */
  readonly dimensions: Dimensions;
  readonly stageName: string;
  readonly accessLog: AccessLog | undefined;
  readonly executionLog: LogStreamReference;
  /** Shown to endpoints over HTTPS. */
  readonly clientCertificate: PublishedClientCertificate | undefined;
  readonly variables: Strings;
  readonly deployment: CompiledDeployment;
  readonly canary: CompiledCanary | undefined;
}

export interface CompiledCanary {
  readonly percentTraffic: number;
  readonly variables: Strings;
  readonly deployment: CompiledDeployment;
}

export function compileRestStage(
  published: PublishedRestStage,
  clock: Clock,
  random: Random,
): CompiledRestStage {
  const { accountId, region, apiId, stage, canary } = published;
  const { stageName, canarySettings } = stage;
  const variables = strings(stage.variables);
  const streamName = random.bytes(16).toString('hex');
  const groupName = `API-Gateway-Execution-Logs_${apiId}/${stageName}`;
  const cache = stage.cacheClusterEnabled ? new ResponseCache(clock) : undefined;
  const canaryCache = canarySettings?.useStageCache || !cache ? cache : new ResponseCache(clock);
  return {
    accountId,
    region,
    apiId,
    dimensions: dimensionsOf(published),
    stageName,
    accessLog: compileAccessLog(stage.accessLogSettings ?? {}, streamName),
    executionLog: { accountId, region, groupName, streamName },
    clientCertificate: published.clientCertificate,
    variables,
    deployment: compileDeployment(published, published.deployment, cache, clock),
    canary: canary && {
      percentTraffic: canarySettings?.percentTraffic ?? 0,
      variables: strings({ ...stage.variables, ...canarySettings?.stageVariableOverrides }),
      deployment: compileDeployment(published, canary, canaryCache, clock),
    },
  };
}

function dimensionsOf({ apiId, stage, deployment }: PublishedRestStage): Dimensions {
  // "API Gateway removes non-ASCII characters from the ApiName dimension … If the APIName contains no
  // ASCII characters, the API ID is used as the ApiName."
  const name = deployment.configuration.api.name?.replaceAll(/[^\x20-\x7e]/g, '');
  return { ApiName: name || apiId, Stage: stage.stageName };
}

function strings(variables: Readonly<Record<string, string>> | undefined): Strings {
  return Object.assign(Object.create(null) as Strings, variables);
}

function compileDeployment(
  published: PublishedRestStage,
  { deploymentId, configuration }: PublishedDeployment,
  cache: ResponseCache | undefined,
  clock: Clock,
): CompiledDeployment {
  const { api, resources, gatewayResponses, authorizers } = configuration;
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const compiler = {
    settings: published.stage.methodSettings ?? {},
    authorizers: compileAuthorizers(authorizers, clock),
    validation: new Validation(configuration),
    cache,
    dimensions: dimensionsOf(published),
    clock,
  };
  const methods = resources.flatMap((resource) =>
    compileMethods(resource, resourcePath(resource, byId), compiler),
  );
  const matcher = new RouteMatcher(methods);
  return {
    deploymentId,
    binaryTypes: new MediaTypes(api.binaryMediaTypes ?? []),
    minimumCompressionSize: api.minimumCompressionSize,
    gatewayResponses: new GatewayResponses(gatewayResponses),
    methods,
    authorizers: compiler.authorizers,
    policy: resourcePolicy(published, api.policy),
    apiKeySource: api.apiKeySource ?? 'HEADER',
    endpointDisabled: api.disableExecuteApiEndpoint ?? false,
    match: (method, path) => matcher.match(method, path),
  };
}

/** A policy that cannot be read denies everything: the control plane keeps JSON only. */
function resourcePolicy(
  { region, accountId, apiId }: PublishedRestStage,
  policy: string | undefined,
): Policy | undefined {
  if (policy === undefined || policy === '') return undefined;
  const prefix = `arn:aws:execute-api:${region}:${accountId}:${apiId}/`;
  // `execute-api:/dev/GET/*` is short for this API's own.
  const whole = (written: string) => written.replace(/^execute-api:\//, prefix);
  return compileResourcePolicy(JSON.parse(policy), whole) ?? (() => 'deny');
}

interface MethodCompiler {
  readonly settings: Readonly<Record<string, MethodSetting>>;
  readonly authorizers: ReadonlyMap<string, Authorize>;
  readonly validation: Validation;
  readonly cache: ResponseCache | undefined;
  readonly dimensions: Dimensions;
  readonly clock: Clock;
}

function compileMethods(
  resource: PublishedResource,
  path: string,
  { settings, authorizers, validation, cache, dimensions, clock }: MethodCompiler,
): CompiledMethod[] {
  return resource.methods.map((method) => {
    const { httpMethod } = method;
    const own = settings[`${path.slice(1)}/${httpMethod}`];
    const chosen = own ?? settings['*/*'];
    const integration = method.methodIntegration ?? {};
    const cachedMethod = { httpMethod, integration, settings: chosen, isOwn: own !== undefined };
    return {
      pattern: { type: 'path', method: httpMethod, segments: segmentsOf(path) },
      resourceId: resource.id,
      resourcePath: path,
      httpMethod,
      operationName: method.operationName,
      authorizationType: method.authorizationType,
      authorize: authorizeOf(method, authorizers),
      scopes: method.authorizationScopes ?? [],
      apiKeyRequired: method.apiKeyRequired ?? false,
      validate: validation.of(method),
      bucket: bucketOf(chosen, clock),
      integration: compileIntegration(method.methodIntegration),
      cached: compileCached(cache, cachedMethod),
      settings: chosen,
      dimensions: { ...dimensions, Method: httpMethod, Resource: path },
    };
  });
}

function bucketOf(setting: MethodSetting | undefined, clock: Clock): TokenBucket | undefined {
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = setting ?? {};
  if (rate === undefined && burst === undefined) return undefined;
  // -1 is what AWS writes for a limit that is switched off.
  const limit = (value: number | undefined) =>
    value === undefined || value < 0 ? Infinity : value;
  return new TokenBucket({ ratePerSecond: limit(rate), burst: limit(burst) }, clock);
}

function compileIntegration(integration: Integration | undefined): CompiledIntegration {
  switch (integration?.type) {
    case 'MOCK':
      return compileMock(integration);
    case 'HTTP':
      return compileHttp(integration);
    case 'HTTP_PROXY':
      return compileHttpProxy(integration);
    case 'AWS_PROXY':
      return compileLambdaProxy(integration);
    case 'AWS': {
      const functionArn = functionOf(integration.uri ?? '');
      return functionArn ? compileLambda(integration, functionArn) : compileService(integration);
    }
    default:
      return {
        type: integration?.type ?? 'none',
        call() {
          throw internalFailure('the method has no integration');
        },
      };
  }
}
