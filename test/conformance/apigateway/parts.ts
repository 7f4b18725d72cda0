/** What was asked of AWS about models, validators, authorizers, documentation, gateway responses and keys. */
import { newMock } from './methods.ts';
import type { Scenarios, Session } from './recording.ts';
import { newApi } from './rest-apis.ts';

const URI =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:auth/invocations';
const replace = (path: string, value?: string) => ({ op: 'replace', path, value });
const SAMPLE = '{ "description": "Sample API description" }';
const UPDATED = '{ "description": "Updated Sample API description" }';

async function newPart(session: Session) {
  const { restApiId } = await newApi(session);
  const part = { restApiId, location: { type: 'API' }, properties: SAMPLE };
  const { id: documentationPartId } = await session.ask('CreateDocumentationPart', part);
  return { restApiId, documentationPartId };
}

export const parts: Scenarios = {
  async test_authorizer_crud_no_api(session) {
    const restApiId = 'test-fake-rest-id';
    const identitySource = 'method.request.header.Authorization';
    const settings = { name: 'fake', type: 'TOKEN', authorizerUri: URI, identitySource };
    const create = 'wrong-rest-api-id-create-authorizer';
    await session.match(create, 'CreateAuthorizer', { restApiId, ...settings });
    await session.match('wrong-rest-api-id-get-authorizers', 'GetAuthorizers', { restApiId });
  },

  async test_model_validation(session) {
    const { restApiId } = await newApi(session);
    const wrong = { restApiId: 'abcde0' };
    const schema = JSON.stringify({ title: 'MySchema', type: 'object' });
    const model = { restApiId, name: 'MySchema', contentType: 'application/json', description: '' };
    const create = (name: string, input: object) =>
      session.match(name, 'CreateModel', { ...model, ...input });
    await create('create-model-wrong-id', { ...wrong, schema });
    await session.match('get-models-wrong-id', 'GetModels', wrong);
    const named = { ...wrong, modelName: 'MySchema' };
    await session.match('get-model-wrong-id', 'GetModel', named);
    await session.match('del-model-wrong-id', 'DeleteModel', named);
    await session.ask('CreateModel', { ...model, schema });
    await create('create-model-already-exists', { schema });
    await create('create-model-empty-name', { name: '', schema });
    await create('create-model-empty-schema', { name: 'MyEmptySchema', schema: '' });
    await create('create-model-no-schema-json', { name: 'MyEmptySchema' });
    const xml = { name: 'MyEmptySchemaXml', contentType: 'application/xml' };
    await create('create-model-no-schema-xml', xml);
  },

  async test_validators_crud_no_api(session) {
    const restApiId = 'test-fake-rest-id';
    const input = { restApiId, name: 'test-validator', validateRequestBody: true };
    await session.match('wrong-rest-api-id-create-validator', 'CreateRequestValidator', input);
    await session.match('wrong-rest-api-id-get-validators', 'GetRequestValidators', { restApiId });
  },

  async test_request_validator_lifecycle(session) {
    const api = { name: 'an api', description: 'my api' };
    const { id: restApiId } = await session.match('create-rest-api', 'CreateRestApi', api);
    const given = { restApiId, name: 'test-validator' };
    const { id: requestValidatorId } = await session.match(
      ...(['create-request-validator', 'CreateRequestValidator', given] as const),
    );
    const named = { restApiId, requestValidatorId };
    const get = (name: string) => session.match(name, 'GetRequestValidator', named);
    const list = (name: string) => session.match(name, 'GetRequestValidators', { restApiId });
    const update = (name: string, value?: string) =>
      session.match(name, 'UpdateRequestValidator', {
        ...{ ...named, patchOperations: [replace('/validateRequestBody', value)] },
      });
    await get('get-request-validator');
    await list('get-request-validators');
    await update('update-request-validator-with-value', 'true');
    await update('update-request-validator-without-value');
    await get('get-request-validators-after-update-operation');
    await session.match('delete-request-validator', 'DeleteRequestValidator', named);
    await get('get-deleted-request-validator');
    await list('get-request-validators-after-delete');
  },

  async test_invalid_get_request_validators(session) {
    const input = { restApiId: 'api_id' };
    await session.match('get-invalid-request-validators', 'GetRequestValidators', input);
  },

  async test_invalid_update_request_validator_operations(session) {
    const api = { name: 'an api', description: 'my api' };
    const { id: restApiId } = await session.match('create-rest-api', 'CreateRestApi', api);
    const given = { restApiId, name: 'test-validator' };
    const { id: requestValidatorId } = await session.match(
      ...(['create-request-validator', 'CreateRequestValidator', given] as const),
    );
    const update = (name: string, operation: object) =>
      session.match(`update-request-validator-${name}`, 'UpdateRequestValidator', {
        ...{ restApiId, requestValidatorId, patchOperations: [operation] },
      });
    const path = '/validateRequestBody';
    await update('invalid-add-operation', { op: 'add', path, value: 'true' });
    await update('invalid-remove-operation', { op: 'remove', path, value: 'true' });
    await update('invalid-path', replace('/invalidPath', 'true'));
    await update('empty-name-value', replace('/name'));
  },

  async test_documentation_part_lifecycle(session) {
    const { restApiId } = await newApi(session);
    const input = { restApiId, location: { type: 'API' }, properties: SAMPLE };
    const { id: documentationPartId } = await session.match(
      ...(['create-documentation-part', 'CreateDocumentationPart', input] as const),
    );
    const named = { restApiId, documentationPartId };
    await session.match('get-documentation-part', 'GetDocumentationPart', named);
    await session.match('get-documentation-parts', 'GetDocumentationParts', { restApiId });
    const patched = { ...named, patchOperations: [replace('/properties', UPDATED)] };
    await session.match('update-documentation-part', 'UpdateDocumentationPart', patched);
    await session.match('get-documentation-part-after-update', 'GetDocumentationPart', named);
    await session.match('delete_documentation_part', 'DeleteDocumentationPart', named);
  },

  async test_invalid_get_documentation_part(session) {
    const named = await newPart(session);
    const get = (name: string, where: object) =>
      session.match(name, 'GetDocumentationPart', { ...named, ...where });
    await get('get-documentation-part-invalid-api-id', { restApiId: 'api_id' });
    const wrong = { documentationPartId: 'documentation_part_id' };
    await get('get-documentation-part-invalid-doc-id', wrong);
  },

  async test_invalid_update_documentation_part(session) {
    const named = await newPart(session);
    const update = (name: string, operation: object, where: object = {}) =>
      session.match(`update-documentation-part-${name}`, 'UpdateDocumentationPart', {
        ...{ ...named, ...where, patchOperations: [operation] },
      });
    const path = '/properties';
    await update('invalid-api-id', replace(path, UPDATED), { restApiId: 'api_id' });
    await update('invalid-add-operation', { op: 'add', path, value: UPDATED });
    await update('invalid-path', replace('/invalidPath', UPDATED));
  },

  async test_invalid_create_documentation_part_operations(session) {
    const { restApiId } = await newApi(session);
    const create = (name: string, input: object) =>
      session.match(`create_documentation_part_${name}`, 'CreateDocumentationPart', {
        ...{ restApiId, location: { type: 'API' }, properties: SAMPLE, ...input },
      });
    await create('invalid_api_id', { restApiId: 'api_id' });
    await create('invalid_location_type', { location: { type: 'INVALID' } });
  },

  async test_documentation_parts_and_versions(session) {
    const { restApiId } = await newApi(session);
    const part = { restApiId, location: { type: 'API' }, properties: '{"foo": "bar"}' };
    await session.match('create-part-response', 'CreateDocumentationPart', part);
    await session.match('get-parts-response', 'GetDocumentationParts', { restApiId });
    const version = { restApiId, documentationVersion: 'v123' };
    await session.match('create-version-response', 'CreateDocumentationVersion', version);
    const patched = { ...version, patchOperations: [replace('/description', 'doc version new')] };
    await session.match('update-version-response', 'UpdateDocumentationVersion', patched);
    await session.match('get-version-response', 'GetDocumentationVersion', version);
  },

  async test_get_vpc_link_invalid_id(session) {
    await session.match('get_vpc_link_invalid_id', 'GetVpcLink', { vpcLinkId: 'invalid' });
  },

  async test_delete_vpc_link_invalid_id(session) {
    await session.match('delete_vpc_link_invalid_id', 'DeleteVpcLink', { vpcLinkId: 'invalid' });
  },

  async test_apigateway_with_custom_authorization_method(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const identitySource = 'method.request.header.Auth';
    const { id: authorizerId } = await session.match('authorizer', 'CreateAuthorizer', {
      ...{ restApiId, name: 'lambda_authorizer', type: 'TOKEN', authorizerUri: URI },
      identitySource,
    });
    await session.match('put-method-response', 'PutMethod', {
      ...{ restApiId, resourceId, httpMethod: 'GET', authorizationType: 'CUSTOM' },
      ...{ authorizerId, apiKeyRequired: true },
    });
  },
};

