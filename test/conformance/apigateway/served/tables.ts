/** Recorded tests of integrations with DynamoDB. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import * as gateway from '@aws-sdk/client-api-gateway';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { createBrume } from '../../../../packages/brume/src/brume.ts';
import type { Answer } from '../recording.ts';
import { alike, JSON_TYPE, namesOf } from './scenario.ts';
import type { ServedScenarios } from './scenario.ts';

const TableName = 'ids';

/** A table with three items, and an API that asks an operation of it with `/{id}`. */
async function tableBehind(t: TestContext, action: string, request: object) {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const dynamodb = new DynamoDBClient(settings);
  const client = new gateway.APIGatewayClient(settings);
  t.after(() => [dynamodb, client].forEach((each) => each.destroy()));
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  for (const id of ['test', 'test2', 'test 3']) {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
  }
  const { id: restApiId, rootResourceId } = await client.send(
    new gateway.CreateRestApiCommand({ name: 'recorded' }),
  );
  const path = { parentId: rootResourceId, pathPart: '{id}' };
  const { id: resourceId } = await client.send(
    new gateway.CreateResourceCommand({ restApiId, ...path }),
  );
  const method = { restApiId, resourceId, httpMethod: 'POST' };
  await client.send(new gateway.PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await client.send(
    new gateway.PutIntegrationCommand({
      ...{ ...method, type: 'AWS', integrationHttpMethod: 'POST' },
      uri: `arn:aws:apigateway:us-east-1:dynamodb:action/${action}`,
      requestTemplates: { [JSON_TYPE]: JSON.stringify({ TableName, ...request }) },
    }),
  );
  await client.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const url = `${endpoint}/_aws/execute-api/${restApiId}/dev`;
  return { ask: (id: string) => post(`${url}/${encodeURIComponent(id)}`), dynamodb };
}

async function post(url: string) {
  const response = await fetch(url, { method: 'POST' });
  const content = (await response.json()) as object;
  return { status: response.status, headers: Object.fromEntries(response.headers), content };
}

function same(expected: Answer, actual: Awaited<ReturnType<typeof post>>): void {
  assert.equal(actual.status, expected.status_code);
  assert.deepEqual(actual.content, expected.content);
  assert.deepEqual(namesOf({ ...actual.headers }).filter(isAws), namesOf(expected.headers));
}

/** Node's server says how long it keeps connections. */
const isAws = (name: string) => name !== 'keep-alive';

const ID = { S: "$util.urlDecode($input.params('id'))" };

export const tables: ServedScenarios = {
  async 'test_rest_api_to_dynamodb_integration[PutItem]'(recorded, t) {
    const { ask, dynamodb } = await tableBehind(t, 'PutItem', { Item: { id: ID } });
    same(recorded['result-put-item'], await ask('test-new'));
    const { $metadata: _, ...scanned } = await dynamodb.send(new ScanCommand({ TableName }));
    const items = scanned.Items ?? [];
    items.sort((left, right) => (String(left['id']?.S) < String(right['id']?.S) ? -1 : 1));
    alike(recorded['result-scan'], scanned);
  },

  async 'test_rest_api_to_dynamodb_integration[Query]'(recorded, t) {
    const { ask } = await tableBehind(t, 'Query', {
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': ID },
    });
    for (const id of ['test', 'test2', 'test 3', 'invalid']) {
      same(recorded[`result-${id}`], await ask(id));
    }
  },
};
