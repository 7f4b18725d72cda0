import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { UpdateFunctionConfigurationRequest } from '../../../model/generated/lambda.types.ts';
import { zipFiles } from '../code/zip.fixture.ts';
import { CODE_ZIPPED_BYTES_MAX } from '../limits.ts';
import {
  ARN,
  ROLE,
  startLambda,
  until,
  type Settings,
  type TestLambda,
} from '../service.fixture.ts';

const CODE = zipFiles({ 'index.mjs': 'export const handler = async () => 1;' });
const OTHER = zipFiles({ 'index.mjs': 'export const handler = async () => "other";' });

const DOUBLE_QUOTE = 'was expecting double-quote to start field name';
const COLON = 'was expecting a colon to separate field name and value';
const ESCAPED = 'has to be escaped using backslash to be included in string value';

const stateOf = async (lambda: TestLambda, FunctionName: string) => {
  const { State, LastUpdateStatus } = await lambda.call('GetFunctionConfiguration', {
    FunctionName,
  });
  return { State, LastUpdateStatus };
};

test('a new function is pending, then active with another revision', async (t) => {
  const lambda = await startLambda(t);
  const created = await lambda.create('fn', CODE);
  const { LastModified, RevisionId, CodeSha256, RuntimeVersionConfig, ...rest } = created;
  assert.match(LastModified ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  assert.match(CodeSha256 ?? '', /^[A-Za-z0-9+/]{43}=$/);
  assert.match(
    RuntimeVersionConfig?.RuntimeVersionArn ?? '',
    /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/,
  );
  // Members and values as recorded from AWS 2025-11-24 (TestLambdaBaseFeatures::test_function_state).
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
    Architectures: ['x86_64'],
    CodeSize: CODE.length,
    Description: '',
    EphemeralStorage: { Size: 512 },
    FunctionArn: `${ARN}:fn`,
    FunctionName: 'fn',
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fn' },
    MemorySize: 128,
    PackageType: 'Zip',
    Role: ROLE,
    Runtime: 'nodejs24.x',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    State: 'Pending',
    StateReason: 'The function is being created.',
    StateReasonCode: 'Creating',
    Timeout: 3,
    TracingConfig: { Mode: 'PassThrough' },
    Version: '$LATEST',
  });
  await until(async () => (await stateOf(lambda, 'fn')).State === 'Active');
  assert.equal((await stateOf(lambda, 'fn')).LastUpdateStatus, 'Successful');
  const { Configuration } = await lambda.call('GetFunction', { FunctionName: `${ARN}:fn` });
  assert.notEqual(Configuration?.RevisionId, RevisionId);
});

test('an update is in progress, then successful, and guarded by the revision', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE);
  const FunctionName = 'fn';
  const stale = { FunctionName, RevisionId: 'stale' };
  const mismatch = {
    code: 'PreconditionFailedException',
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  };
  await assert.rejects(lambda.call('UpdateFunctionConfiguration', stale), mismatch);
  await assert.rejects(lambda.call('UpdateFunctionCode', { ...stale, ZipFile: CODE }), mismatch);
  const updated = await lambda.call('UpdateFunctionConfiguration', { FunctionName, Timeout: 9 });
  assert.equal(updated.State, 'Active');
  assert.equal(updated.LastUpdateStatus, 'InProgress');
  assert.equal(updated.LastUpdateStatusReasonCode, 'Creating');
  await until(async () => (await stateOf(lambda, 'fn')).LastUpdateStatus === 'Successful');
  const { RevisionId, Timeout, MemorySize } = await lambda.call('GetFunctionConfiguration', {
    FunctionName,
  });
  assert.deepEqual({ Timeout, MemorySize }, { Timeout: 9, MemorySize: 128 });
  const ZipFile = zipFiles({ 'index.mjs': 'export const handler = async () => 2;' });
  await lambda.call('UpdateFunctionCode', { FunctionName, RevisionId, ZipFile, DryRun: true });
  assert.equal((await lambda.invoke('fn')).payload, 1);
  await lambda.call('UpdateFunctionCode', { FunctionName, RevisionId, ZipFile });
  assert.equal((await lambda.invoke('fn')).payload, 2);
});

