/** Deployed REST APIs through real HTTP, with the services that they call and log to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import * as gateway from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';

import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { Sha256 } from '../support/sha256.ts';

async function cloud(t: TestContext, said: Partial<Config> = {}) {
  const brume = await createBrume({ port: 0, memory: true, ...said });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const client = new gateway.APIGatewayClient(settings);
  const { id: restApiId = '', rootResourceId: resourceId = '' } = await client.send(
    new gateway.CreateRestApiCommand({ name: 'wire' }),
  );
  const url = `${endpoint}/_aws/execute-api/${restApiId}/dev`;
  return { brume, settings, client, restApiId, resourceId, url };
}

async function addMethod(
  { client, restApiId, resourceId }: Awaited<ReturnType<typeof cloud>>,
  httpMethod: string,
  integration: Partial<gateway.PutIntegrationCommandInput>,
  authorizationType = 'NONE',
) {
  const method = { restApiId, resourceId, httpMethod };
  await client.send(new gateway.PutMethodCommand({ ...method, authorizationType }));
  const put = { type: 'AWS' as const, integrationHttpMethod: 'POST', ...integration };
  await client.send(new gateway.PutIntegrationCommand({ ...method, ...put }));
  await client.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
}

// As recorded from AWS, 2023 (test_rest_api_to_dynamodb_integration).
test('methods put and query items of a table', async (t) => {
  const here = await cloud(t);
  const dynamodb = new DynamoDBClient(here.settings);
  t.after(() => dynamodb.destroy());
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'pets',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const action = (name: string, template: object) => ({
    uri: `arn:aws:apigateway:us-east-1:dynamodb:action/${name}`,
    requestTemplates: { 'application/json': JSON.stringify(template) },
  });
  const id = { S: "$input.params('id')" };
  await addMethod(here, 'PUT', action('PutItem', { TableName: 'pets', Item: { id } }));
  const query = { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } };
  await addMethod(here, 'GET', action('Query', { TableName: 'pets', ...query }));
  const { restApiId } = here;
  await here.client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const put = await fetch(`${here.url}/?id=test%203`, { method: 'PUT' });
  assert.deepEqual([put.status, await put.json()], [200, {}]);
  assert.equal(put.headers.get('content-type'), 'application/json');
  assert.ok(put.headers.get('x-amzn-trace-id'));
  const { Items } = await dynamodb.send(new ScanCommand({ TableName: 'pets' }));
  assert.deepEqual(Items, [{ id: { S: 'test 3' } }]);
  const found = await fetch(`${here.url}/?id=test%203`);
  assert.deepEqual(await found.json(), {
    Count: 1,
    Items: [{ id: { S: 'test 3' } }],
    ScannedCount: 1,
  });
  const none = await fetch(`${here.url}/?id=none`);
  assert.deepEqual(await none.json(), { Count: 0, Items: [], ScannedCount: 0 });
});

test('a method with IAM takes signed requests only, and the stage logs them', async (t) => {
  const here = await cloud(t, { auth: 'enforce' });
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await addMethod(here, 'POST', { type: 'MOCK', requestTemplates }, 'AWS_IAM');
  const { client, restApiId, brume } = here;
  await client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const replace = (path: string, value: string) => ({ op: 'replace' as const, path, value });
  const patchOperations = [
    replace(
      '/accessLogSettings/destinationArn',
      'arn:aws:logs:us-east-1:000000000000:log-group:api',
    ),
    replace('/accessLogSettings/format', '$context.status $context.identity.userArn'),
  ];
  await client.send(
    new gateway.UpdateStageCommand({ restApiId, stageName: 'dev', patchOperations }),
  );
  const url = new URL(`${here.url}/`);
  const body = '{"a": 1}';
  const unsigned = await fetch(url, { method: 'POST', body });
  assert.deepEqual(
    [unsigned.status, await unsigned.json()],
    [403, { message: 'Missing Authentication Token' }],
  );
  const signer = new SignatureV4({
    credentials: brume.root,
    region: 'us-east-1',
    service: 'execute-api',
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  assert.equal((await fetch(url, { method: 'POST', body, headers })).status, 200);
  const forged = await fetch(url, { method: 'POST', body: '{"a": 2}', headers });
  assert.equal(forged.status, 403);
  await forged.text();
  const logs = new CloudWatchLogsClient(here.settings);
  t.after(() => logs.destroy());
  let lines: (string | undefined)[] = [];
  while (lines.length < 3) {
    const found = await logs
      .send(new FilterLogEventsCommand({ logGroupName: 'api' }))
      .catch(() => ({ events: [] }));
    lines = (found.events ?? []).map(({ message }) => message);
  }
  assert.deepEqual(lines, ['403 -', '200 arn:aws:iam::000000000000:root', '403 -']);
});
