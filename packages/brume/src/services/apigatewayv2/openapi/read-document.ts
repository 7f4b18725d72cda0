/** An OpenAPI 3 document with API Gateway's extensions, as the parts of an HTTP API. */
import type { Cors } from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { pathPrefix } from '../../gateway/openapi/base-path.ts';
import { parseDocument } from '../../gateway/openapi/parse-document.ts';
import {
  booleanOf,
  fieldsOf,
  numberOf,
  scalarTextOf,
  textOf,
  textsOf,
} from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { StoredAuthorizer, StoredIntegration, StoredRoute } from '../api-document.ts';
import { AUTHORIZER_ID_LENGTH, INTEGRATION_ID_LENGTH, ROUTE_ID_LENGTH } from '../identifiers.ts';
import { readAuthorizer } from './read-authorizer.ts';
import { readIntegration } from './read-integration.ts';

export interface ImportedApi {
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly cors: Cors | undefined;
  readonly endpointDisabled: boolean;
  readonly tags: Record<string, string>;
  readonly routes: StoredRoute[];
  readonly integrations: StoredIntegration[];
  readonly authorizers: StoredAuthorizer[];
  /** What of the document has no effect. */
  readonly warnings: string[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const ANY_METHOD = 'x-amazon-apigateway-any-method';
const ENDPOINT = 'x-amazon-apigateway-endpoint-configuration';
/** Extensions of a whole document that have an effect, or need none. */
const KNOWN: ReadonlySet<string> = new Set([
  ENDPOINT,
  'x-amazon-apigateway-cors',
  'x-amazon-apigateway-importexport-version',
]);
/** How documents write the path of the `$default` route. */
const DEFAULT_PATH = '/$default';

export function readDocument(
  body: string,
  basePath: string | undefined,
  newId: (length: number) => string,
): ImportedApi {
  const root = parseRoot(body);
  const info = fieldsOf(root.get('info'), 'info');
  const components = fieldsOf(root.get('components'), 'components');
  const imported: ImportedApi = {
    name: textOf(info.get('title'), 'info.title') ?? '',
    version: scalarTextOf(info.get('version'), 'info.version'),
    description: textOf(info.get('description'), 'info.description'),
    cors: readCors(root.get('x-amazon-apigateway-cors')),
    endpointDisabled: readEndpointDisabled(root.get(ENDPOINT)),
    tags: readTags(root.get('tags')),
    routes: [],
    integrations: [],
    authorizers: [],
    warnings: [...root.keys()]
      .filter((name) => name.startsWith('x-amazon-apigateway-') && !KNOWN.has(name))
      .map((name) => `${name} is not supported and was left out.`),
  };
  if (imported.name === '') throw badRequest('Invalid OpenAPI input: info.title must be given.');
  const schemes = fieldsOf(components.get('securitySchemes'), 'components.securitySchemes');
  const reader = new DocumentReader(imported, root, components, schemes, newId);
  const prefix = pathPrefix(root, basePath);
  for (const [path, item] of fieldsOf(root.get('paths'), 'paths')) reader.path(prefix, path, item);
  return imported;
}

function parseRoot(body: string): Fields {
  const root = parseDocument(body);
  const version = scalarTextOf(root.get('openapi'), 'openapi') ?? '';
  if (!/^3\.0(\.|$)/.test(version)) {
    throw badRequest('Invalid OpenAPI input: HTTP APIs take OpenAPI 3.0 documents only.');
  }
  return root;
}

class DocumentReader {
  readonly #imported: ImportedApi;
  readonly #root: Fields;
  readonly #components: Fields;
  readonly #schemes: Fields;
  readonly #newId: (length: number) => string;
  readonly #authorizerIds = new Map<string, string>();

  constructor(
    imported: ImportedApi,
    root: Fields,
    components: Fields,
    schemes: Fields,
    newId: (length: number) => string,
  ) {
    this.#imported = imported;
    this.#root = root;
    this.#components = components;
    this.#schemes = schemes;
    this.#newId = newId;
  }

  path(prefix: string, path: string, value: unknown): void {
    const isDefault = path === DEFAULT_PATH;
    for (const [name, operation] of fieldsOf(value, `paths.${path}`)) {
      const place = `paths.${path}.${name}`;
      if (name === ANY_METHOD) {
        this.#operation(isDefault ? '$default' : `ANY ${prefix}${path}`, operation, place);
      } else if (METHODS.includes(name) && !isDefault) {
        this.#operation(`${name.toUpperCase()} ${prefix}${path}`, operation, place);
      } else if (!['parameters', 'summary', 'description', 'servers'].includes(name)) {
        this.#imported.warnings.push(`${place} is not supported and was left out.`);
      }
    }
  }

  #operation(routeKey: string, value: unknown, place: string): void {
    const operation = fieldsOf(value, place);
    const integrationId = this.#integration(
      operation.get('x-amazon-apigateway-integration'),
      place,
    );
    if (integrationId === undefined) {
      this.#imported.warnings.push(`${place} has no integration: requests to it are not found.`);
    }
    const isIam =
      fieldsOf(operation.get('x-amazon-apigateway-auth'), place).get('type') === 'AWS_IAM';
    const security = operation.get('security') ?? this.#root.get('security');
    this.#imported.routes.push({
      ApiKeyRequired: false,
      OperationName: textOf(operation.get('operationId'), `${place}.operationId`),
      RouteId: this.#newId(ROUTE_ID_LENGTH),
      RouteKey: routeKey,
      Target: integrationId === undefined ? undefined : `integrations/${integrationId}`,
      ...(isIam ? { AuthorizationType: 'AWS_IAM' } : this.#authorization(security, place)),
    });
  }

  #integration(value: unknown, place: string): string | undefined {
    if (value === undefined) return undefined;
    const own = fieldsOf(value, place);
    const reference = textOf(own.get('$ref'), place);
    const prefix = '#/components/x-amazon-apigateway-integrations/';
    const shared = fieldsOf(this.#components.get('x-amazon-apigateway-integrations'), 'components');
    const fields =
      reference === undefined ? own : fieldsOf(shared.get(reference.slice(prefix.length)), place);
    if (fields.size === 0) throw badRequest(`Invalid OpenAPI input: ${place} has no integration.`);
    const IntegrationId = this.#newId(INTEGRATION_ID_LENGTH);
    this.#imported.integrations.push({ ...readIntegration(fields, place), IntegrationId });
    return IntegrationId;
  }

  /** Nothing that a document says to protect may come out open: what is not understood is an error. */
  #authorization(value: unknown, place: string) {
    const requirements: unknown[] = Array.isArray(value) ? value : [];
    const [requirement, ...more] = requirements.map((each) => fieldsOf(each, `${place}.security`));
    if (requirement === undefined || (requirement.size === 0 && more.length === 0)) {
      return { AuthorizationType: 'NONE' as const };
    }
    const [entry, ...others] = requirement;
    if (!entry || others.length > 0 || more.length > 0) {
      throw badRequest(`Invalid OpenAPI input: ${place}.security must name one scheme.`);
    }
    const [name, scopes] = entry;
    const scheme = fieldsOf(this.#schemes.get(name), `components.securitySchemes.${name}`);
    if (scheme.get('x-amazon-apigateway-authtype') === 'awsSigv4') {
      return { AuthorizationType: 'AWS_IAM' as const };
    }
    const { id, type } = this.#authorizer(name, scheme);
    const named = textsOf(scopes, `${place}.security`) ?? [];
    return {
      AuthorizationType: type === 'JWT' ? ('JWT' as const) : ('CUSTOM' as const),
      AuthorizationScopes: named.length > 0 ? named : undefined,
      AuthorizerId: id,
    };
  }

  #authorizer(name: string, scheme: Fields) {
    const place = `components.securitySchemes.${name}`;
    const settings = readAuthorizer(name, scheme.get('x-amazon-apigateway-authorizer'), place);
    let id = this.#authorizerIds.get(name);
    if (id === undefined) {
      id = this.#newId(AUTHORIZER_ID_LENGTH);
      this.#authorizerIds.set(name, id);
      this.#imported.authorizers.push({ ...settings, AuthorizerId: id });
    }
    return { id, type: settings.AuthorizerType };
  }
}

