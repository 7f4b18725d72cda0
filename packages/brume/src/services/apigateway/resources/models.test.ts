import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  Authorizer,
  Model,
  Resources,
  RestApi,
  Template,
} from '../../../model/generated/apigateway.types.ts';
import { FUNCTION_URI, mockedApi, refusal, restGateway } from '../rest-fixture.ts';

const urlOf = (restApiId: string | undefined, name: string) =>
  `https://apigateway.amazonaws.com/restapis/${restApiId}/models/${name}`;

async function withModels() {
  const gateway = await restGateway();
  const mocked = await mockedApi(gateway);
  const { restApiId } = mocked;
  const create = (name: string, schema: object) => {
    const model = { restApiId, name, contentType: 'application/json' };
    return gateway.call('CreateModel', { ...model, schema: JSON.stringify(schema) });
  };
  const price = { type: 'number' };
  const next = { $ref: urlOf(restApiId, 'Order') };
  await create('Line', { type: 'object', properties: { price, count: { type: 'integer' } } });
  await create('Order', {
    type: 'object',
    properties: {
      paid: { type: 'boolean' },
      lines: { type: 'array', items: { $ref: urlOf(restApiId, 'Line') } },
      next,
    },
  });
  return { gateway, ...mocked };
}

test('a flattened model brings the models that it refers to', async () => {
  const { gateway, restApiId } = await withModels();
  const get = async (modelName: string) => {
    const input = { restApiId, modelName, flatten: true };
    const { schema = '' } = await gateway.call<Model>('GetModel', input);
    return JSON.parse(schema) as { definitions?: Record<string, unknown>; properties: object };
  };
  const order = await get('Order');
  assert.deepEqual(Object.keys(order.definitions ?? {}).sort(), ['Line', 'Order']);
  assert.deepEqual(order.properties, {
    paid: { type: 'boolean' },
    lines: { type: 'array', items: { $ref: '#/definitions/Line' } },
    next: { $ref: '#/definitions/Order' },
  });
  assert.equal((await get('Line')).definitions, undefined);
});

test('a template is made of a model, however deep it goes', async () => {
  const { gateway, restApiId } = await withModels();
  const get = (modelName: string) =>
    gateway.call<Template>('GetModelTemplate', { restApiId, modelName });
  assert.equal(
    (await get('Line')).value,
    `#set($inputRoot = $input.path('$'))\n{\n  "price" : 42,\n  "count" : 42\n}`,
  );
  const { value = '' } = await get('Order');
  assert.match(value, /#foreach\(\$elem in \$inputRoot\)/);
  assert.match(value, /"paid" : true/);
  await assert.rejects(get('None'), refusal('NotFoundException', /None/));
});

test('an API can begin as a copy of another, which it then has nothing to do with', async () => {
  const { gateway, restApiId, resourceId } = await withModels();
  const { call } = gateway;
  const { id: authorizerId } = await call<Authorizer>('CreateAuthorizer', {
    ...{ restApiId, name: 'door', type: 'TOKEN', authorizerUri: FUNCTION_URI },
    identitySource: 'method.request.header.Authorization',
  });
  const post = { restApiId, resourceId, httpMethod: 'POST' };
  await call('PutMethod', { ...post, authorizationType: 'CUSTOM', authorizerId });
  const copy = await call<RestApi>('CreateRestApi', { name: 'copy', cloneFrom: restApiId });
  const cloned = { restApiId: copy.id, embed: ['methods'] };
  const { items: [root] = [] } = await call<Resources>('GetResources', cloned);
  assert.equal(root?.id, copy.rootResourceId);
  assert.notEqual(root?.id, resourceId);
  const { GET, POST } = root?.resourceMethods ?? {};
  assert.equal(GET?.methodIntegration?.cacheNamespace, root?.id);
  assert(POST?.authorizerId);
  assert.notEqual(POST.authorizerId, authorizerId);
  const named = { restApiId: copy.id, authorizerId: POST.authorizerId };
  assert.equal((await call<Authorizer>('GetAuthorizer', named)).name, 'door');
  const order = { restApiId: copy.id, modelName: 'Order' };
  const { schema } = await call<Model>('GetModel', order);
  assert(schema?.includes(urlOf(copy.id, 'Line')));
  await assert.rejects(
    call('CreateRestApi', { name: 'copy', cloneFrom: 'nothing' }),
    refusal('NotFoundException', /Invalid API identifier/),
  );
});
