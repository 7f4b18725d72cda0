import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api, Integration, Route, Stage } from '../../model/generated/apigatewayv2.types.ts';
import { apiWith, gateway, INVOCATION, refusal } from './gateway-fixture.ts';

test('routes: keys are checked, unique, and free of ambiguous variables', async () => {
  const mine = await gateway();
  const { call } = mine;
  const { apiId: ApiId, integrationId } = await apiWith(mine);
  for (const RouteKey of ['GET', 'get /a', 'GET a', 'BREW /tea', 'GET /{a+}/b', 'GET /{a}/{a}']) {
    await assert.rejects(
      call('CreateRoute', { ApiId, RouteKey }),
      refusal('BadRequestException', /^The provided route key is not formatted properly/),
      RouteKey,
    );
  }
  await call('CreateRoute', { ApiId, RouteKey: 'GET /pets/{id}' });
  await assert.rejects(
    call('CreateRoute', { ApiId, RouteKey: 'GET /pets/{id}' }),
    refusal('ConflictException', 'Route with key GET /pets/{id} already exists for this API'),
  );
  await assert.rejects(
    call('CreateRoute', { ApiId, RouteKey: 'GET /pets/{petId}' }),
    refusal(
      'ConflictException',
      'The provided route key "GET /pets/{petId}" has a conflicting variable on the same hierarchical level as "GET /pets/{id}"',
    ),
  );
  await assert.rejects(
    call('CreateRoute', { ApiId, RouteKey: 'GET /b', Target: 'integrations/none' }),
    refusal('NotFoundException', 'Invalid Integration identifier specified'),
  );
  const { RouteId } = await call<Route>('CreateRoute', {
    ApiId,
    RouteKey: 'GET /c',
    Target: `integrations/${integrationId}`,
  });
  await assert.rejects(
    call('DeleteIntegration', { ApiId, IntegrationId: integrationId }),
    refusal(
      'ConflictException',
      `Cannot delete Integration because it is referenced by the following Routes with Ids: [${RouteId}]`,
    ),
  );
  await call('DeleteRoute', { ApiId, RouteId });
  await call('DeleteIntegration', { ApiId, IntegrationId: integrationId });
});

test('a route cannot look protected without being so', async () => {
  const mine = await gateway();
  const { apiId: ApiId } = await apiWith(mine);
  const { AuthorizerId } = await mine.call<Route>('CreateAuthorizer', {
    ApiId,
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerUri: INVOCATION,
    IdentitySource: ['$request.header.Authorization'],
    Name: 'gate',
  });
  const refused = (settings: object, message: string | RegExp) =>
    assert.rejects(
      mine.call('CreateRoute', { ApiId, RouteKey: 'GET /', ...settings }),
      refusal('BadRequestException', message),
    );
  await refused({ AuthorizerId }, /needs the authorization type/);
  await refused({ AuthorizationScopes: ['a'] }, /only supported for JWT/);
  await refused(
    { AuthorizationType: 'JWT', AuthorizerId },
    'Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.',
  );
  await refused({ AuthorizationType: 'CUSTOM' }, /requires a valid authorizer/);
  await refused({ ApiKeyRequired: true }, /API keys are not supported/);
  await mine.call('CreateRoute', {
    ApiId,
    RouteKey: 'GET /',
    AuthorizationType: 'CUSTOM',
    AuthorizerId,
  });
  await assert.rejects(
    mine.call('DeleteAuthorizer', { ApiId, AuthorizerId }),
    refusal('ConflictException', "Cannot delete authorizer 'gate', is referenced in route: GET /"),
  );
});

