import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  Api,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
} from '../../model/generated/apigatewayv2.types.ts';
import { FUNCTION, gateway, INVOCATION, refusal } from './gateway-fixture.ts';
import type { Gateway } from './gateway-fixture.ts';
import type { WebSocketStage } from './port.ts';

const SELECTION = '$request.body.action';

async function chat(settings: object = {}) {
  const it = await gateway();
  const { ApiId = '' } = await it.call<Api>('CreateApi', {
    Name: 'chat',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: SELECTION,
    ...settings,
  });
  const stages = new Map<string, WebSocketStage>();
  it.webSockets.subscribe({
    published: (stage) => void stages.set(stage.stageName, stage),
    withdrawn: (_, stageName) => void stages.delete(stageName),
  });
  return { ...it, ApiId, stages };
}

type Chat = Awaited<ReturnType<typeof chat>>;

function integration({ call, ApiId }: Chat, settings: object = {}): Promise<Integration> {
  const usual = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: INVOCATION };
  return call<Integration>('CreateIntegration', { ...usual, ...settings });
}

async function refused(call: Gateway['call'], name: string, input: object, message: RegExp) {
  await assert.rejects(call(name, input), refusal('BadRequestException', message), name);
}

test('a WebSocket API is described as AWS does, by an address to connect to', async () => {
  const { call, ApiId } = await chat();
  const api = await call<Api>('GetApi', { ApiId });
  assert.equal(api.ApiEndpoint, `ws://127.0.0.1:4566/_aws/execute-api/${ApiId}`);
  assert.equal(api.ProtocolType, 'WEBSOCKET');
  assert.equal(api.RouteSelectionExpression, SELECTION);
  assert.equal(api.ApiKeySelectionExpression, '$request.header.x-api-key');
  const changed = await call<Api>('UpdateApi', {
    ApiId,
    RouteSelectionExpression: '${request.body.service}/${request.body.action}',
    ApiKeySelectionExpression: '$context.authorizer.usageIdentifierKey',
  });
  assert.equal(changed.ApiKeySelectionExpression, '$context.authorizer.usageIdentifierKey');
});

test('settings of the other kind of APIs are refused', async () => {
  const it = await chat();
  const { call, ApiId } = it;
  const create = { Name: 'x', ProtocolType: 'WEBSOCKET' };
  await refused(call, 'CreateApi', create, /^RouteSelectionExpression is required/);
  const selected = { ...create, RouteSelectionExpression: SELECTION };
  await refused(call, 'CreateApi', { ...selected, Target: FUNCTION }, /^Quick create/);
  await refused(call, 'CreateApi', { ...selected, CorsConfiguration: {} }, /^CorsConfiguration/);
  const odd = { ...create, RouteSelectionExpression: '$request.path.x' };
  await refused(call, 'CreateApi', odd, /^Invalid selection expression/);
  await refused(call, 'CreateStage', { ApiId, StageName: '$default' }, /^Stage name/);
  await refused(
    call,
    'ExportApi',
    { ApiId, Specification: 'OAS30', OutputType: 'JSON' },
    /OpenAPI/,
  );
  const http = await call<Api>('CreateApi', { Name: 'h', ProtocolType: 'HTTP' });
  const ofHttp = { ApiId: http.ApiId };
  await refused(call, 'CreateModel', { ...ofHttp, Name: 'm', Schema: '{}' }, /^Models/);
  const mock = await integration(it, { IntegrationType: 'MOCK', IntegrationUri: undefined });
  assert.equal(mock.IntegrationType, 'MOCK');
  await refused(
    call,
    'CreateIntegration',
    { ...ofHttp, IntegrationType: 'MOCK' },
    /protocol type of HTTP/,
  );
});

