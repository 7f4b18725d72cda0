/** REST APIs on a store in memory, for the tests of this folder. */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../environment/node.ts';
import type { RestApi } from '../../model/generated/apigateway.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { RequestContext } from '../service.ts';
import { createApiGateway } from './service.ts';
import type { StateOptions } from './state.ts';

const log: Logger = { log: (_level, message) => assert.fail(message) };

export const context: RequestContext = {
  accountId: '000000000000',
  region: 'us-east-1',
  requestId: 'request',
  caller: { accessKeyId: 'test', principalArn: 'arn:aws:iam::000000000000:root', userId: 'root' },
  baseUrl: 'http://127.0.0.1:4566',
};

export async function restGateway(given: Partial<StateOptions> = {}) {
  const environment = nodeEnvironment();
  const { store = createMemoryStore() } = given;
  const makeClientCertificate = () => ({ certificate: 'certificate', privateKey: 'key' });
  const options = { environment, log, makeClientCertificate, ...given, store };
  const { service, ...gateway } = await createApiGateway(options);
  const call = async <Output = Record<string, never>>(name: string, input: object, as = context) =>
    (await service.execute(name, input, as)) as Output;
  return { ...gateway, call, store };
}

export type RestGateway = Awaited<ReturnType<typeof restGateway>>;

/** An API with one method that has a mock for its integration. */
export async function mockedApi({ call }: RestGateway, settings: object = {}) {
  const api = await call<RestApi>('CreateRestApi', { name: 'notes', ...settings });
  const { id: restApiId = '', rootResourceId: resourceId = '' } = api;
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await call('PutMethod', { ...method, authorizationType: 'NONE' });
  await call('PutIntegration', { ...method, type: 'MOCK' });
  return { restApiId, resourceId, method };
}

export function refusal(name: string, message: string | RegExp) {
  return { name, message };
}

export const FUNCTION_URI =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:auth/invocations';
