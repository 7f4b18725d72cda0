/** Signers that are not the JavaScript SDK's, against a Brume that enforces signatures. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Brume } from '../../packages/brume/src/brume.ts';

const run = promisify(execFile);
const OWNER = 'arn:aws:iam::000000000000:root';

let brume: Brume;
let endpoint: string;

before(async () => {
  brume = await createBrume({ memory: true, auth: 'enforce', port: 0 });
  endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
});

after(() => brume.close());

function environment(secretAccessKey = brume.root.secretAccessKey) {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: brume.root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  };
}

/** Runs a command that may not be installed; undefined, and the test skipped, when it is not. */
async function output(t: TestContext, command: string, args: string[], env = environment()) {
  try {
    return (await run(command, args, { env, timeout: 60_000 })).stdout;
  } catch (error) {
    const {
      code,
      stderr = '',
      stdout = '',
    } = error as { code?: unknown; stderr?: string; stdout?: string };
    const missing =
      code === 'ENOENT' || code === 127 || /No module named|option .* unknown/.test(stderr);
    if (!missing) return `${stdout}${stderr}`;
    t.skip(`${command} is not installed, or too old`);
    return undefined;
  }
}

test('boto3 is verified, its presigned URLs and assumed roles too', async (t) => {
  const script = `
import boto3, json, urllib.request
sts = boto3.client('sts')
url = sts.generate_presigned_url('get_caller_identity', ExpiresIn=60, HttpMethod='GET')
role = sts.assume_role(RoleArn='arn:aws:iam::123456789012:role/a', RoleSessionName='me')['Credentials']
acting = boto3.client('sts', aws_access_key_id=role['AccessKeyId'],
  aws_secret_access_key=role['SecretAccessKey'], aws_session_token=role['SessionToken'])
print(json.dumps([sts.get_caller_identity()['Arn'], acting.get_caller_identity()['Arn'],
  urllib.request.urlopen(url).read().decode()]))
`;
  const printed = await output(t, 'python3', ['-c', script]);
  if (printed === undefined) return;
  const [direct, acting, presigned] = JSON.parse(printed) as string[];
  assert.equal(direct, OWNER);
  assert.equal(acting, 'arn:aws:sts::123456789012:assumed-role/a/me');
  assert.match(presigned ?? '', new RegExp(`<Arn>${OWNER}</Arn>`));
});

test('the aws command line is verified', async (t) => {
  const args = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
  const printed = await output(t, 'aws', args);
  if (printed === undefined) return;
  assert.equal(printed.trim(), OWNER);
  const refused = await output(t, 'aws', args, environment('wrong'));
  assert.match(refused ?? '', /SignatureDoesNotMatch/);
});

test('curl --aws-sigv4 is verified', async (t) => {
  const { accessKeyId, secretAccessKey } = brume.root;
  const curl = (user: string) =>
    output(t, 'curl', [
      '--silent',
      '--aws-sigv4',
      'aws:amz:eu-west-1:sts',
      '--user',
      user,
      '--data',
      'Action=GetCallerIdentity&Version=2011-06-15',
      endpoint,
    ]);
  const printed = await curl(`${accessKeyId}:${secretAccessKey}`);
  if (printed === undefined) return;
  assert.match(printed, new RegExp(`<Arn>${OWNER}</Arn>`));
  assert.match((await curl(`${accessKeyId}:wrong`)) ?? '', /SignatureDoesNotMatch/);
});
