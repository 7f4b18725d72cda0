import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, startLambda } from '../service.fixture.ts';

const files = { 'index.mjs': 'export const handler = async () => 1;' };
const FunctionName = 'fn';

test('a URL goes through its life as recorded from AWS', async (t) => {
  // Recorded 2025-11-25: TestLambdaUrl::test_url_config_lifecycle.
  const { create, call } = await startLambda(t);
  await create(FunctionName, files);
  const created = await call('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE' });
  const { FunctionUrl, CreationTime, ...rest } = JSON.parse(JSON.stringify(created));
  assert.match(FunctionUrl, /^http:\/\/127\.0\.0\.1:4566\/_aws\/lambda-url\/[a-z2-7]{32}\/$/);
  assert.deepEqual(rest, { AuthType: 'NONE', FunctionArn: `${ARN}:fn` });
  await assert.rejects(call('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE' }), {
    code: 'ResourceConflictException',
    message: `Failed to create function url config for [functionArn = ${ARN}:fn]. Error message:  FunctionUrlConfig exists for this Lambda function`,
  });
  const read = await call('GetFunctionUrlConfig', { FunctionName });
  assert.deepEqual(
    { ...read, Cors: null },
    { ...created, Cors: null, InvokeMode: 'BUFFERED', LastModifiedTime: CreationTime },
  );
  const AuthType = 'AWS_IAM';
  const updated = await call('UpdateFunctionUrlConfig', { FunctionName, AuthType });
  assert.equal(updated.AuthType, 'AWS_IAM');
  assert.equal(updated.FunctionUrl, FunctionUrl);
  await call('DeleteFunctionUrlConfig', { FunctionName });
  await assert.rejects(call('GetFunctionUrlConfig', { FunctionName }), {
    code: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
  });
});

test('a function and each alias have their own, listed page by page', async (t) => {
  const { create, call } = await startLambda(t);
  const missing = { code: 'ResourceNotFoundException', message: 'Function does not exist' };
  await assert.rejects(call('ListFunctionUrlConfigs', { FunctionName }), missing);
  await assert.rejects(
    call('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE' }),
    missing,
  );
  await create(FunctionName, files, { Publish: true });
  await call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  const Qualifier = 'live';
  await call('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE' });
  await call('CreateFunctionUrlConfig', { FunctionName, Qualifier, AuthType: 'NONE' });
  const first = await call('ListFunctionUrlConfigs', { FunctionName, MaxItems: 1 });
  assert.deepEqual(
    first.FunctionUrlConfigs.map((config) => config.FunctionArn),
    [`${ARN}:fn`],
  );
  const second = await call('ListFunctionUrlConfigs', { FunctionName, Marker: first.NextMarker });
  assert.equal(second.FunctionUrlConfigs[0]?.FunctionArn, `${ARN}:fn:live`);
  assert.equal(second.NextMarker, undefined);
  await call('DeleteFunction', { FunctionName });
  await create(FunctionName, files);
  const { FunctionUrlConfigs } = await call('ListFunctionUrlConfigs', { FunctionName });
  assert.deepEqual(FunctionUrlConfigs, []);
});
