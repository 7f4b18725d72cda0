import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import type { LogsPort } from '../../logs/port.ts';
import {
  startLambda,
  until,
  type Settings,
  type Surroundings,
  type TestLambda,
} from '../service.fixture.ts';
import {
  ARCHITECTURE,
  extensionLayer,
  layoutFiles,
  makeImage,
  newFolder,
  runtimeLayer,
  tar,
  writeLayout,
  type ImageParts,
  type MadeImage,
} from './image.fixture.ts';

/** A Lambda that runs images, and the layer of a runtime; undefined where it cannot. */
async function startWithImages(t: TestContext, surroundings: Surroundings = {}) {
  const { processes } = nodeEnvironment();
  const layer = runtimeLayer();
  if (!layer || !(await processes.find('bwrap')) || !(await processes.find('nsenter'))) {
    t.skip('this machine has no bubblewrap, nsenter or bash');
    return undefined;
  }
  return { lambda: await startLambda(t, { isolation: 'bwrap', ...surroundings }), layer };
}

const imageOf = (layer: Buffer, parts: Partial<ImageParts> = {}) =>
  makeImage({ layers: [layer], config: { Entrypoint: ['/runtime'] }, ...parts });

function createFrom(lambda: TestLambda, ImageUri: string, settings: Settings = {}) {
  return lambda.create('fn', Buffer.alloc(0), {
    Runtime: undefined,
    Handler: undefined,
    PackageType: 'Image',
    Architectures: [ARCHITECTURE],
    Code: { ImageUri },
    Timeout: 30,
    ...settings,
  });
}

async function run(lambda: TestLambda, script: string): Promise<string> {
  const { payload, functionError, log } = await lambda.invoke('fn', script);
  assert.equal(functionError, undefined, `${JSON.stringify(payload)}\n${log}`);
  return String(payload);
}

test('a function runs in the image of a layout, and in nothing else', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  const config = {
    Entrypoint: ['/runtime', 'one'],
    Cmd: ['two'],
    Env: ['FROM_IMAGE=yes', 'BOTH=image', 'LD_LIBRARY_PATH=/nowhere'],
    WorkingDir: '/work',
  };
  const above = tar([
    { name: 'work/here', content: 'text' },
    { name: 'etc/mine', content: '' },
  ]);
  const image = makeImage({ layers: [layer, above], config });
  await writeLayout(folder, [image]);
  const Environment = { Variables: { BOTH: 'function' } };
  await createFrom(lambda, `oci:${folder}`, { Environment });
  assert.equal(
    await run(lambda, 'echo $FROM_IMAGE $BOTH $LD_LIBRARY_PATH $PWD'),
    'yes function /nowhere /work',
  );
  assert.equal(await run(lambda, 'echo $(</work/here) $_HANDLER $AWS_EXECUTION_ENV.'), 'text .');
  assert.equal(await run(lambda, 'cd /; echo */'), 'bin/ dev/ etc/ lib/ lib64/ proc/ tmp/ work/');
  assert.equal(await run(lambda, 'echo x > /tmp/file && echo $(</tmp/file)'), 'x');
  assert.match(await run(lambda, 'echo y > /work/file'), /Read-only file system$/);
  assert.match(
    await run(
      lambda,
      'while read -r line; do case $line in Cap*|NoNew*) echo $line;; esac; done </proc/self/status',
    ),
    /^CapInh: 0+\|CapPrm: 0+\|CapEff: 0+\|CapBnd: 0+\|CapAmb: 0+\|NoNewPrivs: 1$/,
  );
  assert.equal(
    await run(lambda, 'echo $UID; ulimit -n; ulimit -c'),
    process.getuid?.() === 0 ? '2000000993|1024|0' : '993|1024|0',
  );
});

