/** What was asked of AWS about methods, integrations and their responses. */
import type { Scenarios, Session } from './recording.ts';
import { newApi } from './rest-apis.ts';

const URI =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:MyLambda/invocations';
const replace = (path: string, value?: string) => ({ op: 'replace', path, value });
const NONE = { authorizationType: 'NONE' };
const TEMPLATES = { requestTemplates: { 'application/json': '{"statusCode": 200}' } };

async function newMethod(session: Session, httpMethod = 'GET', settings: object = {}) {
  const { restApiId, rootId: resourceId } = await newApi(session);
  const method = { restApiId, resourceId, httpMethod };
  await session.ask('PutMethod', { ...method, ...NONE, ...settings });
  return method;
}

export async function newMock(session: Session) {
  const method = await newMethod(session);
  await session.ask('PutIntegration', { ...method, type: 'MOCK', ...TEMPLATES });
  return method;
}

export const methods: Scenarios = {
  async test_method_lifecycle(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const method = { restApiId, resourceId, httpMethod: 'ANY' };
    await session.match('put-base-method-response', 'PutMethod', { ...method, ...NONE });
    await session.match('get-base-method-response', 'GetMethod', method);
    await session.match('del-base-method-response', 'DeleteMethod', method);
    await session.match('get-deleted-method-response', 'GetMethod', method);
    await session.match('delete-deleted-method-response', 'DeleteMethod', method);
  },

  async test_method_request_parameters(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const method = { restApiId, resourceId, httpMethod: 'ANY' };
    const requestParameters = {
      'method.request.querystring.q_optional': false,
      'method.request.querystring.q_required': true,
      'method.request.header.h_optional': false,
      'method.request.header.h_required': true,
    };
    const put = { ...method, ...NONE, requestParameters };
    await session.match('put-method-request-params-response', 'PutMethod', put);
    await session.match('get-method-request-params-response', 'GetMethod', method);
    const same = {
      'method.request.querystring.optional': false,
      'method.request.header.optional': false,
    };
    const twice = { ...method, httpMethod: 'GET', ...NONE, requestParameters: same };
    await session.match('req-params-same-name', 'PutMethod', twice);
  },

  async test_put_method_model(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const contentType = 'application/json';
    const model = (name: string) => ({
      ...{ restApiId, name, contentType, description: '' },
      schema: JSON.stringify({ title: name, type: 'object' }),
    });
    await session.match('create-model', 'CreateModel', model('MySchema'));
    await session.match('create-model-2', 'CreateModel', model('MySchemaTwo'));
    const method = { restApiId, resourceId, httpMethod: 'ANY' };
    const models = (name: string) => ({ ...NONE, requestModels: { [contentType]: name } });
    const put = { ...method, ...models('MySchema') };
    await session.match('put-method-request-models', 'PutMethod', put);
    const remove = (name: string, modelName: string) =>
      session.match(name, 'DeleteModel', { restApiId, modelName });
    await remove('delete-model-used', 'MySchema');
    const path = '/requestModels/application~1json';
    const toTwo = { ...method, patchOperations: [replace(path, 'MySchemaTwo')] };
    await session.match('update-method-model', 'UpdateMethod', toTwo);
    await remove('delete-model-unused', 'MySchema');
    await remove('delete-model-used-2', 'MySchemaTwo');
    const child = { restApiId, parentId: resourceId, pathPart: 'test' };
    const { id } = await session.ask('CreateResource', child);
    const below = { ...method, resourceId: id };
    const putBelow = { ...below, ...models('MySchemaTwo') };
    await session.match('put-method-2-request-models', 'PutMethod', putBelow);
    await remove('delete-model-used-by-2-method', 'MySchemaTwo');
    const without = { ...below, patchOperations: [{ op: 'remove', path, value: 'MySchemaTwo' }] };
    await session.match('update-method-model-2', 'UpdateMethod', without);
    await remove('delete-model-used-by-method-1', 'MySchemaTwo');
    await session.match('delete-method-using-model-2', 'DeleteMethod', method);
    await remove('delete-model-unused-2', 'MySchemaTwo');
  },

  async test_update_method(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const method = { restApiId, resourceId, httpMethod: 'ANY' };
    const update = (name: string, ...patchOperations: object[]) =>
      session.match(name, 'UpdateMethod', { ...method, patchOperations });
    await session.match('put-method-response', 'PutMethod', { ...method, ...NONE });
    const parameter = '/requestParameters/method.request.querystring.optional';
    const model = '/requestModels/application~1json';
    await update(
      'update-method-add',
      { op: 'add', path: parameter, value: 'true' },
      { op: 'add', path: model, value: 'Empty' },
    );
    await update(
      'update-method-replace',
      replace('/operationName', 'ReplacedOperationName'),
      replace('/apiKeyRequired', 'true'),
      replace('/authorizationType', 'AWS_IAM'),
      replace(parameter, 'false'),
    );
    const { id } = await session.ask('CreateAuthorizer', {
      ...{ restApiId, name: 'authorizer-test', type: 'TOKEN', authorizerUri: URI },
      identitySource: 'method.request.header.Authorization',
    });
    await update(
      'update-method-replace-authorizer',
      replace('/authorizerId', id),
      replace('/authorizationType', 'CUSTOM'),
    );
    await update(
      'update-method-remove',
      { op: 'remove', path: parameter, value: 'true' },
      { op: 'remove', path: model, value: 'Empty' },
    );
  },

  async test_update_method_validation(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const method = { restApiId, resourceId, httpMethod: 'ANY' };
    const at = (name: string, where: object, ...patchOperations: object[]) =>
      session.match(name, 'UpdateMethod', { ...method, ...where, patchOperations });
    const update = (name: string, ...operations: object[]) => at(name, {}, ...operations);
    await at('wrong-rest-api', { restApiId: 'fake-api' });
    await at('wrong-resource-id', { resourceId: 'fake-resource-id' });
    const rename = replace('/operationName', 'methodDoesNotExist');
    await at('method-does-not-exist', { httpMethod: 'GET' }, rename);
    const put = { ...method, ...NONE, apiKeyRequired: true };
    await session.match('put-method-response', 'PutMethod', put);
    const add = (path: string, value: string) => ({ op: 'add', path, value });
    await update('unsupported-operation', add('/operationName', 'operationName'));
    await update('unsupported-operation-2', add('/requestValidatorId', 'wrong-id'));
    await update('unsupported-path', add('/httpMethod', 'PUT'));
    const parameters = replace('/requestParameters', 'method.request.querystring.optional=false');
    await update('wrong-path-request-parameters', parameters);
    await update('wrong-path-request-models', add('/requestModels/application/json', 'Empty'));
    await update('wrong-value-type', replace('/apiKeyRequired', 'whatever'));
    await update('wrong-auth-type', replace('/authorizationType', 'CUSTOM'));
    await update('skip-auth-id-with-wrong-type', replace('/authorizerId', 'abc123'));
    await update(
      'wrong-auth-id',
      replace('/authorizationType', 'CUSTOM'),
      replace('/authorizerId', 'abc123'),
    );
    await update('wrong-req-validator-id', replace('/requestValidatorId', 'fake-id'));
  },

  async test_update_method_response_wrong_operations(session) {
    const method = await newMock(session);
    const parameter = '/responseParameters/method.response.header.my-header';
    const model = '/responseModels/application~1json';
    await session.ask('PutMethodResponse', {
      ...{ ...method, statusCode: '200' },
      responseParameters: { 'method.response.header.my-header': false },
      responseModels: { 'application/json': 'Empty' },
    });
    const wrong = (path: string) => ({ op: 'wrong_op', path, value: 'true' });
    const update = (index: number, ...patchOperations: object[]) =>
      session.match(
        `update-method-response-wrong-operation-${index}`,
        ...(['UpdateMethodResponse', { ...method, statusCode: '200', patchOperations }] as const),
      );
    await update(1, wrong(parameter));
    await update(2, wrong(model));
    await update(3, wrong(parameter), wrong(model));
    await update(4, wrong(parameter), wrong(model), wrong(parameter), wrong(model));
    await update(5, wrong(parameter), { op: 'remove', path: model }, wrong(model));
  },
};

