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
  CreateDeploymentCommand,
  ImportRestApiCommand,
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