const TEMPLATE =
  '{\n     "message": $context.error.messageString,\n     "type":  "$context.error.responseType",\n     "stage":  "$context.stage",\n     "resourcePath":  "$context.resourcePath",\n     "stageVariables.a":  "$stageVariables.a",\n     "statusCode": "\'404\'"\n}';
const ACCEPT = { 'gatewayresponse.header.x-request-header': 'method.request.header.Accept' };
const PARAMETERS = {
  ...ACCEPT,
  'gatewayresponse.header.x-request-path': 'method.request.path.petId',
  'gatewayresponse.header.Access-Control-Allow-Origin': "'a.b.c'",
  'gatewayresponse.header.x-request-query': 'method.request.querystring.q',
};
const TEMPLATES = { responseTemplates: { 'application/json': TEMPLATE } };
const ORIGIN = '/responseParameters/gatewayresponse.header.Access-Control-Allow-Origin';

async function gatewayResponses(session: Session) {
  const { restApiId } = await newApi(session);
  const ask =
    (operation: string) =>
    (name: string, responseType: string, input: object = {}) =>
      session.match(name, `${operation}GatewayResponse`, { restApiId, responseType, ...input });
  const list = (name: string) => session.match(name, 'GetGatewayResponses', { restApiId });
  const [put, get, remove, update] = ['Put', 'Get', 'Delete', 'Update'].map(ask);
  if (!put || !get || !remove || !update) throw new Error('unreachable');
  return { put, get, remove, update, list };
}