export const integrations: Scenarios = {
  async test_lifecycle_integration_response(session) {
    const method = await newMock(session);
    const at = { ...method, statusCode: '200' };
    const response = (text: string, selectionPattern: string) => ({
      ...{ ...at, selectionPattern },
      responseTemplates: { 'application/json': text },
    });
    const created = response('"created"', '');
    await session.match('put-integration-response', 'PutIntegrationResponse', created);
    await session.match('get-integration-response', 'GetIntegrationResponse', at);
    const patched = { ...at, patchOperations: [replace('/selectionPattern', 'updated-pattern')] };
    await session.match('update-integration-response', 'UpdateIntegrationResponse', patched);
    const again = response('overwrite', 'overwrite-pattern');
    await session.match('overwrite-integration-response', 'PutIntegrationResponse', again);
    await session.match('get-method', 'GetMethod', method);
    await session.match('delete-integration-response', 'DeleteIntegrationResponse', at);
  },

  async test_integration_response_wrong_resource(session) {
    const { restApiId } = await newApi(session);
    const at = { restApiId, resourceId: 'wrong-resource', httpMethod: 'GET', statusCode: '200' };
    const put = 'put-integration-response-wrong-resource';
    await session.match(put, 'PutIntegrationResponse', at);
    const get = 'get-integration-response-wrong-resource';
    await session.match(get, 'GetIntegrationResponse', at);
  },

  async test_integration_response_invalid_statuscode(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const at = { restApiId, resourceId, httpMethod: 'GET', statusCode: 'wrong' };
    const put = 'put-integration-response-invalid-statusCode';
    await session.match(put, 'PutIntegrationResponse', at);
    const get = 'get-integration-response-invalid-statusCode';
    await session.match(get, 'GetIntegrationResponse', at);
  },

  async test_integration_response_invalid_responsetemplates(session) {
    const at = { ...(await newMock(session)), statusCode: '200', selectionPattern: '' };
    const put = (name: string, responseTemplates: object) =>
      session.match(name, 'PutIntegrationResponse', { ...at, responseTemplates });
    const name = 'put-integration-response-invalid-responseTemplates';
    await put(`${name}-1`, { 'application/json': 123 });
    await put(`${name}-2`, { 123: '{"statusCode": 200}' });
  },

  async test_integration_response_invalid_integration(session) {
    const at = { ...(await newMethod(session)), statusCode: '200' };
    const name = 'get-integration-response-without-integration';
    await session.match(name, 'GetIntegrationResponse', at);
  },

  async test_delete_integration_response_errors(session) {
    const at = { ...(await newMock(session)), statusCode: '200' };
    const responseTemplates = { 'application/json': '"created"' };
    const put = { ...at, selectionPattern: '', responseTemplates };
    await session.match('put-integration-response', 'PutIntegrationResponse', put);
    const remove = (name: string, where: object) =>
      session.match(name, 'DeleteIntegrationResponse', { ...at, ...where });
    await remove('non-existent-resource', { resourceId: 'wrong' });
    await remove('non-existent-api-id', { restApiId: 'wrong' });
    await remove('non-existent-method', { httpMethod: 'POST' });
    await remove('non-existent-status-code', { statusCode: '201' });
    await remove('bad-method', { httpMethod: 'wrong' });
  },

  async test_get_integration_non_existent(session) {
    const method = await newMethod(session);
    const get = (name: string, where: object) =>
      session.match(name, 'GetIntegration', { ...method, ...where });
    await get('get-integration-no-api', { restApiId: 'wrong' });
    await get('get-integration-no-resource', { resourceId: 'wrong' });
    await get('get-integration-no-method', { httpMethod: 'POST' });
    await get('get-integration-no-integration', {});
  },

  async test_put_integration_request_parameter_bool_type(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const method = { restApiId, resourceId, httpMethod: 'GET' };
    const requestParameters = { 'method.request.path.testPath': true };
    await session.match('bool-method', 'PutMethod', { ...method, ...NONE, requestParameters });
    const wrong = { ...requestParameters, true: true };
    const post = { ...method, httpMethod: 'POST', ...NONE, requestParameters: wrong };
    await session.match('put-method-request-param-wrong-type', 'PutMethod', post);
    const put = (name: string, parameters: object) =>
      session.match(name, 'PutIntegration', {
        ...{ ...method, type: 'HTTP_PROXY', requestParameters: parameters },
      });
    await put('put-integration-request-param-wrong-type', { true: true });
    const named = { 'integration.request.path.testPath': true };
    await put('put-integration-request-param-bool-value', named);
  },

  async test_put_integration_responses(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const put = async (httpMethod: string, response: object) => {
      const verb = httpMethod.toLowerCase();
      const method = { restApiId, resourceId, httpMethod };
      const at = { ...method, statusCode: '200' };
      await session.match(`put-method-${verb}`, 'PutMethod', { ...method, ...NONE });
      await session.match(`put-method-response-${verb}`, 'PutMethodResponse', at);
      const target = { type: 'HTTP', uri: 'http://example.com', integrationHttpMethod: 'POST' };
      await session.match(`put-integration-${verb}`, 'PutIntegration', { ...method, ...target });
      const answer = { ...at, selectionPattern: '2\\d{2}', ...response };
      await session.match(`put-integration-response-${verb}`, 'PutIntegrationResponse', answer);
      await session.match(`get-integration-response-${verb}`, 'GetIntegrationResponse', at);
      return { method, at };
    };
    const { method, at } = await put('GET', { responseTemplates: {} });
    await session.match('get-method-get', 'GetMethod', method);
    await session.match('deploy', 'CreateDeployment', { restApiId, stageName: 'local' });
    await session.match('delete-integration-response-get', 'DeleteIntegrationResponse', at);
    await session.match('get-method-get-after-int-resp-delete', 'GetMethod', method);
    await put('PUT', { contentHandling: 'CONVERT_TO_BINARY' });
  },

  async test_put_integration_validation(session) {
    const method = await newMethod(session);
    const post = { integrationHttpMethod: 'POST' };
    const put = (name: string, integration: object) =>
      session.match(name, 'PutIntegration', { ...method, ...integration });
    const s3 = 'arn:aws:apigateway:us-east-1:s3:path/b/k';
    const credentials = 'arn:aws:iam::000000000000:role/service-role/testfunction-role-oe783psq';
    const uris = { HTTP: 'http://example.com', HTTP_PROXY: 'http://example.com', AWS: URI };
    for (const [type, uri] of Object.entries(uris)) {
      await put(`required-integration-method-${type}`, { type, uri });
    }
    await put('not-required-integration-method-MOCK', { type: 'MOCK', uri: 'http://example.com' });
    for (const type of ['HTTP', 'HTTP_PROXY']) {
      await put(`http-method-${type}`, { ...post, type, uri: 'http://example.com' });
      await put(`invalid-uri-${type}`, { ...post, type, uri: 'invalid_uri' });
    }
    await put('aws-integration-AWS', { ...post, type: 'AWS', uri: s3, credentials });
    await put('aws-integration-type-AWS', { ...post, type: 'AWS', uri: URI });
    await put('aws-integration-type-AWS_PROXY', { ...post, type: 'AWS_PROXY', uri: URI });
    await put('no-s3-support-AWS_PROXY', { ...post, type: 'AWS_PROXY', uri: s3, credentials });
    await put('invalid-uri-not-an-arn', { ...post, type: 'AWS_PROXY', uri: 'http://example.com' });
    const topic = 'arn:aws:apigateway:us-east-1:sns:subscribe';
    await put('invalid-uri-invalid-arn', { ...post, type: 'AWS', uri: topic });
  },

  async test_put_integration_aws_proxy_uri(session) {
    const method = await newMethod(session);
    const put = (name: string, uri: string) =>
      session.match(name, 'PutIntegration', {
        ...{ ...method, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri },
      });
    const name = 'arn:aws:lambda:us-east-1:000000000000:function:MyLambda';
    const gateway = 'arn:aws:apigateway:us-east-1';
    await put('put-integration-lambda-uri', name);
    await put('put-integration-wrong-arn', `lambda:path/2015-03-31/functions/${name}/invocations`);
    await put('put-integration-wrong-type', `${gateway}:lambda:test/functions/${name}/invocations`);
    await put('put-integration-wrong-firehose', `${gateway}:firehose:path/2015-03-31/functions/x`);
    await put('put-integration-bad-lambda-arn', `${gateway}:lambda:path/random/value`);
  },

  async test_error_aws_proxy_not_supported(session) {
    const method = await newMethod(session, 'POST');
    const uri = 'arn:aws:apigateway:us-east-1:dynamodb:action/Query';
    const input = { ...method, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri };
    await session.match('create-integration-error', 'PutIntegration', input);
  },

  async test_integration_mock_with_path_param(session) {
    const requestParameters = { 'method.request.path.testPath': true };
    const method = await newMethod(session, 'GET', { requestParameters });
    await session.match('integration', 'PutIntegration', {
      ...{ ...method, type: 'MOCK' },
      requestParameters: {
        'integration.request.path.integrationPath': 'method.request.path.testPath',
      },
      requestTemplates: { 'application/json': '{statusCode: 200}' },
    });
  },
};