function readCors(value: unknown): Cors | undefined {
  if (value === undefined) return undefined;
  const place = 'x-amazon-apigateway-cors';
  const cors = fieldsOf(value, place);
  return {
    AllowOrigins: textsOf(cors.get('allowOrigins'), place),
    AllowMethods: textsOf(cors.get('allowMethods'), place),
    AllowHeaders: textsOf(cors.get('allowHeaders'), place),
    ExposeHeaders: textsOf(cors.get('exposeHeaders'), place),
    AllowCredentials: booleanOf(cors.get('allowCredentials'), place),
    MaxAge: numberOf(cors.get('maxAge'), place),
  };
}

function readEndpointDisabled(value: unknown): boolean {
  const disabled = fieldsOf(value, ENDPOINT).get('disableExecuteApiEndpoint');
  return booleanOf(disabled, `${ENDPOINT}.disableExecuteApiEndpoint`) ?? false;
}

function readTags(value: unknown): Record<string, string> {
  const list: unknown[] = Array.isArray(value) ? value : [];
  const tags = list.map((each) => fieldsOf(each, 'tags'));
  return Object.fromEntries(
    tags.map((tag) => [
      textOf(tag.get('name'), 'tags.name') ?? '',
      textOf(tag.get('x-amazon-apigateway-tag-value'), 'tags') ?? '',
    ]),
  );
}
