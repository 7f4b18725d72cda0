/** Who may run a function, end to end: an API needs a permission of the function that it asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteResourcePolicyCommand,
  GetPolicyCommand,
  GetResourcePolicyCommand,
  LambdaClient,
  PutResourcePolicyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const ACCOUNT = '000000000000';
const API_ARN = `arn:aws:execute-api:us-east-1:${ACCOUNT}`;
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:fn`;
const FunctionName = 'fn';

async function cloud(t: TestContext) {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const [lambda, gateway] = [new LambdaClient(settings), new ApiGatewayV2Client(settings)];
  t.after(() => [lambda, gateway].forEach((client) => client.destroy()));
  const code =
    'export const handler = async () => ({ statusCode: 200, body: "here", isAuthorized: true });';
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipFiles({ 'index.mjs': code }) },
    }),
  );
  return { lambda, gateway, port, settings };
}

type Cloud = Awaited<ReturnType<typeof cloud>>;

/** An API with `GET /notes/{id}`, which asks the function; its address by path. */
async function api(
  { gateway, port }: Cloud,
  more: { IntegrationUri?: string; CredentialsArn?: string } = {},
) {
  const { ApiId = '' } = await gateway.send(
    new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP' }),
  );
  const { IntegrationId } = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: FUNCTION_ARN,
      PayloadFormatVersion: '2.0',
      ...more,
    }),
  );
  const Target = `integrations/${IntegrationId}`;
  for (const RouteKey of ['GET /notes/{id}', '$default']) {
    await gateway.send(new CreateRouteCommand({ ApiId, RouteKey, Target }));
  }
  await gateway.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  const get = async (path: string) => {
    const url = `http://127.0.0.1:${port}/_aws/execute-api/${ApiId}/$default${path}`;
    const response = await fetch(url, { headers: { authorization: 'me' } });
    return [response.status, await response.text()];
  };
  return { ApiId, Target, get };
}

const permit = ({ lambda }: Cloud, StatementId: string, SourceArn?: string, Qualifier?: string) =>
  lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn,
      Qualifier,
    }),
  );

const OTHER_REVISION = '00000000-0000-4000-8000-000000000000';
const REFUSED = [500, '{"message":"Internal Server Error"}'];
const ANSWERED = [200, 'here'];

test('an API is let through by a permission that names it, its method and its path', async (t) => {
  const surroundings = await cloud(t);
  const { ApiId, get } = await api(surroundings);
  assert.deepEqual(await get('/notes/1'), REFUSED);
  await permit(surroundings, 'other', `${API_ARN}:other/*/*/notes/{id}`);
  await permit(surroundings, 'post', `${API_ARN}:${ApiId}/*/POST/notes/{id}`);
  assert.deepEqual(await get('/notes/1'), REFUSED);
  await permit(surroundings, 'get', `${API_ARN}:${ApiId}/*/GET/notes/{id}`);
  assert.deepEqual(await get('/notes/1'), ANSWERED);
  assert.deepEqual(await get('/elsewhere'), REFUSED);
  await permit(surroundings, 'all', `${API_ARN}:${ApiId}/*/*`);
  assert.deepEqual(await get('/elsewhere'), ANSWERED);
  for (const StatementId of ['get', 'all']) {
    await surroundings.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  }
  assert.deepEqual(await get('/notes/1'), REFUSED);
});

test('a REST API is let through by its method and the path of its resource', async (t) => {
  const surroundings = await cloud(t);
  const { port } = surroundings;
  const rest = new APIGatewayClient(surroundings.settings);
  t.after(() => rest.destroy());
  const { id: restApiId, rootResourceId: parentId } = await rest.send(
    new CreateRestApiCommand({ name: 'a' }),
  );
  const { id: resourceId } = await rest.send(
    new CreateResourceCommand({ restApiId, parentId, pathPart: '{id}' }),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await rest.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  const integration = {
    type: 'AWS_PROXY',
    integrationHttpMethod: 'POST',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`,
  } as const;
  await rest.send(new PutIntegrationCommand({ ...method, ...integration }));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  const url = `http://127.0.0.1:${port}/_aws/execute-api/${restApiId}/prod/1`;
  const status = async () => (await fetch(url)).status;
  assert.equal(await status(), 500);
  await permit(surroundings, 'other', `${API_ARN}:${restApiId}/*/POST/{id}`);
  assert.equal(await status(), 500);
  await permit(surroundings, 'get', `${API_ARN}:${restApiId}/*/GET/{id}`);
  assert.notEqual(await status(), 500);
  await surroundings.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'get' }));
  assert.equal(await status(), 500);
  await permit(surroundings, 'star', `${API_ARN}:${restApiId}/*/GET/*`);
  assert.notEqual(await status(), 500);
});

