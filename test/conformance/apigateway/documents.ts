/** Documents that say what AWS was seen to answer with; ours, since those that it was given are not kept. */

export type Json = Record<string, unknown>;

const HEADERS = 'Content-Type,X-Amz-Date,Authorization,X-Api-Key';
export const MOCK = {
  type: 'mock',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
};
const PETSTORE = 'http://petstore.execute-api.us-east-1.amazonaws.com/petstore/pets';
const FUNCTION =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:auth/invocations';

const origin = { 'method.response.header.Access-Control-Allow-Origin': "'*'" };
export const whenDefault = (responseParameters?: Json, responseTemplates?: Json) => ({
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
export function petStore(page: string, isSecured: boolean): Json {
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

export const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));

/** Swagger 2 with a base path and an authorizer for all its methods. */
export function withBasePath(): Json {
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

export function pets(info: Json): Json {
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
export function withServer(server: Json, requestParameters: Json): Json {
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

export const CIRCULAR = `
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

export const binaryPets = () => ({
  ...pets({ title: 'Simple PetStore (Swagger)', version: '1.0.0' }),
  'x-amazon-apigateway-binary-media-types': ['image/png', 'image/jpg'],
});
