import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  Authorizer,
  ClientCertificate,
  ClientCertificates,
  Deployment,
  DomainName,
  GatewayResponse,
  Method,
  Resource,
  Resources,
  RestApi,
  RestApis,
  Stage,
  Tags,
  UsagePlan,
  UsagePlanKeys,
  VpcLink,
  VpcLinks,
} from '../../model/generated/apigateway.types.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import type { PublishedRestStage } from './port.ts';
import { restApiFormat } from './rest-api-document.ts';
import { context, FUNCTION_URI, mockedApi, refusal, restGateway } from './rest-fixture.ts';

test('an API comes with a root resource, two models and all gateway responses', async () => {
  const { call } = await restGateway();
  const api = await call<RestApi>('CreateRestApi', { name: 'notes' });
  assert.match(api.id ?? '', /^[a-z0-9]{10}$/);
  const { items: resources } = await call<Resources>('GetResources', { restApiId: api.id });
  assert.deepEqual(resources, [
    { id: api.rootResourceId, path: '/', parentId: undefined, pathPart: undefined },
  ]);
  const { items: models } = await call<{ items: { name: string }[] }>('GetModels', {
    restApiId: api.id,
  });
  assert.deepEqual(
    models.map(({ name }) => name),
    ['Empty', 'Error'],
  );
  const { items } = await call<{ items: object[] }>('GetGatewayResponses', { restApiId: api.id });
  assert.equal(items.length, 21);
});

test('pages go through all APIs once, and a position that is not ours is refused', async () => {
  const { call } = await restGateway();
  for (let index = 0; index < 5; index++) await call('CreateRestApi', { name: `api ${index}` });
  const seen: string[] = [];
  let position: string | undefined;
  do {
    const page: RestApis = await call<RestApis>('GetRestApis', { limit: 2, position });
    seen.push(...(page.items ?? []).map(({ name = '' }) => name));
    position = page.position;
  } while (position !== undefined);
  assert.deepEqual(seen.toSorted(), ['api 0', 'api 1', 'api 2', 'api 3', 'api 4']);
  await assert.rejects(
    call('GetRestApis', { position: '!' }),
    refusal('BadRequestException', 'Invalid position specified'),
  );
});

test('an id that a tag asks for is taken once among all accounts', async () => {
  const { call, restApiIds } = await restGateway();
  const tags = { _custom_id_: 'mine' };
  const api = await call<RestApi>('CreateRestApi', { name: 'notes', tags });
  assert.equal(api.id, 'mine');
  assert(restApiIds.has('mine'));
  await assert.rejects(
    call('CreateRestApi', { name: 'other', tags }, { ...context, accountId: '111111111111' }),
    refusal('ConflictException', /exists already/),
  );
  await call('DeleteRestApi', { restApiId: 'mine' });
  assert(!restApiIds.has('mine'));
});

test('other accounts and regions do not see an API', async () => {
  const gateway = await restGateway();
  const { restApiId } = await mockedApi(gateway);
  for (const other of [{ accountId: '111111111111' }, { region: 'eu-west-1' }]) {
    const as = { ...context, ...other };
    await assert.rejects(
      gateway.call('GetRestApi', { restApiId }, as),
      refusal('NotFoundException', `Invalid API identifier specified ${as.accountId}:${restApiId}`),
    );
  }
});

test('a deployment freezes what was there, and goes with its snapshot', async () => {
  const gateway = await restGateway();
  const { call, store } = gateway;
  const { restApiId, method } = await mockedApi(gateway);
  const { id = '' } = await call<Deployment>('CreateDeployment', { restApiId });
  await call('DeleteMethod', method);
  const documents = new DocumentStore(store, restApiFormat);
  const snapshots = await documents.snapshots(context, restApiId, [id]);
  const [root] = snapshots.get(id)?.resources ?? [];
  assert.deepEqual(
    root?.methods.map(({ httpMethod }) => httpMethod),
    ['GET'],
  );
  const { apiSummary } = await call<Deployment>('GetDeployment', {
    ...{ restApiId, deploymentId: id, embed: ['apisummary'] },
  });
  assert.deepEqual(apiSummary, {
    '/': { GET: { apiKeyRequired: false, authorizationType: 'NONE' } },
  });
  await call('DeleteDeployment', { restApiId, deploymentId: id });
  assert.equal((await documents.snapshots(context, restApiId, [id])).size, 0);
});

