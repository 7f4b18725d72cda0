/** Custom domain names through real SDKs and real HTTP: stages of both versions of API Gateway below one. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameAccessAssociationCommand,
  CreateDomainNameCommand as CreateRestDomainNameCommand,
  DeleteDomainNameAccessAssociationCommand,
  GetDomainNameAccessAssociationsCommand,
  ImportRestApiCommand,
  UpdateRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  CreateRoutingRuleCommand,
  DeleteRoutingRuleCommand,
} from '@aws-sdk/client-apigatewayv2';
import { createBrume } from '../../packages/brume/src/brume.ts';

const DomainName = 'api.example.com';

/** Answers with the path that it was asked for. */
async function backend(t: TestContext): Promise<string> {
  const server = createServer((asked, answer) => void answer.end(`http ${asked.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function cloud(t: TestContext) {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const rest = new APIGatewayClient(settings);
  const http = new ApiGatewayV2Client(settings);
  t.after(async () => {
    rest.destroy();
    http.destroy();
    await brume.close();
  });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      headers: { host: DomainName, ...headers },
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return `${answer.statusCode} ${await text(answer)}`;
  };
  return { rest, http, get };
}

const DOCUMENT = {
  swagger: '2.0',
  info: { title: 'mocked' },
  paths: Object.fromEntries(
    ['/', '/shop'].map((path) => {
      const responseTemplates = { 'application/json': 'rest $context.resourcePath' };
      const integration = {
        type: 'mock',
        requestTemplates: { 'application/json': '{"statusCode": 200}' },
        responses: { default: { statusCode: '200', responseTemplates } },
      };
      const responses = { '200': { description: '' } };
      return [path, { get: { responses, 'x-amazon-apigateway-integration': integration } }];
    }),
  ),
};

test('a domain name leads to stages of both versions, by mappings and by rules', async (t) => {
  const { rest, http, get } = await cloud(t);
  const body = Buffer.from(JSON.stringify(DOCUMENT));
  const { id: restApiId = '' } = await rest.send(new ImportRestApiCommand({ body }));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'live' }));
  const Target = await backend(t);
  const quick = { Name: 'quick', ProtocolType: 'HTTP', Target } as const;
  const { ApiId = '' } = await http.send(new CreateApiCommand(quick));
  await http.send(
    new CreateDomainNameCommand({
      ...{ DomainName, RoutingMode: 'ROUTING_RULE_THEN_API_MAPPING' },
      DomainNameConfigurations: [{ EndpointType: 'REGIONAL' }],
    }),
  );
  const shop = { DomainName, ApiId, Stage: '$default', ApiMappingKey: 'shop/v2' };
  await http.send(new CreateApiMappingCommand(shop));
  const root = { DomainName, ApiId: restApiId, Stage: 'live' };
  await http.send(new CreateApiMappingCommand(root));
  assert.equal(await get('/'), '200 rest /');
  assert.equal(await get('/shop'), '200 rest /shop');
  assert.match(await get('/shop/v2/carts'), /^200 http /);

  const rule = new CreateRoutingRuleCommand({
    ...{ DomainName, Priority: 1 },
    Conditions: [
      { MatchHeaders: { AnyOf: [{ Header: 'x-beta', ValueGlob: 'y*' }] } },
      { MatchBasePaths: { AnyOf: ['shop'] } },
    ],
    Actions: [{ InvokeApi: { ApiId: restApiId, Stage: 'live', StripBasePath: true } }],
  });
  const { RoutingRuleId } = await http.send(rule);
  assert.equal(await get('/shop', { 'x-beta': 'yes' }), '200 rest /');
  assert.equal(await get('/shop', { 'x-beta': 'no' }), '200 rest /shop');
  await http.send(new DeleteRoutingRuleCommand({ DomainName, RoutingRuleId }));
  assert.equal(await get('/shop', { 'x-beta': 'yes' }), '200 rest /shop');
});

test('a private domain name is for the VPC endpoints that are associated with it', async (t) => {
  const { rest, http, get } = await cloud(t);
  const body = Buffer.from(JSON.stringify(DOCUMENT));
  const { id: restApiId = '' } = await rest.send(new ImportRestApiCommand({ body }));
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: '*' },
        ...{ Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
        Condition: { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
      },
    ],
  });
  const patchOperations = [
    { op: 'replace', path: '/endpointConfiguration/types/EDGE', value: 'PRIVATE' },
    { op: 'replace', path: '/endpointConfiguration/ipAddressType', value: 'dualstack' },
    { op: 'replace', path: '/policy', value: policy },
  ] as const;
  await rest.send(new UpdateRestApiCommand({ restApiId, patchOperations: [...patchOperations] }));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'live' }));
  const { domainNameId, domainNameArn } = await rest.send(
    new CreateRestDomainNameCommand({
      ...{ domainName: DomainName, policy, routingMode: 'ROUTING_RULE_THEN_BASE_PATH_MAPPING' },
      endpointConfiguration: { types: ['PRIVATE'] },
    }),
  );
  const named = { domainName: DomainName, domainNameId };
  await rest.send(new CreateBasePathMappingCommand({ ...named, restApiId, stage: 'live' }));
  await http.send(
    new CreateRoutingRuleCommand({
      ...{ DomainName, DomainNameId: domainNameId, Priority: 1 },
      Conditions: [{ MatchBasePaths: { AnyOf: ['ruled/shop'] } }],
      Actions: [{ InvokeApi: { ApiId: restApiId, Stage: 'live', StripBasePath: true } }],
    }),
  );
  const { domainNameAccessAssociationArn } = await rest.send(
    new CreateDomainNameAccessAssociationCommand({
      ...{ domainNameArn, accessAssociationSourceType: 'VPCE', accessAssociationSource: 'vpce-1' },
    }),
  );
  const listed = await rest.send(new GetDomainNameAccessAssociationsCommand({}));
  assert.deepEqual(
    listed.items?.map((each) => each.domainNameAccessAssociationArn),
    [domainNameAccessAssociationArn],
  );
  const by = (endpoint: string) => ({ 'x-amzn-vpce-id': endpoint });
  assert.equal(await get('/', by('vpce-1')), '200 rest /');
  assert.equal(await get('/ruled/shop', by('vpce-1')), '200 rest /');
  assert.equal(await get('/', by('vpce-2')), '403 {"message":"Forbidden"}');
  assert.equal(await get('/'), '403 {"message":"Forbidden"}');
  await rest.send(new DeleteDomainNameAccessAssociationCommand({ domainNameAccessAssociationArn }));
  assert.equal(await get('/', by('vpce-1')), '403 {"message":"Forbidden"}');
});
