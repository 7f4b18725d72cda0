/** What AWS's Lambda answered for functions from container images (recorded 2025-11-25), against Brume's answers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { makeImage, tar } from '../../packages/brume/src/services/lambda/images/image.fixture.ts';
import {
  definition,
  play,
  recordings,
  ROLE,
  settled,
  skip,
  type Play,
  type Script,
} from './lambda/recordings.ts';

const FunctionName = 'my-function';
const { processes } = nodeEnvironment();
const isMissing = async (program: string) => (await processes.find(program)) === undefined;
const needs = ((await isMissing('bwrap')) || (await isMissing('nsenter'))) && 'no bubblewrap here';

/** Two repositories with an image each, as `<repo_uri>` and `<repo_uri_2>`. */
async function withRepositories(playing: Play, script: (uris: string[]) => Promise<void>) {
  const images = ['first', 'second'].map((name) =>
    makeImage({ layers: [tar([{ name, content: name }])], architecture: 'amd64' }),
  );
  const server = createServer(({ url = '' }, response) => {
    const [, , repository, , reference = ''] = url.split('/');
    const image = images[Number(repository)];
    const bytes = reference === 'latest' ? image?.manifest : image?.blobs.get(reference);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const repositories = [0, 1].map((index) => `127.0.0.1:${port}/${index}`);
    playing.bind('<repo_uri>', repositories[0] ?? '');
    playing.bind('<repo_uri_2>', repositories[1] ?? '');
    await script(repositories.map((repository) => `${repository}:latest`));
  } finally {
    server.close();
  }
}

const fromImage = (ImageUri: string | undefined): CreateFunctionCommandInput => ({
  FunctionName,
  Role: ROLE,
  PackageType: 'Image',
  Code: { ImageUri },
  Environment: { Variables: { CUSTOM_ENV: 'test' } },
});

/** Two questions that follow each change. */
async function look(playing: Play, code: string, configuration: string): Promise<void> {
  const { client } = playing;
  await settled(client, FunctionName);
  await playing.step(code, client.send(new GetFunctionCommand({ FunctionName })));
  const get = new GetFunctionConfigurationCommand({ FunctionName });
  await playing.step(configuration, client.send(get));
}

const crud: Script = (playing) =>
  withRepositories(playing, async ([first, second]) => {
    const { client } = playing;
    const create = new CreateFunctionCommand(fromImage(first));
    await playing.step('create-image-response', client.send(create));
    await look(playing, 'get-function-code-response', 'get-function-config-response');
    const { ZipFile } = definition(FunctionName).Code;
    const zip = new UpdateFunctionCodeCommand({ FunctionName, ZipFile });
    await playing.step('image-to-zipfile-error', client.send(zip));
    const update = new UpdateFunctionCodeCommand({ FunctionName, ImageUri: second });
    await playing.step('update-function-code-response', client.send(update));
    const after = ['get-function-code-response', 'get-function-config-response'] as const;
    await look(playing, `${after[0]}-after-update`, `${after[1]}-after-update`);
  });

const imageConfig: Script = (playing) =>
  withRepositories(playing, async ([first]) => {
    const { client } = playing;
    const Command = ['-c', 'echo test'];
    const ImageConfig = { EntryPoint: ['sh'], Command, WorkingDirectory: '/app1' };
    const create = new CreateFunctionCommand({ ...fromImage(first), ImageConfig });
    await playing.step('create-image-with-config-response', client.send(create));
    const names = ['get-function-code', 'get-function-config'] as const;
    await look(playing, `${names[0]}-with-config-response`, `${names[1]}-with-config-response`);
    const changed = { Command: ['-c', 'echo test1'], WorkingDirectory: '/app1' };
    const update = { FunctionName, ImageConfig: changed };
    const updated = client.send(new UpdateFunctionConfigurationCommand(update));
    await playing.step('update-function-code-response', updated);
    await look(playing, `${names[0]}-response-after-update`, `${names[1]}-response-after-update`);
    const removed = client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, ImageConfig: {} }),
    );
    await playing.step('update-function-code-delete-imageconfig-response', removed);
    const after = 'response-after-delete-imageconfig';
    await look(playing, `${names[0]}-${after}`, `${names[1]}-${after}`);
  });

const zipToImage: Script = (playing) =>
  withRepositories(playing, async ([first]) => {
    const { client } = playing;
    const zip = { ...definition(FunctionName), Environment: undefined, Timeout: undefined };
    const created = client.send(new CreateFunctionCommand(zip));
    await playing.step('create-image-response', created);
    const after = ['get-function-code-response', 'get-function-config-response'] as const;
    await look(playing, ...after);
    const update = new UpdateFunctionCodeCommand({ FunctionName, ImageUri: first });
    await playing.step('zipfile-to-image-error', client.send(update));
    await look(playing, `${after[0]}-after-update`, `${after[1]}-after-update`);
  });

const versions: Script = (playing) =>
  withRepositories(playing, async ([first]) => {
    const { client } = playing;
    const create = new CreateFunctionCommand({ ...fromImage(first), Publish: true });
    await playing.step('create_image_response', client.send(create));
    await settled(client, FunctionName);
    const get = () => client.send(new GetFunctionCommand({ FunctionName }));
    await playing.step('get_function_result', get());
    const list = new ListVersionsByFunctionCommand({ FunctionName });
    await playing.step('list_versions_result', client.send(list));
    const change = async (Description: string) => {
      const update = { FunctionName, Description };
      return client.send(new UpdateFunctionConfigurationCommand(update));
    };
    const publish = (input: { Description?: string; CodeSha256?: string }) =>
      client.send(new PublishVersionCommand({ FunctionName, ...input }));
    await playing.step('first_update_response', change('Second version :)'));
    await settled(client, FunctionName);
    await playing.step('first_update_get_function', get());
    await playing.step('invalid_sha_publish', publish({ CodeSha256: 'a'.repeat(64) }));
    const described = (Description: string) => publish({ Description });
    await playing.step('first_publish_response', described('Second version description :)'));
    await playing.step('second_update_response', change('Third version :)'));
    await settled(client, FunctionName);
    await playing.step('second_update_get_function', get());
    await playing.step('second_publish_response', described('Third version description :)'));
  });

const scripts = {
  test_lambda_image_crud: crud,
  test_lambda_image_and_image_config_crud: imageConfig,
  test_lambda_zip_file_to_image: zipToImage,
  test_lambda_image_versions: versions,
};

const recorded = skip === false ? recordings('lambda_api.json') : new Map();
for (const [name, script] of Object.entries(scripts)) {
  test(`AWS and Brume agree: TestLambdaImages::${name}`, { skip: skip || needs }, () =>
    play(recorded.get(`TestLambdaImages::${name}`), script),
  );
}
