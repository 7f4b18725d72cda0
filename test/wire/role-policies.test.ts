/** Policies that name a role, asked by a session of it that STS has given out. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as gateway from '@aws-sdk/client-api-gateway';
import * as functions from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { Sha256 } from '../support/sha256.ts';

const ROLES = ['Reader', 'team/Writer'].map((name) => `arn:aws:iam::444455556666:role/${name}`);
const [READER, WRITER] = ROLES as [string, string];

async function cloud(t: TestContext) {
  const brume = await createBrume({ port: 0, memory: true, auth: 'enforce', isolation: 'process' });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const sts = new STSClient(settings);
  t.after(() => sts.destroy());
  /** Calls an address as a session of a role; returns the status. */
  const callAs = async (RoleArn: string, service: string, address: string) => {
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' });
    const { Credentials: issued } = await sts.send(assume);
    const credentials = {
      accessKeyId: issued?.AccessKeyId ?? '',
      secretAccessKey: issued?.SecretAccessKey ?? '',
      sessionToken: issued?.SessionToken ?? '',
    };
    const signer = new SignatureV4({ credentials, region: 'us-east-1', service, sha256: Sha256 });
    const { host, hostname, pathname } = new URL(address);
    const { headers } = await signer.sign({
      ...{ method: 'GET', protocol: 'http:', hostname, path: pathname },
      headers: { host },
    });
    const answer = await fetch(address, { headers });
    return [answer.status, await answer.text()] as const;
  };
  return { settings, endpoint, callAs };
}

test('an API lets the sessions of a role in, and others out, by the role’s name', async (t) => {
  const { settings, endpoint, callAs } = await cloud(t);
  const client = new gateway.APIGatewayClient(settings);
  t.after(() => client.destroy());
  const { id: restApiId = '', rootResourceId: resourceId = '' } = await client.send(
    new gateway.CreateRestApiCommand({ name: 'roles' }),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await client.send(new gateway.PutMethodCommand({ ...method, authorizationType: 'AWS_IAM' }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await client.send(
    new gateway.PutIntegrationCommand({ ...method, type: 'MOCK', requestTemplates }),
  );
  await client.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  const answers = async (...Statement: object[]) => {
    const value = JSON.stringify({ Version: '2012-10-17', Statement });
    const patchOperations = [{ op: 'replace' as const, path: '/policy', value }];
    await client.send(new gateway.UpdateRestApiCommand({ restApiId, patchOperations }));
    await client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
    const url = `${endpoint}/_aws/execute-api/${restApiId}/dev/`;
    return Promise.all(ROLES.map(async (role) => (await callAs(role, 'execute-api', url))[0]));
  };
  const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  assert.deepEqual(await answers({ ...all, Principal: { AWS: READER } }), [200, 403]);
  assert.deepEqual(await answers({ ...all, Principal: { AWS: WRITER } }), [403, 200]);
  const deny = { ...all, Effect: 'Deny' };
  assert.deepEqual(await answers(all, { ...deny, Principal: { AWS: READER } }), [403, 200]);
  const Condition = { ArnNotEquals: { 'aws:PrincipalArn': READER } };
  assert.deepEqual(await answers(all, { ...deny, Condition }), [200, 403]);
  const until = (time: string) => ({ DateLessThan: { 'aws:CurrentTime': time } });
  const past = { ...deny, Condition: until('2020-01-01T00:00:00Z') };
  assert.deepEqual(await answers(all, past), [200, 200]);
  assert.deepEqual(await answers(all, { ...deny, Condition: until('2999-01-01') }), [403, 403]);
});

test('a function’s URL lets the sessions of a role of another account in by the role’s name', async (t) => {
  const { settings, callAs } = await cloud(t);
  const client = new functions.LambdaClient(settings);
  t.after(() => client.destroy());
  const FunctionName = 'fn';
  await client.send(
    new functions.CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler' },
      Role: 'arn:aws:iam::000000000000:role/r',
      Code: { ZipFile: zipFiles({ 'index.mjs': 'export const handler = () => "hello";' }) },
    }),
  );
  const { FunctionUrl = '' } = await client.send(
    new functions.CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }),
  );
  await client.send(
    new functions.AddPermissionCommand({
      ...{ FunctionName, StatementId: 'role', Action: 'lambda:InvokeFunctionUrl' },
      ...{ Principal: WRITER, FunctionUrlAuthType: 'AWS_IAM' },
    }),
  );
  // "Starting in October 2025, new function URLs will require both" (urls-auth.html).
  assert.equal((await callAs(WRITER, 'lambda', FunctionUrl))[0], 403);
  await client.send(
    new functions.AddPermissionCommand({
      ...{ FunctionName, StatementId: 'role-2', Action: 'lambda:InvokeFunction' },
      ...{ Principal: WRITER, InvokedViaFunctionUrl: true },
    }),
  );
  assert.equal((await callAs(READER, 'lambda', FunctionUrl))[0], 403);
  assert.deepEqual(await callAs(WRITER, 'lambda', FunctionUrl), [200, 'hello']);
});
