/** A Swagger 2 or OpenAPI 3 document with API Gateway's extensions, as the parts of a REST API. */
import { badRequest } from '../../gateway/errors.ts';
import { pathPrefix } from '../../gateway/openapi/base-path.ts';
import { resolved } from '../../gateway/openapi/references.ts';
import {
  booleanOf,
  fieldsOf,
  listOf,
  numberOf,
  scalarTextOf,
  textOf,
  textsOf,
} from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { StoredGatewayResponse, StoredValidator } from '../rest-api-document.ts';
import type { ImportedApi, ImportedMethod, ImportedSettings } from './imported-api.ts';
import { readDocumentation } from './read-documentation.ts';
import { readOperation } from './read-operation.ts';
import type { OperationContext } from './read-operation.ts';
import { SchemaReader } from './read-schemas.ts';
import { readAuthorizers } from './read-security.ts';

const ANY_METHOD = 'x-amazon-apigateway-any-method';
const VERBS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', ANY_METHOD];
const IGNORED_IN_PATHS = ['parameters', 'summary', 'description', 'servers', '$ref'];
const PREFIX = 'x-amazon-apigateway-';
/** Extensions of a whole document that have an effect, or need none. */
const KNOWN = [
  'api-key-source',
  'binary-media-types',
  'documentation',
  'endpoint-access-mode',
  'endpoint-configuration',
  'gateway-responses',
  'importexport-version',
  'minimum-compression-size',
  'policy',
  'request-validator',
  'request-validators',
  'security-policy',
];

export interface ReadOptions {
  readonly apiId: string;
  /** Of the query: `ignore`, `prepend` or `split`. */
  readonly basePath: string | undefined;
  readonly newResourceId: () => string;
  readonly newId: () => string;
}

export function readDocument(root: Fields, options: ReadOptions): ImportedApi {
  checkVersion(root);
  const { apiId, newId } = options;
  const isSwagger = root.has('swagger');
  const components = fieldsOf(root.get('components'), 'components');
  const section = (swagger: string, openapi: string) =>
    isSwagger
      ? fieldsOf(root.get(swagger), swagger)
      : fieldsOf(components.get(openapi), `components.${openapi}`);
  const schemes = section('securityDefinitions', 'securitySchemes');
  const schemas = new SchemaReader(apiId, section('definitions', 'schemas'), newId);
  const unknown = [...root.keys()].filter(
    (name) => name.startsWith(PREFIX) && !KNOWN.includes(name.slice(PREFIX.length)),
  );
  const warnings = unknown.map((name) => `${name} is not supported and was left out.`);
  const paths = readPaths({ root, schemes, schemas, warnings }, options);
  return {
    ...paths,
    settings: readSettings(root),
    models: schemas.models,
    validators: readValidators(root, newId),
    authorizers: readAuthorizers(schemes, newId),
    gatewayResponses: readGatewayResponses(root),
    parts: readDocumentation(root, newId),
    warnings,
  };
}

function checkVersion(root: Fields): void {
  const version = scalarTextOf(root.get('swagger') ?? root.get('openapi'), 'openapi') ?? '';
  // Of 2.0 YAML makes a number.
  if (!(root.has('swagger') ? /^2(\.0)?$/ : /^3\.0(\.|$)/).test(version)) {
    throw badRequest('Invalid OpenAPI input.');
  }
}

/** Methods, and ids for the resources that they need. */
function readPaths(context: OperationContext, { basePath, newResourceId }: ReadOptions) {
  const { root, warnings } = context;
  const resourceIds = new Map<string, string>();
  const methods: ImportedMethod[] = [];
  const prefix = pathPrefix(root, basePath);
  for (const [name, value] of fieldsOf(root.get('paths'), 'paths')) {
    if (name.startsWith('x-')) continue;
    const path = `${prefix}${name}`.replace(/\/$/, '') || '/';
    for (const parent of pathsTo(path)) {
      if (!resourceIds.has(parent)) resourceIds.set(parent, newResourceId());
    }
    const item = resolved(root, value, `paths.${name}`);
    const shared = listOf(item.get('parameters'), `paths.${name}.parameters`);
    for (const [key, operation] of item) {
      if (VERBS.includes(key)) {
        const verb = key === ANY_METHOD ? 'ANY' : key.toUpperCase();
        methods.push(readOperation(operation, { path, verb, shared }, context));
      } else if (!IGNORED_IN_PATHS.includes(key)) {
        warnings.push(`paths.${name}.${key} is not supported and was left out.`);
      }
    }
  }
  return { resourceIds, methods };
}