const REFUSALS: readonly (readonly [string, Settings, object])[] = [
  [
    'a package that is not a zip',
    { Code: { ZipFile: Buffer.from('this is not a zip file, just a random string') } },
    {
      code: 'InvalidParameterValueException',
      message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
    },
  ],
  [
    'a package that is too large',
    { Code: { ZipFile: new Uint8Array(CODE_ZIPPED_BYTES_MAX + 1) } },
    {
      code: 'RequestEntityTooLargeException',
      message: 'Zipped size must be smaller than 52428800 bytes',
    },
  ],
  [
    'a request without code',
    { Code: {} },
    { message: 'Please provide a source for function code.' },
  ],
  [
    'a runtime that has ended',
    { Runtime: 'nodejs12.x' },
    {
      message:
        'The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    },
  ],
  [
    'a runtime that Brume does not have',
    { Runtime: 'dotnet8' },
    { code: 'NotImplemented', status: 501 },
  ],
  [
    'a request without a handler',
    { Handler: undefined },
    {
      message:
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    },
  ],
  [
    'variables of more than 4 KB',
    { Environment: { Variables: { SMALL_VAR: 'ok', LARGE_VAR: 'x'.repeat(4096) } } },
    {
      message: `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"SMALL_VAR":"ok","LARGE_VAR":"${'x'.repeat(4096)}"}`,
    },
  ],
  [
    'a variable of Lambda itself',
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    { message: /Reserved keys used in this request: AWS_REGION$/ },
  ],
  ['more than fifteen minutes', { Timeout: 901 }, { message: /^'Timeout' value failed/ }],
  [
    'a layer that is not there',
    { Layers: ['arn:aws:lambda:us-east-1:111111111111:layer:l:1'] },
    { message: /^Layer version .*:layer:l:1 does not exist\.$/ },
  ],
  ['the layers of AWS', { Layers: ['arn:aws:lambda:::awslayer:l'] }, { code: 'NotImplemented' }],
  [
    'an image with a handler',
    { PackageType: 'Image' },
    {
      message:
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    },
  ],
];

for (const [what, settings, expected] of REFUSALS) {
  test(`CreateFunction refuses ${what}, and nothing stays`, async (t) => {
    const lambda = await startLambda(t);
    await assert.rejects(lambda.create('fn', CODE, settings), expected);
    assert.deepEqual((await lambda.call('ListFunctions', {})).Functions, []);
  });
}

test('a name of more than 64 characters, and one that is taken, are refused', async (t) => {
  const lambda = await startLambda(t);
  const long = 'a'.repeat(65);
  await assert.rejects(lambda.create(long, CODE), {
    code: 'InvalidParameterValueException',
    message: `1 validation error detected: Value '${long}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  });
  await lambda.create(`${ARN}:fn`, CODE);
  await assert.rejects(lambda.create('fn', CODE), {
    code: 'ResourceConflictException',
    message: 'Function already exist: fn',
  });
});

test('functions that are not there are named in the error as they were asked for', async (t) => {
  const lambda = await startLambda(t);
  const code = 'ResourceNotFoundException';
  const message = `Function not found: ${ARN}:no`;
  const FunctionName = 'no';
  await assert.rejects(lambda.call('GetFunction', { FunctionName }), { code, message });
  await assert.rejects(lambda.call('DeleteFunction', { FunctionName }), { code, message });
  await assert.rejects(lambda.call('DeleteFunction', { FunctionName, Qualifier: '3' }), {
    message,
  });
  await assert.rejects(lambda.call('GetFunction', { FunctionName, Qualifier: '$LATEST' }), {
    message: `${message}:$LATEST`,
  });
  // Recorded 2025-11-25 (test_function_name_and_qualifier_validation); in 2023 without `:$LATEST`.
  await assert.rejects(lambda.call('Invoke', { FunctionName }), { message: `${message}:$LATEST` });
  await lambda.create('fn', CODE);
  await assert.rejects(lambda.call('GetFunction', { FunctionName: 'fn', Qualifier: '1221' }), {
    message: `Function not found: ${ARN}:fn:1221`,
  });
});

test('names of another region or account, and two qualifiers, are refused', async (t) => {
  const lambda = await startLambda(t);
  const call = (FunctionName: string, Qualifier?: string) =>
    lambda.call('GetFunction', { FunctionName, Qualifier });
  await assert.rejects(call('arn:aws:lambda:eu-west-1:111111111111:function:fn'), {
    code: 'ResourceNotFoundException',
    message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  });
  await assert.rejects(call('arn:aws:lambda:us-east-1:222222222222:function:fn'), {
    code: 'AccessDeniedException',
  });
  await assert.rejects(call('fn:1', '2'), {
    code: 'InvalidParameterValueException',
    message: 'The derived qualifier from the function name does not match the specified qualifier.',
  });
});

test('the list has all functions, a page at a time, without their states', async (t) => {
  const lambda = await startLambda(t);
  for (const name of ['c', 'a', 'b']) await lambda.create(name, CODE);
  const first = await lambda.call('ListFunctions', { MaxItems: 2 });
  const second = await lambda.call('ListFunctions', { MaxItems: 2, Marker: first.NextMarker });
  const names = [...(first.Functions ?? []), ...(second.Functions ?? [])].map(
    (f) => f.FunctionName,
  );
  assert.deepEqual(names, ['a', 'b', 'c']);
  assert.equal(second.NextMarker, undefined);
  const members = Object.keys(first.Functions?.[0] ?? {});
  for (const absent of ['State', 'LastUpdateStatus', 'RuntimeVersionConfig']) {
    assert.ok(!members.includes(absent), absent);
  }
  for (const asked of [{}, { FunctionVersion: 'ALL' as const }]) {
    await assert.rejects(lambda.call('ListFunctions', { ...asked, Marker: 'AAAA' }), {
      code: 'InvalidParameterValueException',
    });
  }
});

test('a list of all versions counts each of them, and of copies at the edge there are none', async (t) => {
  const lambda = await startLambda(t);
  for (const name of ['a', 'b', 'c']) await lambda.create(name, CODE, { Publish: name !== 'b' });
  await lambda.call('UpdateFunctionCode', { FunctionName: 'a', ZipFile: OTHER, Publish: true });
  const asked = { FunctionVersion: 'ALL' } as const;
  const pages: string[][] = [];
  let Marker: string | undefined;
  do {
    const page = await lambda.call('ListFunctions', { ...asked, MaxItems: 2, Marker });
    pages.push((page.Functions ?? []).map((f) => `${f.FunctionName}:${f.Version}`));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  assert.deepEqual(pages, [
    ['a:$LATEST', 'a:1'],
    ['a:2', 'b:$LATEST'],
    ['c:$LATEST', 'c:1'],
  ]);
  const { Functions } = await lambda.call('ListFunctions', { ...asked, MasterRegion: 'us-east-1' });
  assert.deepEqual(Functions, []);
  await assert.rejects(lambda.call('ListFunctions', { MasterRegion: 'us-east-1' }), {
    code: 'InvalidParameterValueException',
  });
  const versions = { FunctionName: 'a', MaxItems: 1 };
  const first = await lambda.call('ListVersionsByFunction', versions);
  const rest = { ...versions, Marker: first.NextMarker };
  const second = await lambda.call('ListVersionsByFunction', rest);
  const listed = [first, second].map((page) => page.Versions?.map(({ Version }) => Version));
  assert.deepEqual(listed, [['$LATEST'], ['1']]);
});

test('code that is only tried out is measured and changes nothing', async (t) => {
  const lambda = await startLambda(t);
  const before = await lambda.create('fn', CODE);
  const change = { FunctionName: 'fn', ZipFile: OTHER };
  const tried = await lambda.call('UpdateFunctionCode', { ...change, DryRun: true });
  assert.equal(tried.CodeSize, OTHER.length);
  const { CodeSha256 } = await lambda.call('GetFunctionConfiguration', { FunctionName: 'fn' });
  assert.equal(CodeSha256, before.CodeSha256);
  const changed = await lambda.call('UpdateFunctionCode', change);
  assert.equal(changed.CodeSha256, tried.CodeSha256);
});

test('a deleted function is gone with its code', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE);
  await lambda.call('UpdateFunctionCode', { FunctionName: 'fn', ZipFile: CODE });
  assert.equal(await blobCount(lambda), 1);
  const FunctionName = 'fn';
  await assert.rejects(lambda.call('DeleteFunction', { FunctionName, Qualifier: '$LATEST' }), {
    message: '$LATEST version cannot be deleted without deleting the function.',
  });
  await assert.rejects(lambda.call('DeleteFunction', { FunctionName, Qualifier: 'alias' }), {
    message: 'Deletion of aliases is not currently supported.',
  });
  assert.deepEqual(await lambda.call('DeleteFunction', { FunctionName }), { StatusCode: 204 });
  await assert.rejects(lambda.call('GetFunction', { FunctionName }), {
    code: 'ResourceNotFoundException',
  });
  assert.equal(await blobCount(lambda), 0);
});

test('a dry run checks and does not run', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE);
  const dry = await lambda.call('Invoke', { FunctionName: 'fn', InvocationType: 'DryRun' });
  assert.equal(dry.StatusCode, 204);
  assert.equal(dry.Payload?.length, 0);
  assert.equal(dry.ExecutedVersion, undefined);
});

test('an event that is not JSON is refused in the words of AWS', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE);
  const invoke = (...bytes: number[]) =>
    lambda.call('Invoke', { FunctionName: 'fn', Payload: Uint8Array.from(bytes) });
  const start = 'Could not parse request body into json: Could not parse payload into json: ';
  const at = (column: number) =>
    `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;
  // Recorded from AWS 2025-11-24 (TestLambdaErrors::test_lambda_invoke_payload_encoding_error).
  await assert.rejects(invoke(...Buffer.from('n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt', 'latin1')), {
    code: 'InvalidRequestContentException',
    message: `${start}Invalid UTF-8 start byte 0x87${at(3)}`,
  });
  await assert.rejects(invoke(...Buffer.from('\x99\xeb,j\x07\xa1zYh', 'latin1')), {
    message: `${start}Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')${at(1)}`,
  });
  const EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
  const open = (kind: string) =>
    `Unexpected end-of-input: expected close marker for ${kind} (start marker at${at(1).slice(4)})`;
  // Texts of Jackson's own source.
  const wrong: readonly (readonly [text: string, reason: string, column: number])[] = [
    ['hello', `Unrecognized token 'hello': was expecting ${EXPECTED}`, 6],
    ['x'.repeat(300), `Unrecognized token '${'x'.repeat(256)}...': was expecting ${EXPECTED}`, 257],
    ["'x'", `Unexpected character (''' (code 39)): expected a valid value ${EXPECTED}`, 1],
    ['{', open('Object'), 2],
    ['[1', open('Array'), 3],
    ['{"a":', 'Unexpected end-of-input within/between Object entries', 6],
    ['{a:1}', `Unexpected character ('a' (code 97)): ${DOUBLE_QUOTE}`, 2],
    ['{"a":1,}', `Unexpected character ('}' (code 125)): ${DOUBLE_QUOTE}`, 8],
    ['{"a" 1}', `Unexpected character ('1' (code 49)): ${COLON}`, 6],
    [
      '[1 2]',
      "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
      4,
    ],
    ['"é', 'Unexpected end-of-input: was expecting closing quote for a string value', 4],
    ['"\u0001"', `Illegal unquoted character ((CTRL-CHAR, code 1)): ${ESCAPED}`, 2],
  ];
  for (const [text, reason, column] of wrong) {
    await assert.rejects(invoke(...Buffer.from(text)), { message: start + reason + at(column) });
  }
  await assert.rejects(invoke(...Buffer.from('{} x')), { code: 'InvalidRequestContentException' });
  await assert.rejects(invoke(...Buffer.from('['.repeat(100_000))), /expected close marker/);
});

test('tags are kept, merged and limited', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE, { Tags: { a: '1', ['__proto__']: 'p' } });
  const Resource = `${ARN}:fn`;
  const tags = async () => (await lambda.call('ListTags', { Resource })).Tags;
  assert.deepEqual(Object.entries((await tags()) ?? {}), [
    ['a', '1'],
    ['__proto__', 'p'],
  ]);
  await lambda.call('TagResource', { Resource, Tags: { a: '2', b: '3' } });
  await lambda.call('UntagResource', { Resource, TagKeys: ['__proto__'] });
  assert.deepEqual(await tags(), { a: '2', b: '3' });
  assert.deepEqual((await lambda.call('GetFunction', { FunctionName: 'fn' })).Tags, await tags());
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, 'v']));
  await assert.rejects(lambda.call('TagResource', { Resource, Tags: many }), {
    message: 'Number of tags exceeds resource tag limit.',
  });
  await assert.rejects(
    lambda.call('TagResource', { Resource: `${Resource}:1`, Tags: { a: 'b' } }),
    {
      message:
        'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    },
  );
});

