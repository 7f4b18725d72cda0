/** What stages log of executions that fail, or that show who makes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../../packages/brume/src/model/aws-error.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';
import type { RestApiOptions } from '../../support/rest-api.ts';

/** An API that logs everything, with what it logged: ids are replaced by what they are. */
async function logged(options: RestApiOptions = {}) {
  const written: string[] = [];
  const logs = {
    write: (_: object, { message }: { message: string }) => void written.push(message),
  };
  const api = await restApi({ ...options, logs });
  return {
    api,
    async deploy() {
      await api.deploy();
      const patchOperations = [
        { op: 'replace', path: '/*/*/logging/loglevel', value: 'INFO' },
        { op: 'replace', path: '/*/*/logging/dataTrace', value: 'true' },
      ];
      await api.call('UpdateStage', { stageName: 'dev', patchOperations });
    },
    /** The lines of one request, without its id. */
    async ask(request: Parameters<typeof api.fetch>[0]) {
      written.length = 0;
      const { headers } = await api.fetch(request);
      const id = String(headers['x-amzn-RequestId']);
      const lines = written.map((line) => line.replace(`(${id}) `, '').replaceAll(id, 'ID'));
      return lines.map((line) => line.replaceAll(api.apiId, 'API'));
    },
  };
}

// As AWS's users show it: Zappa#390, 2016-10; bref#534, 2020-01.
test('API keys are named by their last characters, whether they are let through or not', async () => {
  const { api, deploy, ask } = await logged();
  const [integration, settings] = mock();
  await api.method('GET /', integration, { ...settings, method: { apiKeyRequired: true } });
  await deploy();
  const value = `${'k'.repeat(34)}gE96dR`;
  const key = await api.call('CreateApiKey', { name: 'key', enabled: true, value });
  const apiStages = [{ apiId: api.apiId, stage: 'dev' }];
  const headers = [['x-api-key', value]] as const;
  const shown = `${'*'.repeat(34)}gE96dR`;
  assert.deepEqual((await ask({ path: '/', headers })).slice(1), [
    `Verifying Usage Plan for request: ID. API Key: ${shown} API Stage: API/dev`,
    `API Key ${shown} not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage API/dev: API Stage is not in a Usage Plan`,
    'no plan of the stage has the API key',
    'Method completed with status: 403',
  ]);
  const plan = await api.call('CreateUsagePlan', { name: 'plan', apiStages });
  await api.call('CreateUsagePlanKey', {
    ...{ usagePlanId: plan['id'], keyId: key['id'], keyType: 'API_KEY' },
  });
  const lines = await ask({ path: '/', headers });
  assert.deepEqual(lines.slice(1, 7), [
    `Verifying Usage Plan for request: ID. API Key: ${shown} API Stage: API/dev`,
    `Usage Plan check succeeded for API Key ${shown} and API Stage API/dev`,
    'Starting execution for request: ID',
    'HTTP Method: GET, Resource Path: /',
    `API Key: ${shown}`,
    `API Key ID: ${key['id']}`,
  ]);
  assert(!lines.join().includes(value));
});

test('what a function did wrong is told in the words of AWS', async () => {
  const answers: Record<string, () => unknown> = {
    malformed: () => 'no object',
    thrown: () => assert.fail('its own fault'),
    closed: () => {
      throw new AwsError({ code: 'AccessDeniedException', status: 403, message: 'no' });
    },
    bytes: () => ({ statusCode: 200, body: '?', isBase64Encoded: true }),
  };
  const { api, deploy, ask } = await logged({
    settings: { binaryMediaTypes: ['*/*'] },
    handler: ({ path }) => answers[String(path).slice(1)]?.(),
  });
  await api.method('ANY /{how}', lambdaProxy());
  await deploy();
  const said = async (how: string) => (await ask({ path: `/${how}` })).slice(-2);
  const failed = 'Execution failed due to configuration error:';
  const completed = (status: number) => `Method completed with status: ${status}`;
  assert.deepEqual(await said('malformed'), [
    `${failed} Malformed Lambda proxy response`,
    completed(502),
  ]);
  assert.deepEqual(await said('closed'), [
    `${failed} Invalid permissions on Lambda function`,
    completed(500),
  ]);
  assert.deepEqual(await said('bytes'), [
    `${failed} Unable to base64 decode the body.`,
    completed(500),
  ]);
  const [line = '', last] = await said('thrown');
  assert.match(
    line,
    /^Lambda execution failed with status 200 due to customer function error: .*its own fault/,
  );
  assert.equal(last, completed(502));
  const open =
    "API Key  authorized because method 'ANY /{how}' does not require API Key. Request will not contribute to throttle or quota limits";
  assert.equal((await ask({ path: '/thrown' }))[2], open);
});

// Developer guide, "Variables for access logging for API Gateway".
test('access logs tell Lambda’s status from the function’s, and what the authorizer took', async () => {
  const written: string[] = [];
  const logs = {
    write: (_: object, { message }: { message: string }) => void written.push(message),
  };
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
  const api = await restApi({
    logs,
    handler: (_, name) =>
      name.endsWith(':gate')
        ? { principalId: 'ann', policyDocument: { Statement } }
        : { statusCode: 418 },
  });
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    ...{ name: 'gate', type: 'TOKEN', identitySource: 'method.request.header.Authorization' },
    authorizerUri: lambdaProxy().uri.replace('function:notes', 'function:gate'),
  });
  const method = { authorizationType: 'CUSTOM', authorizerId };
  await api.method('GET /', lambdaProxy(), { method });
  await api.deploy();
  const format =
    '$context.status $context.integration.status $context.integration.integrationStatus $context.integrationStatus $context.authorizer.principalId $context.authorizer.status $context.authorizer.error $context.customDomain.basePathMatched $context.requestId';
  const patchOperations = [
    {
      ...{ op: 'replace', path: '/accessLogSettings/destinationArn' },
      value: 'arn:aws:logs:us-east-1:000000000000:log-group:access',
    },
    { op: 'replace', path: '/accessLogSettings/format', value: format },
  ];
  await api.call('UpdateStage', { stageName: 'dev', patchOperations });
  await api.fetch({ path: '/', headers: [['authorization', 'x']] });
  assert.match(written[0] ?? '', /^418 418 200 200 ann 200 - - [\w-]+$/);
});