test('an API without methods, or with one that asks nothing, is not deployed', async () => {
  const { call } = await restGateway();
  const { id: restApiId, rootResourceId: resourceId } = await call<RestApi>('CreateRestApi', {
    name: 'notes',
  });
  await assert.rejects(
    call('CreateDeployment', { restApiId }),
    refusal('BadRequestException', "The REST API doesn't contain any methods"),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET', authorizationType: 'NONE' };
  await call('PutMethod', method);
  await assert.rejects(
    call('CreateDeployment', { restApiId }),
    refusal('BadRequestException', 'No integration defined for method'),
  );
});

test('a canary needs a stage that is there', async () => {
  const gateway = await restGateway();
  const { restApiId } = await mockedApi(gateway);
  const canarySettings = { percentTraffic: 50 };
  const deploy = (more: object) =>
    gateway.call('CreateDeployment', { restApiId, canarySettings, ...more });
  const nothing =
    'Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ';
  await assert.rejects(deploy({}), refusal('BadRequestException', `${nothing}null`));
  await assert.rejects(deploy({ stageName: '' }), refusal('BadRequestException', nothing));
  await assert.rejects(
    deploy({ stageName: 'gone' }),
    refusal(
      'BadRequestException',
      'Invalid deployment content specified.Stage gone must already be created before making a canary release deployment',
    ),
  );
  const { items } = await gateway.call<{ items: object[] }>('GetDeployments', { restApiId });
  assert.deepEqual(items, []);
});

test('paths have one variable part among siblings, and nothing below a greedy one', async () => {
  const gateway = await restGateway();
  const { restApiId, resourceId } = await mockedApi(gateway);
  const create = (parentId: string, pathPart: string) =>
    gateway.call<Resource>('CreateResource', { restApiId, parentId, pathPart });
  const { id: proxy = '' } = await create(resourceId, '{proxy+}');
  await assert.rejects(
    create(resourceId, '{dynamic}'),
    refusal(
      'BadRequestException',
      'A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed',
    ),
  );
  await assert.rejects(
    create(proxy, 'child'),
    refusal(
      'BadRequestException',
      'Cannot create a child of a resource with a greedy path variable: {proxy+}',
    ),
  );
  await assert.rejects(create(resourceId, 'a b'), refusal('BadRequestException', /path part only/));
});

test('a resource is not moved below what is below it, however far', async () => {
  const gateway = await restGateway();
  const { restApiId, resourceId } = await mockedApi(gateway);
  const ids = [resourceId];
  for (const pathPart of ['a', 'b', 'c']) {
    const input = { restApiId, parentId: ids.at(-1), pathPart };
    ids.push((await gateway.call<Resource>('CreateResource', input)).id ?? '');
  }
  for (const value of ids.slice(1)) {
    const patchOperations = [{ op: 'replace', path: '/parentId', value }];
    await assert.rejects(
      gateway.call('UpdateResource', { restApiId, resourceId: ids[1], patchOperations }),
      refusal('BadRequestException', 'Resources cannot be cyclical.'),
    );
  }
});

test('a method keeps only what is there: authorizers, validators, models', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId, resourceId } = await mockedApi(gateway);
  const put = (more: object) =>
    call('PutMethod', {
      ...{ restApiId, resourceId, httpMethod: 'POST', authorizationType: 'NONE', ...more },
    });
  const bad = (message: string) => refusal('BadRequestException', message);
  await assert.rejects(
    put({ httpMethod: 'WRONG' }),
    bad(
      'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
    ),
  );
  await assert.rejects(
    put({ authorizationType: 'CUSTOM' }),
    bad(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    ),
  );
  await assert.rejects(
    put({ requestValidatorId: 'gone' }),
    bad('Invalid Request Validator identifier specified'),
  );
  await assert.rejects(
    put({ requestModels: { 'application/json': 'Pet' } }),
    bad('Invalid model identifier specified: Pet'),
  );
  await assert.rejects(
    put({ httpMethod: 'GET' }),
    refusal('ConflictException', 'Method already exists for this resource'),
  );
});

