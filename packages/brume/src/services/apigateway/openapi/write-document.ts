/** What a stage serves as a Swagger 2 or OpenAPI 3 document, with API Gateway's extensions or without. */
import { pathOf } from '../resources/find.ts';
import type { Snapshot, StoredAuthorizer, StoredMethod, StoredPart } from '../rest-api-document.ts';
import { API_KEY_SCHEME, IAM_SCHEME, writeOperation } from './write-operation.ts';
import { writeSchemas } from './write-schemas.ts';

type Json = Record<string, unknown>;

export interface ExportOptions {
  readonly isSwagger: boolean;
  readonly extensions: ReadonlySet<Extension>;
  readonly region: string;
  readonly stageName: string;
  /** Of the version of the documentation that the stage names. */
  readonly parts: readonly StoredPart[];
  readonly documentationVersion: string | undefined;
}

/** `apigateway` stands for all that belongs to no operation, and brings the next two. */
export type Extension = 'apigateway' | 'integrations' | 'authorizers' | 'documentation';

const ANY_METHOD = 'x-amazon-apigateway-any-method';

export function writeDocument(snapshot: Snapshot, options: ExportOptions): Json {
  const { api, models } = snapshot;
  const { isSwagger, extensions } = options;
  const methods = snapshot.resources.flatMap((resource) => resource.methods);
  const schemas = writeSchemas(
    models,
    methods.flatMap(modelsOf),
    isSwagger ? '#/definitions/' : '#/components/schemas/',
  );
  const schemes = securitySchemes(snapshot, methods, extensions);
  const version = api.version ?? api.createdDate?.toISOString().replace('.000Z', 'Z');
  const info = { title: api.name, description: api.description, version };
  return {
    ...(isSwagger ? { swagger: '2.0', info } : { openapi: '3.0.1', info }),
    ...(isSwagger ? swaggerAddress(api.id, options) : { servers: [server(api.id, options)] }),
    paths: paths(snapshot, options),
    ...(isSwagger
      ? { securityDefinitions: unlessEmpty(schemes), definitions: unlessEmpty(schemas) }
      : {
          components: { schemas: unlessEmpty(schemas), securitySchemes: unlessEmpty(schemes) },
        }),
    ...(extensions.has('integrations') && {
      'x-amazon-apigateway-binary-media-types': api.binaryMediaTypes,
    }),
    ...(extensions.has('apigateway') && ofWholeApi(snapshot)),
    ...(extensions.has('documentation') && documentation(options)),
  };
}

function modelsOf({ requestModels, methodResponses }: StoredMethod): string[] {
  const responses = Object.values(methodResponses ?? {});
  const used = [requestModels, ...responses.map(({ responseModels }) => responseModels)];
  return used.flatMap((models) => Object.values(models ?? {}));
}

/** The address as AWS has it: a document goes out to where it is read. */
function hostOf(apiId: string, { region }: ExportOptions): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

function swaggerAddress(apiId: string, options: ExportOptions): Json {
  const host = hostOf(apiId, options);
  return { host, basePath: `/${options.stageName}`, schemes: ['https'] };
}

function server(apiId: string, options: ExportOptions): Json {
  const variables = { basePath: { default: options.stageName } };
  return { url: `https://${hostOf(apiId, options)}/{basePath}`, variables };
}

