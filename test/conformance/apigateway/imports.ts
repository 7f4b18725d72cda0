/** What was asked of AWS about OpenAPI documents. The documents are ours, made to say what AWS answered. */
import type { Scenario, Scenarios, Session } from './recording.ts';
import { newApi } from './rest-apis.ts';

type Json = Record<string, unknown>;

const HEADERS = 'Content-Type,X-Amz-Date,Authorization,X-Api-Key';
const MOCK = { type: 'mock', requestTemplates: { 'application/json': '{"statusCode": 200}' } };
const PETSTORE = 'http://petstore.execute-api.us-east-1.amazonaws.com/petstore/pets';
const FUNCTION =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:auth/invocations';

const origin = { 'method.response.header.Access-Control-Allow-Origin': "'*'" };
const whenDefault = (responseParameters?: Json, responseTemplates?: Json) => ({
  default: { statusCode: '200', responseParameters, responseTemplates },
});

/** What browsers ask before: its headers, and the mock that answers them. */
function cors(methods: string, headers = HEADERS) {
  const names = ['Allow-Origin', 'Allow-Methods', 'Allow-Headers'];
  const header = (name: string) => `method.response.header.Access-Control-${name}`;
  const values: Json = {
    ...origin,
    [header('Allow-Methods')]: `'${methods}'`,
    [header('Allow-Headers')]: `'${headers}'`,
  };
  return {
    headers: Object.fromEntries(
      names.map((name) => [
        `Access-Control-${name}`,
        { type: 'string', schema: { type: 'string' } },
      ]),
    ),
    integration: { ...MOCK, responses: whenDefault(values) },
  };
}

/** An operation of Swagger 2 whose integration answers 200. */
function operation(schema: string | undefined, integration: Json, more: Json = {}): Json {
  const headers = { 'Access-Control-Allow-Origin': { type: 'string' } };
  const response = {
    description: '200 response',
    schema: schema && { $ref: `#/definitions/${schema}` },
    headers,
  };
  return {
    produces: ['application/json'],
    responses: { '200': response },
    'x-amazon-apigateway-integration': integration,
    ...more,
  };
}

function options(methods: string, schema: string | undefined, more: Json = {}): Json {
  const { headers, integration } = cors(methods);
  const described = operation(schema, integration, more);
  const response = {
    description: '',
    schema: schema && { $ref: `#/definitions/${schema}` },
    headers,
  };
  return { ...described, responses: { '200': response } };
}

const petId = { name: 'petId', in: 'path', required: true, type: 'string' };
const object = (properties: Json) => ({ type: 'object', properties });

