import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CredentialStore } from '../../auth/credentials.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  StsOperations,
} from '../../model/generated/sts.types.ts';
import type { Caller, RequestContext } from '../service.ts';
import { createSts } from './service.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 16, 0, 0, 500);
const environment = { ...nodeEnvironment(), clock: { nowMs: () => NOW_MS, monotonicMs: () => 0 } };
const credentials = CredentialStore.inMemory(environment.random);
const sts = createSts({ credentials, environment, log: { log() {} } });

const owner: Caller = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  principalArn: 'arn:aws:iam::000000000000:root',
  userId: '000000000000',
};

function call<Name extends keyof StsOperations>(
  name: Name,
  input: StsOperations[Name]['input'],
  caller: Caller = owner,
): Promise<StsOperations[Name]['output']> {
  const context: RequestContext = {
    accountId: '000000000000',
    region: 'us-east-1',
    requestId: 'request',
    caller,
    baseUrl: 'http://127.0.0.1:4566',
  };
  return sts.execute(name, input, context) as Promise<StsOperations[Name]['output']>;
}

const ROLE = { RoleArn: 'arn:aws:iam::123456789012:role/team/Deployer', RoleSessionName: 'ci' };

function assume(
  more: Partial<AssumeRoleRequest> = {},
  caller?: Caller,
): Promise<AssumeRoleResponse> {
  return call('AssumeRole', { ...ROLE, ...more }, caller);
}

/** The session behind credentials that were answered. */
function sessionOf({ Credentials }: Pick<AssumeRoleResponse, 'Credentials'>) {
  assert.ok(Credentials);
  const known = credentials.lookup(Credentials.AccessKeyId, Credentials.SessionToken);
  assert.equal(known?.secretAccessKey, Credentials.SecretAccessKey);
  assert.ok(known?.session);
  return known.session;
}

test('GetCallerIdentity names the owner as AWS does', async () => {
  assert.deepEqual(await call('GetCallerIdentity', {}), {
    UserId: '000000000000',
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
  });
});

test('nobody is refused in the words for a missing token', async () => {
  const nobody = { accessKeyId: '', principalArn: '', userId: 'anonymous' };
  for (const name of ['GetCallerIdentity', 'GetSessionToken'] as const) {
    await assert.rejects(call(name, {}, nobody), {
      code: 'MissingAuthenticationToken',
      status: 403,
      message: 'Request is missing Authentication Token',
    });
  }
});

test('AssumeRole answers with the role session in the role account, for an hour', async () => {
  const answer = await assume();
  const { AssumedRoleUser } = answer;
  assert.equal(AssumedRoleUser?.Arn, 'arn:aws:sts::123456789012:assumed-role/Deployer/ci');
  assert.match(AssumedRoleUser.AssumedRoleId, /^AROA[A-Z2-7]{16}:ci$/);
  assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
  assert.equal(answer.Credentials?.SecretAccessKey.length, 40);
  assert.equal(answer.Credentials?.Expiration.getTime(), NOW_MS - 500 + 3600_000);
  assert.equal(answer.PackedPolicySize, undefined);
  const session = sessionOf(answer);
  assert.equal(session.accountId, '123456789012');
  assert.equal(session.principalArn, AssumedRoleUser.Arn);
  assert.equal(session.userId, AssumedRoleUser.AssumedRoleId);
  assert.equal(session.issuedTo, owner.principalArn);
});

test('a role has the same id each time, and another role another', async () => {
  const id = async (RoleArn: string) => (await assume({ RoleArn })).AssumedRoleUser?.AssumedRoleId;
  assert.equal(
    await id('arn:aws:iam::123456789012:role/a'),
    await id('arn:aws:iam::123456789012:role/a'),
  );
  assert.notEqual(
    await id('arn:aws:iam::123456789012:role/a'),
    await id('arn:aws:iam::123456789012:role/b'),
  );
});

test('AssumeRole keeps what narrows and describes the session', async () => {
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  const answer = await assume({
    Policy,
    PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    Tags: [
      { Key: 'team', Value: 'mist' },
      { Key: '__proto__', Value: 'harmless' },
    ],
    TransitiveTagKeys: ['Team'],
    ExternalId: 'outside',
    SourceIdentity: 'ada',
    DurationSeconds: 900,
  });
  assert.equal(answer.SourceIdentity, 'ada');
  assert.ok((answer.PackedPolicySize ?? 0) > 0 && (answer.PackedPolicySize ?? 0) < 100);
  const session = sessionOf(answer);
  assert.equal(session.expiresAtMs, NOW_MS - 500 + 900_000);
  assert.equal(session.policy, Policy);
  assert.deepEqual(session.policyArns, ['arn:aws:iam::aws:policy/ReadOnlyAccess']);
  assert.deepEqual(
    session.tags?.map(({ Key }) => Key),
    ['team', '__proto__'],
  );
  assert.deepEqual(session.transitiveTagKeys, ['Team']);
  assert.equal(session.externalId, 'outside');
  assert.equal(session.sourceIdentity, 'ada');
});

