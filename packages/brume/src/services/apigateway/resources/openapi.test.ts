import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import type {
  ApiKeyIds,
  ApiKeys,
  Authorizers,
  DocumentationParts,
  ExportResponse,
  GatewayResponse,
  Method,
  Models,
  Resources,
  RestApi,
  UsagePlan,
  UsagePlanKeys,
} from '../../../model/generated/apigateway.types.ts';
import { FUNCTION_URI, refusal, restGateway } from '../rest-fixture.ts';
import type { RestGateway } from '../rest-fixture.ts';

const MOCK = {
  type: 'mock',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: { default: { statusCode: 200 }, '5..': { statusCode: 500 } },
};

/** With every extension that REST APIs have. */
const DOCUMENT = {
  openapi: '3.0.1',
  info: { title: 'shop', version: '7' },
  paths: {
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true }],
      get: {
        operationId: 'getOrder',
        security: [{ gate: [], api_key: [] }],
        parameters: [{ $ref: '#/components/parameters/Deep' }],
        'x-amazon-apigateway-request-validator': 'all',
        responses: { '200': { $ref: '#/components/responses/Order' }, default: {} },
        'x-amazon-apigateway-integration': MOCK,
      },
      'x-amazon-apigateway-any-method': {
        security: [{ pool: ['read'] }],
        requestBody: { content: { 'application/json': { schema: { type: 'array' } } } },
        'x-amazon-apigateway-integration': { ...MOCK, timeoutInMillis: '50' },
      },
      put: {
        security: [{ signed: [] }],
        'x-amazon-apigateway-integration': {
          ...{ type: 'aws_proxy', httpMethod: 'POST', uri: FUNCTION_URI },
        },
      },
    },
  },
  components: {
    parameters: { Deep: { name: 'deep', in: 'query', schema: { type: 'boolean' } } },
    responses: {
      Order: {
        headers: { 'X-Total': { schema: { type: 'string' } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
      },
    },
    schemas: {
      Order: { type: 'object', properties: { lines: { $ref: '#/components/schemas/Lines' } } },
      Lines: { type: 'array', items: { type: 'string' } },
    },
    securitySchemes: {
      gate: {
        ...{ type: 'apiKey', name: 'Unused', in: 'header' },
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          identitySource: 'method.request.header.a, method.request.querystring.b',
          authorizerUri: FUNCTION_URI,
          authorizerResultTtlInSeconds: 60,
        },
      },
      pool: {
        ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
        'x-amazon-apigateway-authtype': 'cognito_user_pools',
        'x-amazon-apigateway-authorizer': {
          type: 'cognito_user_pools',
          providerARNs: ['arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a'],
        },
      },
      signed: {
        ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
      api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
    },
  },
  'x-amazon-apigateway-request-validators': {
    all: { validateRequestBody: true, validateRequestParameters: true },
  },
  'x-amazon-apigateway-gateway-responses': {
    THROTTLED: { statusCode: 420, responseTemplates: { 'application/json': '{}' } },
  },
  'x-amazon-apigateway-policy': { Version: '2012-10-17', Statement: [] },
  'x-amazon-apigateway-binary-media-types': ['image/png'],
  'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
  'x-amazon-apigateway-minimum-compression-size': 10,
  'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true },
  'x-amazon-apigateway-documentation': {
    version: '1',
    documentationParts: [{ location: { type: 'API' }, properties: { description: 'sells' } }],
  },
  tags: [{ name: 'team', 'x-amazon-apigateway-tag-value': 'a' }, { name: 'orders' }],
};

const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const importing = ({ call }: RestGateway, document: unknown, more: object = {}) =>
  call<RestApi>('ImportRestApi', { body: bytes(document), ...more });

async function exported({ call }: RestGateway, restApiId: string | undefined, more: object = {}) {
  await call('CreateDeployment', { restApiId, stageName: 'live' });
  const input = { restApiId, stageName: 'live', exportType: 'oas30', ...more };
  const { body = new Uint8Array() } = await call<ExportResponse>('GetExport', input);
  return Buffer.from(body).toString();
}

async function methods({ call }: RestGateway, restApiId: string | undefined) {
  const { items = [] } = await call<Resources>('GetResources', { restApiId, embed: ['methods'] });
  return new Map(
    items.flatMap(({ path, resourceMethods = {} }) =>
      Object.entries(resourceMethods).map(([verb, method]) => [`${verb} ${path}`, method] as const),
    ),
  );
}

test('a document with all extensions becomes an API', async () => {
  const gateway = await restGateway();
  const api = await importing(gateway, DOCUMENT);
  assert.deepEqual(api.tags, { team: 'a' });
  assert.equal(api.policy, '{"Version":"2012-10-17","Statement":[]}');
  assert.equal(api.apiKeySource, 'AUTHORIZER');
  assert.equal(api.minimumCompressionSize, 10);
  assert.equal(api.disableExecuteApiEndpoint, true);
  assert.deepEqual(api.warnings, [
    "Response 'default' of paths./orders/{id}.get has no status and was left out.",
  ]);
  const { id: restApiId } = api;
  const { items: authorizers = [] } = await gateway.call<Authorizers>('GetAuthorizers', {
    restApiId,
  });
  const idOf = (name: string) => authorizers.find((each) => each.name === name)?.id;
  const found = await methods(gateway, restApiId);
  const get = found.get('GET /orders/{id}') as Method;
  assert.equal(get.authorizationType, 'CUSTOM');
  assert.equal(get.authorizerId, idOf('gate'));
  assert.equal(get.apiKeyRequired, true);
  assert.deepEqual(get.requestParameters, {
    'method.request.path.id': true,
    'method.request.querystring.deep': false,
  });
  assert.deepEqual(get.methodResponses?.['200']?.responseModels, { 'application/json': 'Order' });
  assert.equal(get.methodIntegration?.integrationResponses?.['500']?.selectionPattern, '5..');
  const any = found.get('ANY /orders/{id}') as Method;
  assert.equal(any.authorizationType, 'COGNITO_USER_POOLS');
  assert.deepEqual(any.authorizationScopes, ['read']);
  assert.equal(any.methodIntegration?.timeoutInMillis, 50);
  assert.match(any.requestModels?.['application/json'] ?? '', /^MODEL[0-9a-f]{6}$/);
  assert.equal(found.get('PUT /orders/{id}')?.authorizationType, 'AWS_IAM');
  const response = await gateway.call<GatewayResponse>('GetGatewayResponse', {
    ...{ restApiId, responseType: 'THROTTLED' },
  });
  assert.equal(response.statusCode, '420');
  const parts = await gateway.call<DocumentationParts>('GetDocumentationParts', { restApiId });
  assert.equal(parts.items?.[0]?.properties, '{"description":"sells"}');
});

for (const exportType of ['oas30', 'swagger']) {
  test(`what is exported as ${exportType} with all extensions imports as the same`, async () => {
    const gateway = await restGateway();
    const first = await importing(gateway, DOCUMENT);
    const more = { exportType, parameters: { extensions: 'apigateway' } };
    const text = await exported(gateway, first.id, more);
    const second = await importing(gateway, JSON.parse(text));
    assert.equal(second.warnings, undefined);
    const again = await exported(gateway, second.id, more);
    assert.equal(again.replaceAll(second.id ?? '', first.id ?? ''), text);
    const accepts = 'application/yaml';
    const yaml = await exported(gateway, first.id, { ...more, accepts });
    assert.deepEqual(parseYaml(yaml), JSON.parse(text));
  });
}

test('an export of a stage has the documentation that the stage names', async () => {
  const gateway = await restGateway();
  const { id: restApiId } = await importing(gateway, DOCUMENT);
  const parameters = { extensions: 'documentation' };
  const before = await exported(gateway, restApiId, { parameters });
  assert(!before.includes('x-amazon-apigateway-documentation'));
  const version = { restApiId, documentationVersion: '3', stageName: 'live' };
  await gateway.call('CreateDocumentationVersion', version);
  const after = JSON.parse(await exported(gateway, restApiId, { parameters })) as typeof DOCUMENT;
  assert.deepEqual(after['x-amazon-apigateway-documentation'], {
    ...{ ...DOCUMENT['x-amazon-apigateway-documentation'], version: '3' },
  });
  await assert.rejects(
    exported(gateway, restApiId, { parameters: { extensions: 'postman' } }),
    refusal('BadRequestException', /postman/),
  );
  await assert.rejects(
    exported(gateway, restApiId, { exportType: 'raml' }),
    refusal('BadRequestException', /Invalid export type/),
  );
});

test('a put merges what is there, or replaces it with the ids kept', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { id: restApiId } = await importing(gateway, DOCUMENT);
  const put = (mode: string | undefined, body: object) =>
    call<RestApi>('PutRestApi', { restApiId, mode, body: bytes(body) });
  const paths = { '/orders/{id}/lines': { get: { 'x-amazon-apigateway-integration': MOCK } } };
  const info = { title: 'renamed' };
  const added = { openapi: '3.0.0', info, paths };
  const merged = await put(undefined, {
    ...{ ...added, 'x-amazon-apigateway-binary-media-types': ['image/jpg'] },
  });
  assert.equal(merged.name, 'renamed');
  assert.equal(merged.version, '7');
  assert.deepEqual(merged.binaryMediaTypes, ['image/png', 'image/jpg']);
  assert.equal((await methods(gateway, restApiId)).size, 4);
  const { items: before = [] } = await call<Resources>('GetResources', { restApiId });

  const replaced = await put('overwrite', added);
  assert.equal(replaced.version, undefined);
  assert.equal(replaced.policy, undefined);
  assert.equal(replaced.binaryMediaTypes, undefined);
  assert.deepEqual([...(await methods(gateway, restApiId)).keys()], ['GET /orders/{id}/lines']);
  const { items: after = [] } = await call<Resources>('GetResources', { restApiId });
  assert.deepEqual(
    after.map(({ id }) => id),
    before.map(({ id }) => id),
  );
  const { items: models } = await call<Models>('GetModels', { restApiId });
  assert.deepEqual(models, []);
});

