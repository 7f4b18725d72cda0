/** Recordings of functions: their life, their names, and settings that are refused. */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { definition, FUNCTION_ARN, REGION, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';
const OTHER_CODE = zipFiles({ 'handler.py': 'def handler(event, context):\n    return 2\n' });

/** Values that the SDK's types would not let through. */
type Settings = { [Member in keyof CreateFunctionCommandInput]?: unknown };

const create = ({ client }: Play, settings: Settings = {}) =>
  client.send(
    new CreateFunctionCommand({
      ...definition(FunctionName),
      ...settings,
    } as CreateFunctionCommandInput),
  );

/** As the recorder's helper answers. */
const created = async (play: Play, settings: Settings = {}) => ({
  CreateEventSourceMappingResponse: null,
  CreateFunctionResponse: await create(play, settings),
});

const get = ({ client }: Play, name = FunctionName) =>
  client.send(new GetFunctionCommand({ FunctionName: name }));

const lifecycle: Script = async (play) => {
  const { client } = play;
  await play.step('create_response', created(play, { Timeout: 5, MemorySize: 256 }));
  await settled(client, FunctionName);
  await play.step('get_function_response', get(play));
  const changed = new UpdateFunctionConfigurationCommand({
    FunctionName,
    Runtime: 'python3.11',
    Timeout: 10,
    Environment: { Variables: { ENV_A: 'a' } },
    Description: 'Changed-Description',
    MemorySize: 512,
  });
  await play.step('update_func_conf_response', client.send(changed));
  await settled(client, FunctionName);
  await play.step('get_function_response_postupdate', get(play));
  const ZipFile = OTHER_CODE;
  const updated = new UpdateFunctionCodeCommand({ FunctionName, ZipFile });
  await play.step('update_code_response', client.send(updated));
  await settled(client, FunctionName);
  await play.step('get_function_response_postcodeupdate', get(play));
  const removed = client.send(new DeleteFunctionCommand({ FunctionName }));
  await play.step('delete_response', removed);
  await play.step('delete_postdelete', get(play));
};

type Operation = (client: LambdaClient, name: string, qualifier?: string) => Promise<unknown>;

const operations: Readonly<Record<string, Operation>> = {
  delete_function: (client, name, Qualifier) =>
    client.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier })),
  get_function: (client, name, Qualifier) =>
    client.send(new GetFunctionCommand({ FunctionName: name, Qualifier })),
  get_function_configuration: (client, name, Qualifier) =>
    client.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier })),
  get_function_url_config: (client, name) =>
    client.send(new GetFunctionUrlConfigCommand({ FunctionName: name })),
  get_function_code_signing_config: (client, name) =>
    client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: name })),
  invoke: (client, name) => client.send(new InvokeCommand({ FunctionName: name })),
};

function each(
  test: string,
  names: readonly string[],
  script: (operation: Operation) => Script,
): Readonly<Record<string, Script>> {
  const entries = names.map((name) => {
    const operation = operations[name];
    if (!operation) throw new Error(name);
    return [`TestLambdaFunction::${test}[${name}]`, script(operation)] as const;
  });
  return Object.fromEntries(entries);
}

const mismatch = (operation: Operation): Script => {
  return async (play) => {
    const name = 'some-function:$LATEST';
    await play.step('not_match_exception', operation(play.client, name, '1'));
    await play.step('match_exception', operation(play.client, name, '$LATEST'));
  };
};

const missingVersion = (operation: Operation): Script => {
  return async (play) => {
    await create(play);
    play.bind('<fn-name>', FunctionName);
    const answer = operation(play.client, FunctionName, '1221');
    await play.step('version_not_found_exception', answer);
  };
};

const missingFunction = (operation: Operation): Script => {
  return async (play) => {
    play.bind('<nonexisting-fn-name>', 'nonexisting');
    await play.step('not_found_exception', operation(play.client, 'nonexisting'));
  };
};

const wrongRegion = (operation: Operation): Script => {
  return async (play) => {
    const elsewhere = `${FUNCTION_ARN}:${FunctionName}`.replace(REGION, 'eu-west-1');
    await play.step('wrong_region_exception', operation(play.client, elsewhere));
  };
};

const deleteMissing: Script = async (play) => {
  const { client } = play;
  play.bind('<fn-name>', 'missing');
  const remove = (Qualifier?: string) =>
    client.send(new DeleteFunctionCommand({ FunctionName: 'missing', Qualifier }));
  await play.step('delete_function_response_non_existent', remove());
  await play.step('delete_function_response_non_existent_with_qualifier', remove('1'));
};

