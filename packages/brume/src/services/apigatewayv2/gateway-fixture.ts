/** A gateway on a store in memory, for the tests of this folder. */
import assert from 'node:assert/strict';
import { nodeEnvironment } from '../../environment/node.ts';
import type { Api, Integration } from '../../model/generated/apigatewayv2.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { DomainNamesPort } from '../apigateway/port.ts';
import { restGateway } from '../apigateway/rest-fixture.ts';
import type { RequestContext } from '../service.ts';
import type { PublishedStage, StageFeed } from './port.ts';
import { createApiGatewayV2 } from './service.ts';

const log: Logger = { log: (_level, message) => assert.fail(message) };
export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:notes';
export const INVOCATION = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

export const context: RequestContext = {
  accountId: '000000000000',
  region: 'us-east-1',
  requestId: 'request',
  caller: { accessKeyId: 'test', principalArn: 'arn:aws:iam::000000000000:root', userId: 'root' },
  baseUrl: 'http://127.0.0.1:4566',
};

export async function gateway(
  store: OrderedStore = createMemoryStore(),
  domainNames: () => Promise<DomainNamesPort> = async () =>
    (await restGateway({ store })).domainNames,
) {
  const { service, stages, webSockets } = await createApiGatewayV2({
    store,
    environment: nodeEnvironment(),
    log,
    domainNames,
  });
  const call = async <Output = Record<string, never>>(name: string, input: object, as = context) =>
    (await service.execute(name, input, as)) as Output;
  return { call, stages, webSockets, published: follow(stages), store };
}

/** The stages that the data plane would serve, by `{api}/{stage}`. */
function follow(stages: StageFeed): Map<string, PublishedStage> {
  const published = new Map<string, PublishedStage>();
  stages.subscribe({
    published: (stage) => void published.set(`${stage.apiId}/${stage.stageName}`, stage),
    withdrawn: (apiId, stageName) => void published.delete(`${apiId}/${stageName}`),
  });
  return published;
}

export type Gateway = Awaited<ReturnType<typeof gateway>>;

export async function apiWith(
  { call }: Gateway,
  settings: object = {},
): Promise<{ apiId: string; integrationId: string }> {
  const api = await call<Api>('CreateApi', { Name: 'notes', ProtocolType: 'HTTP', ...settings });
  const apiId = api.ApiId ?? '';
  const { IntegrationId = '' } = await call<Integration>('CreateIntegration', {
    ApiId: apiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: FUNCTION,
    PayloadFormatVersion: '2.0',
  });
  return { apiId, integrationId: IntegrationId };
}

export function refusal(name: string, message: string | RegExp) {
  return { name, message };
}
