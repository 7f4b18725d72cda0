/** What API Gateway itself answers, to the letter: status, type, body. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../../packages/brume/src/model/aws-error.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';
import type { RestApi } from '../../support/rest-api.ts';

async function said(api: RestApi, request: Parameters<RestApi['fetch']>[0]) {
  const { status, headers, text } = await api.fetch(request);
  assert.match(String(headers['x-amzn-RequestId']), /^[0-9a-f-]{36}$/);
  assert.match(String(headers['x-amz-apigw-id']), /=$/);
  assert.equal(headers['X-Amzn-Trace-Id'], undefined);
  return [status, headers['x-amzn-ErrorType'], text];
}

test('a media type without a template, and an integration that takes too long', async () => {
  const forever = new Promise(() => {});
  const api = await restApi({ handler: () => forever });
  const [integration, settings] = mock('ok');
  await api.method('POST /', { ...integration, passthroughBehavior: 'NEVER' }, settings);
  await api.method('GET /', { ...lambdaProxy(), timeoutInMillis: 50 });
  await api.deploy();
  const xml = { body: '<a/>', headers: [['content-type', 'application/xml']] } as const;
  assert.deepEqual(await said(api, { path: '/', method: 'POST', ...xml }), [
    ...[415, 'BadRequestException', '{"message":"Unsupported Media Type"}'],
  ]);
  assert.deepEqual(await said(api, { path: '/' }), [
    ...[504, 'InternalServerErrorException', '{"message":"Endpoint request timed out"}'],
  ]);
});

// As AWS's users show it; functions take less than APIs do.
test('a payload over 10 MB is refused in plain text, one over the function’s limit by the API', async () => {
  const code = 'RequestTooLargeException';
  const api = await restApi({
    handler() {
      const thrown = 'RequestEntityTooLargeException';
      throw new AwsError({ code: thrown, status: 413, message: 'too large' });
    },
  });
  await api.method('POST /', lambdaProxy());
  const responseTemplates = { 'application/json': '{"own": "words"}' };
  await api.call('PutGatewayResponse', { responseType: 'DEFAULT_4XX', responseTemplates });
  await api.deploy();
  const post = (bytes: number) =>
    said(api, { path: '/', method: 'POST', body: Buffer.alloc(bytes, ' ') });
  assert.deepEqual(await post(10_485_761), [
    ...[413, undefined, 'HTTP content length exceeded 10485760 bytes.'],
  ]);
  assert.deepEqual(await post(7_000_000), [413, code, '{"own": "words"}']);
  await api.call('DeleteGatewayResponse', { responseType: 'DEFAULT_4XX' });
  await api.deploy();
  assert.deepEqual(await post(7_000_000), [413, code, '{"message":"Request Too Long"}']);
});

// By the recorded facts: AWS has no message for them.
test('an authorizer that fails, and one that answers nonsense', async () => {
  let answer: () => unknown = () => assert.fail('its own fault');
  const api = await restApi({ handler: () => answer() });
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    ...{ name: 'gate', type: 'TOKEN', identitySource: 'method.request.header.Authorization' },
    ...{ authorizerUri: lambdaProxy().uri, authorizerResultTtlInSeconds: 0 },
  });
  const method = { authorizationType: 'CUSTOM', authorizerId };
  await api.method('GET /', lambdaProxy(), { method });
  await api.deploy();
  const headers = [['authorization', 'x']] as const;
  const refused = [500, 'AuthorizerConfigurationException', '{"message":null}'];
  assert.deepEqual(await said(api, { path: '/', headers }), refused);
  answer = () => ({ principalId: 'ann' });
  assert.deepEqual(await said(api, { path: '/', headers }), refused);
  assert.deepEqual(await said(api, { path: '/' }), [
    ...[401, 'UnauthorizedException', '{"message":"Unauthorized"}'],
  ]);
});
