/** What was asked of AWS about APIs and their resources. */
import type { Scenarios, Session } from './recording.ts';

export async function newApi(session: Session, settings: object = {}) {
  const api = await session.ask('CreateRestApi', { name: 'an api', ...settings });
  return { restApiId: api.id as string, rootId: api.rootResourceId as string };
}

const patch = (...patchOperations: object[]) => ({ patchOperations });
const replace = (path: string, value?: string) => ({ op: 'replace', path, value });

export const restApis: Scenarios = {
  async test_list_and_delete_apis(session) {
    const create = (index: string, name: string) =>
      session.match(`create-rest-api-${index}`, 'CreateRestApi', {
        ...{ name, description: `this is my api${index === '2' ? index : ''}` },
      });
    const { id: restApiId } = await create('1', 'one');
    await create('2', 'two');
    await session.match('get-rest-api-before-delete', 'GetRestApis');
    await session.match('delete-rest-api', 'DeleteRestApi', { restApiId });
    await session.match('get-rest-api-after-delete', 'GetRestApis');
  },

  async test_create_rest_api_with_tags(session) {
    const tags = { MY_TAG1: 'MY_VALUE1' };
    const given = { name: 'an api', description: 'this is my api', tags };
    const { id: restApiId } = await session.match('create-rest-api-w-tags', 'CreateRestApi', given);
    await session.match('get-rest-api-w-tags', 'GetRestApi', { restApiId });
    await session.match('get-rest-apis-w-tags', 'GetRestApis');
  },

  async test_create_rest_api_with_binary_media_types(session) {
    const given = { name: 'an api', binaryMediaTypes: ['image/png'] };
    await session.match('create-with-binary-media', 'CreateRestApi', given);
  },

  async test_update_rest_api_compression(session) {
    const { restApiId } = await newApi(session, { description: 'this is my api' });
    const set = (name: string, operation: object) =>
      session.match(name, 'UpdateRestApi', { restApiId, ...patch(operation) });
    const size = '/minimumCompressionSize';
    await set('enable-compression', replace(size, '10'));
    await set('disable-compression', replace(size, ''));
    await set('set-compression-zero', replace(size, '0'));
    await set('set-negative-compression', replace(size, '-1'));
    await set('set-string-compression', replace(size, 'test'));
    await set('unsupported-operation', { op: 'add', path: size, value: '10' });
  },

  async test_update_rest_api_invalid_api_id(session) {
    const operations = patch(replace('/apiKeySource', 'AUTHORIZER'));
    const input = { restApiId: 'api_id', ...operations };
    await session.match('not-found-update-rest-api', 'UpdateRestApi', input);
  },

  async test_create_rest_api_with_endpoint_configuration(session) {
    const create = (name: string, endpointConfiguration: object, more: object = {}) =>
      session.match(name, 'CreateRestApi', { name: 'an api', endpointConfiguration, ...more });
    const wrong = { ipAddressType: 'wrong' };
    const wrongTypes = { types: ['wrong'] };
    await create('create-with-empty-types', { types: [] });
    await create('create-with-invalid-ip-address-type', wrong);
    await create('create-with-invalid-types', wrongTypes);
    await create('create-with-invalid-ip-address-type-and-types', { ...wrong, ...wrongTypes });
    await create('create-with-invalid-types-and-ip-address-type', { ...wrongTypes, ...wrong });
    await create('create-with-multiple-errors-1', { ...wrong, ...wrongTypes }, { description: '' });
    await create('create-with-multiple-errors-2', { types: [] }, { description: '' });
    await create('create-with-two-types', { types: ['EDGE', 'REGIONAL'] });
    await create('create-with-endpoint-config-dualstack', { ipAddressType: 'dualstack' });
    await create('create-with-endpoint-config-regional', { types: ['REGIONAL'] });
  },

  async test_create_rest_api_verify_defaults(session) {
    const create = (name: string, endpointConfiguration: object) =>
      session.match(name, 'CreateRestApi', { name: `${name}-api`, endpointConfiguration });
    await create('create-with-edge-default', { types: ['EDGE'] });
    await create('create-with-regional-default', { types: ['REGIONAL'] });
    await create('create-with-private-default', { types: ['PRIVATE'] });
    await create('create-with-empty-default', {});
    await create('create-with-empty-ip-address-type-and-wrong-type', { types: ['wrong'] });
  },

  async test_update_rest_api_ip_address_type(session) {
    const { restApiId } = await newApi(session);
    const update = (name: string, ...operations: object[]) =>
      session.match(name, 'UpdateRestApi', { restApiId, patchOperations: operations });
    const family = '/endpointConfiguration/ipAddressType';
    const type = '/endpointConfiguration/types/EDGE';
    const toPrivate = replace(type, 'PRIVATE');
    await update('update-rest-api-replace-type', toPrivate);
    await update('update-rest-api-replace-to-ipv4-within-private-type', replace(family, 'ipv4'));
    await update('update-rest-api-wrong-ipAddressType', replace(family, 'wrong'));
    await update(
      'update-rest-api-wrong-type',
      replace('/endpointConfiguration/types/PRIVATE', 'wrong'),
    );
    const added = { op: 'add', path: family, value: 'dualstack' };
    await update('update-rest-api-invalid-operation-on-ipAddressType', added);
    const tested = { op: 'test', path: type, value: 'PRIVATE' };
    await update('update-rest-api-invalid-operation-on-type', tested);
    await update('update-rest-api-replace-ip-address-type', replace(family, 'dualstack'));
  },

  async test_resource_lifecycle(session) {
    const { restApiId, rootId } = await newApi(session);
    const list = (name: string) => session.match(name, 'GetResources', { restApiId });
    const create = (name: string, parentId: string, pathPart: string) =>
      session.match(name, 'CreateResource', { restApiId, parentId, pathPart });
    await list('rest-api-root-resource');
    const { id: resourceId } = await create('create-resource', rootId, 'pets');
    await list('rest-api-resources-after-create');
    await create('create-subresource', resourceId, 'subpets');
    await list('rest-api-resources-after-create-sub');
    const renamed = { restApiId, resourceId, ...patch(replace('/pathPart', 'dogs')) };
    await session.match('update-path-part', 'UpdateResource', renamed);
    const resource = { restApiId, resourceId };
    await session.match('get-resp-after-update-path-part', 'GetResource', resource);
    await session.match('del-resource', 'DeleteResource', resource);
    await list('rest-api-resources-after-delete');
  },

  async test_update_resource_behaviour(session) {
    const { restApiId, rootId } = await newApi(session);
    const create = (parentId: string, pathPart: string) => ({ restApiId, parentId, pathPart });
    const { id: pets } = await session.ask('CreateResource', create(rootId, 'pets'));
    const update = (name: string, resourceId: string, operation: object) =>
      session.match(name, 'UpdateResource', { restApiId, resourceId, ...patch(operation) });
    await update('nonexistent-resource', 'fake-resource', replace('/pathPart', 'dogs'));
    await update('invalid-path-part', pets, replace('/invalid', 'dogs'));
    await update('invalid-parent-id', pets, replace('/parentId', 'fake-parent-id'));
    const sub = await session.match(
      'create-subresource',
      'CreateResource',
      create(pets, 'subpets'),
    );
    const childOf = create(sub.id, 'pets');
    const child = await session.match('create-subresource-child', 'CreateResource', childOf);
    await update('existing-future-sibling-path', child.id, replace('/parentId', rootId));
    await session.ask('DeleteResource', { restApiId, resourceId: child.id });
    await update('update-parent-id-to-subresource-id', pets, replace('/parentId', sub.id));
    await update('update-parent-id-to-root-id', sub.id, replace('/parentId', rootId));
    await update('update-path-already-exists', sub.id, replace('/pathPart', 'pets'));
    await session.ask('DeleteResource', { restApiId, resourceId: pets });
    await session.match('resources-after-deletion', 'GetResources', { restApiId });
    await update('remove-unsupported', sub.id, { op: 'remove', path: '/pathPart' });
    await update('add-unsupported', sub.id, { op: 'add', path: '/pathPart', value: 'added-pets' });
  },

  async test_update_resource_on_root(session) {
    const { restApiId, rootId: resourceId } = await newApi(session);
    const update = (name: string, operation: object) =>
      session.match(name, 'UpdateResource', { restApiId, resourceId, ...patch(operation) });
    await update('update-root-path-part', replace('/pathPart', 'dogs'));
    await update('update-root-parent', replace('/parentId', resourceId));
  },

  async test_delete_resource(session) {
    const { restApiId, rootId } = await newApi(session);
    const create = (parentId: string, pathPart: string) =>
      session.ask('CreateResource', { restApiId, parentId, pathPart });
    const { id: resourceId } = await create(rootId, 'pets');
    const { id: below } = await create(resourceId, 'subpets');
    await session.match('delete-resource', 'DeleteResource', { restApiId, resourceId });
    await session.match('get-resources', 'GetResources', { restApiId });
    const gone = { restApiId, resourceId: below };
    await session.match('delete-subresource', 'DeleteResource', gone);
  },

  async test_create_resource_parent_invalid(session) {
    const { restApiId } = await newApi(session);
    const input = { restApiId, parentId: 'fake-resource-id', pathPart: 'subpets' };
    await session.match('wrong-resource-parent-id', 'CreateResource', input);
  },

  async test_create_execute_api_vpc_endpoint(session) {
    const { restApiId } = await newApi(session, {
      endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: ['vpce-0123456789abcdef0'] },
    });
    const statement = {
      ...{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke' },
      Resource: `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/*`,
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await session.ask('UpdateRestApi', { restApiId, ...patch(replace('/policy', policy)) });
    await session.match('api-details', 'GetRestApi', { restApiId });
  },
};
