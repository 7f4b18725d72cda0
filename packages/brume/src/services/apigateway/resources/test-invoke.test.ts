import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  Authorizer,
  TestInvokeAuthorizerResponse,
  TestInvokeMethodResponse,
} from '../../../model/generated/apigateway.types.ts';
import type { TestInvokePort, TestRequest } from '../../execute-api/port.ts';
import { FUNCTION_URI, mockedApi, refusal, restGateway } from '../rest-fixture.ts';

/** A data plane that says what it was asked. */
function recordingPlane() {
  const asked: TestRequest[] = [];
  const multi = { a: ['1', '2'] };
  const plane: TestInvokePort = {
    async invokeMethod(request) {
      asked.push(request);
      const headers = { a: '2' };
      const said = { headers, multiValueHeaders: multi, body: 'answer', log: 'lines' };
      return { ...said, status: 201, latencyMs: 3 };
    },
    async invokeAuthorizer(request) {
      asked.push(request);
      const said = { clientStatus: 403, log: 'lines', latencyMs: 4, principalId: 'me' };
      return { ...said, policy: '{}', authorization: multi, claims: undefined };
    },
  };
  return { asked, plane };
}

test('a method is tried as the API is now, without a deployment', async () => {
  const { asked, plane } = recordingPlane();
  const gateway = await restGateway({ testInvoke: async () => plane });
  const { restApiId, resourceId, method } = await mockedApi(gateway);
  const tried = await gateway.call<TestInvokeMethodResponse>('TestInvokeMethod', {
    ...{ ...method, pathWithQueryString: '/?a=b', stageVariables: { c: 'd' } },
  });
  assert.deepEqual(tried, {
    ...{ status: 201, body: 'answer', log: 'lines', latency: 3 },
    ...{ headers: { a: '2' }, multiValueHeaders: { a: ['1', '2'] } },
  });
  const [request] = asked;
  assert.equal(request?.pathWithQueryString, '/?a=b');
  assert.deepEqual(request?.stageVariables, { c: 'd' });
  assert.equal(request?.configuration.resources[0]?.methods[0]?.httpMethod, 'GET');
  const other = { restApiId, resourceId, httpMethod: 'POST' };
  await assert.rejects(
    gateway.call('TestInvokeMethod', other),
    refusal('NotFoundException', 'Invalid Method identifier specified'),
  );
});

test('an authorizer is tried, with what it decided', async () => {
  const { plane } = recordingPlane();
  const gateway = await restGateway({ testInvoke: async () => plane });
  const { restApiId } = await mockedApi(gateway);
  const { id: authorizerId } = await gateway.call<Authorizer>('CreateAuthorizer', {
    ...{ restApiId, name: 'gate', type: 'TOKEN', authorizerUri: FUNCTION_URI },
    identitySource: 'method.request.header.Authorization',
  });
  const named = { restApiId, authorizerId };
  const tried = await gateway.call<TestInvokeAuthorizerResponse>('TestInvokeAuthorizer', named);
  assert.deepEqual(tried, {
    ...{ clientStatus: 403, log: 'lines', latency: 4, principalId: 'me', policy: '{}' },
    ...{ authorization: { a: ['1', '2'] }, claims: undefined },
  });
  await assert.rejects(
    gateway.call('TestInvokeAuthorizer', { restApiId, authorizerId: 'other' }),
    refusal('NotFoundException', 'Invalid Authorizer identifier specified'),
  );
});
