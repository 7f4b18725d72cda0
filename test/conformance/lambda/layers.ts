/** Recordings of layers. */
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetLayerVersionPolicyCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
  UpdateFunctionConfigurationCommand,
  type PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { ACCOUNT, definition, REGION, settled, type Play, type Script } from './recordings.ts';

const LAYER = 'layer';
const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:layer`;
const Content = { ZipFile: zipFiles({ 'testfile.txt': 'content' }) };

function publish({ client }: Play, input: Partial<PublishLayerVersionCommandInput> = {}) {
  return client.send(
    new PublishLayerVersionCommand({
      LayerName: LAYER,
      Content,
      CompatibleArchitectures: ['x86_64'],
      CompatibleRuntimes: ['python3.12'],
      ...input,
    }),
  );
}

function add({ client }: Play, StatementId: string, changed = {}) {
  return client.send(
    new AddLayerVersionPermissionCommand({
      LayerName: LAYER,
      VersionNumber: 1,
      StatementId,
      Action: 'lambda:GetLayerVersion',
      Principal: '*',
      ...changed,
    }),
  );
}

function getPolicy({ client }: Play, LayerName = LAYER, VersionNumber = 1) {
  return client.send(new GetLayerVersionPolicyCommand({ LayerName, VersionNumber }));
}

function remove({ client }: Play, StatementId: string, changed = {}) {
  return client.send(
    new RemoveLayerVersionPermissionCommand({
      LayerName: LAYER,
      VersionNumber: 1,
      StatementId,
      ...changed,
    }),
  );
}

const policyExceptions: Script = async (play) => {
  await play.step('publish_result', publish(play));
  await play.step('layer_permission_nopolicy_get', getPolicy(play));
  await play.step('add_layer_permission_result', add(play, 's1'));
  await play.step('layer_permission_action_invalid', add(play, 's2', { Action: '*' }));
  await play.step('layer_permission_duplicate_statement', add(play, 's1'));
  const RevisionId = 'wrong';
  await play.step('layer_permission_wrong_revision', add(play, 's2', { RevisionId }));
  const missing = { LayerName: `${LAYER}-doesnotexist` };
  const name = 'layer_permission_layername_doesnotexist';
  await play.step(`${name}_add`, add(play, 's1', missing));
  await play.step(`${name}_get`, getPolicy(play, missing.LayerName));
  await play.step(`${name}_remove`, remove(play, 's1', missing));
  const version = 'layer_permission_layerversion_doesnotexist';
  await play.step(`${version}_add`, add(play, 's1', { VersionNumber: 2 }));
  await play.step(`${version}_get`, getPolicy(play, LAYER, 2));
  await play.step(`${version}_remove`, remove(play, 's1', { VersionNumber: 2 }));
  const unknown = 'doesnotexist';
  await play.step('layer_permission_statementid_doesnotexist_remove', remove(play, unknown));
  await play.step('layer_permission_wrong_revision_remove', remove(play, 's1', { RevisionId }));
};

const policyLifecycle: Script = async (play) => {
  await play.step('publish_result', publish(play));
  await play.step('add_policy_s1', add(play, 's1'));
  const { RevisionId } = await play.step('get_layer_version_policy', getPolicy(play));
  await play.step('add_policy_s2', add(play, 's2', { RevisionId }));
  await play.step('get_layer_version_policy_postadd2', getPolicy(play));
  await play.step('remove_s2', remove(play, 's2'));
  await play.step('get_layer_version_policy_postdeletes2', getPolicy(play));
};

const functionExceptions: Script = async (play) => {
  const { client } = play;
  const input = { CompatibleRuntimes: [] };
  for (const name of ['publish_result', 'publish_result_2', 'publish_result_3']) {
    await play.step(name, publish(play, input));
  }
  const FunctionName = 'function';
  await client.send(new CreateFunctionCommand(definition(FunctionName)));
  await settled(client, FunctionName);
  await play.step('get_fn_result', client.send(new GetFunctionCommand({ FunctionName })));
  const update = (...Layers: readonly string[]) =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [...Layers] }));
  const [one, two, three] = [1, 2, 3].map((version) => `${ARN}:${LAYER}:${version}`);
  if (!one || !two || !three) return;
  await play.step('two_layer_versions_single_function_exc', update(one, two));
  await play.step('three_layer_versions_single_function_exc', update(one, two, three));
  await play.step('two_identical_layer_versions_single_function_exc', update(one, one));
  await play.step('add_nonexistent_layer_exc', update(`${ARN}:doesnotexist:1`));
  await play.step('add_nonexistent_layer_version_exc', update(`${ARN}:${LAYER}:9`));
  const reason =
    'since then the model has another pair of parentheses in the pattern that is quoted';
  play.leaveOut(reason, 'add_layer_arn_without_version_exc');
  const elsewhere = one.replace(REGION, 'eu-west-1');
  await play.step(
    'create_function_with_layer_in_different_region',
    client.send(new CreateFunctionCommand({ ...definition('other'), Layers: [elsewhere] })),
  );
};

export const layers: Readonly<Record<string, Script>> = {
  'TestLambdaLayer::test_layer_policy_exceptions': policyExceptions,
  'TestLambdaLayer::test_layer_policy_lifecycle': policyLifecycle,
  'TestLambdaLayer::test_layer_function_exceptions': functionExceptions,
  'TestLambdaLayer::test_layer_compatibilities[runtimes2]': async (play) => {
    const input = {
      CompatibleArchitectures: ['arm64', 'x86_64'],
      CompatibleRuntimes: ['provided.al2023', 'provided.al2', 'provided'],
    } as const;
    const { CompatibleArchitectures, CompatibleRuntimes } = input;
    const lists = {
      CompatibleArchitectures: [...CompatibleArchitectures],
      CompatibleRuntimes: [...CompatibleRuntimes],
    };
    await play.step('publish_result', publish(play, lists));
  },
};
