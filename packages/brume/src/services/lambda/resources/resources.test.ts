import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipFiles } from '../code/zip.fixture.ts';
import { ARN, startLambda, until, type TestLambda } from '../service.fixture.ts';

const FunctionName = 'fn';

const code = (n: number) =>
  zipFiles({
    'index.mjs': `export const handler = async (e, c) => [${n}, c.functionVersion, c.invokedFunctionArn];`,
  });

async function startWithVersions(lambda: TestLambda): Promise<void> {
  await lambda.create(FunctionName, code(1));
  await lambda.call('PublishVersion', { FunctionName });
  await lambda.call('UpdateFunctionCode', { FunctionName, ZipFile: code(2) });
  await lambda.call('PublishVersion', { FunctionName, Description: 'second' });
}

test('versions keep code and settings, and are listed after $LATEST', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  await lambda.call('UpdateFunctionCode', { FunctionName, ZipFile: code(3) });
  assert.deepEqual((await lambda.invoke('fn:1')).payload, [1, '1', `${ARN}:fn:1`]);
  assert.deepEqual((await lambda.invoke(`${ARN}:fn:2`)).payload, [2, '2', `${ARN}:fn:2`]);
  assert.deepEqual((await lambda.invoke('fn')).payload, [3, '$LATEST', `${ARN}:fn`]);
  assert.equal((await lambda.invoke('fn:1')).version, '1');
  const { Versions } = await lambda.call('ListVersionsByFunction', { FunctionName });
  assert.deepEqual(
    Versions?.map(({ Version, FunctionArn, Description }) => [Version, FunctionArn, Description]),
    [
      ['$LATEST', `${ARN}:fn:$LATEST`, ''],
      ['1', `${ARN}:fn:1`, ''],
      ['2', `${ARN}:fn:2`, 'second'],
    ],
  );
  const all = await lambda.call('ListFunctions', { FunctionVersion: 'ALL' });
  assert.deepEqual(
    all.Functions?.map(({ Version }) => Version),
    ['$LATEST', '1', '2'],
  );
});

test('publishing without a change answers the newest version again', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const again = await lambda.call('PublishVersion', { FunctionName, Description: 'other' });
  assert.equal(again.Version, '2');
  assert.equal(again.FunctionArn, `${ARN}:fn:2`);
  assert.equal(again.State, 'Active');
  assert.equal(again.LastUpdateStatus, 'Successful');
  await assert.rejects(lambda.call('PublishVersion', { FunctionName, CodeSha256: 'wrong' }), {
    code: 'InvalidParameterValueException',
    message: /^CodeSHA256 \(wrong\) is different from current CodeSHA256 in \$LATEST \(.{44}\)\. /,
  });
  await lambda.call('UpdateFunctionConfiguration', { FunctionName, Description: 'new' });
  assert.equal((await lambda.call('PublishVersion', { FunctionName })).Version, '3');
});

test('creating and updating with Publish make pending versions that become active', async (t) => {
  const lambda = await startLambda(t);
  const created = await lambda.create(FunctionName, code(1), { Publish: true });
  assert.equal(created.Version, '1');
  assert.equal(created.FunctionArn, `${ARN}:fn`);
  assert.equal(created.State, 'Pending');
  const updated = await lambda.call('UpdateFunctionCode', {
    FunctionName,
    ZipFile: code(2),
    Publish: true,
  });
  assert.equal(updated.FunctionArn, `${ARN}:fn:2`);
  assert.equal(updated.State, 'Pending');
  for (const Qualifier of ['1', '2', '$LATEST']) {
    await until(async () => {
      const found = await lambda.call('GetFunctionConfiguration', { FunctionName, Qualifier });
      return found.State === 'Active' && found.LastUpdateStatus === 'Successful';
    });
  }
});

test('a deleted version is gone, its number is not used again, its code only if unshared', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  await lambda.call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  const remove = () => lambda.call('DeleteFunction', { FunctionName, Qualifier: '1' });
  await assert.rejects(remove(), {
    code: 'ResourceConflictException',
    message: 'Unable to delete version because the following aliases reference it: [live]',
  });
  await lambda.call('DeleteAlias', { FunctionName, Name: 'live' });
  await remove();
  await remove();
  await assert.rejects(lambda.invoke('fn:1'), { message: `Function not found: ${ARN}:fn:1` });
  await lambda.call('DeleteFunction', { FunctionName, Qualifier: '2' });
  assert.equal((await lambda.call('PublishVersion', { FunctionName })).Version, '3');
  assert.deepEqual((await lambda.invoke('fn:3')).payload, [2, '3', `${ARN}:fn:3`]);
});