test('a function is what AWS shows of one from an image, and its settings replace the image’s', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  const config = { Entrypoint: ['/missing'], Cmd: ['of', 'image'] };
  const [first, second] = [imageOf(layer, { config }), imageOf(layer, { compression: 'zstd' })];
  await writeLayout(folder, [
    { ...first, tag: 'one' },
    { ...second, tag: 'two' },
  ]);
  const ImageConfig = { EntryPoint: ['bash', 'runtime', 'x'], WorkingDirectory: '/bin/..' };
  const created = await createFrom(lambda, `oci:${folder}:one`, { ImageConfig });
  // Members and values as recorded from AWS 2025-11-25 (test_lambda_image_and_image_config_crud).
  const unlike = { RevisionId: '', LastModified: '', FunctionArn: '', Role: '' };
  assert.deepEqual(JSON.parse(JSON.stringify({ ...created, ...unlike })), {
    ...unlike,
    Architectures: [ARCHITECTURE],
    CodeSha256: first.digest.slice('sha256:'.length),
    CodeSize: 0,
    Description: '',
    EphemeralStorage: { Size: 512 },
    FunctionName: 'fn',
    ImageConfigResponse: { ImageConfig },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fn' },
    MemorySize: 128,
    PackageType: 'Image',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    State: 'Pending',
    StateReason: 'The function is being created.',
    StateReasonCode: 'Creating',
    Timeout: 30,
    TracingConfig: { Mode: 'PassThrough' },
    Version: '$LATEST',
  });
  const { Code } = await lambda.call('GetFunction', { FunctionName: 'fn' });
  assert.deepEqual(Code, {
    RepositoryType: 'ECR',
    ImageUri: `oci:${folder}:one`,
    ResolvedImageUri: `oci:${folder}@${first.digest}`,
  });
  assert.equal(await run(lambda, 'echo $PWD $#'), '/ 3');
  const update = { FunctionName: 'fn', ImageUri: `oci:${folder}:two` };
  const updated = await lambda.call('UpdateFunctionCode', update);
  assert.equal(updated.CodeSha256, second.digest.slice('sha256:'.length));
  const Command = ['only'];
  const { ImageConfigResponse } = await lambda.call('UpdateFunctionConfiguration', {
    FunctionName: 'fn',
    ImageConfig: { Command },
  });
  assert.deepEqual(ImageConfigResponse, { ImageConfig: { Command } });
  assert.equal(await run(lambda, 'echo $# $1'), '1 only');
});

test('what does not go with an image is refused in AWS’s words', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(layer)]);
  const uri = `oci:${folder}`;
  const invalid = (message: string | RegExp) => ({
    code: 'InvalidParameterValueException',
    message,
  });
  const packaged =
    "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
  await assert.rejects(createFrom(lambda, uri, { Handler: 'a.b' }), invalid(packaged));
  await assert.rejects(
    createFrom(lambda, 'repository:latest'),
    invalid('Source image repository:latest is not valid. Provide a valid source image.'),
  );
  await assert.rejects(
    createFrom(lambda, `${uri}/missing`),
    invalid(`Source image ${folder}/missing does not exist. Provide a valid source image.`),
  );
  const other = ARCHITECTURE === 'arm64' ? 'x86_64' : 'arm64';
  await assert.rejects(
    createFrom(lambda, uri, { Architectures: [other] }),
    invalid(/the function for/),
  );
  await createFrom(lambda, uri);
  const change = { FunctionName: 'fn', Handler: 'a.b' };
  await assert.rejects(lambda.call('UpdateFunctionConfiguration', change), invalid(packaged));
  await assert.rejects(
    lambda.call('UpdateFunctionCode', { FunctionName: 'fn', ZipFile: Buffer.from('zip') }),
    invalid('Please provide ImageUri when updating a function with packageType Image.'),
  );
  await lambda.create('zip', { 'index.mjs': '' });
  await assert.rejects(
    lambda.call('UpdateFunctionCode', { FunctionName: 'zip', ImageUri: uri }),
    invalid("Please don't provide ImageUri when updating a function with packageType Zip."),
  );
});

test('an entry point that is not there is told as AWS does', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(layer)]);
  const cases = [
    [
      { EntryPoint: ['/nothing'] },
      'InvalidEntrypoint',
      'fork/exec /nothing: no such file or directory',
    ],
    [
      { EntryPoint: ['nothing'] },
      'InvalidEntrypoint',
      'exec: "nothing": executable file not found in $PATH',
    ],
    [{ WorkingDirectory: '/no' }, 'InvalidWorkingDir', 'chdir /no: no such file or directory'],
  ] as const;
  await createFrom(lambda, `oci:${folder}`);
  for (const [ImageConfig, type, text] of cases) {
    const change = { FunctionName: 'fn', ImageConfig } as never;
    await lambda.call('UpdateFunctionConfiguration', change);
    const { payload } = await lambda.invoke('fn');
    const { errorType, errorMessage } = payload as Record<string, string>;
    assert.equal(errorType, `Runtime.${type}`);
    assert.match(errorMessage ?? '', new RegExp(`Error: ${text.replace('$', '\\$')}$`));
  }
});