test('reserved concurrency is a ceiling, with the reason of the throttle', async (t) => {
  const lambda = await startLambda(t);
  const FunctionName = 'fn';
  await lambda.create(FunctionName, {
    'index.mjs': 'export const handler = async (e) => new Promise((r) => setTimeout(r, e.ms, 1));',
  });
  const reserve = (ReservedConcurrentExecutions: number) =>
    lambda.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
  const throttled = {
    code: 'TooManyRequestsException',
    message: 'Rate Exceeded.',
    fields: { Type: 'User', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
  };
  await reserve(0);
  await assert.rejects(lambda.invoke(FunctionName), throttled);
  await reserve(1);
  assert.equal((await lambda.invoke(FunctionName, { ms: 0 })).payload, 1);
  const running = lambda.invoke(FunctionName, { ms: 300 });
  await assert.rejects(lambda.invoke(FunctionName, { ms: 0 }), throttled);
  await running;
  assert.equal((await lambda.invoke(FunctionName, { ms: 0 })).payload, 1);
  await assert.rejects(reserve(901), {
    message:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  });
  await lambda.call('DeleteFunctionConcurrency', { FunctionName });
  assert.deepEqual(await lambda.call('GetFunctionConcurrency', { FunctionName }), {
    ReservedConcurrentExecutions: undefined,
  });
});

test('the package can be downloaded by the link of GetFunction, and by no other', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', CODE);
  const { Code } = await lambda.call('GetFunction', { FunctionName: 'fn' });
  const url = new URL(Code?.Location ?? '');
  const get = async (target: string) => {
    const handler = lambda.dataPlane.claim({ method: 'GET', target } as never);
    const response = await handler?.({ target } as never, () => {});
    const body = response?.body ?? '';
    const isWhole = typeof body === 'string' || body instanceof Uint8Array;
    const bytes = await buffer(Readable.from(isWhole ? [Buffer.from(body)] : body));
    return { status: response?.status, body: bytes };
  };
  const target = url.pathname + url.search;
  assert.deepEqual(await get(target), { status: 200, body: CODE });
  assert.equal((await get(target.replace(/.$/, (c) => (c === '0' ? '1' : '0')))).status, 403);
  assert.equal((await get(target.replace(/expires=\d/, 'expires=9'))).status, 403);
});

