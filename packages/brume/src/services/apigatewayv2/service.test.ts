import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api, Deployment, Route, Stage } from '../../model/generated/apigatewayv2.types.ts';
import { apiWith, context, FUNCTION, gateway, INVOCATION, refusal } from './gateway-fixture.ts';

test('CreateApi answers what AWS answers, with an address that every client can resolve', async () => {
  const { call } = await gateway();
  const { ApiId, CreatedDate, ...rest } = await call<Api>('CreateApi', {
    Name: 'notes',
    ProtocolType: 'HTTP',
    Tags: { team: 'a' },
  });
  assert.match(ApiId ?? '', /^[a-z0-9]{10}$/);
  assert.ok(CreatedDate instanceof Date);
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
    ApiEndpoint: `http://127.0.0.1:4566/_aws/execute-api/${ApiId}`,
    ApiKeySelectionExpression: '$request.header.x-api-key',
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    Name: 'notes',
    ProtocolType: 'HTTP',
    RouteSelectionExpression: '$request.method $request.path',
    Tags: { team: 'a' },
  });
});

test('quick create makes an integration, a route and a stage that is served at once', async () => {
  const { call, published } = await gateway();
  const { ApiId } = await call<Api>('CreateApi', {
    Name: 'notes',
    ProtocolType: 'HTTP',
    Target: FUNCTION,
  });
  const { Items: routes } = await call<{ Items: Route[] }>('GetRoutes', { ApiId });
  assert.equal(routes[0]?.RouteKey, '$default');
  assert.equal(routes[0]?.ApiGatewayManaged, true);
  const { Items: stages } = await call<{ Items: Stage[] }>('GetStages', { ApiId });
  assert.equal(stages[0]?.StageName, '$default');
  assert.match(stages[0]?.LastDeploymentStatusMessage ?? '', /^Successfully deployed stage/);
  const [route] = published.get(`${ApiId}/$default`)?.routes ?? [];
  assert.equal(route?.integration?.type, 'lambda');
});

test('UpdateApi changes the target of a quick create, and of no other API', async () => {
  const mine = await gateway();
  const { call, published } = mine;
  const { ApiId } = await call<Api>('CreateApi', {
    Name: 'notes',
    ProtocolType: 'HTTP',
    Target: FUNCTION,
  });
  await call('UpdateApi', { ApiId, Target: 'https://example.com/', RouteKey: 'GET /' });
  const [route] = published.get(`${ApiId}/$default`)?.routes ?? [];
  assert.equal(route?.integration?.type, 'http');
  assert.equal(route?.routeKey, 'GET /');
  const { apiId } = await apiWith(mine);
  await assert.rejects(
    call('UpdateApi', { ApiId: apiId, Target: FUNCTION }),
    refusal('BadRequestException', /quick create/),
  );
});

test('an API that does not exist, or belongs to another account, is not found', async () => {
  const mine = await gateway();
  const { apiId } = await apiWith(mine);
  await assert.rejects(
    mine.call('GetApi', { ApiId: 'nothing' }),
    refusal('NotFoundException', 'Invalid API identifier specified 000000000000:nothing'),
  );
  await assert.rejects(
    mine.call('GetApi', { ApiId: apiId }, { ...context, accountId: '111111111111' }),
    refusal('NotFoundException', `Invalid API identifier specified 111111111111:${apiId}`),
  );
});

test('a tag fixes the id of an API, which is then taken everywhere', async () => {
  const { call } = await gateway();
  for (const [tag, id] of [
    ['brume:id', 'mine'],
    ['_custom_id_', 'theirs'],
  ] as const) {
    const input = { Name: 'notes', ProtocolType: 'HTTP', Tags: { [tag]: id } };
    assert.equal((await call<Api>('CreateApi', input)).ApiId, id);
    await assert.rejects(
      call('CreateApi', input, { ...context, region: 'eu-west-1' }),
      refusal('ConflictException', /exists already/),
    );
    await call('DeleteApi', { ApiId: id });
    assert.equal((await call<Api>('CreateApi', input)).ApiId, id);
  }
  const Tags = { 'brume:id': 'no/path' };
  await assert.rejects(
    call('CreateApi', { Name: 'notes', ProtocolType: 'HTTP', Tags }),
    refusal('BadRequestException', /inner hyphens/),
  );
});