test('an alias can be created, moved and deleted, and runs what it points to', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const alias = { FunctionName, Name: 'live' };
  const created = await lambda.call('CreateAlias', { ...alias, FunctionVersion: '1' });
  const { RevisionId, ...rest } = created;
  assert.deepEqual(rest, {
    AliasArn: `${ARN}:fn:live`,
    Name: 'live',
    FunctionVersion: '1',
    Description: '',
    RoutingConfig: undefined,
  });
  assert.deepEqual(await lambda.call('GetAlias', alias), created);
  assert.deepEqual((await lambda.invoke('fn:live')).payload, [1, '1', `${ARN}:fn:live`]);
  await assert.rejects(lambda.call('CreateAlias', { ...alias, FunctionVersion: '1' }), {
    code: 'ResourceConflictException',
    message: `Alias already exists: ${ARN}:fn:live`,
  });
  await lambda.call('UpdateAlias', { ...alias, FunctionVersion: '2', RevisionId });
  assert.equal((await lambda.invoke('fn:live')).version, '2');
  await assert.rejects(lambda.call('UpdateAlias', { ...alias, RevisionId }), {
    code: 'PreconditionFailedException',
  });
  const { Aliases } = await lambda.call('ListAliases', { FunctionName });
  assert.deepEqual(Aliases, [await lambda.call('GetAlias', alias)]);
  await lambda.call('DeleteAlias', alias);
  await lambda.call('DeleteAlias', alias);
  await assert.rejects(lambda.call('GetAlias', alias), {
    message: `Cannot find alias arn: ${ARN}:fn:live`,
  });
  await assert.rejects(lambda.call('UpdateAlias', alias), {
    message: `Alias not found: ${ARN}:fn:live`,
  });
  await assert.rejects(lambda.invoke('fn:live'), {
    message: `Function not found: ${ARN}:fn:live`,
  });
});

test('a weighted alias runs both versions', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const alias = { FunctionName, Name: 'split', FunctionVersion: '1' };
  const RoutingConfig = { AdditionalVersionWeights: { '2': 0.5 } };
  const created = await lambda.call('CreateAlias', { ...alias, RoutingConfig });
  assert.deepEqual(created.RoutingConfig, RoutingConfig);
  const seen = new Set<string | undefined>();
  // Fails by chance once in 2^99.
  for (let i = 0; i < 100 && seen.size < 2; i++)
    seen.add((await lambda.invoke('fn:split')).version);
  assert.deepEqual(seen, new Set(['1', '2']));
});

test('aliases of what is not there, and impossible routings, are refused', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const create = (FunctionVersion: string, weights?: Record<string, number>, name = FunctionName) =>
    lambda.call('CreateAlias', {
      FunctionName: name,
      Name: 'custom',
      FunctionVersion,
      RoutingConfig: weights && { AdditionalVersionWeights: weights },
    });
  // Recorded from AWS 2025-11-25 (TestLambdaAlias::test_notfound_and_invalid_routingconfigs).
  await assert.rejects(create('1', { '1': 0.8, '2': 0.2 }), {
    message: 'Number of items in AdditionalVersionWeights cannot be greater than 1',
  });
  await assert.rejects(create('1', { '1': 0.5 }), {
    message:
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
  });
  await assert.rejects(create('$LATEST', { '1': 0.5 }), {
    message: '$LATEST is not supported for an alias pointing to more than 1 version',
  });
  await assert.rejects(create('10'), { message: `Function not found: ${ARN}:fn:10` });
  await assert.rejects(create('1', { '10': 0.5 }), { message: `Function not found: ${ARN}:fn:10` });
  await assert.rejects(create('1', undefined, 'no'), {
    message: `Function not found: ${ARN}:no:1`,
  });
  assert.equal((await create('$LATEST')).FunctionVersion, '$LATEST');
});

test('permissions make a policy, and each change a revision', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const permission = {
    FunctionName,
    StatementId: 's3',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: 'arn:aws:s3:::bucket',
    SourceAccount: '111111111111',
  };
  const { Statement } = await lambda.call('AddPermission', permission);
  const statement = {
    Sid: 's3',
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: `${ARN}:fn`,
    Condition: {
      StringEquals: { 'AWS:SourceAccount': '111111111111' },
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
    },
  };
  assert.deepEqual(JSON.parse(Statement ?? ''), statement);
  const { Policy, RevisionId } = await lambda.call('GetPolicy', { FunctionName });
  assert.deepEqual(JSON.parse(Policy ?? ''), {
    Version: '2012-10-17',
    Id: 'default',
    Statement: [statement],
  });
  const { Configuration } = await lambda.call('GetFunction', { FunctionName });
  assert.equal(Configuration?.RevisionId, RevisionId);
  await assert.rejects(lambda.call('AddPermission', permission), {
    code: 'ResourceConflictException',
    message:
      'The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.',
  });
  await lambda.call('UpdateFunctionConfiguration', { FunctionName, Timeout: 5 });
  assert.equal((await lambda.call('PublishVersion', { FunctionName })).Version, '3');
  await assert.rejects(lambda.call('GetPolicy', { FunctionName, Qualifier: '3' }), {
    message: 'The resource you requested does not exist.',
  });
  const remove = { FunctionName, StatementId: 's3' };
  await assert.rejects(lambda.call('RemovePermission', { ...remove, RevisionId: 'other' }), {
    code: 'PreconditionFailedException',
  });
  await lambda.call('RemovePermission', remove);
  await assert.rejects(lambda.call('GetPolicy', { FunctionName }), {
    code: 'ResourceNotFoundException',
  });
  await assert.rejects(lambda.call('RemovePermission', remove), {
    message: 'No policy is associated with the given resource.',
  });
});