export const responses: Scenarios = {
  async test_gateway_response_crud(session) {
    const { put, get, remove, list } = await gatewayResponses(session);
    const type = 'MISSING_AUTHENTICATION_TOKEN';
    await get('get-gateway-response-default', type);
    const all = { statusCode: '404', responseParameters: PARAMETERS, ...TEMPLATES };
    await put('put-gateway-response', type, all);
    await list('get-gateway-responses');
    await get('get-gateway-response', type);
    await remove('delete-gateway-response', type);
    await get('get-deleted-gw-response', type);
  },

  async test_gateway_response_put(session) {
    const { put, list } = await gatewayResponses(session);
    const type = 'MISSING_AUTHENTICATION_TOKEN';
    const statusCode = '404';
    const all = { statusCode, responseParameters: PARAMETERS, ...TEMPLATES };
    const accept = { responseParameters: ACCEPT };
    await put('put-gateway-response-all-value', type, all);
    await put('put-gateway-response-status-only', type, { statusCode });
    await put('put-gateway-response-response-parameters-only', type, accept);
    await put('put-gateway-response-response-templates-only', type, TEMPLATES);
    const byDefault = { statusCode: '599', ...accept, ...TEMPLATES };
    await put('put-gateway-response-default-5xx', 'DEFAULT_5XX', byDefault);
    const responseParameters = { 'gatewayresponse.header.foo': "'bar'" };
    const ignored = 'put-gateway-response-default-ignored';
    await put(ignored, 'AUTHORIZER_FAILURE', { responseParameters });
    await list('get-gateway-responses');
  },

  async test_gateway_response_validation(session) {
    const { put, get, remove, update } = await gatewayResponses(session);
    const wrong = { restApiId: 'fake-api-id' };
    await session.match('get-gateway-responses-no-api', 'GetGatewayResponses', wrong);
    await get('get-gateway-response-no-api', 'DEFAULT_4XX', wrong);
    await remove('delete-gateway-response-no-api', 'DEFAULT_4XX', wrong);
    await update('update-gateway-response-no-api', 'DEFAULT_4XX', wrong);
    await remove('delete-gateway-response-not-set', 'DEFAULT_4XX');
    const fake = 'FAKE_RESPONSE_TYPE';
    await get('get-gateway-response-wrong-response-type', fake);
    await remove('delete-gateway-response-wrong-response-type', fake);
    await update('update-gateway-response-wrong-response-type', fake);
    await put('put-gateway-response-wrong-response-type', fake, { statusCode: '404' });
  },

  async test_update_gateway_response(session) {
    const { put, get, update } = await gatewayResponses(session);
    const type = 'DEFAULT_4XX';
    const change = (name: string, operations: object[], responseType = type) =>
      update(name, responseType, { patchOperations: operations });
    const status = '/statusCode';
    const value = "'example.com'";
    await change('update-gateway-response-not-set', [replace(status, '444')]);
    await get('default-get-gateway-response', type);
    const template = { 'application/json': '{"message":$context.error.messageString}' };
    const responseTemplates = { 'application/json': JSON.stringify(template) };
    const all = { statusCode: '404', responseParameters: PARAMETERS, responseTemplates };
    await put('put-gateway-response', type, all);
    const xml =
      '<gatewayResponse><message>$context.error.messageString</message><type>$context.error.responseType</type></gatewayResponse>';
    await change('update-gateway-response', [
      replace(status, '444'),
      replace(ORIGIN, value),
      { op: 'add', path: '/responseTemplates/application~1xml', value: xml },
    ]);
    await get('get-gateway-response', type);
    await change('update-gateway-add-status-code', [{ op: 'add', path: status, value: '444' }]);
    await change('update-gateway-remove-status-code', [{ op: 'remove', path: status }]);
    const invalid = 'update-gateway-replace-invalid-parameter';
    await change(invalid, [replace(ORIGIN, value)], 'DEFAULT_5XX');
    await change('update-gateway-no-path', [{ op: 'add', value }]);
    await change('update-gateway-wrong-op', [{ op: 'wrong-op', path: status, value }]);
    await change('update-gateway-wrong-path', [{ op: 'add', path: '/wrongPath', value }]);
    await change(`${invalid}-0-none`, [replace('/responseTemplates/application~1xml')]);
    await change(`${invalid}-1-none`, [replace(ORIGIN)]);
  },
};