async function blobCount(lambda: TestLambda): Promise<number> {
  let count = 0;
  for await (const _ of lambda.blobs.list()) count++;
  return count;
}

// "You can only enable durable execution when creating a function": durable-configuration.html.
test('a function is durable from its beginning or never', async (t) => {
  const lambda = await startLambda(t);
  const change = (FunctionName: string, DurableConfig: object) =>
    lambda.call('UpdateFunctionConfiguration', { FunctionName, DurableConfig });
  await lambda.create('plain', CODE);
  await assert.rejects(change('plain', { ExecutionTimeout: 60 }), {
    code: 'InvalidParameterValueException',
  });
  const KMSKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/1';
  await lambda.create('durable', CODE, { DurableConfig: { ExecutionTimeout: 60, KMSKeyArn } });
  const { DurableConfig } = await change('durable', { RetentionPeriodInDays: 3 });
  assert.deepEqual(DurableConfig, { ExecutionTimeout: 60, RetentionPeriodInDays: 3, KMSKeyArn });
});

test('the key for code is shown with the code, until it is replaced', async (t) => {
  const lambda = await startLambda(t);
  const SourceKMSKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/1';
  await lambda.create('fn', CODE, { Code: { ZipFile: CODE, SourceKMSKeyArn } });
  const key = async () =>
    (await lambda.call('GetFunction', { FunctionName: 'fn' })).Code?.SourceKMSKeyArn;
  assert.equal(await key(), SourceKMSKeyArn);
  await lambda.call('UpdateFunctionCode', { FunctionName: 'fn', ZipFile: OTHER });
  assert.equal(await key(), undefined);
});