test('all that is wrong is told at once, and nothing is changed', async () => {
  const gateway = await restGateway();
  const { id: restApiId } = await importing(gateway, DOCUMENT);
  const before = await exported(gateway, restApiId, { parameters: { extensions: 'apigateway' } });
  const http = { type: 'http', httpMethod: 'GET', uri: 'nowhere' };
  const wrong = {
    swagger: '2.0',
    info: { title: 'wrong' },
    paths: {
      '/a b': { get: {} },
      '/b': { get: { 'x-amazon-apigateway-integration': http } },
    },
    definitions: { 'not-a-name': { type: 'object' } },
  };
  await assert.rejects(
    gateway.call('PutRestApi', { restApiId, mode: 'overwrite', body: bytes(wrong) }),
    refusal(
      'BadRequestException',
      [
        'Errors found during import:',
        "Unable to create model for 'not-a-name': Model name must be alphanumeric: not-a-name",
        "Unable to create resource at path '/a b': Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        "Unable to put method 'GET' on resource at path '/b': Invalid HTTP endpoint specified for URI",
      ].join('\n\t'),
    ),
  );
  const after = await exported(gateway, restApiId, { parameters: { extensions: 'apigateway' } });
  assert.equal(after, before);
});

test('what would be open, or has no effect, is a warning, which may be an error', async () => {
  const gateway = await restGateway();
  const document = {
    openapi: '3.0.1',
    info: { title: 'a' },
    paths: { '/a': { get: { security: [{ bearer: [] }] }, trace: {} } },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    'x-amazon-apigateway-cors': {},
  };
  const { warnings } = await importing(gateway, document);
  assert.deepEqual(warnings, [
    'x-amazon-apigateway-cors is not supported and was left out.',
    "Security scheme 'bearer' of paths./a.get is not enforced by API Gateway.",
    'paths./a.trace is not supported and was left out.',
  ]);
  await assert.rejects(
    importing(gateway, document, { failOnWarnings: true }),
    refusal('BadRequestException', /^Warnings found during import:\n\tx-amazon-apigateway-cors/),
  );
  await assert.rejects(
    importing(gateway, {
      ...document,
      paths: { '/a': { get: { 'x-amazon-apigateway-auth': { type: 'other' } } } },
    }),
    refusal('BadRequestException', /x-amazon-apigateway-auth/),
  );
});

