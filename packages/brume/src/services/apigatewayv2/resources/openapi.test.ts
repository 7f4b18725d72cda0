import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import type {
  Api,
  Authorizer,
  Integration,
  Route,
} from '../../../model/generated/apigatewayv2.types.ts';
import { FUNCTION, gateway, INVOCATION, refusal } from '../gateway-fixture.ts';

type Gateway = Awaited<ReturnType<typeof gateway>>;

const lambda = { type: 'aws_proxy', uri: FUNCTION, payloadFormatVersion: '2.0' };

/** As SAM and the console write documents. */
const DOCUMENT = {
  openapi: '3.0.1',
  info: { title: 'pets', version: '7', description: 'of people' },
  servers: [{ url: 'https://example.com/v1/shop/' }],
  tags: [{ name: 'team', 'x-amazon-apigateway-tag-value': 'a' }],
  paths: {
    '/$default': {
      'x-amazon-apigateway-any-method': { 'x-amazon-apigateway-integration': lambda },
    },
    '/pets/{id}': {
      parameters: [],
      get: {
        operationId: 'getPet',
        security: [{ token: ['read'] }],
        'x-amazon-apigateway-integration': {
          $ref: '#/components/x-amazon-apigateway-integrations/web',
        },
      },
      'x-amazon-apigateway-any-method': {
        security: [{ gate: [] }],
        'x-amazon-apigateway-integration': { ...lambda, uri: INVOCATION, timeoutInMillis: '50' },
      },
      delete: { security: [{ signed: [] }], 'x-amazon-apigateway-integration': lambda },
    },
  },
  components: {
    securitySchemes: {
      token: {
        type: 'oauth2',
        'x-amazon-apigateway-authorizer': {
          type: 'jwt',
          identitySource: '$request.header.Authorization',
          jwtConfiguration: { issuer: 'https://issuer.example', audience: ['me'] },
        },
      },
      gate: {
        type: 'apiKey',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          identitySource: '$request.header.a, $request.header.b',
          authorizerUri: INVOCATION,
          authorizerPayloadFormatVersion: 2.0,
          enableSimpleResponses: true,
          authorizerResultTtlInSeconds: 60,
        },
      },
      signed: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
    'x-amazon-apigateway-integrations': {
      web: {
        type: 'http_proxy',
        httpMethod: 'GET',
        uri: 'https://example.com/{id}',
        payloadFormatVersion: '1.0',
        requestParameters: { 'append:header.a': '$context.requestId' },
        responseParameters: { 404: { 'overwrite:statuscode': '204' } },
      },
    },
  },
  'x-amazon-apigateway-cors': { allowOrigins: ['https://a.example'], maxAge: 5 },
  'x-amazon-apigateway-importexport-version': '1.0',
};

function importing({ call }: Gateway, document: unknown, more: object = {}) {
  return call<Api>('ImportApi', { Body: JSON.stringify(document), ...more });
}

