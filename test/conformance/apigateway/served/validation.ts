/** Recorded tests of methods that look at what they are asked. */
import assert from 'node:assert/strict';
import { lambdaProxy, restApi } from '../../../support/rest-api.ts';
import type { RestApi } from '../../../support/rest-api.ts';
import { alike, JSON_TYPE } from './scenario.ts';
import type { ServedScenarios } from './scenario.ts';

const NUMBERS = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  title: 'testSchema',
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
};

/** An API whose methods ask for bodies of a model; models may name each other by their addresses. */
async function apiWithModels(
  models: Readonly<Record<string, object>>,
  validation = { validateRequestBody: true, validateRequestParameters: true },
) {
  const api = await restApi({ handler: () => ({ statusCode: 200, body: '{"data": "ok"}' }) });
  for (const [name, given] of Object.entries(models)) {
    const schema = JSON.stringify(given).replaceAll('<api-id>', api.apiId);
    await api.call('CreateModel', { name, contentType: JSON_TYPE, schema });
  }
  const validator = { name: 'test-validator', ...validation };
  const { id } = await api.call('CreateRequestValidator', validator);
  return { api, requestValidatorId: id };
}

/** How the API answers `POST /path` with bodies of the last of the models. */
async function bodiesOf(recorded: { 'get-models-with-ref': object }, models: typeof NO_MODELS) {
  const { api, requestValidatorId } = await apiWithModels(models);
  const name = Object.keys(models).at(-1);
  const method = { requestValidatorId, requestModels: { [JSON_TYPE]: name } };
  await api.method('POST /path', lambdaProxy(), { method });
  await api.deploy();
  const listed = JSON.stringify(await api.call('GetModels')).replaceAll(api.apiId, '<api-id>');
  alike(recorded['get-models-with-ref'], JSON.parse(listed) as object);
  return async (body: unknown) => {
    const request = { path: '/path', method: 'POST', body: JSON.stringify(body) };
    return JSON.parse((await api.fetch(request)).text) as object;
  };
}

const NO_MODELS: Readonly<Record<string, object>> = {};
const ADDRESS = 'https://apigateway.amazonaws.com/restapis/<api-id>/models';

export const validation: ServedScenarios = {
  async test_api_gateway_request_validator(recorded) {
    const { api, requestValidatorId } = await apiWithModels({ testSchema: NUMBERS });
    const uri = lambdaProxy().uri.replace('function:notes', 'function:<fn_name:1>');
    for (const httpMethod of ['GET', 'POST']) {
      const method = {
        requestValidatorId,
        requestParameters: {
          'method.request.path.test': true,
          'method.request.querystring.qs1': true,
          'method.request.header.x-header-param': true,
        },
        requestModels: { [JSON_TYPE]: 'testSchema' },
      };
      const responses = [{ statusCode: '200' }];
      await api.method(`${httpMethod} /{test}`, lambdaProxy(uri), { method, responses });
      const resourceId = await api.resource('/{test}');
      await api.call('PutMethodResponse', { resourceId, httpMethod, statusCode: '200' });
    }
    await api.deploy();
    await change(api, 'test', 'issuer', recorded['change-request-path-names']);
    const ask = askWith(api);
    const complete = { path: '/path?qs1=1', headers: [['x-header-param', 'test']] } as const;
    const said = (name: string) => recorded[name] as object;
    assert.deepEqual(
      await ask({ path: '/path', method: 'POST' }),
      said('missing-all-required-request-params-post'),
    );
    assert.deepEqual(
      await ask({ path: '/path?qs1=1' }),
      said('missing-required-headers-request-params-get'),
    );
    assert.deepEqual(
      await ask({ ...complete, path: '/path' }),
      said('missing-required-qs-request-params-get'),
    );
    await change(api, 'issuer', 'test', recorded['revert-request-path-names']);
    const post = { ...complete, method: 'POST' };
    assert.deepEqual(await ask({ ...post, body: '{"a": 1}' }), said('invalid-request-body'));
    const patchOperations = ['Body', 'Parameters'].map((part) => {
      return { op: 'replace', path: `/validateRequest${part}`, value: 'false' };
    });
    const disabled = await api.call('UpdateRequestValidator', {
      requestValidatorId,
      patchOperations,
    });
    alike(recorded['disable-request-validator'], disabled);
    await api.deploy();
    assert.deepEqual(await ask({ path: '/path', method: 'POST', body: 'no JSON' }), { data: 'ok' });
  },

  async test_api_gateway_request_validator_with_ref_models(recorded) {
    const list = { type: 'array', items: { $ref: `${ADDRESS}/testSchema` } };
    const ask = await bodiesOf(recorded, { testSchema: NUMBERS, testSchemaList: list });
    assert.deepEqual(await ask([{ a: 1, b: 2 }]), recorded['successful']);
    assert.deepEqual(await ask([{ a: 1 }]), recorded['failed-validation']);
  },

  async test_api_gateway_request_validator_with_ref_one_ofmodels(recorded) {
    const ask = await bodiesOf(recorded, {
      StatusModel: {
        type: 'object',
        properties: { Status: { type: 'string' }, Order: { type: 'integer' } },
        required: ['Status', 'Order'],
      },
      TestModel: {
        type: 'object',
        properties: { status: { oneOf: [{ type: 'null' }, { $ref: `${ADDRESS}/StatusModel` }] } },
        required: ['status'],
      },
    });
    assert.deepEqual(await ask({ status: null }), recorded['successful']);
    const status = { Status: 'works', Order: 1 };
    assert.deepEqual(await ask({ status }), recorded['successful-with-data']);
    assert.deepEqual(await ask({}), recorded['failed-validation-no-data']);
    const bad = { status: { Status: 'fails', Order: 'one' } };
    assert.deepEqual(await ask(bad), recorded['failed-validation-bad-data']);
  },
};

type Request = Parameters<RestApi['fetch']>[0];

function askWith(api: RestApi) {
  return async (request: Request) => JSON.parse((await api.fetch(request)).text) as object;
}

/** Asks POST for another parameter of the path, and deploys that. */
async function change(api: RestApi, from: string, to: string, expected: object): Promise<void> {
  const resourceId = await api.resource('/{test}');
  const path = (name: string) => `/requestParameters/method.request.path.${name}`;
  const patchOperations = [
    { op: 'add', path: path(to), value: 'true' },
    { op: 'remove', path: path(from) },
  ];
  const input = { resourceId, httpMethod: 'POST', patchOperations };
  alike(expected, await api.call('UpdateMethod', input));
  await api.deploy();
}