test('an alias has a policy of its own', async (t) => {
  const surroundings = await cloud(t);
  const alias = { FunctionName, Name: 'live', FunctionVersion: '$LATEST' };
  await surroundings.lambda.send(new CreateAliasCommand(alias));
  const { get } = await api(surroundings, { IntegrationUri: `${FUNCTION_ARN}:live` });
  await permit(surroundings, 'function');
  assert.deepEqual(await get('/notes/1'), REFUSED);
  await permit(surroundings, 'alias', undefined, 'live');
  assert.deepEqual(await get('/notes/1'), ANSWERED);
});

test('an API with a role of its own needs no permission', async (t) => {
  const surroundings = await cloud(t);
  const CredentialsArn = `arn:aws:iam::${ACCOUNT}:role/api`;
  const { get } = await api(surroundings, { CredentialsArn });
  assert.deepEqual(await get('/notes/1'), ANSWERED);
});

test('an authorizer needs a permission for itself', async (t) => {
  const surroundings = await cloud(t);
  const { gateway } = surroundings;
  const { ApiId, Target, get } = await api(surroundings);
  const { AuthorizerId } = await gateway.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: 'gate',
      AuthorizerType: 'REQUEST',
      IdentitySource: ['$request.header.authorization'],
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`,
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
    }),
  );
  await gateway.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: 'GET /gated',
      Target,
      AuthorizationType: 'CUSTOM',
      AuthorizerId,
    }),
  );
  await permit(surroundings, 'route', `${API_ARN}:${ApiId}/*/*/gated`);
  assert.deepEqual(await get('/gated'), REFUSED);
  await permit(surroundings, 'authorizer', `${API_ARN}:${ApiId}/authorizers/${AuthorizerId}`);
  assert.deepEqual(await get('/gated'), ANSWERED);
});

test('a whole policy is put, read and deleted, and is what GetPolicy and APIs see', async (t) => {
  const surroundings = await cloud(t);
  const { lambda } = surroundings;
  const { get } = await api(surroundings);
  const ResourceArn = FUNCTION_ARN;
  await assert.rejects(lambda.send(new GetResourcePolicyCommand({ ResourceArn })), {
    name: 'ResourceNotFoundException',
  });
  const statement = (Effect: string, Sid: string) => ({
    Sid,
    Effect,
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: FUNCTION_ARN,
  });
  const put = (Statement: unknown, RevisionId?: string) =>
    lambda.send(
      new PutResourcePolicyCommand({
        ResourceArn,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
        RevisionId,
      }),
    );
  await permit(surroundings, 'before');
  const { Policy, RevisionId } = await put([statement('Allow', 'allow')]);
  assert.deepEqual(JSON.parse(Policy ?? '').Statement, [statement('Allow', 'allow')]);
  assert.deepEqual(await get('/notes/1'), ANSWERED);
  const known = await lambda.send(new GetPolicyCommand({ FunctionName }));
  assert.deepEqual([known.Policy, known.RevisionId], [Policy, RevisionId]);
  await assert.rejects(put([], OTHER_REVISION), { name: 'PreconditionFailedException' });
  await put([statement('Allow', 'allow'), statement('Deny', 'deny')], RevisionId);
  assert.deepEqual(await get('/notes/1'), REFUSED);
  for (const wrong of ['x', [{ Effect: 'Allow' }], { ...statement('Maybe', 's') }]) {
    await assert.rejects(put(wrong), { name: 'InvalidParameterValueException' });
  }
  await lambda.send(new DeleteResourcePolicyCommand({ ResourceArn }));
  await assert.rejects(lambda.send(new GetPolicyCommand({ FunctionName })), {
    name: 'ResourceNotFoundException',
  });
});