// RJPearson94/terraform-aws-open-next issue 73, 2026-08-14.
test('the kind of a URL goes with the permission to call it alone', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', code(1));
  const permission = { FunctionName, StatementId: 's', Principal: '*' };
  const FunctionUrlAuthType = 'NONE' as const;
  const add = (Action: string) =>
    lambda.call('AddPermission', { ...permission, Action, FunctionUrlAuthType });
  await assert.rejects(add('lambda:InvokeFunction'), {
    code: 'InvalidParameterValueException',
    message: 'FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
  });
  await add('lambda:InvokeFunctionUrl');
});

test('a list of the aliases of one version has full pages', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  for (const [Name, FunctionVersion] of Object.entries({ a: '1', b: '2', c: '1', d: '2' })) {
    await lambda.call('CreateAlias', { FunctionName, Name, FunctionVersion });
  }
  const asked = { FunctionName, FunctionVersion: '2', MaxItems: 1 };
  const first = await lambda.call('ListAliases', asked);
  const second = await lambda.call('ListAliases', { ...asked, Marker: first.NextMarker });
  const names = [first, second].map((page) => page.Aliases?.map(({ Name }) => Name));
  assert.deepEqual(names, [['b'], ['d']]);
});

// "Amazon S3 – An Amazon S3 bucket (on failure only)": invocation-async-retain-records.html.
test('a bucket is told of failures alone', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', code(1));
  const to = { Destination: 'arn:aws:s3:::b' };
  const put = (DestinationConfig: object) =>
    lambda.call('PutFunctionEventInvokeConfig', { FunctionName, DestinationConfig });
  await assert.rejects(put({ OnSuccess: to }), {
    message:
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::b), onFailure=null) is invalid.',
  });
  await put({ OnFailure: to });
  // It would be run on nobody's say-so.
  const Destination = 'arn:aws:lambda:us-east-1:222222222222:function:other';
  await assert.rejects(put({ OnFailure: { Destination } }), { code: 'NotImplemented' });
});

test('permissions of versions and aliases, and what is not there', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  await lambda.call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  const base = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '111111111111' };
  const add = (Qualifier: string | undefined, name = FunctionName) =>
    lambda.call('AddPermission', { ...base, FunctionName: name, Qualifier });
  for (const qualifier of ['1', 'live']) {
    const { Resource, Principal } = JSON.parse((await add(qualifier)).Statement ?? '');
    assert.equal(Resource, `${ARN}:fn:${qualifier}`);
    assert.deepEqual(Principal, { AWS: 'arn:aws:iam::111111111111:root' });
    await lambda.call('GetPolicy', { FunctionName, Qualifier: qualifier });
  }
  assert.equal((await lambda.invoke('fn:live')).version, '1');
  // Recorded from AWS 2025-11-25 (TestLambdaPermissions::test_permission_exceptions).
  await assert.rejects(add('$LATEST'), {
    message: 'We currently do not support adding policies for $LATEST.',
  });
  await assert.rejects(add('42'), { message: `Function not found: ${ARN}:fn:42` });
  await assert.rejects(add('alias-doesnotexist'), {
    message: `Cannot find alias arn: ${ARN}:fn:alias-doesnotexist`,
  });
  await assert.rejects(add('with-$-sign'), {
    message: `Function not found: ${ARN}:fn:with-$-sign`,
  });
  await assert.rejects(add(undefined, 'no'), { message: `Function not found: ${ARN}:no` });
  await assert.rejects(lambda.call('RemovePermission', { FunctionName: 'no', StatementId: 's' }), {
    message: `No policy found for: ${ARN}:no`,
  });
  await assert.rejects(
    lambda.call('AddPermission', { ...base, FunctionName, Principal: 'not valid' }),
    {
      message: 'The provided principal was invalid. Please check the principal and try again.',
    },
  );
});

test('the account settings count functions, code and reservations', async (t) => {
  const lambda = await startLambda(t);
  await startWithVersions(lambda);
  const reservation = { FunctionName, ReservedConcurrentExecutions: 10 };
  await lambda.call('PutFunctionConcurrency', reservation);
  const { AccountLimit, AccountUsage } = await lambda.call('GetAccountSettings', {});
  assert.deepEqual(AccountLimit, {
    TotalCodeSize: 80530636800,
    CodeSizeUnzipped: 262144000,
    CodeSizeZipped: 52428800,
    ConcurrentExecutions: 1000,
    UnreservedConcurrentExecutions: 990,
  });
  const sizes = code(1).length + 2 * code(2).length;
  assert.deepEqual(AccountUsage, { FunctionCount: 1, TotalCodeSize: sizes });
  await lambda.call('DeleteFunction', { FunctionName });
  const after = await lambda.call('GetAccountSettings', {});
  assert.equal(after.AccountLimit?.UnreservedConcurrentExecutions, 1000);
  assert.deepEqual(after.AccountUsage, { FunctionCount: 0, TotalCodeSize: 0 });
});
