/**
 * Deploys the notes app with nothing but AWS SDK calls: a table, two functions, an HTTP API. Against
 * Brume or AWS, whichever the environment points at. Does nothing when the app is there already.
 *
 *     node examples/notes/deploy.ts
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  GetApisCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import type { Runtime } from '@aws-sdk/client-lambda';
import { zip } from './zip.ts';

const APP = 'notes';
const WAIT_SECONDS_MAX = 60;
const ROLE = process.env['NOTES_ROLE_ARN'] ?? 'arn:aws:iam::000000000000:role/notes';

const gateway = new ApiGatewayV2Client();
const database = new DynamoDBClient();
const lambda = new LambdaClient();

/** Deploys the app where it is missing, and resolves with its API's address. */
export async function deploy(): Promise<string> {
  const existing = await findEndpoint();
  if (existing) return existing;
  await createTable();
  const notes = await createFunction('notes', 'nodejs24.x', { TABLE_NAME: APP });
  const digest = await createFunction('digest', 'python3.13', {});
  return createApi({
    'GET /': notes,
    'GET /notes': notes,
    'POST /notes': notes,
    'DELETE /notes/{id}': notes,
    'POST /digest': digest,
  });
}

async function findEndpoint(): Promise<string | undefined> {
  const { Items = [] } = await gateway.send(new GetApisCommand({}));
  return Items.find(({ Name }) => Name === APP)?.ApiEndpoint;
}

async function createTable(): Promise<void> {
  await database.send(
    new CreateTableCommand({
      TableName: APP,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'notebook', AttributeType: 'S' },
        { AttributeName: 'id', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'notebook', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists(
    { client: database, maxWaitTime: WAIT_SECONDS_MAX, minDelay: 1, maxDelay: 2 },
    { TableName: APP },
  );
}

/** Resolves with the function's ARN. */
async function createFunction(
  name: string,
  runtime: Runtime,
  variables: Record<string, string>,
): Promise<string> {
  const FunctionName = `${APP}-${name}`;
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: runtime,
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zip(await filesOf(path.join(import.meta.dirname, 'functions', name))) },
      Environment: { Variables: variables },
      MemorySize: 256,
      Timeout: 10,
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: WAIT_SECONDS_MAX, minDelay: 1, maxDelay: 2 },
    { FunctionName },
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'http-api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  return created.FunctionArn!;
}

async function filesOf(folder: string): Promise<Map<string, Uint8Array>> {
  const names = await readdir(folder);
  const files = names.map(async (name) => [name, await readFile(path.join(folder, name))] as const);
  return new Map(await Promise.all(files));
}

/** An HTTP API with a stage that deploys by itself, and one integration per function. */
async function createApi(functionOfRoute: Record<string, string>): Promise<string> {
  const api = await gateway.send(new CreateApiCommand({ Name: APP, ProtocolType: 'HTTP' }));
  const ApiId = api.ApiId!;
  const integrations = new Map<string, string>();
  for (const [RouteKey, functionArn] of Object.entries(functionOfRoute)) {
    let integrationId = integrations.get(functionArn);
    if (!integrationId) {
      integrationId = await createIntegration(ApiId, functionArn);
      integrations.set(functionArn, integrationId);
    }
    const Target = `integrations/${integrationId}`;
    await gateway.send(new CreateRouteCommand({ ApiId, RouteKey, Target }));
  }
  await gateway.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  return api.ApiEndpoint!;
}

async function createIntegration(ApiId: string, functionArn: string): Promise<string> {
  const integration = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
    }),
  );
  return integration.IntegrationId!;
}

if (import.meta.main) {
  console.log(`  The notes app is up: open ${await deploy()}/\n`);
}
