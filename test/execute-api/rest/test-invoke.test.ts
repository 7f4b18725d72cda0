import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT } from '../../support/gateway.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';

const LAMBDA_URI =
  /Endpoint request URI: https:\/\/lambda\.us-east-1\.amazonaws\.com\/2015-03-31\/functions\/arn:aws:lambda:\S+:function:notes\/invocations\n/;

interface Tried {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly log: string;
  readonly latency: number;
}

test('a method is tried as the API is now, with the log that AWS writes', async () => {
  const api = await restApi();
  await api.method('GET /pets/{petId}', ...mock('{"petId": "$input.params(\'petId\')"}'));
  const call = (more: object) =>
    resource.then((resourceId) =>
      api.call<Tried>('TestInvokeMethod', { resourceId, httpMethod: 'GET', ...more }),
    );
  const resource = api.resource('/pets/{petId}');
  const { log, latency, ...rest } = await call({ pathWithQueryString: '/pets/123?foo=bar' });
  assert.deepEqual(rest, {
    status: 200,
    body: '{"petId": "123"}',
    headers: { 'Content-Type': 'application/json' },
    multiValueHeaders: { 'Content-Type': ['application/json'] },
  });
  assert.equal(typeof latency, 'number');
  const id = /for request (\S+)\n/.exec(log)?.[1] ?? assert.fail(log);
  const dated = /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} : /gm;
  // Recorded from AWS, 2024 (test_invoke_test_method).
  assert.deepEqual(log.replaceAll(dated, '').split('\n'), [
    `Execution log for request ${id}`,
    `Starting execution for request: ${id}`,
    'HTTP Method: GET, Resource Path: /pets/123',
    'Method request path: {petId=123}',
    'Method request query string: {foo=bar}',
    'Method request headers: {}',
    'Method request body before transformations: ',
    'Method response body after transformations: {"petId": "123"}',
    'Method response headers: {Content-Type=application/json}',
    'Successfully completed execution',
    'Method completed with status: 200',
    '',
  ]);
  assert.equal((await call({})).body, '{"petId": "{petId}"}');
  assert.equal((await call({ pathWithQueryString: '/random/test' })).body, '{"petId": ""}');
});

test('a function is asked, and what it was told and answered is in the log', async () => {
  const api = await restApi({ handler: () => ({ statusCode: 201, body: 'made' }) });
  await api.method('POST /', lambdaProxy());
  const resourceId = await api.resource('/');
  const tried = await api.call<Tried>('TestInvokeMethod', {
    resourceId,
    httpMethod: 'POST',
    body: '{"a": 1}',
    headers: { 'X-One': '1', Authorization: 'secret' },
    stageVariables: { color: 'red' },
  });
  assert.deepEqual([tried.status, tried.body], [201, 'made']);
  assert.equal(api.event()['body'], '{"a": 1}');
  assert.deepEqual(api.event()['stageVariables'], { color: 'red' });
  assert.match(tried.log, /Method request headers: \{X-One=1, Authorization=\*+\}/);
  assert.match(tried.log, LAMBDA_URI);
  assert.match(tried.log, /Received response\. Status: 200, Integration latency: \d+ ms/);
});

test('an authorizer is tried, and says what its function decided', async () => {
  let Effect = 'Allow';
  const api = await restApi({
    handler: () => ({
      principalId: 'ann',
      policyDocument: { Statement: [{ Effect, Action: 'execute-api:Invoke', Resource: '*' }] },
    }),
  });
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    name: 'gate',
    type: 'TOKEN',
    identitySource: 'method.request.header.Authorization',
    authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:gate/invocations`,
  });
  const call = (headers: object) =>
    api.call<{ clientStatus: number; principalId?: string; policy?: string; log?: string }>(
      'TestInvokeAuthorizer',
      { authorizerId, headers },
    );
  const allowed = await call({ Authorization: 'x' });
  assert.deepEqual([allowed.clientStatus, allowed.principalId], [0, 'ann']);
  assert.match(allowed.policy ?? '', /"Effect":"Allow"/);
  // As a user's log of 2017-05 has it.
  assert.match(String(api.event()['methodArn']), /\/null\/GET\/$/);
  assert.match(
    allowed.log ?? '',
    /Authorizer result body before parsing: .*\n.* : Using valid authorizer policy for principal: ann\n.* : Successfully completed authorizer execution\n$/,
  );
  Effect = 'Deny';
  assert.match((await call({ Authorization: 'x' })).policy ?? '', /"Effect":"Deny"/);
  assert.equal((await call({})).clientStatus, 401);
});