const location: Script = async (play) => {
  const { client } = play;
  const { Environment: _, Timeout: __, ...rest } = definition(FunctionName);
  const plain = { ...rest, Handler: 'index.handler', Environment: undefined, Timeout: undefined };
  await play.step('create-response-zip-file', create(play, plain));
  await settled(client, FunctionName);
  await play.step('get-function-response', get(play));
  const ZipFile = OTHER_CODE;
  const updated = new UpdateFunctionCodeCommand({ FunctionName, ZipFile });
  await play.step('update-function-response', client.send(updated));
  play.leaveOut('the update is over when Brume is asked again', 'get-function-response-updated');
};

const createExceptions: Script = async (play) => {
  await play.step('invalid_role_arn_exc', create(play, { Role: 'r1' }));
  await play.step('invalid_runtime_exc', create(play, { Runtime: 'non-existent-runtime' }));
  await play.step('uppercase_runtime_exc', create(play, { Runtime: 'PYTHON3.9' }));
  play.leaveOut('the recorder’s SDK did not send it', 'empty_architectures');
  const both = { Architectures: ['x86_64', 'arm64'] };
  await play.step('multiple_architectures', create(play, both));
  await play.step('uppercase_architecture', create(play, { Architectures: ['X86_64'] }));
  const zip = { Code: { ZipFile: Buffer.from('this is not a zipfile, just a random string') } };
  await play.step('invalid_zip_exc', create(play, zip));
};

const updateExceptions: Script = async (play) => {
  const { client } = play;
  await create(play);
  await settled(client, FunctionName);
  const update = (settings: object) =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...settings }));
  await play.step('invalid_role_arn_exc', update({ Role: 'r1' }));
  await play.step('invalid_runtime_exc', update({ Runtime: 'non-existent-runtime' }));
  await play.step('uppercase_runtime_exc', update({ Runtime: 'PYTHON3.9' }));
};

const list: Script = async (play) => {
  const { client } = play;
  const [first, second] = ['my-function-1', 'my-function-2'];
  const publishing = { FunctionName: first, Publish: true };
  await play.step('create_response_1', created(play, publishing));
  await play.step('create_response_2', created(play, { FunctionName: second }));
  const all = (FunctionVersion?: string) =>
    client.send(new ListFunctionsCommand({ FunctionVersion: FunctionVersion as 'ALL' }));
  await play.step('list_functions_invalid_functionversion', all('invalid'));
  const functions = async (version?: string) => ({ Functions: (await all(version)).Functions });
  await play.step('list_all', functions('ALL'));
  await play.step('list_default', functions());
};

const arns: Script = async (play) => {
  const full = { FunctionName: `${FUNCTION_ARN}:by-arn` };
  await play.step('create-function-arn-response', created(play, full));
  const account = FUNCTION_ARN.split(':')[4] ?? '';
  const partial = { FunctionName: `${account}:function:by-partial-arn` };
  await play.step('create-function-partial-arn-response', created(play, partial));
  const invalid = create(play, { FunctionName: 'invalid:function:name' });
  await play.step('invalid_function_name_exc', invalid);
  await play.step('long_function_name_exc', create(play, { FunctionName: 'a'.repeat(65) }));
  const long = create(play, { FunctionName: `${FUNCTION_ARN}:${'a'.repeat(100)}` });
  await play.step('long_function_arn_exc', long);
  const elsewhere = FUNCTION_ARN.replace(REGION, 'ap-southeast-1');
  const region = create(play, { FunctionName: `${elsewhere}:f` });
  await play.step('function_arn_other_region_exc', region);
  play.leaveOut(
    'its message is null, which the SDK shows as its own',
    'function_arn_other_account_exc',
  );
};

const invalidInvoke: Script = async (play) => {
  const name = `arn:aws:lambda:${REGION}:123400000000@function:myfn`;
  const answer = play.client.send(new InvokeCommand({ FunctionName: name }));
  await play.step('invoke_function_name_pattern_exc', answer);
};

const F = 'TestLambdaFunction::test';
const KINDS = ['delete_function', 'get_function', 'get_function_configuration'];

export const functions: Readonly<Record<string, Script>> = {
  [`${F}_function_lifecycle`]: lifecycle,
  ...each('test_ops_with_arn_qualifier_mismatch', KINDS, mismatch),
  ...each('test_ops_on_nonexisting_version', KINDS.slice(1), missingVersion),
  ...each('test_ops_on_nonexisting_fn', Object.keys(operations).slice(0, -1), missingFunction),
  ...each(
    'test_get_function_wrong_region',
    ['get_function_configuration', 'get_function_url_config', 'delete_function', 'invoke'],
    wrongRegion,
  ),
  [`${F}_delete_on_nonexisting_version`]: deleteMissing,
  [`${F}_lambda_code_location_zipfile`]: location,
  [`${F}_create_lambda_exceptions`]: createExceptions,
  [`${F}_update_lambda_exceptions`]: updateExceptions,
  [`${F}_list_functions`]: list,
  [`${F}_function_arns`]: arns,
  [`${F}_invalid_invoke`]: invalidInvoke,
};
