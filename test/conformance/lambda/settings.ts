/** Recordings of log settings, runtimes that have ended, sizes, URLs, SnapStart and the account. */
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { definition, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';

/** Values that the SDK's types would not let through. */
type Settings = { [Member in keyof CreateFunctionCommandInput]?: unknown };

const create = ({ client }: Play, settings: Settings = {}) =>
  client.send(
    new CreateFunctionCommand({
      ...definition(FunctionName),
      ...settings,
    } as CreateFunctionCommandInput),
  );

const update = ({ client }: Play, settings: object) =>
  client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...settings }));

const configuration = ({ client }: Play) =>
  client.send(new GetFunctionConfigurationCommand({ FunctionName }));

const get = ({ client }: Play, Qualifier?: string) =>
  client.send(new GetFunctionCommand({ FunctionName, Qualifier }));

/** Each of the changes, and what is there after it. */
function logging(...changes: readonly object[]): Script {
  return async (play) => {
    const created = create(play, { Timeout: 5, MemorySize: 256 }).then(
      (CreateFunctionResponse) => ({
        CreateEventSourceMappingResponse: null,
        CreateFunctionResponse,
      }),
    );
    await play.step('create_response', created);
    await settled(play.client, FunctionName);
    await play.step('get_function_response', get(play));
    await play.step('function_config', configuration(play));
    for (const [index, LoggingConfig] of changes.entries()) {
      const suffix = index === 0 ? '' : `_v${index + 1}`;
      await play.step(`updated_config${suffix}`, update(play, { LoggingConfig }));
      await settled(play.client, FunctionName);
      await play.step(`received_config${suffix}`, configuration(play));
    }
  };
}

function refused(step: string, settings: Settings): Script {
  return (play) => play.step(step, create(play, settings)).then(() => undefined);
}

const ENDED = ['java8', 'go1.x', 'provided', 'ruby2.7', 'nodejs12.x'];

const endedRuntimes = Object.fromEntries(
  ENDED.map((Runtime) => [
    `TestRuntimeValidation::test_create_deprecated_function_runtime_with_validation_enabled[${Runtime}]`,
    refused('deprecation_error', { Runtime }),
  ]),
);

const createUrl = ({ client }: Play, Qualifier?: string) =>
  client.send(new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: 'NONE' }));
const getUrl = ({ client }: Play, Qualifier?: string) =>
  client.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier }));
const deleteUrl = ({ client }: Play) =>
  client.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
const listUrls = ({ client }: Play, name = FunctionName) =>
  client.send(new ListFunctionUrlConfigsCommand({ FunctionName: name }));

/** The recorder has a word in the place of a URL, which stands for another one in each answer. */
async function urlless<Output extends { readonly FunctionUrl?: string | undefined }>(
  answer: Promise<Output>,
): Promise<Output> {
  const found = await answer;
  return { ...found, FunctionUrl: found.FunctionUrl && 'lambda-url' };
}

const urlLifecycle: Script = async (play) => {
  await create(play);
  await play.step('url_creation', urlless(createUrl(play)));
  await play.step('failed_duplication', createUrl(play));
  await play.step('get_url_config', urlless(getUrl(play)));
  const changed = new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' });
  await play.step('updated_url_config', urlless(play.client.send(changed)));
  await deleteUrl(play);
  await play.step('failed_getter', getUrl(play));
};

const urlsWithAlias: Script = async (play) => {
  await create(play);
  const alias = { FunctionName, Name: 'test-alias', FunctionVersion: '$LATEST' };
  await play.client.send(new CreateAliasCommand(alias));
  await play.step('url_creation', urlless(createUrl(play)));
  await play.step('url_with_alias_creation', urlless(createUrl(play, alias.Name)));
  await play.step('get_url_config', urlless(getUrl(play)));
  await play.step('get_url_config_with_alias', urlless(getUrl(play, alias.Name)));
  await play.step('delete_function_url_config', deleteUrl(play));
  await play.step('get_url_config_after_deletion', getUrl(play));
  const left = urlless(getUrl(play, alias.Name));
  await play.step('get_url_config_with_alias_after_deletion', left);
};

const urlList: Script = async (play) => {
  const { client } = play;
  await create(play, { Runtime: 'nodejs20.x', Handler: 'lambda_handler.handler' });
  await settled(client, FunctionName);
  const published = client.send(new PublishVersionCommand({ FunctionName }));
  await play.step('fn_version_result', published);
  const alias = { FunctionName, Name: 'urlalias', FunctionVersion: '1' };
  await play.step('create_alias_result', client.send(new CreateAliasCommand(alias)));
  await play.step('list_function_notfound', listUrls(play, 'doesnotexist'));
  await play.step('list_all_empty', listUrls(play));
  await play.step('url_config_fn', urlless(createUrl(play)));
  await play.step('url_config_alias', urlless(createUrl(play, alias.Name)));
  const list = listUrls(play).then(async ({ FunctionUrlConfigs = [], ...rest }) => ({
    ...rest,
    FunctionUrlConfigs: await Promise.all(
      FunctionUrlConfigs.map((config) => urlless(Promise.resolve(config))),
    ),
  }));
  await play.step('list_all', list);
};