test('hostile documents are refused, and names of prototypes are names', async () => {
  const gateway = await restGateway();
  const info = { title: 'a' };
  const schemas = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } };
  const loop = { $ref: '#/components/responses/Loop' };
  const get = { responses: { '200': loop } };
  const components = { schemas, responses: { Loop: loop } };
  await assert.rejects(
    importing(gateway, { openapi: '3.0.0', info, paths: { '/a': { get } }, components }),
    refusal('BadRequestException', /references that never end/),
  );
  await assert.rejects(
    importing(gateway, { openapi: '3.0.0', info, paths: { '/a': { $ref: 'http://b.c/d' } } }),
    refusal('BadRequestException', /not within the document/),
  );
  const body = Buffer.from(
    '{"openapi":"3.0.0","info":{"title":"a"},"paths":{"/__proto__":{"get":{}}},"components":{"schemas":{"constructor":{"properties":{"__proto__":{"type":"string"}}}}}}',
  );
  const { id: restApiId } = await gateway.call<RestApi>('ImportRestApi', { body });
  assert.deepEqual([...(await methods(gateway, restApiId)).keys()], ['GET /__proto__']);
  const { items: models = [] } = await gateway.call<Models>('GetModels', { restApiId });
  assert.match(models[0]?.schema ?? '', /"__proto__"/);
});