function paths(snapshot: Snapshot, options: ExportOptions): Json {
  const withMethods = snapshot.resources.filter(({ methods }) => methods.length > 0);
  const entries = withMethods.map((resource) => {
    const operations = resource.methods.map((method) => {
      const { httpMethod } = method;
      const name = httpMethod === 'ANY' ? ANY_METHOD : httpMethod.toLowerCase();
      return [name, writeOperation(snapshot, resource, method, options)] as const;
    });
    return [pathOf(snapshot, resource), Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(entries);
}

function securitySchemes(
  { authorizers }: Snapshot,
  methods: readonly StoredMethod[],
  extensions: ReadonlySet<Extension>,
): Json {
  const schemes: [string, Json][] = authorizers
    .filter(({ id }) => methods.some(({ authorizerId }) => authorizerId === id))
    .map((each) => [each.name ?? '', authorizerScheme(each, extensions)]);
  const header = (name: string) => ({ type: 'apiKey', name, in: 'header' });
  if (methods.some(({ authorizationType }) => authorizationType === 'AWS_IAM')) {
    const type = { 'x-amazon-apigateway-authtype': 'awsSigv4' };
    schemes.push([IAM_SCHEME, { ...header('Authorization'), ...type }]);
  }
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired)) {
    schemes.push([API_KEY_SCHEME, header('x-api-key')]);
  }
  return Object.fromEntries(schemes);
}

function authorizerScheme(authorizer: StoredAuthorizer, extensions: ReadonlySet<Extension>): Json {
  const { identitySource = '', authType } = authorizer;
  const name = /^method\.request\.header\.([^\s,]+)$/.exec(identitySource)?.[1] ?? 'Unused';
  const scheme = { type: 'apiKey', name, in: 'header', 'x-amazon-apigateway-authtype': authType };
  if (!extensions.has('authorizers')) return scheme;
  const { type, providerARNs, authorizerUri, authorizerCredentials } = authorizer;
  const isPool = type === 'COGNITO_USER_POOLS';
  const extension = {
    type: type?.toLowerCase(),
    providerARNs,
    authorizerUri,
    authorizerCredentials,
    identitySource: isPool || type === 'TOKEN' ? undefined : identitySource,
    identityValidationExpression: authorizer.identityValidationExpression,
    authorizerResultTtlInSeconds: authorizer.authorizerResultTtlInSeconds,
  };
  return { ...scheme, 'x-amazon-apigateway-authorizer': extension };
}

function ofWholeApi({ api, validators, gatewayResponses }: Snapshot): Json {
  const { disableExecuteApiEndpoint, endpointConfiguration, apiKeySource } = api;
  const endpoint = {
    disableExecuteApiEndpoint: disableExecuteApiEndpoint || undefined,
    vpcEndpointIds: endpointConfiguration?.vpcEndpointIds,
  };
  const hasEndpoint = Object.values(endpoint).some((value) => value !== undefined);
  return {
    'x-amazon-apigateway-gateway-responses': byName(gatewayResponses, 'responseType'),
    'x-amazon-apigateway-request-validators': byName(
      validators.map((validator) => ({ ...validator, id: undefined })),
      'name',
    ),
    'x-amazon-apigateway-policy': api.policy && (JSON.parse(api.policy) as unknown),
    'x-amazon-apigateway-api-key-source': apiKeySource === 'HEADER' ? undefined : apiKeySource,
    'x-amazon-apigateway-minimum-compression-size': api.minimumCompressionSize,
    'x-amazon-apigateway-endpoint-configuration': hasEndpoint ? endpoint : undefined,
    'x-amazon-apigateway-security-policy': api.securityPolicy,
    'x-amazon-apigateway-endpoint-access-mode': api.endpointAccessMode,
  };
}

function byName<Name extends string>(
  list: readonly { readonly [name in Name]?: string | undefined }[],
  name: Name,
): Json | undefined {
  if (list.length === 0) return undefined;
  return Object.fromEntries(
    list.map((each) => {
      const { [name]: key, ...others } = each;
      return [key ?? '', others] as const;
    }),
  );
}

function documentation({ parts, documentationVersion }: ExportOptions): Json {
  if (parts.length === 0) return {};
  const documentationParts = parts.map(({ location, properties = '{}' }) => {
    return { location, properties: parsed(properties) };
  });
  const extension = { version: documentationVersion, documentationParts };
  return { 'x-amazon-apigateway-documentation': extension };
}

/** Parts can be any text. */
function parsed(properties: string): unknown {
  try {
    return JSON.parse(properties);
  } catch {
    return properties;
  }
}

function unlessEmpty(members: Json): Json | undefined {
  return Object.keys(members).length === 0 ? undefined : members;
}
