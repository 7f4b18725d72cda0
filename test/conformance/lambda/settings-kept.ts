/** Recordings of settings that Brume keeps, and of code and sizes. */
import assert from 'node:assert/strict';
import {
  CreateFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  PublishLayerVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { definition, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';
const ZipFile = zipFiles({ 'handler.py': 'def handler(event, context):\n    return 2\n' });

const create = ({ client }: Play, settings: Partial<CreateFunctionCommandInput> = {}) =>
  client.send(new CreateFunctionCommand({ ...definition(FunctionName), ...settings }));

/** As the recorder's helper answers. */
const created = async (play: Play, settings: Partial<CreateFunctionCommandInput> = {}) => ({
  CreateEventSourceMappingResponse: null,
  CreateFunctionResponse: await create(play, settings),
});

const get = ({ client }: Play) => client.send(new GetFunctionCommand({ FunctionName }));

const vpc: Script = async (play) => {
  const { client } = play;
  const networks = ['1', '2'].map((number) => {
    play.bind(`<subnet_id_${number}>`, `subnet-${number}`);
    play.bind(`<security_group_id_${number}>`, `sg-${number}`);
    return { SubnetIds: [`subnet-${number}`], SecurityGroupIds: [`sg-${number}`] };
  });
  const settings = { Timeout: 5, MemorySize: 256, VpcConfig: networks[0] };
  await play.step('create_response', created(play, settings));
  await settled(client, FunctionName);
  await play.step('get_function_response', get(play));
  const change = async (name: string, VpcConfig: CreateFunctionCommandInput['VpcConfig']) => {
    const changed = new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig });
    await play.step(`${name}_update_response`, client.send(changed));
    await settled(client, FunctionName);
    await play.step(`${name}_get_function_response`, get(play));
  };
  await change('update_vpcconfig', networks[1]);
  await change('delete_vpcconfig', { SubnetIds: [], SecurityGroupIds: [] });
};

const invalidVpc =
  (kind: 'subnet' | 'security-group', placeholder: string, value: string): Script =>
  async (play) => {
    const prefix = `create-response-`;
    play.bind(placeholder, value);
    const VpcConfig = {
      SubnetIds: kind === 'subnet' ? [value] : ['subnet-1'],
      SecurityGroupIds: kind === 'subnet' ? ['sg-1'] : [value],
    };
    const format = kind === 'subnet' ? 'subnet-id' : 'security-group';
    await play.step(`${prefix}invalid-format-${format}`, create(play, { VpcConfig }));
    play.leaveOut('nobody here knows which there are', `${prefix}non-existent-${format}`);
  };

const architectures: Script = async (play) => {
  const { client } = play;
  await play.step('create_function_response', created(play, { Architectures: ['x86_64'] }));
  await settled(client, FunctionName);
  const changed = { FunctionName, ZipFile, Architectures: ['arm64' as const] };
  const updated = client.send(new UpdateFunctionCodeCommand(changed));
  await play.step('update_function_code_response', updated);
};

const concurrent: Script = async (play) => {
  await play.step(
    'create-function-response',
    create(play, { Timeout: undefined, Environment: undefined }),
  );
  play.leaveOut(
    'an update is over before the next could meet it: all work is done when Brume answers',
    'update-during-in-progress-update-exc',
  );
};

const large: Script = async (play) => {
  // Random, so that it stays as large when it is compressed.
  const noise = Array.from({ length: 20 * 1024 * 1024 }, (_, index) => (index * 2654435761) % 94);
  const Code = { ZipFile: zipFiles({ 'handler.py': '', noise: Buffer.from(noise).toString() }) };
  const settings = { Code, Timeout: 10, Environment: undefined };
  await play.step('create_function_large_zip', create(play, settings));
};

const oversized: Script = async (play) => {
  const Code = { ZipFile: Buffer.alloc(53 * 1024 * 1024) };
  await play.step('invalid_param_exc', create(play, { Code }));
};

/** The recorder's packages had other sizes: what has to be so is that all of them count. */
const codeSizes: Script = async (play) => {
  const { client } = play;
  const total = async () => {
    const { AccountUsage } = await client.send(new GetAccountSettingsCommand({}));
    return AccountUsage?.TotalCodeSize ?? Number.NaN;
  };
  let before = await total();
  const grown = async (step: string, sizeBytes: number) => {
    play.leaveOut('the size of the recorder’s file', `total_code_size_diff_${step}`);
    const now = await total();
    assert.equal(now - before, sizeBytes, step);
    before = now;
  };
  const { CodeSize = 0 } = await create(play);
  await grown('create_function', CodeSize);
  const changed = new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true });
  await client.send(changed);
  await grown('update_function', 2 * ZipFile.length - CodeSize);
  const layer = { LayerName: 'my-layer', Content: { ZipFile } };
  for (const step of ['publish_layer', 'publish_layer_version']) {
    await client.send(new PublishLayerVersionCommand(layer));
    await grown(step, ZipFile.length);
  }
};

/** Of lambda_api.json. */
export const keptSettings: Readonly<Record<string, Script>> = {
  'TestLambdaFunction::test_vpc_config': vpc,
  'TestLambdaFunction::test_invalid_vpc_config_subnet': invalidVpc(
    'subnet',
    '<subnet_id_2>',
    'bad-format',
  ),
  'TestLambdaFunction::test_invalid_vpc_config_security_group': invalidVpc(
    'security-group',
    '<security_group_id_2>',
    'bad-format',
  ),
  'TestLambdaFunction::test_lambda_concurrent_code_updates': concurrent,
  'TestLambdaSizeLimits::test_large_lambda': large,
  'TestLambdaSizeLimits::test_oversized_request_create_lambda': oversized,
  'TestLambdaAccountSettings::test_account_settings_total_code_size': codeSizes,
};

/** Of lambda.json. */
export const otherArchitecture: Readonly<Record<string, Script>> = {
  'TestLambdaBehavior::test_mixed_architecture': architectures,
};
