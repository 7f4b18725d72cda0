/** Recorded tests of integrations with functions. */
import assert from 'node:assert/strict';
import { FUNCTION_URI, lambdaProxy, mock, restApi } from '../../../support/rest-api.ts';
import { Comparison } from '../comparison.ts';
import type { Answer } from '../recording.ts';
import { alike, JSON_TYPE, namesOf } from './scenario.ts';
import type { ServedScenarios } from './scenario.ts';

const LAMBDA = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI };

/** What a function may answer, by the names that the answers of the API are recorded under. */
const PROXY_ANSWERS: Readonly<Record<string, unknown>> = {
  'no-body': { statusCode: 200 },
  'with-headers': { statusCode: 200, headers: { 'test-header': 'value', 'header-bool': true } },
  'with-headers-null': { statusCode: 200, headers: null },
  'wrong-format': { statusCode: 200, wrongValue: 'value' },
  'empty-response': {},
  'b64-encoded-true': { statusCode: 200, body: 'dGVzdC1kYXRh', isBase64Encoded: true },
  'b64-encoded-false': { statusCode: 200, body: 'dGVzdC1kYXRh', isBase64Encoded: false },
  'multi-headers-valid': {
    statusCode: 200,
    multiValueHeaders: { 'test-multi': ['value1', 'value2'] },
  },
  'multi-headers-overwrite': {
    statusCode: 200,
    headers: { 'test-multi': 'value-solo' },
    multiValueHeaders: { 'test-multi': ['value-multi'] },
  },
  'multi-headers-overwrite-casing': {
    statusCode: 200,
    headers: { 'test-multi': 'value-solo' },
    multiValueHeaders: { 'tesT-Multi': ['value-multi'] },
  },
  'multi-headers-invalid': { statusCode: 200, multiValueHeaders: { 'test-multi': 'value1' } },
  'invalid-status-code': { statusCode: 'wrong' },
  'status-code-str': { statusCode: '200' },
  'just-string': 'a text',
  'only-headers': { headers: { 'test-header': 'value' } },
};

