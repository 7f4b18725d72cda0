import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiKey, Deployment, UsagePlan } from '../../model/generated/apigateway.types.ts';
import type {
  PublishedRestDomain,
  PublishedRestStage,
  PublishedUsagePlan,
  RestApiFeed,
} from './port.ts';
import { mockedApi, restGateway } from './rest-fixture.ts';
import { PERIODS } from './usage-period.ts';

function follow(feed: RestApiFeed) {
  const stages = new Map<string, PublishedRestStage>();
  const told = {
    stages,
    times: 0,
    plans: [] as readonly PublishedUsagePlan[],
    domains: [] as readonly PublishedRestDomain[],
  };
  feed.subscribe({
    published(stage) {
      told.times += 1;
      stages.set(`${stage.apiId}/${stage.stage.stageName}`, stage);
    },
    withdrawn: (apiId, stageName) => void stages.delete(`${apiId}/${stageName}`),
    plansChanged: (_account, _region, plans) => void (told.plans = plans),
    domainsChanged: (domains) => void (told.domains = domains),
  });
  return told;
}

test('a stage is told with what its deployments froze, and its canary', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const told = follow(gateway.feed);
  const { restApiId, method } = await mockedApi(gateway);
  assert.equal(told.stages.size, 0);
  const { id: first } = await call<Deployment>('CreateDeployment', {
    ...{ restApiId, stageName: 'live' },
  });
  const name = `${restApiId}/live`;
  assert.equal(told.stages.get(name)?.deployment.deploymentId, first);
  await call('PutMethod', { ...method, httpMethod: 'POST', authorizationType: 'NONE' });
  await call('PutIntegration', { ...method, httpMethod: 'POST', type: 'MOCK' });
  const verbs = () =>
    told.stages
      .get(name)
      ?.deployment.configuration.resources.flatMap(({ methods }) =>
        methods.map(({ httpMethod }) => httpMethod),
      );
  assert.deepEqual(verbs(), ['GET']);
  const { id: second } = await call<Deployment>('CreateDeployment', {
    ...{ restApiId, stageName: 'live', canarySettings: { percentTraffic: 50 } },
  });
  assert.equal(told.stages.get(name)?.canary?.deploymentId, second);
  const before = told.times;
  await call('FlushStageCache', { restApiId, stageName: 'live' });
  assert.equal(told.times, before + 1);
  await assert.rejects(call('FlushStageCache', { restApiId, stageName: 'other' }), {
    name: 'NotFoundException',
  });
  await call('DeleteStage', { restApiId, stageName: 'live' });
  assert.equal(told.stages.size, 0);
});

test('plans are told with the keys that are enabled, and domains with their mappings', async () => {
  const gateway = await restGateway();
  const { call, store } = gateway;
  const told = follow(gateway.feed);
  const { restApiId } = await mockedApi(gateway);
  await call('CreateDeployment', { restApiId, stageName: 'live' });
  const { id: usagePlanId } = await call<UsagePlan>('CreateUsagePlan', {
    name: 'gold',
    throttle: { rateLimit: 5 },
    quota: { limit: 10, period: 'DAY' },
    apiStages: [
      { apiId: restApiId, stage: 'live', throttle: { '//GET': { rateLimit: 1, burstLimit: 2 } } },
    ],
  });
  const { id: keyId, value } = await call<ApiKey>('CreateApiKey', { enabled: true });
  await call('CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
  const plan = {
    id: usagePlanId,
    stages: new Map([[`${restApiId}:live`, new Map([['//GET', { ratePerSecond: 1, burst: 2 }]])]]),
    limit: { ratePerSecond: 5, burst: Infinity },
    quota: { limit: 10, offset: 0, periodOf: PERIODS.DAY },
  };
  assert.deepEqual(told.plans, [{ ...plan, keys: [{ id: keyId, value, usage: undefined }] }]);
  await call('CreateDomainName', { domainName: 'api.example.com' });
  await call('CreateBasePathMapping', { domainName: 'api.example.com', restApiId, stage: 'live' });
  const mappings = [{ basePath: '', apiId: restApiId, stageName: 'live' }];
  const unguarded = { isStrict: false, truststore: undefined, privateAccess: undefined };
  assert.deepEqual(told.domains, [
    { domainName: 'api.example.com', minTlsVersion: 'TLSv1.2', ...unguarded, rules: [], mappings },
  ]);

  const again = follow((await restGateway({ store })).feed);
  assert.deepEqual(again.plans, [{ ...plan, keys: [{ id: keyId, value, usage: undefined }] }]);
  assert.deepEqual(again.domains, told.domains);
  assert.deepEqual([...again.stages.keys()], [`${restApiId}/live`]);

  const disable = [{ op: 'replace', path: '/enabled', value: 'false' }];
  await call('UpdateApiKey', { apiKey: keyId, patchOperations: disable });
  assert.deepEqual(told.plans, [{ ...plan, keys: [] }]);
});