test('without bubblewrap an image is refused, and says what it needs', async (t) => {
  const lambda = await startLambda(t);
  await assert.rejects(
    createFrom(lambda, 'registry.test/image'),
    /need.*bubblewrap|bubblewrap.*need/,
  );
});

test('where others can call, no image of this machine is code', async (t) => {
  const started = await startWithImages(t, { exposed: true });
  if (!started) return;
  const refusal = /an image of this machine, where others/;
  await assert.rejects(createFrom(started.lambda, 'oci:/tmp'), refusal);
  for (const host of ['localhost', '127.1', '0.0.0.0']) {
    await assert.rejects(createFrom(started.lambda, `${host}:5000/image`), refusal);
  }
});

for (const network of ['own', 'host'] as const) {
  test(`extensions in an image run beside its runtime (${network} network)`, async (t) => {
    const events: string[] = [];
    const logs: LogsPort = { write: (_stream, { message }) => void events.push(message) };
    const started = await startWithImages(t, { network, logs });
    if (!started) return;
    const { lambda, layer } = started;
    const folder = await newFolder(t);
    await writeLayout(folder, [imageOf(layer, { layers: [layer, extensionLayer('watch')] })]);
    await createFrom(lambda, `oci:${folder}`);
    assert.equal(await run(lambda, 'echo $AWS_LAMBDA_FUNCTION_NAME'), 'fn');
    const pipes = 'for fd in 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && echo $fd; done';
    assert.equal(await run(lambda, pipes), '', 'the runtime has none of the pipes to outside');
    await until(() => events.filter((event) => event.startsWith('REPORT ')).length === 2);
    await lambda.service.close();
    const told = events
      .filter((event) => event.startsWith('watch '))
      .map((event) => JSON.parse(event.slice('watch '.length)).eventType as string);
    assert.equal(told.filter((type) => type === 'INVOKE').length, 2);
    assert.equal(told.at(-1), 'SHUTDOWN');
    assert.ok(
      events.includes('EXTENSION\tName: watch\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n'),
    );
  });
}

test('an image whose extensions nothing could start says so', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(layer, { layers: [layer, extensionLayer('watch', [])] })]);
  await createFrom(lambda, `oci:${folder}`);
  const { payload } = await lambda.invoke('fn', 'echo');
  assert.match(JSON.stringify(payload), /Extension\.LaunchError.*bin\/sh, which is not there/);
});

test('with the machine’s network an image’s runtime is heard by its process', async (t) => {
  const started = await startWithImages(t, { network: 'host' });
  if (!started) return;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(started.layer)]);
  await createFrom(started.lambda, `oci:${folder}`);
  assert.equal(await run(started.lambda, 'echo ${AWS_LAMBDA_RUNTIME_API%:*}'), '127.0.0.1');
});

test('an image comes from the tar file of a layout, too, as docker save makes it', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  const file = join(folder, 'image.tar');
  const files = layoutFiles([imageOf(layer, { compression: 'none' })]);
  const entries = [...files].map(([name, content]) => ({ name, content }));
  await writeFile(file, tar([...entries, { name: '../outside', content: 'no' }]));
  await createFrom(lambda, `oci:${file}`);
  assert.equal(await run(lambda, 'echo $AWS_LAMBDA_FUNCTION_NAME'), 'fn');
});