/** `/`, `/pets` and `/pets/{id}` of the last of them. */
function pathsTo(path: string): string[] {
  const parts = path.split('/').slice(1);
  if (path === '/') return ['/'];
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

function readSettings(root: Fields): ImportedSettings {
  const info = fieldsOf(root.get('info'), 'info');
  const extension = (name: string) => root.get(`${PREFIX}${name}`);
  const text = (name: string) => textOf(extension(name), `${PREFIX}${name}`);
  const name = textOf(info.get('title'), 'info.title');
  // Wording unverified.
  if (!name) throw badRequest('Invalid OpenAPI input: info.title must be given.');
  const place = `${PREFIX}endpoint-configuration`;
  const endpoint = fieldsOf(extension('endpoint-configuration'), place);
  const policy = extension('policy');
  return {
    name,
    version: scalarTextOf(info.get('version'), 'info.version'),
    description: textOf(info.get('description'), 'info.description'),
    binaryMediaTypes: textsOf(extension('binary-media-types'), `${PREFIX}binary-media-types`),
    minimumCompressionSize: numberOf(extension('minimum-compression-size'), PREFIX),
    apiKeySource: text('api-key-source')?.toUpperCase() as ImportedSettings['apiKeySource'],
    policy: policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy),
    disableExecuteApiEndpoint: booleanOf(endpoint.get('disableExecuteApiEndpoint'), place),
    securityPolicy: text('security-policy') as ImportedSettings['securityPolicy'],
    endpointAccessMode: text('endpoint-access-mode') as ImportedSettings['endpointAccessMode'],
    endpointConfiguration: {
      types: textsOf(
        endpoint.get('types'),
        place,
      ) as ImportedSettings['endpointConfiguration']['types'],
      ipAddressType: textOf(
        endpoint.get('ipAddressType'),
        place,
      ) as ImportedSettings['endpointConfiguration']['ipAddressType'],
      vpcEndpointIds: textsOf(endpoint.get('vpcEndpointIds'), place),
    },
  };
}

function readValidators(root: Fields, newId: () => string): StoredValidator[] {
  const place = `${PREFIX}request-validators`;
  return [...fieldsOf(root.get(place), place)].map(([name, value]) => {
    const fields = fieldsOf(value, `${place}.${name}`);
    const flag = (member: string) => booleanOf(fields.get(member), `${place}.${name}`) ?? false;
    return {
      id: newId(),
      name,
      validateRequestBody: flag('validateRequestBody'),
      validateRequestParameters: flag('validateRequestParameters'),
    };
  });
}

function readGatewayResponses(root: Fields): StoredGatewayResponse[] {
  const place = `${PREFIX}gateway-responses`;
  return [...fieldsOf(root.get(place), place)].map(([type, value]) => {
    const fields = fieldsOf(value, `${place}.${type}`);
    const texts = (member: string) => {
      if (!fields.has(member)) return undefined;
      const entries = [...fieldsOf(fields.get(member), place)];
      return Object.fromEntries(
        entries.map(([name, each]) => [name, scalarTextOf(each, place) ?? '']),
      );
    };
    return {
      responseType: type as StoredGatewayResponse['responseType'],
      statusCode: scalarTextOf(fields.get('statusCode'), place),
      responseParameters: texts('responseParameters'),
      responseTemplates: texts('responseTemplates'),
    };
  });
}

/** Tags of the API itself: those of a document that carry a value. */
export function readTags(root: Fields): Record<string, string> | undefined {
  const tags = listOf(root.get('tags'), 'tags').flatMap((each) => {
    const tag = fieldsOf(each, 'tags');
    const value = scalarTextOf(tag.get(`${PREFIX}tag-value`), 'tags');
    return value === undefined
      ? []
      : [[textOf(tag.get('name'), 'tags.name') ?? '', value] as const];
  });
  return tags.length === 0 ? undefined : Object.fromEntries(tags);
}