test('authorizers: what the data plane could not enforce is refused', async () => {
  const mine = await gateway();
  const { apiId: ApiId } = await apiWith(mine);
  const lambda = {
    ApiId,
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerUri: INVOCATION,
    IdentitySource: ['$request.header.Authorization'],
    Name: 'gate',
  };
  const jwt = {
    ApiId,
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['me'] },
    Name: 'token',
  };
  const cases: [object, string | RegExp][] = [
    [
      { ...lambda, AuthorizerPayloadFormatVersion: undefined },
      'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer',
    ],
    [
      { ...lambda, IdentitySource: [], AuthorizerResultTtlInSeconds: 1 },
      'Identity source must be set if authorizer caching is enabled (TTL is greater than 0)',
    ],
    [
      { ...lambda, AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true },
      /only supported with payload format version 2.0/,
    ],
    [{ ...lambda, IdentitySource: ['$request.path'] }, /Invalid mapping expression/],
    [{ ...lambda, AuthorizerUri: 'https://example.com' }, /only supports Lambda function/],
    [{ ...jwt, JwtConfiguration: { Issuer: 'me', Audience: ['me'] } }, /^Invalid issuer: me\./],
    [{ ...jwt, JwtConfiguration: { Issuer: 'https://issuer.example' } }, /audience/],
    [{ ...jwt, IdentitySource: [] }, /exactly one/],
  ];
  for (const [input, message] of cases) {
    await assert.rejects(
      mine.call('CreateAuthorizer', input),
      refusal('BadRequestException', message),
    );
  }
  await mine.call('CreateAuthorizer', jwt);
  await assert.rejects(
    mine.call('CreateAuthorizer', { ...lambda, Name: 'token' }),
    refusal(
      'BadRequestException',
      'Authorizer name must be unique. Authorizer token already exists in this RestApi.',
    ),
  );
});