const snapStart = (Runtime: string) => ({
  ...{ Timeout: 5, MemorySize: 1024, Environment: undefined, Runtime: Runtime as 'java21' },
  ...(Runtime.startsWith('java') && { Handler: 'echo.Handler' }),
});

const snapStartLifecycle = (runtime: string) => async (play: Play) => {
  await play.step('create_function_response', create(play, snapStart(runtime)));
  await settled(play.client, FunctionName);
  await play.step('get_function_response_latest', get(play));
  const Description = 'version1';
  await play.client.send(new PublishVersionCommand({ FunctionName, Description }));
  await play.step('get_function_response_version_1', get(play, '1'));
};

const urlModes: Script = async (play) => {
  await create(play);
  const url = { FunctionName, AuthType: 'NONE' } as const;
  const made = new CreateFunctionUrlConfigCommand({ ...url, InvokeMode: 'BUFFERED' });
  await play.step('create_lambda_url_config', play.client.send(made));
  await play.step('get_url_config', getUrl(play));
  const change = (InvokeMode?: 'RESPONSE_STREAM') =>
    play.client.send(new UpdateFunctionUrlConfigCommand({ ...url, InvokeMode }));
  await play.step('modify_lambda_url_config', change('RESPONSE_STREAM'));
  await play.step('get_url_config_2', getUrl(play));
  await play.step('modify_lambda_url_config_none', change());
  await play.step('get_url_config_3', getUrl(play));
};

const urlMode: Script = async (play) => {
  await create(play);
  const InvokeMode = 'UNKNOWN' as 'BUFFERED';
  const wrong = new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', InvokeMode });
  await play.step('invoke_function_invalid_invoke_type', play.client.send(wrong));
};

const snapStartUpdate = (runtime: string) => async (play: Play) => {
  await play.step('create_function_response', create(play, snapStart(runtime)));
  await settled(play.client, FunctionName);
  const changed = update(play, { SnapStart: { ApplyOn: 'PublishedVersions' } });
  await play.step('update_function_response', changed);
};

const LARGE = Buffer.alloc(50 * 1024 * 1024 + 1);
const U = 'TestLambdaUrl::test_url_config';
const S = 'TestLambdaSizeLimits::test';
const LOGGING = 'TestLoggingConfig::test';
const SNAP_START = 'TestLambdaSnapStart::test_snapstart';
const PARTIAL = 'function_partial_advanced_logging_configuration_update';

export const settings: Readonly<Record<string, Script>> = {
  [`${LOGGING}_advanced_logging_configuration_format_switch`]: logging(
    { LogFormat: 'JSON' },
    { LogFormat: 'Text' },
  ),
  [`${LOGGING}_${PARTIAL}[partial_config0]`]: logging({ LogFormat: 'JSON' }),
  [`${LOGGING}_${PARTIAL}[partial_config3]`]: logging({ LogGroup: 'cool_lambda' }),
  ...endedRuntimes,
  [`${S}_large_environment_variables_fails`]: refused('failed_create_fn_result', {
    Environment: { Variables: { LARGE_VAR: 'x'.repeat(4081) } },
  }),
  [`${S}_large_environment_fails_multiple_keys`]: refused('failured_create_fn_result_multi_key', {
    Environment: { Variables: { SMALL_VAR: 'ok', LARGE_VAR: 'x'.repeat(4064) } },
  }),
  [`${S}_oversized_zipped_create_lambda`]: refused('invalid_param_exc', {
    Code: { ZipFile: LARGE },
  }),
  [`${S}_oversized_unzipped_lambda`]: (play) => {
    const ZipFile = zipFiles({ zeros: '\0'.repeat(250 * 1024 * 1024 + 1) });
    return refused('invalid_param_exc', { Code: { ZipFile } })(play);
  },
  [`${U}_lifecycle`]: urlLifecycle,
  [`${U}_deletion_without_qualifier`]: urlsWithAlias,
  [`${U}_list_paging`]: urlList,
  'TestLambdaSnapStart::test_snapstart_exceptions': refused(
    'create_function_invalid_snapstart_apply',
    { SnapStart: { ApplyOn: 'invalidOption' } },
  ),
  ...Object.fromEntries(
    ['python3.13', 'java11', 'java17', 'java21'].map((runtime) => [
      `${SNAP_START}_lifecycle[${runtime}]`,
      snapStartLifecycle(runtime),
    ]),
  ),
  ...Object.fromEntries(
    ['python3.12', 'java11', 'java17', 'java21'].map((runtime) => [
      `${SNAP_START}_update_function_configuration[${runtime}]`,
      snapStartUpdate(runtime),
    ]),
  ),
  'TestLambdaAccountSettings::test_account_settings': async (play) => {
    const found = await play.client.send(new GetAccountSettingsCommand({}));
    const { AccountLimit = {}, AccountUsage = {}, $metadata } = found;
    // The recorder has kept the names alone.
    const names = (members: object) => Object.keys(members).toSorted();
    const shown = { AccountLimit: names(AccountLimit), AccountUsage: names(AccountUsage) };
    await play.step('acc_settings_modded', Promise.resolve({ ...shown, $metadata }));
  },
};

/** Of lambda.json. */
export const urls: Readonly<Record<string, Script>> = {
  'TestLambdaURL::test_lambda_update_function_url_config': urlModes,
  'TestLambdaURL::test_lambda_url_invalid_invoke_mode': urlMode,
};
