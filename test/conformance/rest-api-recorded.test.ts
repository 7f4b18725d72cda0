/**
 * Deployed REST APIs against what AWS answered (recorded 2023 to 2025 by LocalStack's tests). What the
 * APIs were is told by the names of the recordings and by what they answered.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingsOf, skip } from './apigateway/recording.ts';
import type { Answer } from './apigateway/recording.ts';
import { FUNCTION_URI, lambdaProxy, mock, restApi } from '../support/rest-api.ts';

const JSON_TYPE = 'application/json';

function play(file: string, name: string, scenario: (recorded: Answer) => Promise<void>): void {
  test(`${file}: ${name}`, { skip }, async () => {
    const recording = recordingsOf(file).get(name);
    assert(recording, 'no such recording');
    await scenario(recording);
  });
}

const BODIES = { 'empty-body': '', 'json-body': '{"some": "value"}', 'str-body': 'some raw data' };
const MESSAGE = 'Action=SendMessage&MessageBody=';

play('common', 'test_input_body_formatting', async (recorded) => {
  const plain = '$input.body';
  const cases = {
    'response-raw-body': [plain, plain],
    'response-str-body-input': [MESSAGE + plain, plain],
    'response-str-body-output': [plain, MESSAGE + plain],
    'response-str-body-all': [MESSAGE + plain, MESSAGE + plain],
    'response-url-encode': [
      'EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.testAccess)',
      plain,
    ],
  } as const;
  const asked: string[] = [];
  // A service that answers with what it was sent.
  const api = await restApi({
    lambda: {
      invokeStreamed: () => assert.fail('streamed'),
      async invoke({ payload }) {
        asked.push(Buffer.from(payload).toString());
        const answered = { statusCode: 200, executedVersion: '1', logTail: '' };
        return { ...answered, payload, functionError: undefined };
      },
    },
  });
  for (const [name, [request, response]] of Object.entries(cases)) {
    await api.method(
      `POST /${name}`,
      {
        type: 'AWS',
        integrationHttpMethod: 'POST',
        uri: FUNCTION_URI,
        requestTemplates: { [JSON_TYPE]: request },
      },
      { responses: [{ statusCode: '200', responseTemplates: { [JSON_TYPE]: response } }] },
    );
  }
  await api.deploy();
  for (const name of Object.keys(cases)) {
    for (const [kind, body] of Object.entries(BODIES)) {
      const { text } = await api.fetch({ path: `/${name}`, method: 'POST', body });
      assert.equal(`b'${text}'`, recorded[name][kind], `${name} ${kind}`);
    }
  }
});

for (const behavior of ['WHEN_NO_MATCH', 'NEVER', 'WHEN_NO_TEMPLATES']) {
  for (const name of recordingsOf('basic').keys()) {
    if (!name.startsWith(`test_mock_integration_response[${behavior}-`)) continue;
    play('basic', name, async (recorded) => {
      const [integration, settings] = mock('{"statusCode": 200, "id": $input.params(\'id\')}');
      const api = await restApi();
      const httpMethod = name.includes('POST') ? 'POST' : 'GET';
      const method = { ...integration, passthroughBehavior: behavior };
      await api.method(`${httpMethod} /{id}`, method, settings);
      await api.deploy();
      const byPath = { path: `/_aws/execute-api/${api.apiId}/dev/42`, host: '127.0.0.1' };
      const request = { path: '/42', method: httpMethod };
      const isPath = name.includes('PATH_BASED');
      const answer = isPath
        ? await api.fetchAt({ ...request, ...byPath })
        : await api.fetch(request);
      assert.deepEqual(JSON.parse(answer.text), recorded['mock-response']);
    });
  }
}

for (const isPassed of [true, false]) {
  const name = `test_integration_mock_with_response_override_in_request_template[${isPassed ? 'True' : 'False'}]`;
  play('integrations', name, async (recorded) => {
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
  });
}

play('canary', 'test_invoking_canary_deployment', async (recorded) => {
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
});

play('common', 'test_invocation_trace_id', async (recorded) => {
  const api = await restApi({ handler: () => ({ statusCode: 200, body: '' }) });
  await api.method('GET /mock', ...mock());
  await api.method('GET /function', lambdaProxy());
  await api.deploy();
  // What a socket and the network in front of AWS add.
  const others = /^(?:connection|content-length|date|via|x-cache|x-amz-cf-)/;
  for (const [kind, path] of [
    ['MOCK', '/mock'],
    ['AWS_PROXY', '/function'],
  ] as const) {
    const { headers } = await api.fetch({ path });
    const expected = Object.keys(recorded[`normal-req-headers-${kind}`]);
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    assert.deepEqual(
      names.sort(),
      expected.filter((name) => !others.test(name)),
    );
  }
});

const FIELDS = [
  ...['Accept', 'Accept-Charset', 'Accept-Encoding', 'Age', 'Authorization', 'Connection'],
  ...['Content-Encoding', 'Content-Length', 'Content-MD5', 'Content-Type', 'Date', 'Expect'],
  ...['Host', 'Max-Forwards', 'Pragma', 'Proxy-Authenticate', 'Range', 'Referer', 'Server', 'TE'],
  ...['Trailer', 'Upgrade', 'User-Agent', 'Via', 'Warn', 'WWW-Authenticate'],
];

play('integrations', 'test_apigateway_header_remapping_aws[AWS]', async (recorded) => {
  const api = await restApi({ handler: () => ({}) });
  const responseParameters = Object.fromEntries(
    FIELDS.map((name) => [`method.response.header.${name}`, `'response_param_${name}'`]),
  );
  const integration = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI };
  const responses = [{ statusCode: '200', responseParameters }];
  await api.method('POST /full', integration, { responses });
  for (const name of Object.keys(recorded).slice(3)) {
    const requestParameters = { [`integration.request.header.${name}`]: "'x'" };
    await api.method(`POST /${name}`, { ...integration, requestParameters }, { responses });
  }
  await api.deploy();
  const { headers } = await api.fetch({ path: '/full', method: 'POST', body: '{}' });
  const expected = recorded['full-integration']['response-headers'];
  // What a socket and the network in front of AWS add.
  for (const name of ['Connection', 'Content-Length', 'Date', 'Via']) delete expected[name];
  const { Via: _, ...answered } = headers;
  assert.deepEqual(Object.keys(answered).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries<string>(expected)) {
    if (!value.includes('<')) assert.equal(answered[name], value);
  }
  for (const name of Object.keys(recorded).slice(3)) {
    const refused = await api.fetch({ path: `/${name}`, method: 'POST', body: '{}' });
    assert.deepEqual(JSON.parse(refused.text), recorded[name].body, name);
    const given = recorded[name]['response-headers']['x-amzn-ErrorType'];
    assert.equal(refused.headers['x-amzn-ErrorType'], given);
  }
});

play('lambda', 'test_lambda_aws_proxy_integration_request_data_mapping', async (recorded) => {
  const api = await restApi();
  const requestParameters = {
    'integration.request.header.headerVar': "'mapped-value'",
    'integration.request.header.foobar': "'mapped-value'",
    'integration.request.querystring.queryString': 'method.request.querystring.testQueryString',
  };
  await api.method('POST /{pathVariable}', { ...lambdaProxy(), requestParameters });
  const deploymentId = await api.deploy({ stageName: 'test' });
  const { text, status } = await api.fetchAt({
    host: `${api.apiId}.execute-api.localhost`,
    path: '/test/foobar?testQueryString=foo&testVar=bar',
    method: 'POST',
    headers: [
      ['Accept', JSON_TYPE],
      ['Accept-Encoding', 'gzip, deflate'],
      ['Content-Type', JSON_TYPE],
      ['User-Agent', 'test/integration'],
      ['headerVar', 'request-value'],
    ],
    body: '{"message": "hello world"}',
  });
  const { content, status_code: expectedStatus } = recorded['http-proxy-invocation-data-mapping'];
  assert.equal(status, expectedStatus);
  const event: Answer = JSON.parse(text);
  const body = JSON.parse(event.body) as unknown;
  assert.deepEqual(Object.keys(event).sort(), Object.keys(content).sort());
  // What the network in front of AWS adds.
  const isOurs = ([name]: [string, unknown]) => !/^(?:CloudFront-|Via$|X-Amz-Cf-Id$)/.test(name);
  const alike = (expected: Answer, actual: Answer, where: string) => {
    if (typeof expected === 'string' && expected.includes('<')) return;
    if (typeof expected !== 'object' || expected === null) {
      assert.equal(actual, expected, where);
      return;
    }
    const entries = Object.entries<Answer>(expected).filter(isOurs);
    assert.deepEqual(Object.keys(actual).sort(), entries.map(([name]) => name).sort(), where);
    for (const [name, value] of entries) alike(value, actual[name], `${where}.${name}`);
  };
  const accountId = '111111111111';
  const requestContext = { ...event.requestContext, accountId };
  alike(content, { ...event, body, requestContext }, 'event');
  assert.equal(event.requestContext.deploymentId, deploymentId);
});

play('import', 'test_import_with_stage_variables', async (recorded) => {
  const api = await restApi();
  await api.method('GET /', {
    type: 'HTTP_PROXY',
    integrationHttpMethod: 'GET',
    uri: ['http://', '{stageVariables.url}'].join('$'),
  });
  await api.deploy();
  const { text, headers } = await api.fetch({ path: '/' });
  const { body, errorType } = recorded['get-error-resp-from-http'];
  assert.deepEqual(JSON.parse(text), body);
  assert.equal(headers['x-amzn-ErrorType'], errorType);
});