/** The parts of an API, without their ids. */
async function partsOf({ call }: Gateway, ApiId: string | undefined) {
  const list = async <Item>(operation: string) =>
    (await call<{ Items: Item[] }>(operation, { ApiId })).Items;
  const authorizers = await list<Authorizer>('GetAuthorizers');
  const integrations = await list<Integration>('GetIntegrations');
  const routes = (await list<Route>('GetRoutes')).map((route) => {
    const authorizer = authorizers.find((each) => each.AuthorizerId === route.AuthorizerId);
    const integration = integrations.find(
      (each) => `integrations/${each.IntegrationId}` === route.Target,
    );
    return {
      key: route.RouteKey,
      name: route.OperationName,
      type: route.AuthorizationType,
      scopes: route.AuthorizationScopes,
      authorizer: { ...authorizer, AuthorizerId: undefined },
      integration: { ...integration, IntegrationId: undefined },
    };
  });
  return routes.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

test('a document becomes an API, protected where it says so', async () => {
  const mine = await gateway();
  const api = await importing(mine, DOCUMENT);
  assert.equal(api.Name, 'pets');
  assert.equal(api.Version, '7');
  assert.equal(api.Description, 'of people');
  assert.deepEqual(api.Tags, { team: 'a' });
  assert.deepEqual(api.Warnings, []);
  assert.deepEqual(api.CorsConfiguration?.AllowOrigins, ['https://a.example']);
  const parts = await partsOf(mine, api.ApiId);
  assert.deepEqual(
    parts.map(({ key, type, scopes }) => [key, type, scopes]),
    [
      ['$default', 'NONE', undefined],
      ['ANY /pets/{id}', 'CUSTOM', undefined],
      ['DELETE /pets/{id}', 'AWS_IAM', undefined],
      ['GET /pets/{id}', 'JWT', ['read']],
    ],
  );
  const [, any, , get] = parts;
  assert.equal(any?.authorizer.AuthorizerPayloadFormatVersion, '2.0');
  assert.deepEqual(any?.authorizer.IdentitySource, ['$request.header.a', '$request.header.b']);
  assert.equal(any?.integration.TimeoutInMillis, 50);
  assert.deepEqual(get?.authorizer.JwtConfiguration?.Audience, ['me']);
  assert.equal(get?.integration.IntegrationUri, 'https://example.com/{id}');
  assert.deepEqual(get?.integration.ResponseParameters, { 404: { 'overwrite:statuscode': '204' } });
});

test('what is exported imports as the same API', async () => {
  const mine = await gateway();
  const { ApiId } = await importing(mine, DOCUMENT);
  const input = { ApiId, Specification: 'OAS30', OutputType: 'JSON' };
  const { body } = await mine.call<{ body: Uint8Array }>('ExportApi', input);
  const again = await mine.call<Api>('ImportApi', { Body: Buffer.from(body).toString() });
  assert.deepEqual(again.Warnings, []);
  assert.deepEqual(await partsOf(mine, again.ApiId), await partsOf(mine, ApiId));
  const { CorsConfiguration } = await mine.call<Api>('GetApi', { ApiId: again.ApiId });
  assert.deepEqual(CorsConfiguration, { AllowOrigins: ['https://a.example'], MaxAge: 5 });

  const plain = await mine.call<{ body: Uint8Array }>('ExportApi', {
    ...input,
    IncludeExtensions: false,
  });
  assert.ok(!Buffer.from(plain.body).includes('x-amazon'));
});

test('an export of a stage is what the stage serves', async () => {
  const mine = await gateway();
  const { ApiId, ApiEndpoint } = await importing(mine, DOCUMENT);
  await mine.call('CreateStage', { ApiId, StageName: 'dev' });
  const input = { ApiId, Specification: 'OAS30', OutputType: 'YAML', StageName: 'dev' };
  await assert.rejects(mine.call('ExportApi', input), /no deployment/);
  await mine.call('CreateDeployment', { ApiId, StageName: 'dev' });
  await mine.call('CreateRoute', { ApiId, RouteKey: 'GET /later' });
  const { body } = await mine.call<{ body: Uint8Array }>('ExportApi', input);
  const text = Buffer.from(body).toString();
  assert.match(text, /^openapi: 3\.0\.1\n/);
  const document = parseYaml(text) as typeof DOCUMENT;
  assert.deepEqual(Object.keys(document.paths), ['/$default', '/pets/{id}']);
  assert.equal(document.servers[0]?.url, `${ApiEndpoint}/dev`);
});

test('a reimport replaces everything, at once, or nothing', async () => {
  const mine = await gateway();
  const { ApiId } = await importing(mine, DOCUMENT);
  await mine.call('CreateStage', { ApiId, StageName: '$default', AutoDeploy: true });
  const before = await partsOf(mine, ApiId);
  const wrong = { ...DOCUMENT, paths: { '/a': { get: { security: [{ unknown: [] }] } } } };
  const reimport = (document: unknown) =>
    mine.call<Api>('ReimportApi', { ApiId, Body: JSON.stringify(document) });
  await assert.rejects(reimport(wrong), refusal('BadRequestException', /securitySchemes.unknown/));
  assert.deepEqual(await partsOf(mine, ApiId), before);
  const paths = { '/a': { get: { 'x-amazon-apigateway-integration': lambda } } };
  const api = await reimport({ openapi: '3.0.0', info: { title: 'new' }, paths });
  assert.equal(api.Name, 'new');
  assert.equal(api.CorsConfiguration, undefined);
  const served = mine.published.get(`${ApiId}/$default`);
  assert.deepEqual(
    served?.routes.map((route) => route.routeKey),
    ['GET /a'],
  );
});

test('what has no effect is a warning, which may be an error', async () => {
  const mine = await gateway();
  const document = {
    openapi: '3.0.1',
    info: { title: 'a' },
    'x-amazon-apigateway-policy': {},
    paths: { '/a': { trace: {}, get: {} } },
  };
  const { Warnings } = await importing(mine, document);
  assert.deepEqual(Warnings, [
    'x-amazon-apigateway-policy is not supported and was left out.',
    'paths./a.trace is not supported and was left out.',
    'paths./a.get has no integration: requests to it are not found.',
  ]);
  await assert.rejects(
    importing(mine, document, { FailOnWarnings: true }),
    refusal('BadRequestException', /^Warnings found during import: /),
  );
});

test('base paths are left out, put before all paths, or split', async () => {
  const mine = await gateway();
  const keyWith = async (Basepath: string) => {
    const { ApiId } = await importing(mine, DOCUMENT, { Basepath });
    return (await partsOf(mine, ApiId)).at(-1)?.key;
  };
  assert.equal(await keyWith('ignore'), 'GET /pets/{id}');
  assert.equal(await keyWith('prepend'), 'GET /v1/shop/pets/{id}');
  assert.equal(await keyWith('split'), 'GET /shop/pets/{id}');
  await assert.rejects(keyWith('other'), refusal('BadRequestException', /Invalid basepath/));
});

test('a document may be YAML, with anchors and merges', async () => {
  const mine = await gateway();
  const Body = `
openapi: 3.0.1
info: { title: yaml, version: 1.10 }
paths:
  /a:
    get: &get
      x-amazon-apigateway-integration:
        type: aws_proxy
        uri: ${FUNCTION}
        payloadFormatVersion: 2.0
  /b:
    get:
      <<: *get
      operationId: second
`;
  const { ApiId, Version } = await mine.call<Api>('ImportApi', { Body });
  assert.equal(Version, '1.10');
  assert.deepEqual(
    (await partsOf(mine, ApiId ?? '')).map(({ key }) => key),
    ['GET /a', 'GET /b'],
  );
  const bomb = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (const name of 'bcdefgh') {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    bomb.push(`${name}: &${name} [${`*${before}, `.repeat(9)}*${before}]`);
  }
  await assert.rejects(
    mine.call('ImportApi', { Body: bomb.join('\n') }),
    refusal('BadRequestException', 'Invalid OpenAPI input.'),
  );
});

test('documents that are none, or not for HTTP APIs, are refused', async () => {
  const mine = await gateway();
  const cases: [string, string, RegExp][] = [
    ['{', 'BadRequestException', /^Invalid OpenAPI input\.$/],
    ['[]', 'BadRequestException', /^Invalid OpenAPI input\.$/],
    ['a: &a [1]\nb: *c', 'BadRequestException', /^Invalid OpenAPI input\.$/],
    ['['.repeat(300) + ']'.repeat(300), 'BadRequestException', /^Invalid OpenAPI input\.$/],
    ['{"swagger":"2.0"}', 'BadRequestException', /OpenAPI 3.0 documents only/],
    ['openapi: 3.0.1', 'BadRequestException', /info.title/],
    ['{"openapi":"3.0.1"}', 'BadRequestException', /info.title/],
    ['{"openapi":"3.0.1","info":{"title":"a"},"paths":{"/a":[]}}', 'BadRequestException', /paths/],
    [
      '{"openapi":"3.0.1","info":{"title":"a"},"paths":{"/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock"}}}}}',
      'BadRequestException',
      /AWS_PROXY or HTTP_PROXY/,
    ],
  ];
  for (const [Body, name, message] of cases) {
    await assert.rejects(mine.call('ImportApi', { Body }), refusal(name, message), Body);
  }
});
