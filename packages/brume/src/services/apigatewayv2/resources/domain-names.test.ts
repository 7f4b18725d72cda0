import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BasePathMapping } from '../../../model/generated/apigateway.types.ts';
import type {
  ApiMapping,
  DomainName,
  Integration,
  ListRoutingRulesResponse,
  RoutingRule,
  VpcLink,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { PublishedRestDomain } from '../../apigateway/port.ts';
import { mockedApi, restGateway } from '../../apigateway/rest-fixture.ts';
import { apiWith, gateway, refusal } from '../gateway-fixture.ts';

const NAME = 'api.example.com';

/** Both versions of API Gateway, on one store, with a stage of each and what the data plane is told. */
async function bothVersions() {
  const rest = await restGateway();
  const http = await gateway(rest.store, async () => rest.domainNames);
  const { restApiId } = await mockedApi(rest);
  await rest.call('CreateDeployment', { restApiId, stageName: 'live' });
  const { apiId } = await apiWith(http);
  await http.call('CreateStage', { ApiId: apiId, StageName: 'dev' });
  const told = { domains: [] as readonly PublishedRestDomain[] };
  rest.feed.subscribe({
    published() {},
    withdrawn() {},
    plansChanged() {},
    domainsChanged: (domains) => void (told.domains = domains),
  });
  const create = (more: object = {}) =>
    http.call<DomainName>('CreateDomainName', {
      ...{ DomainName: NAME, DomainNameConfigurations: [{ EndpointType: 'REGIONAL' }], ...more },
    });
  return { rest, http, restApiId, apiId, told, create };
}

test('a domain name is one for both versions, with the mappings of both', async () => {
  const { rest, http, restApiId, apiId, told, create } = await bothVersions();
  const made = await create({ Tags: { team: 'a' } });
  assert.equal(made.DomainNameArn, `arn:aws:apigateway:us-east-1::/domainnames/${NAME}`);
  assert.equal(made.RoutingMode, 'API_MAPPING_ONLY');
  assert.match(made.DomainNameConfigurations?.[0]?.ApiGatewayDomainName ?? '', /^d-/);
  await rest.call('CreateBasePathMapping', { domainName: NAME, restApiId, stage: 'live' });
  const key = 'shop/v2';
  const mapping = { DomainName: NAME, ApiId: apiId, Stage: 'dev', ApiMappingKey: key };
  const { ApiMappingId } = await http.call<ApiMapping>('CreateApiMapping', mapping);
  await assert.rejects(http.call('CreateApiMapping', mapping), { name: 'ConflictException' });
  const named = { DomainName: NAME };
  const { Items } = await http.call<{ Items: ApiMapping[] }>('GetApiMappings', named);
  const keys = Items.map((each) => [each.ApiMappingKey ?? '', each.ApiId] as const);
  assert.deepEqual(Object.fromEntries(keys), { '': restApiId, [key]: apiId });
  const seen = { domainName: NAME, basePath: key };
  assert.equal((await rest.call<BasePathMapping>('GetBasePathMapping', seen)).restApiId, apiId);
  assert.deepEqual(
    told.domains[0]?.mappings.map(({ basePath, apiId: to }) => [basePath, to]),
    [
      ['', restApiId],
      [key, apiId],
    ],
  );
  const mapped = { ...named, ApiMappingId };
  await http.call('UpdateApiMapping', { ...mapped, ApiId: restApiId, Stage: 'live' });
  assert.equal((await http.call<ApiMapping>('GetApiMapping', mapped)).ApiId, restApiId);
  await http.call('DeleteApiMapping', mapped);
  await http.call('DeleteDomainName', named);
  assert.deepEqual(told.domains, []);
});

test('what a mapping or a rule leads to is there', async () => {
  const { http, apiId, create } = await bothVersions();
  await create();
  const map = (more: object) =>
    http.call('CreateApiMapping', { DomainName: NAME, ApiId: apiId, Stage: 'dev', ...more });
  await assert.rejects(map({ ApiId: 'none' }), refusal('NotFoundException', /API identifier/));
  await assert.rejects(map({ Stage: 'none' }), refusal('BadRequestException', /stage/));
  await assert.rejects(map({ ApiMappingKey: '/a' }), refusal('BadRequestException', /key/));
  await assert.rejects(map({ DomainName: 'none.example' }), { name: 'NotFoundException' });
});

test('rules are told in the order of their priorities, where the domain routes by them', async () => {
  const { http, restApiId, apiId, told, create } = await bothVersions();
  await create({ RoutingMode: 'ROUTING_RULE_THEN_API_MAPPING' });
  const rule = (Priority: number, Conditions: object[], ApiId = restApiId, Stage = 'live') => ({
    ...{ DomainName: NAME, Priority, Conditions },
    Actions: [{ InvokeApi: { ApiId, Stage, StripBasePath: true } }],
  });
  const header = { Header: 'X-Version', ValueGlob: 'beta*' };
  const beta = [{ MatchHeaders: { AnyOf: [header] } }, { MatchBasePaths: { AnyOf: ['shop'] } }];
  const add = (...said: Parameters<typeof rule>) =>
    http.call<RoutingRule>('CreateRoutingRule', rule(...said));
  const last = await add(20, []);
  const first = await add(10, beta, apiId, 'dev');
  assert.match(last.RoutingRuleArn ?? '', /domainnames\/api\.example\.com\/routingrules\/\w{6}$/);
  const base = { stageName: 'live', stripBasePath: true, headers: [] };
  const headers = [[{ name: 'X-Version', valueGlob: 'beta*' }]];
  assert.deepEqual(told.domains[0]?.rules, [
    { ...base, basePaths: ['shop'], headers, apiId, stageName: 'dev' },
    { ...base, basePaths: undefined, apiId: restApiId },
  ]);
  await assert.rejects(add(10, []), { name: 'ConflictException' });
  const wrong: [object[], RegExp][] = [
    [[{}], /either base paths or headers/],
    [[{ MatchBasePaths: { AnyOf: ['/a'] } }], /without slashes/],
    [[{ MatchHeaders: { AnyOf: [{ ...header, ValueGlob: 'a*b' }] } }], /beginning and their end/],
    [[...beta, ...beta], /at most 3/],
  ];
  for (const [conditions, message] of wrong) {
    await assert.rejects(add(1, conditions), refusal('BadRequestException', message));
  }
  await assert.rejects(add(1, [], 'none'), { name: 'NotFoundException' });

  const { RoutingRuleId } = first;
  await http.call('PutRoutingRule', { ...rule(30, []), RoutingRuleId });
  assert.deepEqual(
    told.domains[0]?.rules.map(({ apiId: to }) => to),
    [restApiId, restApiId],
  );
  await http.call('DeleteRoutingRule', { DomainName: NAME, RoutingRuleId });
  const named = { DomainName: NAME };
  const list = () => http.call<ListRoutingRulesResponse>('ListRoutingRules', named);
  assert.deepEqual(
    (await list()).RoutingRules?.map(({ Priority }) => Priority),
    [20],
  );
  await http.call('UpdateDomainName', { ...named, RoutingMode: 'API_MAPPING_ONLY' });
  assert.deepEqual(told.domains[0]?.rules, []);
});

test('an integration goes through a VPC link to the host of its URL', async () => {
  const { http, apiId } = await bothVersions();
  const link = await http.call<VpcLink>('CreateVpcLink', {
    Name: 'inner',
    SubnetIds: ['subnet-1'],
  });
  const { VpcLinkId } = link;
  assert.equal(link.VpcLinkStatus, 'PENDING');
  const kept = await http.call<VpcLink>('GetVpcLink', { VpcLinkId });
  assert.equal(kept.VpcLinkStatus, 'AVAILABLE');
  assert(kept.CreatedDate instanceof Date);
  const create = (IntegrationUri: string) =>
    http.call<Integration>('CreateIntegration', {
      ...{ ApiId: apiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', IntegrationUri },
      ...{ ConnectionType: 'VPC_LINK', ConnectionId: VpcLinkId },
    });
  assert.equal((await create('http://inner.example/')).ConnectionId, VpcLinkId);
  const listener = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/b/c';
  await assert.rejects(create(listener), refusal('NotImplemented', /load balancers/));
  const ResourceArn = `arn:aws:apigateway:us-east-1::/vpclinks/${VpcLinkId}`;
  await http.call('TagResource', { ResourceArn, Tags: { a: 'b' } });
  await http.call('UpdateVpcLink', { VpcLinkId, Name: 'renamed' });
  const { Items } = await http.call<{ Items: VpcLink[] }>('GetVpcLinks', {});
  assert.deepEqual(
    Items.map(({ Name, Tags }) => [Name, Tags]),
    [['renamed', { a: 'b' }]],
  );
  await http.call('DeleteVpcLink', { VpcLinkId });
  await assert.rejects(http.call('GetVpcLink', { VpcLinkId }), { name: 'NotFoundException' });
});

test('tags of domain names are those of both versions', async () => {
  const { rest, http, create } = await bothVersions();
  const { DomainNameArn: arn } = await create({ Tags: { a: 'b' } });
  await http.call('TagResource', { ResourceArn: arn, Tags: { c: 'd' } });
  assert.deepEqual(await rest.call('GetTags', { resourceArn: arn }), { tags: { a: 'b', c: 'd' } });
  await rest.call('UntagResource', { resourceArn: arn, tagKeys: ['a'] });
  assert.deepEqual(await http.call('GetTags', { ResourceArn: arn }), { Tags: { c: 'd' } });
});