test('AssumeRole refuses what AWS refuses', async () => {
  const tags = (...keys: string[]) => keys.map((Key) => ({ Key, Value: 'v' }));
  const cases: [Partial<AssumeRoleRequest>, code: string, message: RegExp][] = [
    [{ RoleArn: 'arn:aws:iam::123456789012:user/ada' }, 'ValidationError', /user\/ada is invalid$/],
    [{ RoleArn: 'arn:aws:iam:123456789012:role/abc' }, 'ValidationError', /is invalid$/],
    [
      { Tags: tags('Team', 'team') },
      'InvalidParameterValue',
      /^Duplicate tag keys found\. Please note that Tag keys are case insensitive\.$/,
    ],
    [
      { Tags: tags('team'), TransitiveTagKeys: ['stage'] },
      'InvalidParameterValue',
      /^The specified transitive tag key must be included in the requested tags\.$/,
    ],
    [{ Policy: '{"Statement":' }, 'MalformedPolicyDocumentException', /invalid Json/],
    [{ Policy: `{"Statement":"${'x'.repeat(2048)}"}` }, 'ValidationError', /equal to 2048$/],
    [
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/x' })) },
      'ValidationError',
      /equal to 10$/,
    ],
    [
      { SerialNumber: 'arn:aws:iam::000000000000:mfa/ada', TokenCode: '123456' },
      'AccessDenied',
      /^MultiFactorAuthentication failed, unable to validate MFA code\./,
    ],
    [{ ProvidedContexts: [{ ProviderArn: 'arn' }] }, 'NotImplemented', /ProvidedContexts/],
  ];
  for (const [more, code, message] of cases) {
    await assert.rejects(assume(more), (error: Error & { code: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('tags that do not fit are refused by their packed size', async () => {
  const Tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `${index}${environment.random.bytes(60).toString('hex')}`,
    Value: environment.random.bytes(100).toString('hex'),
  }));
  await assert.rejects(assume({ Tags }), {
    code: 'PackedPolicyTooLargeException',
    message: /^Packed policy consumes \d{3,}% of allotted space, please use smaller policy\.$/,
  });
});

test('a role that assumes a role gets an hour at most', async () => {
  const { AssumedRoleUser, Credentials } = await assume();
  const chained: Caller = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    principalArn: AssumedRoleUser?.Arn ?? '',
    userId: AssumedRoleUser?.AssumedRoleId ?? '',
  };
  await assume({ DurationSeconds: 3600 }, chained);
  await assert.rejects(assume({ DurationSeconds: 3601 }, chained), {
    code: 'ValidationError',
    message:
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  });
  await assert.rejects(call('GetSessionToken', {}, chained), {
    code: 'AccessDenied',
    message: 'Cannot call GetSessionToken with session credentials',
  });
});

test('GetSessionToken acts as its caller; an owner gets an hour at most', async () => {
  const session = sessionOf(await call('GetSessionToken', { DurationSeconds: 43_200 }));
  assert.equal(session.principalArn, owner.principalArn);
  assert.equal(session.userId, owner.userId);
  assert.equal(session.expiresAtMs, NOW_MS - 500 + 3600_000);
  const user = { ...owner, principalArn: 'arn:aws:iam::000000000000:user/ada' };
  const longer = sessionOf(await call('GetSessionToken', {}, user));
  assert.equal(longer.expiresAtMs, NOW_MS - 500 + 43_200_000);
});

test('GetFederationToken names the federated user as recorded from AWS', async () => {
  const answer = await call('GetFederationToken', { Name: 'bob' });
  assert.deepEqual(answer.FederatedUser, {
    FederatedUserId: '000000000000:bob',
    Arn: 'arn:aws:sts::000000000000:federated-user/bob',
  });
  assert.equal(answer.PackedPolicySize, 0);
  assert.equal(sessionOf(answer).principalArn, answer.FederatedUser?.Arn);
});

test('GetAccessKeyInfo reads the account out of a key id', async () => {
  // Published by Tal Be'ery (2023-10-26): this key is of account 029608264753.
  const published = await call('GetAccessKeyInfo', { AccessKeyId: 'ASIAQNZGKIQY56JQ7WML' });
  assert.equal(published.Account, '029608264753');
  const { Credentials } = await assume();
  const own = await call('GetAccessKeyInfo', { AccessKeyId: Credentials?.AccessKeyId ?? '' });
  assert.equal(own.Account, '123456789012');
});