test('an authorizer that a method asks cannot be deleted', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId, resourceId } = await mockedApi(gateway);
  const { id: authorizerId } = await call<Authorizer>('CreateAuthorizer', {
    ...{ restApiId, name: 'door', type: 'TOKEN', authorizerUri: FUNCTION_URI },
    identitySource: 'method.request.header.Authorization',
  });
  const method = { restApiId, resourceId, httpMethod: 'POST', authorizerId };
  await call<Method>('PutMethod', { ...method, authorizationType: 'CUSTOM' });
  await assert.rejects(
    call('DeleteAuthorizer', { restApiId, authorizerId }),
    refusal(
      'ConflictException',
      /^Cannot delete authorizer 'door', is referenced in method: POST\/\/$/,
    ),
  );
  await call('DeleteMethod', method);
  await call('DeleteAuthorizer', { restApiId, authorizerId });
});

test('an integration goes through a VPC link that is there, or that the stage names', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { method } = await mockedApi(gateway);
  const balancer = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/b';
  const link = { name: 'inner', targetArns: [balancer] };
  await assert.rejects(
    call('CreateVpcLink', { ...link, targetArns: ['arn:aws:sqs:us-east-1:000000000000:a'] }),
    refusal('BadRequestException', /Invalid target ARN/),
  );
  const { id: vpcLinkId, status } = await call<VpcLink>('CreateVpcLink', link);
  assert.equal(status, 'PENDING');
  assert.equal((await call<VpcLink>('GetVpcLink', { vpcLinkId })).status, 'AVAILABLE');
  const put = (connectionId?: string) =>
    call('PutIntegration', {
      ...{ ...method, type: 'HTTP', integrationHttpMethod: 'GET', uri: 'http://example.com' },
      ...{ connectionType: 'VPC_LINK', connectionId },
    });
  await put(vpcLinkId);
  await put('${stageVariables.link}');
  await assert.rejects(put('other'), refusal('NotFoundException', /Vpc Link/));
  await assert.rejects(put(), refusal('BadRequestException', /connection ID/));
  const resourceArn = `arn:aws:apigateway:us-east-1::/vpclinks/${vpcLinkId}`;
  await call('TagResource', { resourceArn, tags: { a: 'b' } });
  const patchOperations = [{ op: 'replace', path: '/name', value: 'renamed' }];
  await call('UpdateVpcLink', { vpcLinkId, patchOperations });
  const { items = [] } = await call<VpcLinks>('GetVpcLinks', {});
  assert.deepEqual(
    items.map(({ name, tags }) => [name, tags]),
    [['renamed', { a: 'b' }]],
  );
  await call('DeleteVpcLink', { vpcLinkId });
  await assert.rejects(call('GetVpcLink', { vpcLinkId }), { name: 'NotFoundException' });
});

test('a stage shows its client certificate, which stays as long as it does', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId } = await mockedApi(gateway);
  await call('CreateDeployment', { restApiId, stageName: 'dev' });
  const stage = { restApiId, stageName: 'dev' };
  const use = (op: string, value?: string) =>
    call('UpdateStage', {
      ...stage,
      patchOperations: [{ op, path: '/clientCertificateId', value }],
    });
  await assert.rejects(use('replace', 'other'), refusal('NotFoundException', /Client Certificate/));
  const made = await call<ClientCertificate>('GenerateClientCertificate', { description: 'mine' });
  const { clientCertificateId } = made;
  assert(!('privateKey' in made));
  await use('replace', clientCertificateId);
  const told: PublishedRestStage[] = [];
  gateway.feed.subscribe({
    published: (each) => void told.push(each),
    withdrawn() {},
    plansChanged() {},
    domainsChanged() {},
  });
  assert.deepEqual(told[0]?.clientCertificate, { certificate: 'certificate', privateKey: 'key' });
  const named = { clientCertificateId };
  await assert.rejects(call('DeleteClientCertificate', named), /is used by stage dev/);
  await use('remove');
  assert.equal(told.at(-1)?.clientCertificate, undefined);
  await call('DeleteClientCertificate', named);
  assert.deepEqual((await call<ClientCertificates>('GetClientCertificates', {})).items, []);
});

test('names of variables, tags and parameters may be __proto__', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId } = await mockedApi(gateway);
  await call('CreateDeployment', { restApiId, stageName: 'dev' });
  const stage = { restApiId, stageName: 'dev' };
  for (const name of ['__proto__', 'constructor']) {
    const patchOperations = [{ op: 'replace', path: `/variables/${name}`, value: 'x' }];
    await call('UpdateStage', { ...stage, patchOperations });
    const { variables = {} } = await call<Stage>('GetStage', stage);
    assert(Object.hasOwn(variables, name));
  }
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
  await call('TagResource', { resourceArn, tags: JSON.parse('{"__proto__":"x"}') as object });
  const { tags = {} } = await call<Tags>('GetTags', { resourceArn });
  assert.deepEqual(Object.entries(tags), [['__proto__', 'x']]);
  await call('UntagResource', { resourceArn, tagKeys: ['__proto__'] });
  assert.deepEqual(await call('GetTags', { resourceArn }), { tags: {} });
});