/** With authorizers it has a version, too, and another name for the id of pets. */
function petStore(page: string, isSecured: boolean): Json {
  const secured = isSecured ? { security: [{ 'test-authorizer': [] }] } : {};
  const authorizer = (ttl?: number) => ({
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'oauth2',
    'x-amazon-apigateway-authorizer': {
      type: 'token',
      authorizerUri: FUNCTION,
      authorizerCredentials: 'arn:aws:iam::000000000000:role/auth',
      authorizerResultTtlInSeconds: ttl,
      identityValidationExpression: '^x-[a-z]+',
    },
  });
  const http = (httpMethod: string, uri: string, requestParameters?: Json) => ({
    ...{ type: 'http', httpMethod, uri, requestParameters, responses: whenDefault(origin) },
  });
  const query = (name: string) => ({ name, in: 'query', required: false, type: 'string' });
  const html = { 'method.response.header.Content-Type': "'text/html'" };
  const title = {
    ...(isSecured && { version: '1.0' }),
    title: 'PetStore',
    description:
      'Your first API with Amazon API Gateway. This is a sample API that integrates via HTTP with our demo Pet Store endpoints',
  };
  const mapped = (name: string) => [
    `integration.request.querystring.${name}`,
    `method.request.querystring.${name}`,
  ];
  return {
    swagger: '2.0',
    info: title,
    schemes: ['https'],
    paths: {
      '/': {
        get: {
          produces: ['text/html'],
          responses: { '200': { headers: { 'Content-Type': { type: 'string' } } } },
          ...secured,
          'x-amazon-apigateway-integration': {
            ...MOCK,
            responses: whenDefault(html, { 'text/html': page }),
          },
        },
      },
      '/pets': {
        get: operation(
          'Pets',
          http('GET', PETSTORE, Object.fromEntries(['page', 'type'].map(mapped))),
          { ...secured, parameters: [query('type'), query('page')] },
        ),
        post: operation('NewPetResponse', http('POST', PETSTORE), {
          operationId: 'CreatePet',
          consumes: ['application/json'],
          parameters: [{ in: 'body', name: 'NewPet', schema: { $ref: '#/definitions/NewPet' } }],
        }),
        options: options('POST,GET,OPTIONS', 'Empty'),
      },
      '/pets/{petId}': {
        get: operation(
          'Pet',
          http('GET', `${PETSTORE}/{petId}`, {
            'integration.request.path.petId': 'method.request.path.petId',
          }),
          { operationId: 'GetPet', parameters: [petId] },
        ),
        options: options('GET,OPTIONS', 'Empty', { parameters: [petId] }),
      },
    },
    securityDefinitions: isSecured
      ? { 'test-authorizer': authorizer(60), 'test-authorizer-not-used': authorizer() }
      : {},
    definitions: {
      Pets: { type: 'array', items: { $ref: '#/definitions/Pet' } },
      Empty: { type: 'object' },
      NewPetResponse: object({
        pet: { $ref: '#/definitions/Pet' },
        message: { type: 'string' },
      }),
      Pet: object({
        [isSecured ? 'petid' : 'id']: { type: 'integer' },
        type: { type: 'string' },
        price: { type: 'number' },
      }),
      NewPet: object({ type: { $ref: '#/definitions/PetType' }, price: { type: 'number' } }),
      PetType: { type: 'string', enum: ['dog', 'cat', 'fish', 'bird', 'gecko'] },
    },
  };
}

/** Asks for a method and its parts, under the names that the recorder gave to the answers. */
async function matchMethod(
  session: Session,
  { restApiId, prefix = '' }: { restApiId: string; prefix?: string },
  { id: resourceId, path }: { id: string; path: string },
  verb: string,
) {
  const place = `${path === '/' ? 'root' : path.slice(1)}-${verb.toLowerCase()}`;
  const method = { restApiId, resourceId, httpMethod: verb };
  const response = { ...method, statusCode: '200' };
  await session.match(`${prefix}method-${place}`, 'GetMethod', method);
  await session.match(`${prefix}method-response-${place}`, 'GetMethodResponse', response);
  await session.match(`${prefix}integration-${place}`, 'GetIntegration', method);
  const name = `${prefix}integration-response-${place}`;
  await session.match(name, 'GetIntegrationResponse', response);
}

/** Compares a list of resources, then all their methods. */
async function matchResources(session: Session, name: string, restApiId: string, prefix = '') {
  const { items } = await session.match(name, 'GetResources', { restApiId });
  for (const resource of items) {
    for (const verb of Object.keys(resource.resourceMethods ?? {}).sort()) {
      await matchMethod(session, { restApiId, prefix }, resource, verb);
    }
  }
}

const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));

/** Swagger 2 with a base path and an authorizer for all its methods. */
function withBasePath(): Json {
  const secured = { security: [{ token: [] }] };
  const { headers, integration } = cors('GET,OPTIONS', `${HEADERS},X-Amz-Security-Token`);
  return {
    swagger: '2.0',
    info: { version: '2', title: 'based' },
    basePath: '/base',
    paths: {
      '/test': {
        get: operation(undefined, { ...MOCK, responses: whenDefault(origin) }, secured),
        options: {
          responses: { '200': { headers } },
          ...secured,
          'x-amazon-apigateway-integration': integration,
        },
      },
    },
    securityDefinitions: {
      token: {
        ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
        'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: FUNCTION },
      },
    },
  };
}

function pets(info: Json): Json {
  const uri = 'http://petstore-demo-endpoint.execute-api.com/petstore/pets';
  const http = (more: Json) => ({
    responses: { '200': { description: '200 response' } },
    'x-amazon-apigateway-integration': {
      ...{ type: 'http', httpMethod: 'GET', responses: whenDefault(), ...more },
    },
  });
  const requestParameters = { 'integration.request.path.id': 'method.request.path.petId' };
  return {
    swagger: '2.0',
    info,
    paths: {
      '/pets': { get: http({ uri }) },
      '/pets/{petId}': {
        get: { ...http({ uri: `${uri}/{id}`, requestParameters }), parameters: [petId] },
      },
    },
  };
}