test('routes are named once, by text or by one of AWS’s own keys', async () => {
  const it = await chat();
  const { call, ApiId } = it;
  const { IntegrationId = '' } = await integration(it);
  const Target = `integrations/${IntegrationId}`;
  const route = await call<Route>('CreateRoute', { ApiId, RouteKey: 'send', Target });
  assert.deepEqual(
    [route.RouteKey, route.AuthorizationType, route.ApiKeyRequired],
    ['send', 'NONE', false],
  );
  await assert.rejects(
    call('CreateRoute', { ApiId, RouteKey: 'send' }),
    refusal('ConflictException', 'Route with key send already exists for this API'),
  );
  await refused(call, 'CreateRoute', { ApiId, RouteKey: '$other' }, /not valid for WEBSOCKET/);
  const missing = { ApiId, RouteKey: 'x', Target: 'integrations/none' };
  await assert.rejects(call('CreateRoute', missing), refusal('NotFoundException', /Integration/));
  await assert.rejects(
    call('DeleteIntegration', { ApiId, IntegrationId }),
    refusal('ConflictException', /referenced by the following Routes/),
  );
});

test('nothing looks guarded that is not', async () => {
  const it = await chat();
  const { call, ApiId } = it;
  const { AuthorizerId = '' } = await call<{ AuthorizerId?: string }>('CreateAuthorizer', {
    ApiId,
    AuthorizerType: 'REQUEST',
    AuthorizerUri: INVOCATION,
    IdentitySource: ['route.request.header.Auth', 'route.request.querystring.token'],
    Name: 'guard',
  });
  const custom = { AuthorizationType: 'CUSTOM', AuthorizerId };
  const only = /only supported on the \$connect route/;
  await refused(call, 'CreateRoute', { ApiId, RouteKey: 'send', ...custom }, only);
  await refused(call, 'CreateRoute', { ApiId, RouteKey: 'send', ApiKeyRequired: true }, only);
  const jwt = { ApiId, RouteKey: '$connect', AuthorizationType: 'JWT' };
  await refused(call, 'CreateRoute', jwt, /JWT is not supported/);
  const nobody = { ApiId, RouteKey: '$connect', AuthorizationType: 'CUSTOM' };
  await refused(call, 'CreateRoute', nobody, /requires a valid authorizer/);
  const route = await call<Route>('CreateRoute', { ApiId, RouteKey: '$connect', ...custom });
  assert.equal(route.AuthorizerId, AuthorizerId);
  const { RouteId } = route;
  const open = await call<Route>('UpdateRoute', { ApiId, RouteId, AuthorizationType: 'NONE' });
  assert.equal(open.AuthorizerId, undefined);
  const odd = { ApiId, Name: 'odd', AuthorizerType: 'REQUEST', AuthorizerUri: INVOCATION };
  const version2 = { ...odd, AuthorizerPayloadFormatVersion: '2.0' };
  await refused(call, 'CreateAuthorizer', version2, /not supported on protocolType WEBSOCKET/);
  const http = { ...odd, IdentitySource: ['$request.header.Auth'] };
  await refused(call, 'CreateAuthorizer', http, /^Invalid identity source/);
});

test('what would have no effect is refused with a 501', async () => {
  const it = await chat();
  const unsupported = refusal('NotImplemented', /^Brume does not support/);
  const sqs = 'arn:aws:apigateway:us-east-1:sqs:action/SendMessage';
  const service = { IntegrationType: 'AWS', IntegrationUri: sqs };
  await assert.rejects(integration(it, service), unsupported);
  await assert.rejects(integration(it, { ConnectionType: 'VPC_LINK' }), unsupported);
});