test('a gateway response that is deleted is again as the default of its class', async () => {
  const gateway = await restGateway();
  const { restApiId } = await mockedApi(gateway);
  const put = (responseType: string, statusCode: string) =>
    gateway.call('PutGatewayResponse', { restApiId, responseType, statusCode });
  await put('DEFAULT_4XX', '418');
  await put('UNAUTHORIZED', '499');
  const named = { restApiId, responseType: 'UNAUTHORIZED' };
  await gateway.call('DeleteGatewayResponse', named);
  const { statusCode, defaultResponse } = await gateway.call<GatewayResponse>(
    ...(['GetGatewayResponse', named] as const),
  );
  assert.deepEqual({ statusCode, defaultResponse }, { statusCode: '418', defaultResponse: true });
});

test('a plan lists the keys that subscribe to it, and no more once they are gone', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId } = await mockedApi(gateway);
  await call('CreateDeployment', { restApiId, stageName: 'dev' });
  const { id: usagePlanId } = await call<UsagePlan>('CreateUsagePlan', { name: 'plan' });
  const { id: keyId } = await call<{ id: string }>('CreateApiKey', { name: 'key' });
  const subscription = { usagePlanId, keyId, keyType: 'API_KEY' };
  await call('CreateUsagePlanKey', subscription);
  await assert.rejects(
    call('CreateUsagePlanKey', subscription),
    refusal('ConflictException', /already has the API key/),
  );
  const keys = async () =>
    (await call<UsagePlanKeys>('GetUsagePlanKeys', { usagePlanId })).items?.map(({ id }) => id);
  assert.deepEqual(await keys(), [keyId]);
  await call('DeleteApiKey', { apiKey: keyId });
  assert.deepEqual(await keys(), []);
  const stages = { op: 'add', path: '/apiStages', value: `${restApiId}:dev` };
  const burst = `/apiStages/${restApiId}:dev/throttle/~1pets/GET/burstLimit`;
  const patchOperations = [stages, { op: 'replace', path: burst, value: '7' }];
  const { apiStages } = await call<UsagePlan>('UpdateUsagePlan', { usagePlanId, patchOperations });
  assert.equal(apiStages?.[0]?.throttle?.['/pets/GET']?.burstLimit, 7);
  const gone = [{ op: 'add', path: '/apiStages', value: `${restApiId}:gone` }];
  await assert.rejects(
    call('UpdateUsagePlan', { usagePlanId, patchOperations: gone }),
    refusal('NotFoundException', /^Invalid API Stage {api: .*, stage: gone} specified/),
  );
});

test('base paths of a domain are its own, and lead to APIs and stages that are there', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId } = await mockedApi(gateway);
  const domainName = 'api.example.com';
  const domain = await call<DomainName>('CreateDomainName', { domainName });
  assert.equal(domain.domainNameStatus, 'AVAILABLE');
  const map = (more: object) => call('CreateBasePathMapping', { domainName, restApiId, ...more });
  await map({});
  await assert.rejects(
    map({ basePath: '(none)' }),
    refusal('ConflictException', 'Base path already exists for this domain name'),
  );
  await assert.rejects(
    map({ basePath: 'v1', stage: 'gone' }),
    refusal('BadRequestException', 'Invalid stage identifier specified'),
  );
  await call('DeleteBasePathMapping', { domainName, basePath: '(none)' });
  await assert.rejects(
    call('GetBasePathMapping', { domainName, basePath: '(none)' }),
    refusal('NotFoundException', 'Invalid base path mapping identifier specified'),
  );
});

test('what is kept is there again when the process is another', async () => {
  const gateway = await restGateway();
  const { restApiId } = await mockedApi(gateway);
  await gateway.call('CreateDeployment', { restApiId, stageName: 'dev' });
  const before = await gateway.call<Stage>('GetStage', { restApiId, stageName: 'dev' });
  assert(before.createdDate instanceof Date);
  const again = await restGateway({ store: gateway.store });
  assert(again.restApiIds.has(restApiId));
  assert.deepEqual(await again.call('GetStage', { restApiId, stageName: 'dev' }), before);
});