test('API keys come from a file, once each, and subscribe to plans', async () => {
  const { call } = await restGateway();
  const { id } = await call<UsagePlan>('CreateUsagePlan', { name: 'gold' });
  const value = (letter: string) => letter.repeat(20);
  const file = [
    'name,key,description,Enabled,usageplanIds',
    `first,${value('a')},"says ""hi"", twice",TRUE,"${id},nowhere"`,
    '',
    `second,${value('b')},,false,`,
    `again,${value('a')},,true,`,
  ].join('\r\n');
  const input = { body: Buffer.from(file), format: 'csv' };
  await assert.rejects(
    call('ImportApiKeys', { ...input, failOnWarnings: true }),
    refusal('BadRequestException', /'nowhere'/),
  );
  const { ids, warnings } = await call<ApiKeyIds>('ImportApiKeys', input);
  assert.deepEqual(warnings, [
    "Usage plan 'nowhere' of API Key 'first' does not exist",
    "API Key 'again' already exists",
  ]);
  const { items = [] } = await call<ApiKeys>('GetApiKeys', { includeValues: true });
  const [first, second] = (ids ?? []).map((each) => items.find((key) => key.id === each));
  assert.equal(first?.value, value('a'));
  assert.equal(first?.description, 'says "hi", twice');
  assert.deepEqual([first?.enabled, second?.enabled], [true, false]);
  const keys = await call<UsagePlanKeys>('GetUsagePlanKeys', { usagePlanId: id });
  assert.deepEqual(
    keys.items?.map(({ name }) => name),
    ['first'],
  );
  for (const wrong of ['name\na', `name,key\nshort,abc`, 'name,key\n"a,b']) {
    const refused = call('ImportApiKeys', { ...input, body: Buffer.from(wrong) });
    await assert.rejects(refused, { name: 'BadRequestException' }, wrong);
  }
});