export const functions: ServedScenarios = {
  async test_aws_proxy_response_payload_format_validation(recorded) {
    let answer: unknown;
    const api = await restApi({ handler: () => answer });
    await api.method('GET /', lambdaProxy());
    await api.deploy();
    for (const [name, expected] of Object.entries<Answer>(recorded)) {
      answer = PROXY_ANSWERS[name.replace('invoke-api-', '')];
      assert(answer !== undefined, name);
      const { headers, text } = await api.fetch({ path: '/' });
      if (typeof expected.content === 'string') assert.equal(text, expected.content, name);
      else assert.deepEqual(JSON.parse(text), expected.content, name);
      if (!expected.headers) continue;
      assert.deepEqual(namesOf(headers), namesOf(expected.headers), name);
      for (const [field, value] of Object.entries<string>(expected.headers)) {
        if (!/^test-|^header-/i.test(field)) continue;
        // As a client joins what comes in two fields.
        assert.equal([headers[field]].flat().join(', '), value, `${name} ${field}`);
      }
    }
  },

  async test_lambda_aws_proxy_integration_non_post_method(recorded) {
    const api = await restApi({ handler: () => ({ statusCode: 200 }) });
    await api.method('GET /', { ...lambdaProxy(), integrationHttpMethod: 'GET' });
    await api.deploy();
    const { text } = await api.fetch({ path: '/' });
    assert.deepEqual(JSON.parse(text), recorded['invocation-payload-with-get-proxy-method']);
  },

  async test_lambda_aws_integration_with_request_template(recorded) {
    const comparison = new Comparison();
    const api = await restApi({ handler: (event) => event });
    const resourceId = await api.resource('/path');
    const ask = async (name: string, operation: string, input: object) => {
      const answer = await api.call(operation, { resourceId, httpMethod: 'GET', ...input });
      const { ResponseMetadata: _, ...expected } = recorded[name];
      comparison.alike(expected, answer, name);
    };
    await ask('put-method', 'PutMethod', {
      authorizationType: 'NONE',
      requestParameters: { 'method.request.querystring.param1': false },
    });
    await ask('put-method-response', 'PutMethodResponse', { statusCode: '200' });
    const requestTemplates = { [JSON_TYPE]: '{"param1": "$input.params(\'param1\')"}' };
    const credentials = 'arn:aws:iam::000000000000:role/invoke';
    await ask('put-integration', 'PutIntegration', { ...LAMBDA, requestTemplates, credentials });
    const success = { statusCode: '200', selectionPattern: '' };
    await ask('put-integration-response', 'PutIntegrationResponse', success);
    await api.deploy();
    for (const attempt of [1, 2]) {
      const { text } = await api.fetch({ path: '/path?param1=foobar' });
      assert.deepEqual(JSON.parse(text), recorded[`lambda-aws-integration-${attempt}`]);
    }
    await api.call('DeleteIntegration', { resourceId, httpMethod: 'GET' });
    const { Code, Message } = recorded['get-integration-after-delete'].Error;
    await assert.rejects(api.call('GetIntegration', { resourceId, httpMethod: 'GET' }), {
      code: Code,
      message: Message,
    });
  },

  async test_lambda_selection_patterns(recorded) {
    const api = await restApi({
      handler({ status }) {
        if (status === '200') return 'Pass';
        const name = status === '400' ? 'four' : 'five';
        throw `Error: Raising ${name} hundred from within the Lambda function`;
      },
    });
    const requestTemplates = { [JSON_TYPE]: '{"status": "$input.params(\'status\')"}' };
    const responses = [
      { statusCode: '200' },
      { statusCode: '400', selectionPattern: '.*four hundred.*' },
      { statusCode: '500', selectionPattern: '.+' },
    ];
    await api.method('GET /{status}', { ...LAMBDA, requestTemplates }, { responses });
    await api.deploy();
    for (const status of [200, 400, 500]) {
      const answer = await api.fetch({ path: `/${status}` });
      const expected = recorded[`lambda-selection-pattern-${status}`];
      assert.equal(answer.status, status);
      const body = JSON.parse(answer.text);
      if (status === 200) assert.equal(body, expected);
      else assert.equal(body.errorMessage, expected.errorMessage);
    }
  },

  async test_lambda_aws_integration_response_with_mapping_templates(recorded) {
    const api = await restApi({
      handler: ({ body }) => ({ statusCode: 200, body }),
    });
    const template =
      '#if($input.path("$.body") == "customerror")#set($context.responseOverride.status = 400)#end' +
      "$input.json('$')";
    const responseTemplates = { [JSON_TYPE]: template };
    const responses = [{ statusCode: '202', responseTemplates }];
    const requestTemplates = { [JSON_TYPE]: '{"body": "$input.params(\'body\')"}' };
    await api.method('GET /{body}', { ...LAMBDA, requestTemplates }, { responses });
    await api.deploy();
    for (const [status, path] of [
      [202, '/noerror'],
      [400, '/customerror'],
    ] as const) {
      const answer = await api.fetch({ path });
      const expected = recorded[`response-template-${status}`];
      assert.equal(answer.status, expected.statusCode);
      assert.deepEqual(JSON.parse(answer.text), expected.body);
    }
  },

  async test_invocation_trace_id(recorded) {
    const api = await restApi({ handler: () => ({ statusCode: 200, body: '' }) });
    await api.method('GET /mock', ...mock());
    await api.method('GET /function', lambdaProxy());
    await api.deploy();
    const traces = {
      'normal-req': [],
      'trace-id-req': [['X-Amzn-Trace-Id', 'Root=1-3152b799-8954dae64eda91bc9a23a7e8']],
      'trace-id-small-req': [['X-Amzn-Trace-Id', 'Root=1-12345678']],
    } as const;
    for (const [kind, headers] of Object.entries(traces)) {
      for (const [type, path] of [
        ['MOCK', '/mock'],
        ['AWS_PROXY', '/function'],
      ] as const) {
        const expected = recorded[`${kind}-headers-${type}`];
        const answered = await api.fetch({ path, headers });
        if (expected) assert.deepEqual(namesOf(answered.headers), namesOf(expected));
      }
    }
  },

  async test_lambda_aws_proxy_integration_request_data_mapping(recorded) {
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
    // What the network in front of AWS adds; and these two are lists of texts, not texts.
    const added = /^(?:CloudFront-.*|Via|X-Amz-Cf-Id)$/;
    const lists = /^X-Forwarded-/;
    const { multiValueHeaders: expectedLists } = content;
    for (const name of Object.keys(expectedLists)) {
      if (lists.test(name)) expectedLists[name] = [expectedLists[name]];
      if (added.test(name)) delete expectedLists[name];
      if (added.test(name)) delete content.headers[name];
    }
    alike(content, event);
    assert.equal(event.requestContext.deploymentId, deploymentId);
  },
};