/** OpenAPI 3 below a server's path. */
function withServer(server: Json, requestParameters: Json): Json {
  const { headers, integration } = cors('GET,OPTIONS', `${HEADERS},X-Amz-Security-Token`);
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Empty' } } };
  const answer = (named: Json) => ({
    responses: { '200': { description: '', headers: named, content } },
  });
  const { 'Access-Control-Allow-Origin': allowOrigin } = headers;
  return {
    openapi: '3.0.1',
    info: { title: 'served', version: '2.0' },
    servers: [server],
    paths: {
      '/test': {
        get: {
          ...answer({ 'Access-Control-Allow-Origin': allowOrigin }),
          'x-amazon-apigateway-integration': {
            ...{ ...MOCK, requestParameters, responses: whenDefault(origin) },
          },
        },
        options: { ...answer(headers), 'x-amazon-apigateway-integration': integration },
      },
    },
    components: { schemas: { Empty: { type: 'object' } } },
  };
}

function basePathOas30(basepath: string): Scenario {
  return async (session) => {
    const { restApiId } = await newApi(session);
    const put = (name: string, document: Json) =>
      session.match(name, 'PutRestApi', {
        ...{ restApiId, mode: 'overwrite', parameters: { basepath }, body: bytes(document) },
      });
    const event = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
    const variables = { basePath: { default: '/base-var' } };
    const server = { url: 'https://example.com/{basePath}', variables };
    await put('put-rest-api-oas30-srv-var', withServer(server, event));
    await matchResources(session, 'get-resources-oas30-srv-var', restApiId, 'srv-var-');
    const url = { url: 'https://example.com/base-url/part/' };
    const mixed = {
      ...event,
      'integration.request.header.double-single': "'True'",
      'integration.request.header.nothing': true,
    };
    await put('put-rest-api-oas30-srv-url', withServer(url, mixed));
    await matchResources(session, 'get-resources-oas30-srv-url', restApiId, 'srv-url-');
  };
}

const CIRCULAR = `
openapi: "3.0.0"
info: { title: Circular model reference, version: "1.0" }
paths:
  /person:
    post:
      operationId: CreatePerson
      x-amazon-apigateway-request-validator: basic
      requestBody:
        content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } }
      responses:
        "200":
          content: { application/json: { schema: { $ref: "#/components/schemas/Empty" } } }
      x-amazon-apigateway-integration:
        type: mock
        passthroughBehavior: when_no_templates
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses:
          default:
            statusCode: 200
            responseTemplates:
              application/json: |-
                {"echo": $input.json('$'), "response": "mocked"}
x-amazon-apigateway-request-validators:
  basic: { validateRequestBody: true, validateRequestParameters: true }
components:
  schemas:
    Empty: { title: Empty Schema, type: object }
    House:
      type: object
      description: Where a Person can live
      properties:
        randomProperty: { type: string, description: Random property, format: byte }
        contains:
          minItems: 1
          type: array
          description: The information of who is living in the house
          items: { $ref: "#/components/schemas/Person" }
    Person:
      required: [b, name]
      type: object
      description: Random person schema.
      properties:
        name: { type: string, description: Random property }
        b: { type: number }
        house: { $ref: "#/components/schemas/House" }
`;

const BAD = { yaml: 'openapi: 3.0.0\n  info: :', json: '{"openapi": "3.0.0",' };

async function matchParts(session: Session, restApiId: string, names: Record<string, string>) {
  for (const [name, operationName] of Object.entries(names)) {
    await session.match(name, operationName, { restApiId });
  }
}

function exported(exportType: string, document: (session: Session) => Json): Scenario {
  return async (session) => {
    const body = bytes(document(session));
    const { id: restApiId } = await session.match('import-api', 'ImportRestApi', { body });
    const stageName = 'local';
    await session.ask('CreateDeployment', { restApiId, stageName });
    const input = { restApiId, stageName, exportType };
    await session.match('get-export', 'GetExport', input);
    const parameters = { extensions: 'integrations' };
    await session.match('get-export-with-extensions', 'GetExport', { ...input, parameters });
  };
}

