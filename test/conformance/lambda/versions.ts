/** Recordings of versions and aliases. */
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateAliasCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { ROLE, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';

const code = (number: number) =>
  zipFiles({ 'index.py': `def handler(event, context):\n    return ${number}\n` });

const create = ({ client }: Play, more: object = {}) =>
  client.send(
    new CreateFunctionCommand({
      FunctionName,
      Handler: 'index.handler',
      Code: { ZipFile: code(0) },
      Role: ROLE,
      Runtime: 'python3.12',
      ...more,
    }),
  );

const get = ({ client }: Play, Qualifier?: string) =>
  client.send(new GetFunctionCommand({ FunctionName, Qualifier }));

const publish = ({ client }: Play, more: object = {}) =>
  client.send(new PublishVersionCommand({ FunctionName, ...more }));

const list = ({ client }: Play) => client.send(new ListVersionsByFunctionCommand({ FunctionName }));

const publishOnCreate: Script = async (play) => {
  await play.step('create_response', create(play, { Publish: true }));
  await settled(play.client, FunctionName);
  await settled(play.client, `${FunctionName}:1`);
  await play.step('get_function_result', get(play));
  await play.step('get_function_version_result', get(play, '1'));
  await play.step('get_function_latest_result', get(play, '$LATEST'));
  await play.step('list_versions_result', list(play));
  await play.step('repeated_publish_response', publish(play));
  await play.step('list_versions_result_after_publish', list(play));
};

const lifecycle: Script = async (play) => {
  const { client } = play;
  await play.step('create_response', create(play, { Description: 'No version :(' }));
  await settled(client, FunctionName);
  await play.step('get_function_result', get(play));
  await play.step('list_versions_result', list(play));
  const update = (Description: string) =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));
  await play.step('first_update_response', update('First version :)'));
  await settled(client, FunctionName);
  await play.step('first_update_get_function', get(play));
  const described = { Description: 'First version description :)' };
  await play.step('first_publish_response', publish(play, described));
  await play.step('first_publish_get_function', get(play, '1'));
  const configuration = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' });
  await play.step('first_publish_get_function_config', client.send(configuration));
  await play.step('second_update_response', update('Second version :))'));
  await settled(client, FunctionName);
  await play.step('first_publish_get_function_after_update', get(play, '1'));
  await play.step('second_publish_response', publish(play));
  const again = { Description: 'Second version description :))' };
  await play.step('third_publish_response', publish(play, again));
  await play.step('list_versions_result_after_third_publish', list(play));
  await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }));
  await play.step('list_versions_result_after_deletion_of_first_version', list(play));
};

const wrongHash: Script = async (play) => {
  await play.step('create_response', create(play));
  await settled(play.client, FunctionName);
  const { Configuration } = await play.step('get_fn_response', get(play));
  const wrong = publish(play, { CodeSha256: 'somenonexistentsha256' });
  await play.step('publish_wrong_sha256_exc', wrong);
  const { CodeSha256 } = Configuration ?? {};
  await play.step('publish_result', publish(play, { CodeSha256 }));
};

const publishOnUpdate: Script = async (play) => {
  await play.step('create_response', create(play));
  await settled(play.client, FunctionName);
  await play.step('get_function_result', get(play));
  const update = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code(1), Publish: true });
  await play.step('update_function_code_result', play.client.send(update));
  const reason = 'the version is active when Brume is asked again';
  play.leaveOut(reason, 'get_function_version_result', 'get_function_latest_result');
};

const Environment = { Variables: { testenv: 'staging' } };

const createAlias = ({ client }: Play, more: Partial<CreateAliasCommandInput>) =>
  client.send(
    new CreateAliasCommand({ FunctionName, Name: 'custom', FunctionVersion: '1', ...more }),
  );

const routing = (AdditionalVersionWeights: Record<string, number>) => ({
  RoutingConfig: { AdditionalVersionWeights },
});