test('responses and models are kept with what they belong to', async () => {
  const it = await chat();
  const { call, ApiId } = it;
  const { IntegrationId = '' } = await integration(it, { IntegrationType: 'MOCK' });
  const { RouteId = '' } = await call<Route>('CreateRoute', {
    ApiId,
    RouteKey: 'ping',
    Target: `integrations/${IntegrationId}`,
    RouteResponseSelectionExpression: '$default',
  });
  const ofIntegration = { ApiId, IntegrationId };
  const made = await call<IntegrationResponse>('CreateIntegrationResponse', {
    ...ofIntegration,
    IntegrationResponseKey: '/2\\d\\d/',
    ResponseTemplates: { $default: 'pong' },
  });
  await assert.rejects(
    call('CreateIntegrationResponse', { ...ofIntegration, IntegrationResponseKey: '/2\\d\\d/' }),
    refusal('ConflictException', /exists already/),
  );
  const one = { ...ofIntegration, IntegrationResponseId: made.IntegrationResponseId };
  await call('UpdateIntegrationResponse', { ...one, IntegrationResponseKey: '$default' });
  const read = await call<IntegrationResponse>('GetIntegrationResponse', one);
  assert.equal(read.IntegrationResponseKey, '$default');
  const ofRoute = { ApiId, RouteId };
  await refused(
    call,
    'CreateRouteResponse',
    { ...ofRoute, RouteResponseKey: 'ok' },
    /Only \$default/,
  );
  const back = await call<RouteResponse>('CreateRouteResponse', {
    ...ofRoute,
    RouteResponseKey: '$default',
  });
  const listed = await call<{ Items: RouteResponse[] }>('GetRouteResponses', ofRoute);
  assert.deepEqual(
    listed.Items.map(({ RouteResponseId }) => RouteResponseId),
    [back.RouteResponseId],
  );
  const model = await call<Model>('CreateModel', { ApiId, Name: 'Message', Schema: '{}' });
  await refused(call, 'CreateModel', { ApiId, Name: 'Bad', Schema: 'x' }, /JSON object/);
  const RequestModels = { $default: 'Message' };
  const none = { ApiId, RouteKey: 'x', RequestModels: { $default: 'None' } };
  await assert.rejects(call('CreateRoute', none), refusal('NotFoundException', /Model/));
  await call('UpdateRoute', { ...ofRoute, RequestModels });
  const ofModel = { ApiId, ModelId: model.ModelId };
  await assert.rejects(call('DeleteModel', ofModel), refusal('ConflictException', /reference it/));
  await call('UpdateRoute', { ...ofRoute, RequestModels: {} });
  await call('DeleteModel', ofModel);
  await call('DeleteRoute', ofRoute);
  await call('DeleteIntegration', ofIntegration);
  const { IntegrationId: other } = await integration(it, { IntegrationType: 'MOCK' });
  const left = await call<{ Items: [] }>('GetIntegrationResponses', {
    ApiId,
    IntegrationId: other,
  });
  assert.deepEqual(left.Items, []);
});

test('a deployment publishes the stage, parsed, to the plane of WebSockets alone', async () => {
  const it = await chat();
  const { call, ApiId, stages, published } = it;
  const { IntegrationId = '' } = await integration(it, {
    RequestParameters: { 'integration.request.header.Id': 'context.connectionId' },
  });
  const Target = `integrations/${IntegrationId}`;
  const { RouteId = '' } = await call<Route>('CreateRoute', {
    ApiId,
    RouteKey: '$connect',
    Target,
    RequestParameters: { 'route.request.querystring.token': { Required: true } },
  });
  await call('CreateStage', { ApiId, StageName: 'dev', StageVariables: { color: 'blue' } });
  assert.equal(stages.size, 0);
  await call('CreateDeployment', { ApiId, StageName: 'dev' });
  const stage = stages.get('dev');
  assert.deepEqual(stage?.routeSelection, [{ type: 'body', path: ['action'] }]);
  assert.equal(stage.stageVariables.get('color'), 'blue');
  const connect = stage.routes.get('$connect');
  assert.deepEqual(connect?.requiredParameters, [{ type: 'querystring', name: 'token' }]);
  assert.equal(connect.answers, false);
  assert.deepEqual(connect.integration?.parameters, [
    { place: 'header', name: 'Id', value: [{ type: 'context', name: 'connectionId' }] },
  ]);
  assert.equal(published.size, 0, 'the plane of HTTP APIs is told nothing');
  const key = 'route.request.querystring.token';
  await call('DeleteRouteRequestParameter', { ApiId, RouteId, RequestParameterKey: key });
  assert.equal(stages.get('dev')?.routes.get('$connect')?.requiredParameters.length, 1);
  await call('DeleteStage', { ApiId, StageName: 'dev' });
  assert.equal(stages.size, 0);
});
