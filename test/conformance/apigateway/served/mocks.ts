/** Recorded tests of MOCK integrations and their templates. */
import assert from 'node:assert/strict';
import { mock, restApi } from '../../../support/rest-api.ts';
import { JSON_TYPE } from './scenario.ts';
import type { Served, ServedScenarios } from './scenario.ts';

/** What a mock at `GET /{path}` answers, by its templates. */
async function answers(response: string, request?: string) {
  const api = await restApi();
  await api.method('GET /{path}', ...mock(response, request));
  await api.deploy();
  return async (path: string) => JSON.parse((await api.fetch({ path })).text) as object;
}

const overridden =
  (isPassed: boolean): Served =>
  async (recorded) => {
    const override =
      '#set($context.responseOverride.status = 444)' +
      '#set($context.responseOverride.header.foo = "bar")' +
      '#set($context.responseOverride.custom = "is also passed around"){"statusCode": 200}';
    const response =
      '{"statusOverride": "$context.responseOverride.status", "fooHeader": "$context.responseOverride.header.foo", "custom": "$context.responseOverride.custom"}';
    const api = await restApi();
    await api.method('POST /', ...mock(isPassed ? response : undefined, override));
    await api.deploy();
    const { status, text } = await api.fetch({ path: '/', method: 'POST' });
    assert.equal(status, recorded.response.status_code);
    if (isPassed) assert.deepEqual(JSON.parse(text), recorded.response.body);
    else assert.equal(`b'${text}'`, recorded.response.body);
  };

const passthrough =
  (passthroughBehavior: string, isPath: boolean, httpMethod: string): Served =>
  async (recorded) => {
    const [integration, settings] = mock('{"statusCode": 200, "id": $input.params(\'id\')}');
    const api = await restApi();
    await api.method(`${httpMethod} /{id}`, { ...integration, passthroughBehavior }, settings);
    await api.deploy();
    const request = { path: '/42', method: httpMethod };
    const path = `/_aws/execute-api/${api.apiId}/dev/42`;
    const answer = isPath
      ? await api.fetchAt({ ...request, path, host: '127.0.0.1' })
      : await api.fetch(request);
    assert.deepEqual(JSON.parse(answer.text), recorded['mock-response']);
  };

export const mocks: ServedScenarios = {
  async test_api_gateway_mock_integration(recorded) {
    const ask = await answers('{"echo": "$input.params(\'path\')", "response": "mocked"}');
    assert.deepEqual(await ask('/foobar'), recorded['mocked-response']);
  },

  'test_mock_integration_response[WHEN_NO_MATCH-UrlType.HOST_BASED-GET]': passthrough(
    ...(['WHEN_NO_MATCH', false, 'GET'] as const),
  ),
  'test_mock_integration_response[NEVER-UrlType.PATH_BASED-GET]': passthrough('NEVER', true, 'GET'),
  'test_mock_integration_response[NEVER-UrlType.HOST_BASED-GET]': passthrough(
    ...(['NEVER', false, 'GET'] as const),
  ),
  'test_mock_integration_response[NEVER-UrlType.HOST_BASED-POST]': passthrough(
    ...(['NEVER', false, 'POST'] as const),
  ),
  'test_mock_integration_response[WHEN_NO_TEMPLATES-UrlType.PATH_BASED-GET]': passthrough(
    ...(['WHEN_NO_TEMPLATES', true, 'GET'] as const),
  ),
  'test_mock_integration_response[WHEN_NO_TEMPLATES-UrlType.PATH_BASED-POST]': passthrough(
    ...(['WHEN_NO_TEMPLATES', true, 'POST'] as const),
  ),
  'test_mock_integration_response[WHEN_NO_TEMPLATES-UrlType.HOST_BASED-POST]': passthrough(
    ...(['WHEN_NO_TEMPLATES', false, 'POST'] as const),
  ),

  'test_integration_mock_with_response_override_in_request_template[True]': overridden(true),
  'test_integration_mock_with_response_override_in_request_template[False]': overridden(false),

  async test_integration_mock_with_request_overrides_in_response_template(recorded) {
    const ask = await answers(
      `#if($context.requestOverride.path.chosen == "path1"){"response": "path was path one"}
       #elseif($context.requestOverride.path.chosen == "path2"){"response": "path was path two"}
       #else{"response": "this is the else clause"}#end`,
      '#set($context.requestOverride.path.chosen = $input.params("path")){"statusCode": 200}',
    );
    for (const [name, path] of [
      ['invoke-path1', '/path1'],
      ['invoke-path2', '/path2'],
      ['invoke-path-else', '/another'],
    ] as const) {
      assert.deepEqual(await ask(path), recorded[name]);
    }
  },

  async test_integration_mock_with_vtl_map_assignation(recorded) {
    const ask = await answers(
      `#set($map = {}) #set($nested = {})
       #set($map["one"] = "bar") #set($_ = $map.put("two", "putBar"))
       #set($map.nested = $nested) #set($map.nested["three"] = "nestedFoo")
       {"value": "$map.one", "value2": "$map["two"]", "value3": "$map.nested.three"}`,
    );
    assert.deepEqual(await ask('/any'), recorded.response.body);
  },

  async test_invoking_canary_deployment(recorded) {
    const template = (message: string) =>
      JSON.stringify({
        statusCode: 200,
        message,
        variable: '$stageVariables.testVar',
        nonExistingDefault: '$stageVariables.noStageVar',
        nonOverridden: '$stageVariables.defaultVar',
        isCanary: '$context.isCanaryRequest',
      });
    const api = await restApi();
    await api.method('GET /', ...mock(template('default deployment')));
    await api.deploy({ variables: { testVar: 'default', defaultVar: 'default' } });
    const resourceId = await api.resource('/');
    await api.call('PutIntegrationResponse', {
      ...{ resourceId, httpMethod: 'GET', statusCode: '200' },
      responseTemplates: { [JSON_TYPE]: template('canary deployment') },
    });
    const stageVariableOverrides = { testVar: 'canary', noStageVar: 'canary' };
    await api.call('CreateDeployment', {
      ...{ stageName: 'dev', canarySettings: { percentTraffic: 0, stageVariableOverrides } },
    });
    const ask = async () => JSON.parse((await api.fetch({ path: '/' })).text);
    assert.deepEqual(await ask(), recorded['response-deployment-1']);
    await api.call('UpdateStage', {
      stageName: 'dev',
      patchOperations: [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '100.0' }],
    });
    assert.deepEqual(await ask(), recorded['response-canary-deployment']);
  },
};
