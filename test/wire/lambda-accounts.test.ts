/** Functions of one account, used by another: what their policies admit, and nothing else. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListTagsCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const [OWNER, OTHER] = ['111111111111', '222222222222'] as const;
const FunctionName = 'shared';
const ARN = `arn:aws:lambda:us-east-1:${OWNER}:function:${FunctionName}`;

async function cloud(t: TestContext) {
  const brume = await createBrume({ memory: true });
  const clientOf = (accessKeyId: string) =>
    new LambdaClient({
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'test' },
      requestHandler: brume.requestHandler,
      maxAttempts: 1,
    });
  t.after(() => brume.close());
  const [owner, other] = [clientOf(OWNER), clientOf(OTHER)];
  await owner.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${OWNER}:role/r`,
      Code: { ZipFile: zipFiles({ 'index.mjs': 'export const handler = async () => "hello";' }) },
    }),
  );
  await waitUntilFunctionActiveV2({ client: owner, maxWaitTime: 20 }, { FunctionName });
  const allow = (operation: string, Qualifier?: string) =>
    owner.send(
      new AddPermissionCommand({
        ...{
          FunctionName,
          Qualifier,
          StatementId: operation.replace('*', 'all'),
          Principal: OTHER,
        },
        Action: `lambda:${operation}`,
      }),
    );
  return { owner, other, allow };
}

const REFUSED = { name: 'AccessDeniedException' };

// Recorded 2025-11-24 that these go well: TestLambdaMultiAccounts.
test('another account may do what the policy of a function admits it to', async (t) => {
  const { owner, other, allow } = await cloud(t);
  const get = () => other.send(new GetFunctionCommand({ FunctionName: ARN }));
  await assert.rejects(get(), REFUSED);
  await allow('GetFunction');
  assert.equal((await get()).Configuration?.FunctionArn, ARN);
  const byName = other.send(new GetFunctionCommand({ FunctionName }));
  await assert.rejects(byName, { name: 'ResourceNotFoundException' });
  const partial = `${OWNER}:function:${FunctionName}`;
  const configuration = () =>
    other.send(new GetFunctionConfigurationCommand({ FunctionName: partial }));
  await assert.rejects(configuration(), REFUSED);
  await allow('GetFunctionConfiguration');
  assert.equal((await configuration()).FunctionArn, ARN);
  const tag = () => other.send(new TagResourceCommand({ Resource: ARN, Tags: { a: 'b' } }));
  await assert.rejects(tag(), REFUSED);
  await allow('TagResource');
  await tag();
  assert.deepEqual((await owner.send(new ListTagsCommand({ Resource: ARN }))).Tags, { a: 'b' });
  await allow('PublishVersion');
  const published = await other.send(new PublishVersionCommand({ FunctionName: ARN }));
  assert.equal(published.FunctionArn, `${ARN}:1`);
  // What changes who may is the owner's alone, and so are settings.
  await allow('*');
  const change = new UpdateFunctionConfigurationCommand({ FunctionName: ARN, Timeout: 9 });
  await assert.rejects(other.send(change), REFUSED);
  const permission = { StatementId: 'mine', Action: 'lambda:*', Principal: OTHER };
  const grant = new AddPermissionCommand({ FunctionName: ARN, ...permission });
  await assert.rejects(other.send(grant), REFUSED);
  await other.send(new DeleteFunctionCommand({ FunctionName: ARN }));
  await assert.rejects(owner.send(new GetFunctionCommand({ FunctionName })), {
    name: 'ResourceNotFoundException',
  });
});

test('an alias that is shared lets in by its own name only', async (t) => {
  const { owner, other, allow } = await cloud(t);
  const alias = { FunctionName, Name: 'prod', FunctionVersion: '$LATEST' };
  await owner.send(new CreateAliasCommand(alias));
  await allow('InvokeFunction', 'prod');
  const invoke = (qualified: string) => other.send(new InvokeCommand({ FunctionName: qualified }));
  await assert.rejects(invoke(ARN), REFUSED);
  await assert.rejects(invoke(`${ARN}:none`), REFUSED);
  const { Payload = [] } = await invoke(`${ARN}:prod`);
  assert.equal(Buffer.from(Payload).toString(), '"hello"');
});
