/** STS through the real SDK, against a Brume that enforces signatures. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { Credentials } from '@aws-sdk/client-sts';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Brume } from '../../packages/brume/src/brume.ts';

let brume: Brume;
let endpoint: string;
let sts: STSClient;

before(async () => {
  brume = await createBrume({ memory: true, auth: 'enforce', port: 0 });
  endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  sts = new STSClient({ region: 'eu-west-1', endpoint, credentials: brume.root });
});

after(async () => {
  sts.destroy();
  await brume.close();
});

/** Options of a client that uses temporary credentials. */
function acting(credentials: Credentials | undefined) {
  assert.ok(credentials?.AccessKeyId && credentials.SecretAccessKey && credentials.SessionToken);
  return {
    region: 'eu-west-1',
    endpoint,
    credentials: {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretAccessKey,
      sessionToken: credentials.SessionToken,
    },
  };
}

const ROLE = { RoleArn: 'arn:aws:iam::123456789012:role/Deployer', RoleSessionName: 'ci' };

test('an assumed role acts in its account, on other services too', async (t) => {
  const { Credentials, AssumedRoleUser } = await sts.send(new AssumeRoleCommand(ROLE));
  assert.ok(Credentials?.Expiration && Credentials.Expiration.getTime() > Date.now());
  const role = new STSClient(acting(Credentials));
  const tables = new DynamoDBClient(acting(Credentials));
  t.after(() => [role, tables].forEach((client) => client.destroy()));
  const identity = await role.send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, '123456789012');
  assert.equal(identity.Arn, 'arn:aws:sts::123456789012:assumed-role/Deployer/ci');
  assert.equal(identity.UserId, AssumedRoleUser?.AssumedRoleId);
  await assert.rejects(tables.send(new DescribeTableCommand({ TableName: 'none' })), {
    name: 'ResourceNotFoundException',
  });
});

test('session and federation tokens act as whom they were issued for', async (t) => {
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const same = new STSClient(acting(Credentials));
  const federation = await sts.send(new GetFederationTokenCommand({ Name: 'bob' }));
  const bob = new STSClient(acting(federation.Credentials));
  t.after(() => [same, bob].forEach((client) => client.destroy()));
  const owner = await sts.send(new GetCallerIdentityCommand({}));
  const { Account, Arn, UserId } = await same.send(new GetCallerIdentityCommand({}));
  assert.deepEqual([Account, Arn, UserId], [owner.Account, owner.Arn, owner.UserId]);
  const { Arn: bobs } = await bob.send(new GetCallerIdentityCommand({}));
  assert.equal(bobs, 'arn:aws:sts::000000000000:federated-user/bob');
});

test('a key id tells its account', async () => {
  const { accessKeyId: AccessKeyId } = brume.root;
  const { Account } = await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId }));
  assert.equal(Account, '000000000000');
});

test('what STS refuses comes with its code, fault and status', async () => {
  const Tags = [
    { Key: 'team', Value: 'a' },
    { Key: 'Team', Value: 'b' },
  ];
  // Recorded from AWS, 2025-04-10.
  await assert.rejects(sts.send(new AssumeRoleCommand({ ...ROLE, Tags })), {
    name: 'InvalidParameterValue',
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    $fault: 'client',
  });
  await assert.rejects(sts.send(new AssumeRoleCommand({ ...ROLE, Policy: '{' })), {
    name: 'MalformedPolicyDocumentException',
    $fault: 'client',
  });
  await assert.rejects(sts.send(new AssumeRoleCommand({ ...ROLE, DurationSeconds: 60 })), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: " +
      'Member must have value greater than or equal to 900',
  });
});

test('an operation that is not there says so', async () => {
  const TaskPolicyArn = { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' };
  const command = new AssumeRootCommand({ TargetPrincipal: '123456789012', TaskPolicyArn });
  await assert.rejects(sts.send(command), { name: 'NotImplemented', message: /AssumeRoot/ });
});