test('a stage that deploys by itself serves every change; one that does not, its deployment', async () => {
  const mine = await gateway();
  const { call, published } = mine;
  const { apiId, integrationId } = await apiWith(mine);
  const keys = (stage: string) =>
    published.get(`${apiId}/${stage}`)?.routes.map((route) => route.routeKey);
  const live = await call<Stage>('CreateStage', {
    ApiId: apiId,
    StageName: '$default',
    AutoDeploy: true,
  });
  assert.equal(
    live.LastDeploymentStatusMessage,
    'Deployment attempt failed: Unable to deploy API because no routes exist in this API',
  );
  const Target = `integrations/${integrationId}`;
  const first = await call<Route>('CreateRoute', { ApiId: apiId, RouteKey: 'GET /a', Target });
  await call('CreateStage', { ApiId: apiId, StageName: 'frozen' });
  assert.equal(keys('frozen'), undefined);
  const { DeploymentId } = await call<Deployment>('CreateDeployment', {
    ApiId: apiId,
    StageName: 'frozen',
  });
  await call('CreateRoute', { ApiId: apiId, RouteKey: 'GET /b', Target });
  assert.deepEqual(keys('$default'), ['GET /a', 'GET /b']);
  assert.deepEqual(keys('frozen'), ['GET /a']);
  await call('DeleteRoute', { ApiId: apiId, RouteId: first.RouteId });
  assert.deepEqual(keys('$default'), ['GET /b']);
  assert.deepEqual(keys('frozen'), ['GET /a']);

  const { Items } = await call<{ Items: Deployment[] }>('GetDeployments', { ApiId: apiId });
  assert.equal(Items.length, 2, 'automatic deployments that nothing serves are dropped');
  await assert.rejects(
    call('DeleteDeployment', { ApiId: apiId, DeploymentId }),
    refusal(
      'BadRequestException',
      'Active stages pointing to this deployment must be moved or deleted',
    ),
  );
  await call('DeleteStage', { ApiId: apiId, StageName: 'frozen' });
  assert.equal(keys('frozen'), undefined);
  await call('DeleteDeployment', { ApiId: apiId, DeploymentId });
  await call('DeleteApi', { ApiId: apiId });
  assert.equal(published.size, 0);
});

test('deployed stages are served again after a restart', async () => {
  const first = await gateway();
  const { ApiId } = await first.call<Api>('CreateApi', {
    Name: 'notes',
    ProtocolType: 'HTTP',
    Target: INVOCATION,
  });
  const again = await gateway(first.store);
  assert.deepEqual(again.published, first.published);
  assert.equal(again.published.size, 1);
  const { CreatedDate } = await again.call<Api>('GetApi', { ApiId });
  assert.ok(CreatedDate instanceof Date);
});

test('changes made at once all reach the data plane', async () => {
  const mine = await gateway();
  const { apiId, integrationId } = await apiWith(mine);
  await mine.call('CreateStage', { ApiId: apiId, StageName: '$default', AutoDeploy: true });
  const keys = Array.from({ length: 50 }, (_, index) => `GET /r${index}`);
  await Promise.all(
    keys.map((RouteKey) =>
      mine.call('CreateRoute', {
        ApiId: apiId,
        RouteKey,
        Target: `integrations/${integrationId}`,
      }),
    ),
  );
  const served = mine.published.get(`${apiId}/$default`)?.routes.map((route) => route.routeKey);
  assert.deepEqual(served?.toSorted(), keys.toSorted());
});

test('tags of APIs and stages, by ARN, whatever their names', async () => {
  const mine = await gateway();
  const { apiId } = await apiWith(mine);
  await mine.call('CreateStage', { ApiId: apiId, StageName: 'dev' });
  for (const path of [`/apis/${apiId}`, `/apis/${apiId}/stages/dev`]) {
    const ResourceArn = `arn:aws:apigateway:us-east-1::${path}`;
    const Tags = JSON.parse('{"__proto__": "x", "a": "1"}') as object;
    await mine.call('TagResource', { ResourceArn, Tags });
    await mine.call('UntagResource', { ResourceArn, TagKeys: ['a'] });
    const answer = await mine.call<{ Tags: object }>('GetTags', { ResourceArn });
    assert.equal(JSON.stringify(answer.Tags), '{"__proto__":"x"}');
  }
  await assert.rejects(
    mine.call('GetTags', { ResourceArn: 'arn:aws:s3:::bucket' }),
    refusal('BadRequestException', 'Invalid ARN specified in the request'),
  );
});

test('lists come in pages that lose and repeat nothing', async () => {
  const mine = await gateway();
  const { apiId } = await apiWith(mine);
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) {
    await mine.call('CreateRoute', { ApiId: apiId, RouteKey: `GET /${name}` });
    await mine.call('CreateApi', { Name: name, ProtocolType: 'HTTP' });
  }
  const all = async (operation: string, input: object, idOf: (item: Api & Route) => unknown) => {
    const ids: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page: { Items: (Api & Route)[]; NextToken: string | undefined } = await mine.call(
        operation,
        { ...input, MaxResults: '2', NextToken },
      );
      assert.ok(page.Items.length <= 2);
      ids.push(...page.Items.map(idOf));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return ids;
  };
  assert.equal(new Set(await all('GetRoutes', { ApiId: apiId }, (item) => item.RouteId)).size, 5);
  assert.equal(new Set(await all('GetApis', {}, (item) => item.ApiId)).size, 6);
  await assert.rejects(mine.call('GetApis', { NextToken: '!' }), /Invalid nextToken/);
  await assert.rejects(mine.call('GetApis', { MaxResults: 'many' }), /maxResults/);
});
