/** A function from an archive of `docker save`, through the real SDK, and after a restart without it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import {
  ARCHITECTURE,
  runtimeLayer,
  tar,
} from '../../packages/brume/src/services/lambda/images/image.fixture.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** As Docker made it before version 25. */
function archive(layer: Buffer): Buffer {
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      config: { Entrypoint: ['/runtime'] },
      rootfs: { diff_ids: [`sha256:${sha256(layer)}`] },
    }),
  );
  const Config = `${sha256(config)}.json`;
  const list = [{ Config, RepoTags: ['app:1'], Layers: ['one/layer.tar'] }];
  return tar([
    { name: 'one/layer.tar', content: layer },
    { name: Config, content: config },
    { name: 'manifest.json', content: JSON.stringify(list) },
  ]);
}

async function start(t: TestContext, folder: string) {
  const brume = await createBrume({
    ...{ port: 0, dataFolder: join(folder, 'data'), codeFolder: folder, isolation: 'bwrap' },
  });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  let closed: Promise<void> | undefined;
  const close = () => {
    client.destroy();
    return (closed ??= brume.close());
  };
  t.after(close);
  return { client, close };
}

async function run(client: LambdaClient, script: string): Promise<string> {
  const Payload = JSON.stringify(script);
  const answer = await client.send(new InvokeCommand({ FunctionName: 'app', Payload }));
  return Buffer.from(answer.Payload ?? []).toString();
}

test('a saved image becomes a function, which stays when the archive and Brume have gone', async (t) => {
  const { processes } = nodeEnvironment();
  const layer = runtimeLayer();
  if (!layer || !(await processes.find('bwrap')) || !(await processes.find('nsenter'))) {
    return t.skip('this machine has no bubblewrap, nsenter or bash');
  }
  const folder = await mkdtemp(join(tmpdir(), 'brume-images-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'app.tar.gz');
  await writeFile(path, gzipSync(archive(layer)));
  const first = await start(t, folder);
  const Role = 'arn:aws:iam::000000000000:role/r';
  await first.client.send(
    new CreateFunctionCommand({
      ...{ FunctionName: 'app', PackageType: 'Image', Role, Timeout: 30 },
      Architectures: [ARCHITECTURE],
      Code: { ImageUri: `oci:${path}:1` },
    }),
  );
  assert.equal(await run(first.client, 'echo once'), '"once"');
  await first.close();
  await rm(path);
  const second = await start(t, folder);
  assert.equal(await run(second.client, 'echo again'), '"again"');
});
