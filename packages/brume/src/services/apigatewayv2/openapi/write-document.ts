/** A snapshot of an HTTP API as an OpenAPI 3 document, with API Gateway's extensions or without. */
import type { Cors } from '../../../model/generated/apigatewayv2.types.ts';
import type {
  Snapshot,
  StoredApi,
  StoredAuthorizer,
  StoredIntegration,
  StoredRoute,
} from '../api-document.ts';
import { DEFAULT_ROUTE_KEY, parseRouteKey, targetIntegrationId } from '../route-key.ts';

type Json = Record<string, unknown>;

export interface ExportOptions {
  readonly includesExtensions: boolean;
  /** URL of the API with its stage. */
  readonly server: string;
}

export function writeDocument(api: StoredApi, snapshot: Snapshot, options: ExportOptions): Json {
  const { includesExtensions: extended } = options;
  const tags = Object.entries(api.Tags ?? {});
  const used = snapshot.authorizers.filter((authorizer) =>
    snapshot.routes.some((route) => route.AuthorizerId === authorizer.AuthorizerId),
  );
  const schemes = used.map((each) => [each.Name, securityScheme(each, extended)] as const);
  if (snapshot.routes.some((route) => route.AuthorizationType === 'AWS_IAM')) {
    schemes.push([IAM_SCHEME, iamScheme(extended)]);
  }
  return {
    openapi: '3.0.1',
    info: {
      title: api.Name,
      description: api.Description,
      version: api.Version ?? api.CreatedDate?.toISOString(),
    },
    servers: [{ url: options.server }],
    tags: extended && tags.length > 0 ? tags.map(tag) : undefined,
    paths: paths(snapshot, extended),
    components: schemes.length > 0 ? { securitySchemes: Object.fromEntries(schemes) } : undefined,
    'x-amazon-apigateway-cors': extended && snapshot.cors ? cors(snapshot.cors) : undefined,
    'x-amazon-apigateway-endpoint-configuration':
      extended && snapshot.disableExecuteApiEndpoint
        ? { disableExecuteApiEndpoint: true }
        : undefined,
    'x-amazon-apigateway-importexport-version': extended ? '1.0' : undefined,
  };
}

const IAM_SCHEME = 'sigv4';

function tag([name, value]: [string, string]): Json {
  return { name, 'x-amazon-apigateway-tag-value': value };
}

function paths(snapshot: Snapshot, extended: boolean): Json {
  const byPath = new Map<string, Json>();
  for (const route of snapshot.routes) {
    const { path, method } = place(route.RouteKey);
    if (method === ANY && !extended) continue;
    const item = byPath.get(path) ?? {};
    byPath.set(path, { ...item, [method]: operation(route, snapshot, extended) });
  }
  return Object.fromEntries(byPath);
}

const ANY = 'x-amazon-apigateway-any-method';

function place(routeKey: string): { path: string; method: string } {
  if (routeKey === DEFAULT_ROUTE_KEY) return { path: `/${routeKey}`, method: ANY };
  const space = routeKey.indexOf(' ');
  const method = routeKey.slice(0, space);
  return { path: routeKey.slice(space + 1), method: method === 'ANY' ? ANY : method.toLowerCase() };
}

function operation(route: StoredRoute, snapshot: Snapshot, extended: boolean): Json {
  const id = targetIntegrationId(route.Target);
  const integration = snapshot.integrations.find((each) => each.IntegrationId === id);
  const authorizer = snapshot.authorizers.find((each) => each.AuthorizerId === route.AuthorizerId);
  const isIam = route.AuthorizationType === 'AWS_IAM';
  const scheme = isIam ? IAM_SCHEME : authorizer?.Name;
  return {
    operationId: route.OperationName,
    parameters: pathParameters(route.RouteKey),
    responses: { default: { description: `Default response for ${route.RouteKey}` } },
    security: scheme === undefined ? undefined : [{ [scheme]: route.AuthorizationScopes ?? [] }],
    'x-amazon-apigateway-integration':
      extended && integration ? integrationExtension(integration) : undefined,
  };
}

function pathParameters(routeKey: string): Json[] | undefined {
  const pattern = parseRouteKey(routeKey);
  if (pattern.type === 'default') return undefined;
  const parameters = pattern.segments.flatMap((segment): Json[] =>
    segment.type === 'literal'
      ? []
      : [{ name: segment.name, in: 'path', required: true, schema: { type: 'string' } }],
  );
  return parameters.length > 0 ? parameters : undefined;
}

function integrationExtension(integration: StoredIntegration): Json {
  return {
    payloadFormatVersion: integration.PayloadFormatVersion,
    type: integration.IntegrationType?.toLowerCase(),
    httpMethod: integration.IntegrationMethod,
    uri: integration.IntegrationUri,
    connectionType: integration.ConnectionType,
    connectionId: integration.ConnectionId,
    credentials: integration.CredentialsArn,
    description: integration.Description,
    requestParameters: integration.RequestParameters,
    responseParameters: integration.ResponseParameters,
    timeoutInMillis: integration.TimeoutInMillis,
  };
}

function securityScheme(authorizer: StoredAuthorizer, extended: boolean): Json {
  if (authorizer.AuthorizerType === 'JWT') {
    const { Audience: audience, Issuer: issuer } = authorizer.JwtConfiguration ?? {};
    const extension = {
      type: 'jwt',
      identitySource: authorizer.IdentitySource?.join(','),
      jwtConfiguration: { audience, issuer },
    };
    return { type: 'oauth2', flows: {}, [AUTHORIZER]: extended ? extension : undefined };
  }
  const extension = {
    type: 'request',
    identitySource: authorizer.IdentitySource?.join(','),
    authorizerUri: authorizer.AuthorizerUri,
    authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
    authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
    authorizerCredentials: authorizer.AuthorizerCredentialsArn,
    enableSimpleResponses: authorizer.EnableSimpleResponses,
  };
  return {
    type: 'apiKey',
    name: 'Unused',
    in: 'header',
    [AUTHORIZER]: extended ? extension : undefined,
  };
}

const AUTHORIZER = 'x-amazon-apigateway-authorizer';

function iamScheme(extended: boolean): Json {
  const type = extended ? 'awsSigv4' : undefined;
  return {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': type,
  };
}

function cors(rules: Cors): Json {
  return {
    allowOrigins: rules.AllowOrigins,
    allowMethods: rules.AllowMethods,
    allowHeaders: rules.AllowHeaders,
    exposeHeaders: rules.ExposeHeaders,
    allowCredentials: rules.AllowCredentials,
    maxAge: rules.MaxAge,
  };
}
