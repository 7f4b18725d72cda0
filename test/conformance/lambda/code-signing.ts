/** Recordings of code signing and of recursion. */
import {
  CreateCodeSigningConfigCommand,
  CreateFunctionCommand,
  DeleteCodeSigningConfigCommand,
  DeleteFunctionCodeSigningConfigCommand,
  GetCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionRecursionConfigCommand,
  ListCodeSigningConfigsCommand,
  ListFunctionsByCodeSigningConfigCommand,
  PutFunctionCodeSigningConfigCommand,
  PutFunctionRecursionConfigCommand,
  UpdateCodeSigningConfigCommand,
} from '@aws-sdk/client-lambda';
import { ACCOUNT, definition, REGION, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';
const MISSING = 'csc-test-doesnotexist';
const PROFILE = `arn:aws:signer:${REGION}:${ACCOUNT}:/signing-profiles/test`;

async function create({ step, client }: Bound): Promise<string> {
  await client.send(new CreateFunctionCommand(definition(FunctionName)));
  const command = new CreateCodeSigningConfigCommand({
    Description: 'Testing CodeSigning Config',
    AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
  });
  const { CodeSigningConfig } = await step('create_code_signing_config', client.send(command));
  return CodeSigningConfig?.CodeSigningConfigArn ?? '';
}

interface Bound {
  readonly client: Play['client'];
  readonly step: Play['step'];
}

const bound = (play: Play): Bound => ({ client: play.client, step: play.step.bind(play) });

const lifecycle: Script = async (play) => {
  const { client, step } = bound(play);
  const CodeSigningConfigArn = await create(bound(play));
  const arn = { CodeSigningConfigArn };
  const CodeSigningPolicies = { UntrustedArtifactOnDeployment: 'Warn' } as const;
  const update = new UpdateCodeSigningConfigCommand({ ...arn, CodeSigningPolicies });
  await step('update_code_signing_config', client.send(update));
  await step('get_code_signing_config', client.send(new GetCodeSigningConfigCommand(arn)));
  const put = new PutFunctionCodeSigningConfigCommand({ ...arn, FunctionName });
  await step('put_function_code_signing_config', client.send(put));
  const get = new GetFunctionCodeSigningConfigCommand({ FunctionName });
  await step('get_function_code_signing_config', client.send(get));
  const list = client.send(new ListCodeSigningConfigsCommand({}));
  // The recorder kept the one of all in the account that is the test's.
  const listed = list.then(({ CodeSigningConfigs = [] }) => CodeSigningConfigs[0]);
  await step('list_code_signing_configs', listed);
  const functions = new ListFunctionsByCodeSigningConfigCommand(arn);
  await step('list_functions_by_code_signing_config', client.send(functions));
  const remove = new DeleteFunctionCodeSigningConfigCommand({ FunctionName });
  await step('delete_function_code_signing_config', client.send(remove));
  await step('delete_code_signing_config', client.send(new DeleteCodeSigningConfigCommand(arn)));
};

const notFound: Script = async (play) => {
  const { client, step } = bound(play);
  const created = await create(bound(play));
  const wrong = `${created.slice(0, created.lastIndexOf(':'))}:csc-xxxxxxxxxxxxxxxxx`;
  play.bind('<csc_arn_invalid>', wrong);
  const arn = { CodeSigningConfigArn: wrong };
  const missing = { FunctionName: MISSING };
  await step('delete_csc_notfound', client.send(new DeleteCodeSigningConfigCommand(arn)));
  const remove = (name: string) =>
    client.send(new DeleteFunctionCodeSigningConfigCommand({ FunctionName: name }));
  await step('nothing_to_delete_response', remove(FunctionName));
  await step('delete_function_csc_fnnotfound', remove(MISSING));
  const put = (name: string, CodeSigningConfigArn: string) =>
    client.send(
      new PutFunctionCodeSigningConfigCommand({ FunctionName: name, CodeSigningConfigArn }),
    );
  await step('put_function_csc_invalid_fnname', put(MISSING, created));
  await step('put_function_csc_invalid_csc_arn', put(FunctionName, wrong));
  await step('put_function_csc_invalid_both', put(MISSING, wrong));
  const update = (input: object) =>
    client.send(new UpdateCodeSigningConfigCommand({ CodeSigningConfigArn: created, ...input }));
  await step('update_csc_invalid_csc_arn', update({ ...arn, Description: 'new' }));
  await step('update_csc_noupdates', update(arn));
  await step('update_csc_noupdate_response', update({}));
  await step('get_csc_invalid', client.send(new GetCodeSigningConfigCommand(arn)));
  const get = (name: string) =>
    client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: name }));
  await step('get_function_csc_fnwithoutcsc', get(FunctionName));
  await step('get_function_csc_nonexistingfn', get(missing.FunctionName));
  const list = (CodeSigningConfigArn: string) =>
    client.send(new ListFunctionsByCodeSigningConfigCommand({ CodeSigningConfigArn }));
  await step('list_functions_by_csc_fnwithoutcsc', list(created));
  await step('list_functions_by_csc_invalid_cscarn', list(wrong));
};

export const codeSigning: Readonly<Record<string, Script>> = {
  'TestCodeSigningConfig::test_function_code_signing_config': lifecycle,
  'TestCodeSigningConfig::test_code_signing_not_found_excs': notFound,
  'TestLambdaRecursion::test_put_function_recursion_config_allow': async (play) => {
    const { client } = play;
    await client.send(new CreateFunctionCommand(definition(FunctionName)));
    const put = new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' });
    await play.step('put_recursion_config_response', client.send(put));
    const get = new GetFunctionRecursionConfigCommand({ FunctionName });
    await play.step('get_recursion_config_response', client.send(get));
  },
  'TestLambdaRecursion::test_put_function_recursion_config_default_terminate': async (play) => {
    const { client } = play;
    await client.send(new CreateFunctionCommand(definition(FunctionName)));
    const get = new GetFunctionRecursionConfigCommand({ FunctionName });
    await play.step('get_recursion_default_terminate_response', client.send(get));
  },
};