/** A registry that gives its token to everybody, and keeps its blobs elsewhere. */
async function startRegistry(t: TestContext, images: readonly MadeImage[], tagged: Buffer) {
  const blobs = new Map(images.flatMap((image) => [...image.blobs]));
  const requests: string[] = [];
  const elsewhere = { url: '' };
  const answer: RequestListener = (request, response) => {
    const url = request.url ?? '';
    requests.push(url);
    const name = url.split('/').at(-1) ?? '';
    if (url.startsWith('/token?service=registry&scope=repository%3Amy%2Fimage%3Apull')) {
      return response.end('{"token":"open"}');
    }
    if (url.startsWith('/elsewhere/')) {
      response.statusCode = request.headers.authorization === undefined ? 200 : 500;
      return response.end(blobs.get(name));
    }
    if (request.headers.authorization !== 'Bearer open') {
      const realm = `http://${request.headers.host}/token`;
      const challenge = `Bearer realm="${realm}",service="registry",scope="ignored"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    if (url.startsWith('/v2/my/image/blobs/')) {
      return response.writeHead(307, { location: `${elsewhere.url}/elsewhere/${name}` }).end();
    }
    const found = url === '/v2/my/image/manifests/latest' ? tagged : blobs.get(name);
    if (!found) return response.writeHead(404).end();
    const { mediaType } = JSON.parse(found.toString()) as { mediaType: string };
    return response.writeHead(200, { 'content-type': mediaType }).end(found);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    blobs,
    elsewhere,
  };
}

test('an image is pulled from a registry by its architecture, with a token, and verified', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const image = imageOf(layer);
  const go = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const described = (architecture: string, { digest, manifest, mediaType }: MadeImage) => ({
    ...{ mediaType, digest, size: manifest.length },
    platform: { os: 'linux', architecture },
  });
  const index = Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
      manifests: [described('other', makeImage({ layers: [] })), described(go, image)],
    }),
  );
  const registry = await startRegistry(t, [image], index);
  await createFrom(lambda, `${registry.host}/my/image`);
  const { Code } = await lambda.call('GetFunction', { FunctionName: 'fn' });
  assert.equal(Code?.ResolvedImageUri, `${registry.host}/my/image@${image.digest}`);
  assert.equal(await run(lambda, 'echo pulled'), 'pulled');
  const pulled = registry.requests.length;
  const again = `${registry.host}/my/image@${image.digest}`;
  await lambda.call('UpdateFunctionCode', { FunctionName: 'fn', ImageUri: again });
  assert.equal(await run(lambda, 'echo again'), 'again');
  const since = registry.requests.slice(pulled).filter((url) => url.startsWith('/elsewhere/'));
  assert.equal(since.length, 1, 'the settings are read again, the layers are shared');
  // A registry of this machine may send to others, but not in the clear.
  registry.elsewhere.url = 'http://registry.test';
  const unseen = imageOf(layer, { config: { Entrypoint: ['/runtime', 'unseen'] } });
  for (const [digest, bytes] of unseen.blobs) registry.blobs.set(digest, bytes);
  const leading = `${registry.host}/my/image@${unseen.digest}`;
  await assert.rejects(
    lambda.call('UpdateFunctionCode', { FunctionName: 'fn', ImageUri: leading }),
    /leads to http:\/\/registry\.test/,
  );
  const missing = createFrom(lambda, `${registry.host}/my/image:no`, { FunctionName: 'other' });
  await assert.rejects(missing, /my\/image:no does not exist/);
});

test('what a registry gives in place of a layer is refused', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const image = imageOf(started.layer);
  const registry = await startRegistry(t, [image], image.manifest);
  const { layers } = JSON.parse(image.manifest.toString()) as { layers: { digest: string }[] };
  const digest = layers[0]?.digest ?? '';
  registry.blobs.set(digest, Buffer.from(registry.blobs.get(digest) ?? []).fill(0, 20, 40));
  await assert.rejects(createFrom(started.lambda, `${registry.host}/my/image`), {
    code: 'InvalidParameterValueException',
  });
});

test('a function from an image runs after a start though its image is nowhere else any more', async (t) => {
  const workFolder = await newFolder(t);
  const started = await startWithImages(t, { workFolder });
  if (!started) return;
  const { lambda, layer } = started;
  const { store, blobs } = lambda;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(layer)]);
  await createFrom(lambda, `oci:${folder}`);
  await rm(folder, { recursive: true });
  const second = await startLambda(t, { workFolder, store, blobs, isolation: 'bwrap' });
  assert.equal(await run(second, 'echo again'), 'again');
});

test('a function from an image finds it again after a start, or says that it is gone', async (t) => {
  const started = await startWithImages(t);
  if (!started) return;
  const { lambda, layer } = started;
  const folder = await newFolder(t);
  await writeLayout(folder, [imageOf(layer)]);
  await createFrom(lambda, `oci:${folder}`);
  const { store, blobs } = lambda;
  const second = await startLambda(t, { store, blobs, isolation: 'bwrap' });
  assert.equal(await run(second, 'echo again'), 'again');
  const third = await startLambda(t, { store, blobs });
  const { payload } = await third.invoke('fn');
  assert.match(JSON.stringify(payload), /without bubblewrap/);
  await rm(folder, { recursive: true });
  const fourth = await startLambda(t, { store, blobs, isolation: 'bwrap' });
  await assert.rejects(fourth.invoke('fn'), /does not exist/);
});
