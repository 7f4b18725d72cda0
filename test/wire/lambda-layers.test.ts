/** Layers through the real SDK: published, shared, and what functions find of them in /opt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
  type PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import {
  EXECUTABLE,
  zip,
  zipFiles,
} from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const ACCOUNT = '111111111111';
const OTHER = '222222222222';
const FunctionName = 'fn';
const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:layer`;

async function cloud(t: TestContext, isolation: 'auto' | 'process' = 'auto') {
  const brume = await createBrume({ port: 0, memory: true, isolation });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const clientOf = (accessKeyId: string) => {
    const credentials = { accessKeyId, secretAccessKey: 'test' };
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    t.after(() => client.destroy());
    return client;
  };
  return { client: clientOf(ACCOUNT), other: clientOf(OTHER) };
}

function publish(
  client: LambdaClient,
  LayerName: string,
  files: Record<string, string> | Uint8Array,
  more: Partial<PublishLayerVersionCommandInput> = {},
) {
  const Content = { ZipFile: files instanceof Uint8Array ? files : zipFiles(files) };
  return client.send(new PublishLayerVersionCommand({ LayerName, Content, ...more }));
}

function create(
  client: LambdaClient,
  files: Record<string, string>,
  Layers: readonly (string | undefined)[],
  more: Partial<CreateFunctionCommandInput> = {},
) {
  return client.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipFiles(files) },
      Layers: Layers.filter((layer) => layer !== undefined),
      ...more,
    }),
  );
}

async function invoke(client: LambdaClient, event: unknown = {}, Qualifier?: string) {
  const Payload = Buffer.from(JSON.stringify(event));
  const result = await client.send(new InvokeCommand({ FunctionName, Payload, Qualifier }));
  return JSON.parse(result.Payload?.transformToString() ?? '');
}

const READ = {
  'index.cjs': `
    const { readFileSync } = require('node:fs');
    const { join } = require('node:path');
    const opt = process.env.PATH.split(':').at(-1).replace(/\\/bin$/, '');
    exports.handler = async ({ paths }) =>
      paths.map((path) => {
        try {
          return readFileSync(join(opt, path), 'utf8');
        } catch (error) {
          return error.code;
        }
      });`,
};

for (const isolation of ['auto', 'process'] as const) {
  test(`later layers lie over earlier ones (${isolation})`, async (t) => {
    const { client } = await cloud(t, isolation);
    const first = await publish(client, 'first', { 'a.txt': 'first', 'only/first': 'first' });
    const second = await publish(client, 'second', { 'a.txt': 'second', 'only/second': 'second' });
    const layers = [first, second].map(({ LayerVersionArn }) => LayerVersionArn);
    const created = await create(client, READ, layers);
    assert.deepEqual(
      created.Layers,
      [first, second].map(({ LayerVersionArn: Arn, Content }) => ({
        Arn,
        CodeSize: Content?.CodeSize,
      })),
    );
    const paths = ['a.txt', 'only/first', 'only/second', 'no'];
    assert.deepEqual(await invoke(client, { paths }), ['second', 'first', 'second', 'ENOENT']);
    const Layers = layers.toReversed().filter((layer) => layer !== undefined);
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers }));
    assert.deepEqual(await invoke(client, { paths }), ['first', 'first', 'second', 'ENOENT']);
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [] }));
    const { Layers: none } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    assert.equal(none, undefined);
  });
}

test('runtimes find the packages of layers where AWS has them', async (t) => {
  const { client } = await cloud(t);
  const node = await publish(client, 'node', {
    'nodejs/node_modules/general/index.js': "exports.name = 'general';",
    'nodejs/node24/node_modules/own/index.js': "exports.name = 'own';",
  });
  const requires =
    "exports.handler = async () => ['general', 'own'].map((name) => require(name).name);";
  await create(client, { 'index.cjs': requires }, [node.LayerVersionArn]);
  assert.deepEqual(await invoke(client), ['general', 'own']);
});

test('Python finds modules of layers', async (t) => {
  const { client } = await cloud(t);
  const python = await publish(client, 'python', {
    'python/general.py': "name = 'general'",
    'python/lib/python3.13/site-packages/own.py': "name = 'own'",
  });
  const imports =
    'import general, own\ndef handler(event, context):\n  return [general.name, own.name]\n';
  const Runtime = 'python3.13';
  await create(client, { 'index.py': imports }, [python.LayerVersionArn], { Runtime });
  assert.deepEqual(await invoke(client), ['general', 'own']);
});

test('a custom runtime comes from a layer', async (t) => {
  const { client } = await cloud(t);
  const script = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  headers=$(mktemp)
  curl -sS -D "$headers" "$api/next" > /tmp/event
  id=$(grep -i Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '\\r' | cut -d' ' -f2)
  curl -sS -X POST --data '"from a layer"' "$api/$id/response" > /dev/null
done
`;
  const program = zip([{ name: 'bootstrap', content: script, mode: EXECUTABLE }]);
  const runtime = await publish(client, 'runtime', program);
  const settings = { Runtime: 'provided.al2023', Handler: 'any' } as const;
  await create(client, { 'index.txt': '' }, [runtime.LayerVersionArn], settings);
  assert.equal(await invoke(client), 'from a layer');
});

test('versions are numbered, listed and filtered; a number is never given again', async (t) => {
  const { client } = await cloud(t);
  const more = {
    CompatibleRuntimes: ['nodejs24.x' as const],
    Description: 'd',
    LicenseInfo: 'MIT',
  };
  await publish(client, 'layer', { a: '1' }, more);
  const second = await publish(client, 'layer', { a: '2' });
  await publish(client, 'another', { a: '3' });
  assert.equal(second.Version, 2);
  const arn = second.LayerVersionArn ?? '';
  assert.equal(arn, `${ARN}:layer:2`);
  const byArn = await client.send(new GetLayerVersionByArnCommand({ Arn: arn }));
  const VersionNumber = 2;
  const byName = await client.send(
    new GetLayerVersionCommand({ LayerName: 'layer', VersionNumber }),
  );
  assert.equal(byArn.Content?.CodeSha256, byName.Content?.CodeSha256);
  const download = await fetch(byName.Content?.Location ?? '');
  assert.equal((await download.arrayBuffer()).byteLength, byName.Content?.CodeSize);
  const LayerName = 'layer';
  const one = await client.send(new ListLayerVersionsCommand({ LayerName, MaxItems: 1 }));
  assert.deepEqual(
    one.LayerVersions?.map(({ Version }) => Version),
    [2],
  );
  const Marker = one.NextMarker;
  const two = await client.send(new ListLayerVersionsCommand({ LayerName, MaxItems: 1, Marker }));
  assert.deepEqual(
    two.LayerVersions?.map(({ Version }) => Version),
    [1],
  );
  assert.equal(two.NextMarker, undefined);
  const CompatibleRuntime = 'nodejs24.x';
  const fitting = await client.send(new ListLayersCommand({ CompatibleRuntime }));
  assert.deepEqual(
    fitting.Layers?.map(({ LayerName: name, LatestMatchingVersion: latest }) => [
      name,
      latest?.Version,
      latest?.LicenseInfo,
    ]),
    [['layer', 1, 'MIT']],
  );
  for (const VersionNumber of [1, 2, 2]) {
    await client.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber }));
  }
  const { Layers } = await client.send(new ListLayersCommand({}));
  assert.deepEqual(
    Layers?.map(({ LayerName: name }) => name),
    ['another'],
  );
  assert.equal((await publish(client, 'layer', { a: '4' })).Version, 3);
  const gone = client.send(new GetLayerVersionByArnCommand({ Arn: arn }));
  await assert.rejects(gone, { name: 'ResourceNotFoundException' });
});

test('functions keep the layers that they have when these are deleted', async (t) => {
  const { client } = await cloud(t);
  const usage = async () => {
    const { AccountUsage } = await client.send(new GetAccountSettingsCommand({}));
    return AccountUsage?.TotalCodeSize ?? 0;
  };
  const { LayerVersionArn, Content } = await publish(client, 'layer', { 'a.txt': 'kept' });
  assert.equal(await usage(), Content?.CodeSize);
  const { CodeSize = 0 } = await create(client, READ, [LayerVersionArn]);
  await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new DeleteLayerVersionCommand({ LayerName: 'layer', VersionNumber: 1 }));
  assert.equal(await usage(), CodeSize * 2);
  const Layers = [LayerVersionArn ?? ''];
  const again = client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers }));
  await assert.rejects(again, {
    name: 'InvalidParameterValueException',
    message: `Layer version ${LayerVersionArn} does not exist.`,
  });
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [] }));
  assert.deepEqual(await invoke(client, { paths: ['a.txt'] }, '1'), ['kept']);
  await client.send(new DeleteFunctionCommand({ FunctionName }));
});

test('another account has a layer when its policy says so', async (t) => {
  const { client, other } = await cloud(t);
  const { LayerVersionArn } = await publish(client, 'layer', { 'a.txt': 'shared' });
  const Arn = LayerVersionArn ?? '';
  await assert.rejects(other.send(new GetLayerVersionByArnCommand({ Arn })), {
    name: 'AccessDeniedException',
  });
  await assert.rejects(create(other, READ, [Arn]), { name: 'AccessDeniedException' });
  await client.send(
    new AddLayerVersionPermissionCommand({
      LayerName: 'layer',
      VersionNumber: 1,
      StatementId: 's',
      Action: 'lambda:GetLayerVersion',
      Principal: OTHER,
    }),
  );
  await create(other, READ, [Arn]);
  assert.deepEqual(await invoke(other, { paths: ['a.txt'] }), ['shared']);
});

test('no more than five layers, and no more than 250 MiB with the code', async (t) => {
  const { client } = await cloud(t);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) await publish(client, name, { [name]: name });
  const all = names.map((name) => `${ARN}:${name}:1`);
  await assert.rejects(create(client, READ, all), { name: 'InvalidParameterValueException' });
  await create(client, READ, all.slice(1));
  assert.deepEqual(await invoke(client, { paths: names }), ['ENOENT', 'b', 'c', 'd', 'e', 'f']);

  const half = { zeros: '\0'.repeat(131_072_000) };
  const { LayerVersionArn: first } = await publish(client, 'half', half);
  const { LayerVersionArn: second } = await publish(client, 'other-half', half);
  const update = (...Layers: (string | undefined)[]) =>
    client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Layers: Layers.filter((layer) => layer !== undefined),
      }),
    );
  await assert.rejects(update(first, second), {
    message: `Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is ${262_144_000 + Buffer.byteLength(READ['index.cjs'])} bytes.`,
  });
  await assert.rejects(update(first, second, all[0]), {
    message: 'Layers consume more than the available size of 262144000 bytes',
  });
  await update(first, all[0]);
});