export const keys: Scenarios = {
  async test_create_api_key_with_invalid_name(session) {
    const create = (name: string, input: object) =>
      session.match(`create-api-key-${name}`, 'CreateApiKey', input);
    await create('name-too-long', { name: 'a'.repeat(1025) });
    await create('empty-name', { name: '' });
    await create('no-name', {});
  },

  async test_create_api_key_with_invalid_value(session) {
    const create = (name: string, value: string) =>
      session.match(`create-api-key-${name}`, 'CreateApiKey', { value });
    await create('short-value', 'short');
    await create('invalid-value-too-long', 'a'.repeat(129));
    await create('empty-value', '');
  },

  async test_update_api_key_invalid_description_length(session) {
    const description = 'a'.repeat(125_001);
    await session.match('create-api-key-description-too-long', 'CreateApiKey', { description });
    const { id: apiKey } = await session.ask('CreateApiKey', { description: 'short' });
    const input = { apiKey, patchOperations: [replace('/description', description)] };
    await session.match('update-api-key-description-too-long', 'UpdateApiKey', input);
  },

  async test_update_api_key_invalid_enabled_type(session) {
    const { id: apiKey } = await session.ask('CreateApiKey');
    const input = { apiKey, patchOperations: [replace('/enabled', 'not-a-flag')] };
    await session.match('update-api-key-invalid-enabled-type', 'UpdateApiKey', input);
  },

  async test_create_usage_plan_with_throttle(session) {
    const throttle = { burstLimit: 20, rateLimit: 10 };
    const input = { name: 'a plan', throttle };
    await session.match('create-usage-plan-burst-gt-rate', 'CreateUsagePlan', input);
  },

  async test_api_key_required_for_methods(session) {
    const { restApiId } = await newMock(session);
    await session.ask('CreateDeployment', { restApiId, stageName: 'dev' });
    const { id: usagePlanId } = await session.match('create-usage-plan', 'CreateUsagePlan', {
      ...{ name: 'a plan', description: 'Test Usage Plan for API key' },
      quota: { limit: 10, period: 'DAY', offset: 0 },
      throttle: { rateLimit: 2, burstLimit: 1 },
      apiStages: [{ apiId: restApiId, stage: 'dev' }],
      tags: { tag_key: 'tag_value' },
    });
    const given = { name: 'a key', enabled: true };
    const { id: keyId } = await session.match('create-api-key', 'CreateApiKey', given);
    const key = { usagePlanId, keyId, keyType: 'API_KEY' };
    await session.match('create-usage-plan-key', 'CreateUsagePlanKey', key);
    const patched = { apiKey: keyId, patchOperations: [replace('/enabled', 'false')] };
    await session.match('update-api-key-disabled', 'UpdateApiKey', patched);
  },
};
