/** A function that invokes itself through the SDK is stopped: the SDK passes on the trace that it got. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { GetItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { until } from '../../packages/brume/src/services/lambda/service.fixture.ts';

const ACCOUNT = '000000000000';
const Role = `arn:aws:iam::${ACCOUNT}:role/r`;

const SELF = `
  import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
  const client = new LambdaClient();
  export const handler = async ({ count }) => {
    const Payload = JSON.stringify({ count: count + 1 });
    const FunctionName = process.env.AWS_LAMBDA_FUNCTION_NAME;
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  };`;

const NOTE = `
  import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient();
  export const handler = async ({ requestContext: { condition }, requestPayload: { count } }) => {
    const Item = { id: { S: 'loop' }, condition: { S: condition }, count: { N: String(count) } };
    await client.send(new PutItemCommand({ TableName: 'notes', Item }));
  };`;

test('a loop of events ends after sixteen repetitions, and the destination is told', async (t) => {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const [lambda, database] = [new LambdaClient(settings), new DynamoDBClient(settings)];
  t.after(() => [lambda, database].forEach((client) => client.destroy()));
  const TableName = 'notes';
  await database.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const create = (FunctionName: string, code: string) =>
    lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 60,
        MemorySize: 512,
        Code: { ZipFile: zipFiles({ 'index.mjs': code }) },
      }),
    );
  await create('loop', SELF);
  const { FunctionArn: Destination } = await create('note', NOTE);
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'loop',
      DestinationConfig: { OnFailure: { Destination } },
    }),
  );
  const Payload = Buffer.from('{"count":0}');
  const event = { FunctionName: 'loop', InvocationType: 'Event', Payload } as const;
  await lambda.send(new InvokeCommand(event));
  const Key = { id: { S: 'loop' } };
  const read = async () => (await database.send(new GetItemCommand({ TableName, Key }))).Item;
  await until(async () => (await read()) !== undefined, 60_000);
  const { condition, count } = (await read()) ?? {};
  assert.deepEqual([condition?.S, count?.N], ['RecursiveInvocation', '17']);
});
