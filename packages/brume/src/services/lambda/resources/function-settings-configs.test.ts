import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, startLambda } from '../service.fixture.ts';
import { zipFiles } from '../code/zip.fixture.ts';

const FunctionName = 'fn';
const CODE = { 'index.mjs': 'export const handler = async () => 1;' };
const SigningProfileVersionArns = [
  'arn:aws:signer:us-east-1:111111111111:/signing-profiles/p/version1',
];

test('code without a trusted signature is refused by Enforce, and told of by Warn', async (t) => {
  const lambda = await startLambda(t);
  const { CodeSigningConfig } = await lambda.call('CreateCodeSigningConfig', {
    AllowedPublishers: { SigningProfileVersionArns },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    Tags: { a: 'b' },
  });
  const { CodeSigningConfigArn } = CodeSigningConfig;
  const refused = { code: 'CodeVerificationFailedException' };
  await assert.rejects(lambda.create(FunctionName, CODE, { CodeSigningConfigArn }), refused);
  await lambda.create(FunctionName, CODE);
  await lambda.call('PutFunctionCodeSigningConfig', { FunctionName, CodeSigningConfigArn });
  // What is there already goes on running.
  assert.equal((await lambda.invoke(FunctionName)).payload, 1);
  const update = () => lambda.call('UpdateFunctionCode', { FunctionName, ZipFile: zipFiles(CODE) });
  await assert.rejects(update(), refused);
  const layer = await lambda.call('PublishLayerVersion', {
    LayerName: 'l',
    Content: { ZipFile: zipFiles({ a: 'a' }) },
  });
  const Layers = [layer.LayerVersionArn ?? ''];
  const addLayer = () => lambda.call('UpdateFunctionConfiguration', { FunctionName, Layers });
  await assert.rejects(addLayer(), refused);
  await lambda.call('UpdateCodeSigningConfig', {
    CodeSigningConfigArn,
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
  });
  await update();
  await addLayer();
  assert.ok(lambda.logged.includes('warn Code without a trusted signature is deployed'));
});

test('a configuration that a function has cannot be deleted until the function is', async (t) => {
  const lambda = await startLambda(t);
  const { CodeSigningConfig } = await lambda.call('CreateCodeSigningConfig', {
    AllowedPublishers: { SigningProfileVersionArns },
    Tags: { a: 'b' },
  });
  const { CodeSigningConfigArn } = CodeSigningConfig;
  const { Tags } = await lambda.call('ListTags', { Resource: CodeSigningConfigArn });
  assert.deepEqual(Tags, { a: 'b' });
  await lambda.create(FunctionName, CODE, { CodeSigningConfigArn });
  const functions = async () =>
    (await lambda.call('ListFunctionsByCodeSigningConfig', { CodeSigningConfigArn })).FunctionArns;
  assert.deepEqual(await functions(), [`${ARN}:fn`]);
  const remove = () => lambda.call('DeleteCodeSigningConfig', { CodeSigningConfigArn });
  await assert.rejects(remove(), { code: 'ResourceConflictException' });
  await lambda.call('DeleteFunction', { FunctionName });
  assert.deepEqual(await functions(), []);
  await remove();
  await assert.rejects(functions(), { code: 'ResourceNotFoundException' });
});

test('runtime management is kept for $LATEST and for versions', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(FunctionName, CODE);
  await lambda.call('PublishVersion', { FunctionName });
  const get = (Qualifier?: string) =>
    lambda.call('GetRuntimeManagementConfig', { FunctionName, Qualifier });
  const latest = { FunctionArn: `${ARN}:fn:$LATEST`, UpdateRuntimeOn: 'Auto' };
  assert.deepEqual(await get(), latest);
  const RuntimeVersionArn = 'arn:aws:lambda:us-east-1::runtime:0123';
  const manual = { UpdateRuntimeOn: 'Manual' as const, RuntimeVersionArn };
  const put = (settings: object) =>
    lambda.call('PutRuntimeManagementConfig', { FunctionName, ...manual, ...settings });
  await put({ Qualifier: '1' });
  assert.deepEqual(await get('1'), { ...manual, FunctionArn: `${ARN}:fn:1` });
  assert.deepEqual(await get(), latest);
  const wrong = { code: 'InvalidParameterValueException' };
  await assert.rejects(put({ UpdateRuntimeOn: 'Auto' }), wrong);
  await assert.rejects(put({ RuntimeVersionArn: undefined }), wrong);
  await assert.rejects(put({ Qualifier: '2' }), { code: 'ResourceNotFoundException' });
});
