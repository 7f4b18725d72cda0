import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mock, restApi } from '../../support/rest-api.ts';
import type { RestApi } from '../../support/rest-api.ts';

const JSON_TYPE = 'application/json';

async function validated(schema: object, more: object = {}): Promise<RestApi> {
  const api = await restApi();
  const { id: requestValidatorId } = await api.call('CreateRequestValidator', {
    name: 'all',
    validateRequestBody: true,
    validateRequestParameters: true,
  });
  for (const [name, given] of Object.entries({ body: schema, ...more })) {
    const text = JSON.stringify(given).replaceAll('API', api.apiId);
    await api.call('CreateModel', { name, contentType: JSON_TYPE, schema: text });
  }
  const [integration, settings] = mock('ok');
  const requestModels = { [JSON_TYPE]: 'body' };
  const method = {
    requestValidatorId,
    requestModels,
    requestParameters: {
      'method.request.header.x-header-param': true,
      'method.request.path.issuer': true,
      'method.request.querystring.qs1': true,
      'method.request.querystring.optional': false,
    },
  };
  await api.method('POST /{issuer}', integration, { ...settings, method });
  const other = { ...method, requestParameters: { 'method.request.path.issuer': true } };
  await api.method('POST /fixed', integration, { ...settings, method: other });
  const bodyOnly = { requestValidatorId, requestModels };
  await api.method('POST /body', integration, { ...settings, method: bodyOnly });
  await api.deploy();
  return api;
}

const NUMBERS = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
};

// Recorded from AWS, 2023 (test_api_gateway_request_validator).
test('what is missing is named, and a body must be as its model says', async () => {
  const api = await validated(NUMBERS);
  const body = '{"a": 1, "b": 2}';
  const headers = [['x-header-param', 'x']] as const;
  const post = { method: 'POST', body, headers };
  assert.equal((await api.fetch({ ...post, path: '/i?qs1=1' })).text, 'ok');
  const missing = async (request: object) => {
    const {
      status,
      text,
      headers: answered,
    } = await api.fetch({ ...post, path: '/i', ...request });
    assert.equal(status, 400);
    assert.equal(answered['x-amzn-ErrorType'], 'BadRequestException');
    return (JSON.parse(text) as { message: string }).message;
  };
  const said = (names: string) => `Missing required request parameters: [${names}]`;
  assert.equal(await missing({ headers: [] }), said('x-header-param, qs1'));
  assert.equal(await missing({}), said('qs1'));
  assert.equal(await missing({ path: '/i?qs1=' }), said('qs1'));
  assert.equal(await missing({ path: '/fixed' }), said('issuer'));
  for (const bad of ['{"a": 1}', '{"a": 1, "b": "2"}', 'no json', '']) {
    assert.equal(await missing({ path: '/i?qs1=1', body: bad }), 'Invalid request body', bad);
  }
});

test('a body of a type without a model is not looked at', async () => {
  const api = await validated(NUMBERS);
  const headers = [['content-type', 'text/plain']] as const;
  // The mock has a template for JSON alone, and takes the body as it is: it names no status.
  const { text } = await api.fetch({ path: '/body', method: 'POST', body: 'text', headers });
  assert.equal(text, '{"message": "Internal server error"}'.replace(': ', ':'));
});

// Recorded from AWS, 2023 (test_api_gateway_request_validator_with_ref_models, …_one_ofmodels).
test('models refer to models, and to themselves', async () => {
  const reference = (name: string) => ({
    $ref: `https://apigateway.amazonaws.com/restapis/API/models/${name}`,
  });
  const api = await validated(
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'object',
      properties: {
        status: { oneOf: [{ type: 'null' }, reference('status')] },
        children: { type: 'array', items: reference('body') },
        age: { type: 'integer', minimum: 0, exclusiveMinimum: true },
        name: { type: 'string', pattern: '^(a+)+$' },
      },
      required: ['status'],
    },
    { status: { type: 'object', properties: { Order: { type: 'integer' } }, required: ['Order'] } },
  );
  const status = async (body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return (await api.fetch({ path: '/body', method: 'POST', body: text })).status;
  };
  assert.equal(await status({ status: null }), 200);
  assert.equal(await status({ status: { Order: 1 }, children: [{ status: null }] }), 200);
  assert.equal(await status({ status: {} }), 400);
  assert.equal(await status({ status: null, children: [{}] }), 400);
  assert.equal(await status({ status: null, age: 0 }), 400);
  assert.equal(await status({ status: null, name: 'aaa' }), 200);
  assert.equal(await status({ status: null, name: `${'a'.repeat(100)}b` }), 400);
  const deep = '{"status":null,"children":['.repeat(2_000) + ']}'.repeat(2_000);
  assert.equal(await status(deep), 400);
});

test('a model that cannot be used lets nothing through', async () => {
  const api = await validated({
    type: 'object',
    properties: { a: { $ref: 'https://apigateway.amazonaws.com/restapis/API/models/gone' } },
  });
  const { status } = await api.fetch({ path: '/body', method: 'POST', body: '{}' });
  assert.equal(status, 500);
});