const binaryPets = () => ({
  ...pets({ title: 'Simple PetStore (Swagger)', version: '1.0.0' }),
  'x-amazon-apigateway-binary-media-types': ['image/png', 'image/jpg'],
});

export const imports: Scenarios = {
  'test_export_swagger_openapi[TEST_IMPORT_PETS]': exported('swagger', binaryPets),
  'test_export_oas30_openapi[TEST_IMPORT_PETS]': exported('oas30', binaryPets),
  'test_export_oas30_openapi[TEST_IMPORT_PETSTORE_SWAGGER]': exported('oas30', (session) => {
    const { body } = session.recorded('get-export-with-extensions');
    const { responses } = body.paths['/'].get['x-amazon-apigateway-integration'];
    return petStore(responses.default.responseTemplates['text/html'], false);
  }),

  async test_import_rest_api(session) {
    const document = {
      ...{ swagger: '2.0', info: { title: 'any', version: '1.0' }, paths: {} },
      'x-amazon-apigateway-binary-media-types': ['*/*'],
    };
    await session.match('import_rest_api', 'ImportRestApi', { body: bytes(document) });
  },

  async test_import_swagger_api(session) {
    const page = session.recorded('integration-response-root-get').responseTemplates['text/html'];
    const body = bytes(petStore(page, true));
    const { id } = await session.match('import-swagger', 'ImportRestApi', { body });
    const lists = { 'get-authorizers': 'GetAuthorizers', 'get-models': 'GetModels' };
    await matchParts(session, id, lists);
    await matchResources(session, 'resources', id);
  },

  async 'test_import_rest_apis_with_base_path_swagger[ignore]'(session) {
    const { restApiId } = await newApi(session);
    const named = { restApiId, parameters: { basepath: 'ignore' }, mode: 'overwrite' };
    const put = { ...named, body: bytes(withBasePath()) };
    await session.match('put-rest-api-swagger-json', 'PutRestApi', put);
    await matchResources(session, 'get-resources-swagger-json', restApiId);
    // Another API, or the root would have the id of the first.
    const other = await newApi(session);
    const body = bytes(pets({ title: 'Simple PetStore (Swagger)', version: '1.0.0' }));
    await session.ask('PutRestApi', { ...named, ...{ restApiId: other.restApiId, body } });
    await matchResources(session, 'get-resources-no-base-path-swagger', other.restApiId);
  },

  'test_import_rest_api_with_base_path_oas30[ignore]': basePathOas30('ignore'),
  'test_import_rest_api_with_base_path_oas30[prepend]': basePathOas30('prepend'),
  'test_import_rest_api_with_base_path_oas30[split]': basePathOas30('split'),

  async test_import_with_circular_models_and_request_validation(session) {
    const body = Buffer.from(CIRCULAR);
    const { id } = await session.match('import-api', 'ImportRestApi', { body });
    const lists = { 'get-models': 'GetModels', 'request-validators': 'GetRequestValidators' };
    await matchParts(session, id, lists);
    await matchResources(session, 'resources', id);
  },

  async 'test_put_rest_api_mode_binary_media_types[overwrite]'(session) {
    const given = { name: 'binary', binaryMediaTypes: ['image/heif'] };
    const { id: restApiId } = await session.match('create-rest-api', 'CreateRestApi', given);
    await session.match('get-rest-api', 'GetRestApi', { restApiId });
    const put = { restApiId, mode: 'overwrite', body: bytes(binaryPets()) };
    await session.match('put-api', 'PutRestApi', put);
  },

  async test_import_documentation_parts_bad_file(session) {
    const { restApiId } = await newApi(session);
    for (const [name, text] of Object.entries(BAD)) {
      const input = { restApiId, body: Buffer.from(text) };
      const recorded = `import-documentation-parts-bad-${name}-file`;
      await session.match(recorded, 'ImportDocumentationParts', input);
    }
  },

  async test_import_api_bad_file(session) {
    const { restApiId } = await newApi(session);
    for (const [name, text] of Object.entries(BAD)) {
      const body = Buffer.from(text);
      await session.match(`import-api-bad-${name}-file`, 'ImportRestApi', { body });
      await session.match(`put-rest-api-bad-${name}-file`, 'PutRestApi', { restApiId, body });
    }
  },
};