test('integrations: types, addresses and mappings that HTTP APIs lack are refused', async () => {
  const mine = await gateway();
  const { apiId: ApiId } = await apiWith(mine);
  const http = { ApiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY' };
  const IntegrationUri = 'https://example.com/{proxy}';
  const cases: [object, string, string | RegExp][] = [
    [{ ApiId, IntegrationType: 'AWS' }, 'BadRequestException', /may only be associated with proxy/],
    [
      { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: 'arn:aws:sqs:us-east-1:1:q' },
      'BadRequestException',
      /^Integrations of type 'AWS_PROXY' currently only supports Lambda function/,
    ],
    [http, 'BadRequestException', 'Invalid integration URI specified'],
    [
      { ...http, IntegrationUri: 'example.com' },
      'BadRequestException',
      'Invalid HTTP endpoint specified for URI',
    ],
    [
      { ...http, IntegrationUri, ConnectionType: 'VPC_LINK' },
      'BadRequestException',
      /ConnectionId/,
    ],
    [
      { ...http, IntegrationUri, ConnectionType: 'VPC_LINK', ConnectionId: 'none' },
      'NotFoundException',
      /VPC Link/,
    ],
    [
      { ...http, IntegrationUri, IntegrationSubtype: 'SQS-SendMessage' },
      'NotImplemented',
      /lack of SQS/,
    ],
    [
      { ...http, IntegrationSubtype: 'SQS-Other' },
      'BadRequestException',
      /^Invalid IntegrationSubtype/,
    ],
    [
      { ...http, IntegrationUri, RequestParameters: { 'append:header.Authorization': 'x' } },
      'BadRequestException',
      /restricted/,
    ],
    [
      { ...http, IntegrationUri, RequestParameters: { 'append:header.x': '$request.body..a' } },
      'BadRequestException',
      /Invalid mapping expression/,
    ],
    [
      { ...http, IntegrationUri, ResponseParameters: { 200: { 'overwrite:path': '/' } } },
      'BadRequestException',
      /Invalid mapping expression/,
    ],
  ];
  for (const [input, name, message] of cases) {
    await assert.rejects(mine.call('CreateIntegration', input), refusal(name, message));
  }
  const RequestParameters = { 'append:header.a': '1', 'overwrite:path': '/$request.path' };
  const { IntegrationId } = await mine.call<Integration>('CreateIntegration', {
    ...http,
    IntegrationUri,
    RequestParameters: { ...RequestParameters, 'overwrite:path': '$request.path' },
  });
  const updated = await mine.call<Integration>('UpdateIntegration', {
    ApiId,
    IntegrationId,
    RequestParameters: { 'append:header.a': '', 'append:header.b': '2' },
  });
  assert.deepEqual(updated.RequestParameters, {
    'overwrite:path': '$request.path',
    'append:header.b': '2',
  });
});

test('stages: settings that would have no effect are refused, limits of unknown routes not found', async () => {
  const mine = await gateway();
  const { apiId: ApiId } = await apiWith(mine);
  const stage = { ApiId, StageName: 'dev' };
  const cases: [object, string, string | RegExp][] = [
    [{ ...stage, StageName: 'a b' }, 'BadRequestException', /only allows/],
    [{ ...stage, DeploymentId: 'x' }, 'NotFoundException', /Deployment/],
    [
      { ...stage, RouteSettings: { 'GET /': {} } },
      'NotFoundException',
      'Unable to find Route by key GET / within the provided RouteSettings',
    ],
    [
      { ...stage, DefaultRouteSettings: { LoggingLevel: 'INFO' } },
      'BadRequestException',
      'Execution logs are not supported on protocolType HTTP',
    ],
    [
      { ...stage, AccessLogSettings: { DestinationArn: 'arn' } },
      'BadRequestException',
      /Invalid ARN/,
    ],
    [
      { ...stage, StageVariables: { a: '"' } },
      'BadRequestException',
      /^Invalid stage variable value/,
    ],
  ];
  for (const [input, name, message] of cases) {
    await assert.rejects(mine.call('CreateStage', input), refusal(name, message));
  }
  await mine.call('CreateStage', { ...stage, StageVariables: { a: '1', b: '2' } });
  const { StageVariables } = await mine.call<Stage>('UpdateStage', {
    ...stage,
    StageVariables: { a: '' },
  });
  assert.deepEqual(StageVariables, { b: '2' });
  await assert.rejects(mine.call('CreateStage', stage), refusal('ConflictException', /exists/));
});

test('CORS configurations are checked as AWS does', async () => {
  const { call } = await gateway();
  const create = (CorsConfiguration: object) =>
    call<Api>('CreateApi', { Name: 'notes', ProtocolType: 'HTTP', CorsConfiguration });
  await assert.rejects(
    create({ AllowCredentials: true, AllowOrigins: ['*'] }),
    refusal('BadRequestException', "allow-credentials is not supported if 'allow-origin' is *"),
  );
  await assert.rejects(create({ AllowOrigins: ['example.com'] }), /Invalid format for origin/);
  await assert.rejects(create({ AllowHeaders: ['a\r\nb'] }), /Invalid format for header/);
  const { ApiId } = await create({ AllowOrigins: ['https://*', 'http://localhost:3000'] });
  await call('DeleteCorsConfiguration', { ApiId });
  assert.equal((await call<Api>('GetApi', { ApiId })).CorsConfiguration, undefined);
});

test('everything that is kept has a bound', async () => {
  const mine = await gateway();
  const { apiId: ApiId, integrationId: IntegrationId } = await apiWith(mine);
  const many = (count: number) => Array.from({ length: count }, (_, at) => `h${at}`);
  const mappings = Object.fromEntries(many(101).map((name) => [`append:header.${name}`, 'x']));
  const cases: [string, object, RegExp][] = [
    ['CreateRoute', { RouteKey: `GET /${'a'.repeat(2_048)}` }, /not formatted properly/],
    ['UpdateIntegration', { IntegrationId, RequestParameters: mappings }, /at most 100 mappings/],
    ['UpdateApi', { CorsConfiguration: { AllowHeaders: many(101) } }, /at most 100 entries/],
    [
      'CreateRoute',
      { RouteKey: 'GET /', AuthorizationType: 'JWT', AuthorizationScopes: many(11) },
      /Maximum number of Scopes/,
    ],
    ['CreateApi', { Name: 'a', ProtocolType: 'HTTP', Tags: { a: 'b'.repeat(257) } }, /Tag keys/],
  ];
  for (const [operation, input, message] of cases) {
    await assert.rejects(mine.call(operation, { ApiId, ...input }), message);
  }
  for (const name of many(9)) await mine.call('CreateStage', { ApiId, StageName: name });
  await mine.call('CreateStage', { ApiId, StageName: 'last' });
  await assert.rejects(mine.call('CreateStage', { ApiId, StageName: 'more' }), {
    name: 'TooManyRequestsException',
    message:
      'Maximum number of Stages for this API has been reached.  Please contact AWS if you need additional Stages.',
  });
});
