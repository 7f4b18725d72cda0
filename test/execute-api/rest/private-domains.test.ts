import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainName } from '../../../packages/brume/src/model/generated/apigateway.types.ts';
import { CustomDomains } from '../../../packages/brume/src/services/execute-api/custom-domains.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';
import type { RestApi, RestApiOptions } from '../../support/rest-api.ts';

const NAME = 'private.example.com';
const ALLOW = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke' };
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
/** As the developer guide has it: all, but by other endpoints. */
const onlyBy = (endpoint: string, Resource = 'execute-api:/*') =>
  policyOf(
    { ...ALLOW, Resource },
    {
      ...{ ...ALLOW, Effect: 'Deny', Resource },
      Condition: { StringNotEquals: { 'aws:SourceVpce': endpoint } },
    },
  );

async function privateApi(options: RestApiOptions = {}) {
  const api = await restApi({
    settings: {
      endpointConfiguration: { types: ['PRIVATE'] },
      policy: onlyBy('vpce-1'),
      ...options.settings,
    },
    ...(options.domains && { domains: options.domains }),
  });
  await api.method('GET /', ...mock('$context.identity.vpceId'));
  await api.method('GET /pets', lambdaProxy());
  await api.deploy();
  return api;
}

/** A private domain that leads to the API, with the endpoints that are to call it. */
async function addDomain(api: RestApi, policy: string | undefined, ...endpoints: string[]) {
  const endpointConfiguration = { types: ['PRIVATE'] };
  const given = { domainName: NAME, endpointConfiguration, policy };
  const { domainNameId, domainNameArn } = await api.call<DomainName>('CreateDomainName', given);
  await api.call('CreateBasePathMapping', { domainName: NAME, domainNameId, stage: 'dev' });
  for (const accessAssociationSource of endpoints) {
    const source = { accessAssociationSourceType: 'VPCE', accessAssociationSource };
    await api.call('CreateDomainNameAccessAssociation', { domainNameArn, ...source });
  }
  return domainNameId ?? '';
}

const via = (endpoint: string): [string, string][] => [['x-amzn-vpce-id', endpoint]];

/** The body, or the status of what is no 200. */
async function get(api: RestApi, host: string, headers: [string, string][] = [], path = '/') {
  const { status, text } = await api.fetchAt({ path, host, headers });
  return status === 200 ? text : status;
}

test('a private API sees the VPC endpoint that its host or a header names', async () => {
  const api = await privateApi();
  const own = `${api.apiId}.execute-api.localhost`;
  assert.equal(await get(api, own, [], '/dev/'), 403);
  assert.equal(await get(api, own, via('vpce-1'), '/dev/'), 'vpce-1');
  assert.equal(await get(api, own, via('vpce-2'), '/dev/'), 403);
  assert.equal(await get(api, own, via('vpce-1, vpce-2'), '/dev/'), 403);
  const ofApi = `${api.apiId}-vpce-1.execute-api.us-east-1.amazonaws.com`;
  assert.equal(await get(api, ofApi, [], '/dev/'), 'vpce-1');
  assert.equal(await get(api, ofApi.replace('vpce-1', 'vpce-2'), via('vpce-1'), '/dev/'), 403);
  const ofEndpoint = 'vpce-1-abcd.execute-api.us-east-1.vpce.amazonaws.com';
  assert.equal(await get(api, ofEndpoint, [['x-apigw-api-id', api.apiId]], '/dev/'), 'vpce-1');
  assert.equal(await get(api, ofEndpoint, [], '/dev/'), 403);
  await get(api, ofApi, [], '/dev/pets');
  const { identity } = api.event().requestContext as { identity?: Record<string, unknown> };
  assert.equal(identity?.['vpceId'], 'vpce-1');
});

test('a private domain lets in its endpoints, where its policy and the API’s allow it', async () => {
  const api = await privateApi();
  await addDomain(api, onlyBy('vpce-1'), 'vpce-1', 'vpce-2');
  assert.equal(await get(api, NAME, via('vpce-1')), 'vpce-1');
  assert.equal(await get(api, NAME, via('vpce-2')), 403, 'the policies do not allow it');
  assert.equal(await get(api, NAME, via('vpce-3')), 403, 'not associated');
  assert.equal(await get(api, NAME), 403, 'no endpoint');
  const reasons = api.traces.map(({ errorReason }) => errorReason);
  assert.deepEqual(reasons.slice(1), [
    'The policy of the domain name does not allow it',
    'The request came by no VPC endpoint that is associated with the domain name',
    'The request came by no VPC endpoint that is associated with the domain name',
  ]);
});

test('a private domain without a policy that allows it lets in nobody', async () => {
  for (const policy of [
    undefined,
    policyOf(),
    policyOf({ ...ALLOW, Resource: 'execute-api:/domainnames/other' }),
    policyOf({ ...ALLOW, Resource: 'arn:aws:execute-api:us-east-1:111122223333:*' }),
    policyOf({ ...ALLOW, Principal: { AWS: '111122223333' }, Resource: '*' }),
  ]) {
    const api = await privateApi();
    await addDomain(api, policy, 'vpce-1');
    assert.equal(await get(api, NAME, via('vpce-1')), 403, policy);
  }
  const api = await privateApi();
  const id = await addDomain(api, undefined, 'vpce-1');
  const resource = `arn:aws:execute-api:us-east-1:000000000000:/domainnames/${NAME}+${id}`;
  const patchOperations = [{ op: 'replace', path: '/policy', value: onlyBy('vpce-1', resource) }];
  await api.call('UpdateDomainName', { domainName: NAME, domainNameId: id, patchOperations });
  assert.equal(await get(api, NAME, via('vpce-1')), 'vpce-1');
  const association = {
    domainNameAccessAssociationArn: `arn:aws:apigateway:us-east-1:000000000000:/domainnameaccessassociations/domainname/${NAME}+${id}/vpcesource/vpce-1`,
  };
  await api.call('DeleteDomainNameAccessAssociation', association);
  assert.equal(await get(api, NAME, via('vpce-1')), 403);
});

test('of domains that are alike the endpoint says which is meant', async () => {
  const api = await privateApi({ settings: { policy: policyOf({ ...ALLOW, Resource: '*' }) } });
  const all = policyOf({ ...ALLOW, Resource: 'execute-api:/*' });
  await addDomain(api, all, 'vpce-1');
  const id = await addDomain(api, all, 'vpce-2');
  await api.call('DeleteBasePathMapping', {
    ...{ domainName: NAME, domainNameId: id, basePath: '(none)' },
  });
  const mapping = { domainName: NAME, domainNameId: id, basePath: 'two', stage: 'dev' };
  await api.call('CreateBasePathMapping', mapping);
  assert.equal(await get(api, NAME, via('vpce-1')), 'vpce-1');
  assert.equal(await get(api, NAME, via('vpce-2')), 403, 'nothing is mapped there');
  assert.equal(await get(api, NAME, via('vpce-2'), '/two'), 'vpce-2');
});

test('whoever can reach a Brume that others reach is not believed to come by an endpoint', async () => {
  const api = await privateApi({ domains: new CustomDomains({ isExposed: true }) });
  await addDomain(api, onlyBy('vpce-1'), 'vpce-1');
  assert.equal(await get(api, NAME, via('vpce-1')), 403);
  const own = `${api.apiId}.execute-api.localhost`;
  assert.equal(await get(api, own, via('vpce-1'), '/dev/'), 403);
  const ofApi = `${api.apiId}-vpce-1.execute-api.us-east-1.amazonaws.com`;
  assert.equal(await get(api, ofApi, [], '/dev/'), 403);
});