// Recorded from AWS 2025-11-25 (test_vpc_config), but for the id of the network, which is Brume's own.
test('a private network is kept and shown, and the log says that it has no effect', async (t) => {
  const lambda = await startLambda(t);
  const VpcConfig = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
  const created = await lambda.create('fn', CODE, {
    VpcConfig,
    KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
  });
  assert.match(created.VpcConfig?.VpcId ?? '', /^vpc-[0-9a-f]{17}$/);
  const note = 'warn Settings are kept and shown, but have no effect here';
  assert.equal(lambda.logged.filter((line) => line === note).length, 1);
  const change = (settings: Omit<UpdateFunctionConfigurationRequest, 'FunctionName'>) =>
    lambda.call('UpdateFunctionConfiguration', { FunctionName: 'fn', ...settings });
  await assert.rejects(change({ VpcConfig: { SubnetIds: [] } }), {
    code: 'InvalidParameterValueException',
    message: 'SubnetIds and SecurityIds must coexist or be both empty list.',
  });
  const left = await change({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [] }, KMSKeyArn: '' });
  const none = { SubnetIds: [], SecurityGroupIds: [], VpcId: '', Ipv6AllowedForDualStack: false };
  assert.deepEqual([left.VpcConfig, left.KMSKeyArn], [none, undefined]);
});
