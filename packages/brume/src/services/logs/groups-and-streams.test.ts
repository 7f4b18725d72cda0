import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, NOW_MS, startLogs } from './logs.fixture.ts';

const ARN = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:g`;

test('a group is described as AWS describes it, and with less for a pattern', async (t) => {
  const { call } = startLogs(t);
  await call('CreateLogGroup', { logGroupName: 'g' });
  // Recorded 2026-02-03: test_describe_log_groups_with_prefix, …_with_pattern.
  const brief = {
    arn: `${ARN}:*`,
    creationTime: NOW_MS,
    logGroupArn: ARN,
    logGroupClass: 'STANDARD',
    logGroupName: 'g',
    metricFilterCount: 0,
  };
  const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: 'g' });
  const whole = { ...brief, storedBytes: 0, deletionProtectionEnabled: false };
  assert.deepEqual(JSON.parse(JSON.stringify(logGroups)), [whole]);
  const found = await call('DescribeLogGroups', { logGroupNamePattern: 'g' });
  assert.deepEqual(JSON.parse(JSON.stringify(found.logGroups)), [brief]);
  assert.deepEqual((await call('DescribeLogGroups', { logGroupNamePattern: 'x' })).logGroups, []);
});

test('groups and streams are there once', async (t) => {
  const { call, prepare } = startLogs(t);
  await prepare('s');
  await assert.rejects(call('CreateLogGroup', { logGroupName: 'g' }), {
    code: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await assert.rejects(call('CreateLogStream', { logGroupName: 'g', logStreamName: 's' }), {
    code: 'ResourceAlreadyExistsException',
    message: 'The specified log stream already exists',
  });
});

test('a stream is described by the group’s name and by its ARN, not by both', async (t) => {
  const { call, prepare } = startLogs(t);
  await prepare('s');
  const stream = {
    arn: `${ARN}:log-stream:s`,
    creationTime: NOW_MS,
    logStreamName: 's',
    storedBytes: 0,
  };
  for (const input of [
    { logGroupName: 'g' },
    { logGroupIdentifier: 'g' },
    { logGroupIdentifier: ARN },
  ]) {
    const { logStreams } = await call('DescribeLogStreams', input);
    assert.deepEqual(JSON.parse(JSON.stringify(logStreams)), [stream]);
  }
  const both = { logGroupName: 'g', logGroupIdentifier: ARN };
  await assert.rejects(call('DescribeLogStreams', both), {
    code: 'ValidationException',
    message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
  });
});

test('what is not there is AWS’s ResourceNotFoundException', async (t) => {
  const { call, prepare, put } = startLogs(t);
  const group = {
    code: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  };
  const stream = {
    code: 'ResourceNotFoundException',
    message: 'The specified log stream does not exist.',
  };
  const named = { logGroupName: 'g', logStreamName: 's' };
  await assert.rejects(call('GetLogEvents', named), group);
  await assert.rejects(put('s', [0, 'x']), group);
  await assert.rejects(call('DeleteLogGroup', { logGroupName: 'g' }), group);
  await assert.rejects(call('FilterLogEvents', { logGroupName: 'g' }), group);
  await assert.rejects(call('DescribeLogStreams', { logGroupName: 'g' }), group);
  await prepare();
  await assert.rejects(call('GetLogEvents', named), stream);
  await assert.rejects(put('s', [0, 'x']), stream);
  await assert.rejects(call('DeleteLogStream', named), stream);
  const filtered = call('FilterLogEvents', { logGroupName: 'g', logStreamNames: ['s'] });
  await assert.rejects(filtered, stream);
});

test('lists go page by page, also when what a token stands for is gone', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('a', 'b', 'c');
  const named = { logGroupName: 'g', limit: 1 };
  const first = await call('DescribeLogStreams', named);
  await call('DeleteLogStream', { logGroupName: 'g', logStreamName: 'a' });
  const second = await call('DescribeLogStreams', { ...named, nextToken: first.nextToken });
  assert.equal(second.logStreams?.[0]?.logStreamName, 'b');
  const rest = { logGroupName: 'g', nextToken: second.nextToken };
  const last = await call('DescribeLogStreams', rest);
  assert.equal(last.logStreams?.length, 1);
  assert.equal(last.nextToken, undefined);
  await put('c', [5, 'x']);
  await put('b', [9, 'x']);
  const byTime = { ...named, orderBy: 'LastEventTime', descending: true } as const;
  const newest = await call('DescribeLogStreams', byTime);
  assert.equal(newest.logStreams?.[0]?.logStreamName, 'b');
  const older = await call('DescribeLogStreams', { ...byTime, nextToken: newest.nextToken });
  assert.equal(older.logStreams?.[0]?.logStreamName, 'c');
  assert.equal(older.nextToken, undefined);
  const bad = call('DescribeLogStreams', { ...named, nextToken: 'x' });
  await assert.rejects(bad, { message: 'The specified nextToken is invalid.' });
  await assert.rejects(call('DescribeLogStreams', { ...byTime, logStreamNamePrefix: 'a' }), {
    message: 'Cannot order by LastEventTime with a logStreamNamePrefix.',
  });
});

test('a prefix and a pattern for groups exclude each other', async (t) => {
  const { call } = startLogs(t);
  const both = { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' };
  await assert.rejects(call('DescribeLogGroups', both), {
    code: 'InvalidParameterException',
    message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
  });
});

test('groups are listed by patterns of names, and by tags', async (t) => {
  const { call } = startLogs(t);
  for (const logGroupName of ['/aws/lambda/one', '/aws/lambda/two', 'other']) {
    await call('CreateLogGroup', { logGroupName, tags: { name: logGroupName } });
  }
  const names = async (input: object) =>
    (await call('ListLogGroups', input)).logGroups?.map((group) => group.logGroupName);
  assert.deepEqual(await names({ logGroupNamePattern: '^/aws|^aws' }), [
    '/aws/lambda/one',
    '/aws/lambda/two',
  ]);
  assert.deepEqual(await names({ logGroupNamePattern: 'two|ther' }), ['/aws/lambda/two', 'other']);
  const logGroupTags = [{ key: 'name', values: ['other'] }];
  assert.deepEqual(await names({ logGroupTags }), ['other']);
  assert.deepEqual(await names({ logGroupTags: [{ key: 'constructor' }] }), []);
});

test('tags are put, listed and removed by ARN and by name', async (t) => {
  const { call } = startLogs(t);
  await call('CreateLogGroup', { logGroupName: 'g', tags: { env: 'testing' } });
  const tags = async () => (await call('ListTagsForResource', { resourceArn: ARN })).tags;
  assert.deepEqual(await tags(), { env: 'testing' });
  await call('TagResource', { resourceArn: ARN, tags: { a: '1', b: '2' } });
  await call('TagLogGroup', { logGroupName: 'g', tags: { c: '3' } });
  await call('UntagResource', { resourceArn: ARN, tagKeys: ['env', 'a'] });
  await call('UntagLogGroup', { logGroupName: 'g', tags: ['c'] });
  assert.deepEqual(await tags(), { b: '2' });
  assert.deepEqual((await call('ListTagsLogGroup', { logGroupName: 'g' })).tags, { b: '2' });
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, '']));
  await assert.rejects(call('TagResource', { resourceArn: ARN, tags: many }), {
    code: 'TooManyTagsException',
  });
});

test('a protected group is not deleted; deleting takes all that is in it', async (t) => {
  const { call, prepare, put } = startLogs(t);
  await prepare('s');
  await put('s', [0, 'x']);
  const protect = (deletionProtectionEnabled: boolean) =>
    call('PutLogGroupDeletionProtection', { logGroupIdentifier: 'g', deletionProtectionEnabled });
  await protect(true);
  const named = { logGroupName: 'g' };
  await assert.rejects(call('DeleteLogGroup', named), { code: 'ValidationException' });
  await protect(false);
  await call('DeleteLogGroup', named);
  await prepare('s');
  const { events } = await call('GetLogEvents', { ...named, logStreamName: 's' });
  assert.deepEqual(events, []);
});

test('a name that is too long has its own error', async (t) => {
  const { service } = startLogs(t);
  const constraint = { type: 'length', max: 512 } as const;
  const violation = { path: ['logGroupName'], constraint, value: 'x', sensitive: false };
  const error = service.invalidInput?.('CreateLogGroup', [violation]);
  assert.equal(error?.code, 'InvalidParameterException');
  assert.equal(
    error.message,
    'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  );
});