const routings: Script = async (play) => {
  const { client } = play;
  await play.step('create_response', create(play, { Publish: true, Environment }));
  await settled(client, FunctionName);
  await settled(client, `${FunctionName}:1`);
  await play.step('publish_v1', publish(play));
  const changed = { Variables: { testenv: 'prod' } };
  const update = { FunctionName, Environment: changed };
  await client.send(new UpdateFunctionConfigurationCommand(update));
  await settled(client, FunctionName);
  await play.step('publish_v2', publish(play));
  const alias = (name: string, more: Partial<CreateAliasCommandInput>) =>
    play.step(name, createAlias(play, more));
  await alias('routing_config_exc_toomany', routing({ '1': 0.8, '2': 0.2 }));
  await alias('routing_config_exc_toohigh', routing({ '2': 2 }));
  await alias('routing_config_exc_subzero', routing({ '2': -1 }));
  await alias('routing_config_exc_sameversion', routing({ '1': 0.5 }));
  await alias('target_version_doesnotexist', { FunctionVersion: '10', ...routing({ '2': 0.5 }) });
  await alias('routing_config_exc_version_doesnotexist', routing({ '10': 0.5 }));
  const latest = { FunctionVersion: '$LATEST' };
  await alias('target_version_exc_version_latest', { ...latest, ...routing({ '1': 0.5 }) });
  await alias('routing_config_exc_version_latest', routing({ $LATEST: 0.5 }));
  await alias('create-alias-latest', { ...latest, Name: 'custom-latest' });
  const unknown = { FunctionName: `${FunctionName}-unknown`, ...routing({ '2': 0.5 }) };
  await alias('routing_config_exc_fn_doesnotexist', unknown);
  const empty = { Name: 'custom-empty-routingconfig', RoutingConfig: {} };
  await alias('create_alias_empty_routingconfig', empty);
  await alias('create_alias_response', routing({ '2': 0.5 }));
  await alias('routing_config_exc_already_exist', routing({ '2': 0.5 }));
  const missing = new GetAliasCommand({ FunctionName, Name: 'non-existent' });
  await play.step('alias_does_not_exist_esc', client.send(missing));
};

const naming: Script = async (play) => {
  await play.step('create_response', create(play, { Environment }));
  await settled(play.client, FunctionName);
  await play.step('publish_v1', publish(play));
  const Name = '2024-01-02';
  const Description = 'custom-alias';
  await play.step('create_alias_date', createAlias(play, { Name, Description }));
  const found = play.client.send(new GetAliasCommand({ FunctionName, Name }));
  await play.step('get_alias_date', found);
  await play.step('create_alias_number_exception', createAlias(play, { Name: '2024' }));
};

const missingAlias = (step: string, send: (play: Play) => Promise<unknown>): Script => {
  return async (play) => {
    await play.step('create_response', create(play, { Environment }));
    await play.step(step, send(play));
  };
};

const MISSING = { FunctionName, Name: 'non-existent' };

const V = 'TestLambdaVersions::test';
const A = 'TestLambdaAlias::test';

export const versions: Readonly<Record<string, Script>> = {
  [`${V}_publish_version_on_create`]: publishOnCreate,
  [`${V}_version_lifecycle`]: lifecycle,
  [`${V}_publish_with_wrong_sha256`]: wrongHash,
  [`${V}_publish_with_update`]: publishOnUpdate,
  [`${A}_notfound_and_invalid_routingconfigs`]: routings,
  [`${A}_alias_naming`]: naming,
  [`${A}_non_existent_alias_deletion`]: missingAlias('delete_alias_response', ({ client }) =>
    client.send(new DeleteAliasCommand(MISSING)),
  ),
  [`${A}_non_existent_alias_update`]: missingAlias('update_alias_response', ({ client }) =>
    client.send(new UpdateAliasCommand(MISSING)),
  ),
};
