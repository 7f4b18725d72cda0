/** Recordings of invocations. */
import assert from 'node:assert/strict';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type InvokeCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { definition, FUNCTION_ARN, ROLE, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';

async function create({ client }: Play, code?: string, more: object = {}): Promise<void> {
  await client.send(new CreateFunctionCommand({ ...definition(FunctionName, code), ...more }));
}

/** As the recorder's helper answers. */
const created = async ({ client }: Play, code: string, Timeout: number) => ({
  CreateEventSourceMappingResponse: null,
  CreateFunctionResponse: await client.send(
    new CreateFunctionCommand({ ...definition(FunctionName, code), Timeout }),
  ),
});

const invoke = ({ client }: Play, event?: object, more: Partial<InvokeCommandInput> = {}) =>
  client.send(
    new InvokeCommand({
      FunctionName,
      ...(event && { Payload: Buffer.from(JSON.stringify(event)) }),
      ...more,
    }),
  );

const publish = ({ client }: Play, Description?: string) =>
  client.send(new PublishVersionCommand({ FunctionName, Description }));

const FIRST = 'First version description :)';
const SECOND = 'Second version description :)';

/** The function without settings, in versions that say which they are. */
const versioned = (number: number) =>
  zipFiles({
    'handler.py':
      `def handler(event, context):\n    return {'version_id': 'version${number}', ` +
      "'invoked_arn': context.invoked_function_arn, " +
      "'version_from_ctx': context.function_version}\n",
  });

const plain = (Description?: string) =>
  new CreateFunctionCommand({
    FunctionName,
    Role: ROLE,
    Runtime: 'python3.12',
    Handler: 'handler.handler',
    Code: { ZipFile: versioned(1) },
    Description,
  });

const updateCode = ({ client }: Play, number: number, Publish?: boolean) =>
  client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: versioned(number), Publish }));

const state: Script = async (play) => {
  await play.step('create-fn-response', play.client.send(plain()));
  await settled(play.client, FunctionName);
  const found = play.client.send(new GetFunctionCommand({ FunctionName }));
  await play.step('get-fn-response', found);
};

const counting: Script = async (play) => {
  const code =
    'counter = 0\ndef handler(event, context):\n    global counter\n' +
    "    result = {'counter': counter}\n    counter += 1\n    return result\n";
  await create(play, code);
  await play.step('first_invoke_result', invoke(play));
  await play.step('second_invoke_result', invoke(play));
};

const inTime: Script = async (play) => {
  const code = 'import time\ndef handler(event, context):\n    time.sleep(0.1)\n';
  await play.step('create-result', created(play, code, 2));
  await play.step('invoke-result', invoke(play));
};

const echo = (more: Partial<InvokeCommandInput>, settings: object = {}): Script => {
  return async (play) => {
    await create(play, undefined, settings);
    await play.step('invoke-result', invoke(play, {}, more));
  };
};

const versions: Script = async (play) => {
  const { client } = play;
  await play.step('create_response', client.send(plain('No version :(')));
  await settled(client, FunctionName);
  await play.step('first_publish_response', publish(play, FIRST));
  await play.step('update_lambda_response', updateCode(play, 2));
  await settled(client, FunctionName);
  const run = (step: string, Qualifier?: string) =>
    play.step(step, invoke(play, undefined, { Qualifier }));
  await run('invocation_result_latest');
  await run('invocation_result_v1', '1');
  await play.step('second_publish_response', publish(play, SECOND));
  await run('invocation_result_v2', '2');
  await play.step('update_lambda_response_with_publish', updateCode(play, 3, true));
  await settled(client, `${FunctionName}:3`);
  await run('invocation_result_v3', '3');
  await run('invocation_result_latest_end');
  await run('invocation_result_v2_end', '2');
  await run('invocation_result_v1_end', '1');
};

const aliasMoving: Script = async (play) => {
  const { client } = play;
  const Name = 'alias1';
  await play.step('create_response', client.send(plain('No version :(')));
  await settled(client, FunctionName);
  await publish(play, FIRST);
  const alias = { FunctionName, Name, FunctionVersion: '1' };
  await play.step('create_alias_response', client.send(new CreateAliasCommand(alias)));
  const run = (step: string, more: Partial<InvokeCommandInput> = { Qualifier: Name }) =>
    play.step(step, invoke(play, undefined, more));
  await run('invocation_result_qualifier_v1');
  const byArn = { FunctionName: `${FUNCTION_ARN}:${FunctionName}:${Name}` };
  await run('invocation_result_qualifier_v1_arn', byArn);
  await play.step('update_lambda_response', updateCode(play, 2));
  await settled(client, FunctionName);
  await run('invocation_result_qualifier_v1_after_update');
  await play.step('second_publish_response', publish(play, SECOND));
  await run('invocation_result_qualifier_v1_after_publish');
  const moved = new UpdateAliasCommand({ ...alias, FunctionVersion: '2' });
  await play.step('update_alias_response', client.send(moved));
  await run('invocation_result_qualifier_v2');
  await run('invocation_exc_not_existent', { Qualifier: 'non-existent-alias' });
};

const aliasRouting: Script = async (play) => {
  const { client } = play;
  await create(play);
  await publish(play);
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: '2' }));
  await settled(client, FunctionName);
  await publish(play);
  const alias = new CreateAliasCommand({
    FunctionName,
    Name: 'alias1',
    FunctionVersion: '1',
    RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
  });
  await play.step('create_alias_response', client.send(alias));
};

const failing = (code: string, more: object = {}): Script => {
  return async (play) => {
    await create(play, code, more);
    await play.step('invocation_error', invoke(play));
  };
};

const wrongPayload = (step: string, bytes: readonly number[]): Script => {
  return async (play) => {
    await create(play);
    await play.step(step, invoke(play, undefined, { Payload: Buffer.from(bytes) }));
  };
};

const reuse: Script = async (play) => {
  const code = `import time
number = 0
def handler(event, context):
    global number
    if event.get('write-file'):
        with open('/tmp/temp.txt', 'w') as f: f.write(event['write-file'])
    elif event.get('read-file'):
        with open('/tmp/temp.txt') as f: return {'content': f.read()}
    elif event.get('set-number'):
        number = event['set-number']
    elif event.get('read-number'):
        return {'number': number}
    else:
        time.sleep(30)
`;
  await play.step('create-result', created(play, code, 1));
  const run = (step: string, event: object) => play.step(step, invoke(play, event));
  await run('invoke-result-file-write', { 'write-file': 'some-content' });
  await run('invoke-result-file-read', { 'read-file': true });
  await run('invoke-result-set-number', { 'set-number': 42 });
  await run('invoke-result-read-number', { 'read-number': true });
  play.leaveOut(
    'recorded 2024-04: AWS has since got another error, which invoke-python.test.ts has',
    'invoke-result-timed-out',
  );
  await invoke(play, { sleep: true });
  play.leaveOut('here /tmp ends with the processes', 'invoke-result-file-read-after-timeout');
  await run('invoke-result-read-number-after-timeout', { 'read-number': true });
};

const handlerUpdate: Script = async (play) => {
  const { client } = play;
  const code =
    "def handler(event, context):\n    return {'handler': 'handler'}\n" +
    "def handler_two(event, context):\n    return {'handler': 'handler_two'}\n";
  await create(play, code);
  await play.step('invoke_result_handler_one', invoke(play));
  const Handler = 'handler.handler_two';
  const update = new UpdateFunctionConfigurationCommand({ FunctionName, Handler });
  await play.step('update_function_configuration_result', client.send(update));
  await settled(client, FunctionName);
  const found = client.send(new GetFunctionCommand({ FunctionName }));
  await play.step('get_function_result', found);
  await play.step('invoke_result_handler_two', invoke(play));
  await publish(play);
  await play.step('invoke_result_handler_two_postpublish', invoke(play));
};

const NODE = {
  Runtime: 'nodejs20.x',
  Handler: 'index.handler',
  Code: { ZipFile: zipFiles({ 'index.js': 'exports.handler = async () => {};' }) },
};
const SILENT = 'def handler(event, context):\n    pass\n';

const silent = (more: Partial<InvokeCommandInput>, settings: object = {}): Script => {
  return async (play) => {
    await create(play, SILENT, settings);
    await play.step('invoke-result', invoke(play, {}, more));
  };
};

const tooLarge: Script = async (play) => {
  await create(play, "def handler(event, context):\n    return 'x' * 6291557\n");
  await play.step('invoke_result', invoke(play));
  await play.step('invoke_result_2', invoke(play));
};

const NO_REASON = 'import sys\n';
const B = 'TestLambdaBehavior::test';
const F = 'TestLambdaFeatures::test';
const E = 'TestLambdaErrors::test';

export const invocations: Readonly<Record<string, Script>> = {
  'TestLambdaBaseFeatures::test_function_state': state,
  [`${B}_lambda_cache_local[python]`]: counting,
  [`${B}_lambda_invoke_no_timeout`]: inTime,
  [`${B}_lambda_invoke_timed_out_environment_reuse`]: reuse,
  [`${F}_invocation_type_request_response[python3.9]`]: echo({ InvocationType: 'RequestResponse' }),
  [`${F}_invocation_type_request_response[python3.10]`]: echo({}, { Runtime: 'python3.10' }),
  [`${F}_invocation_type_event[python3.9]`]: echo({ InvocationType: 'Event' }),
  [`${F}_invocation_type_dry_run[python3.9]`]: echo({ InvocationType: 'DryRun' }),
  [`${F}_invocation_type_dry_run[nodejs16.x]`]: echo(
    { InvocationType: 'DryRun' },
    { Runtime: 'nodejs16.x' },
  ),
  [`${F}_invoke_exceptions`]: async (play) => {
    const missing = await invoke(play, undefined, { FunctionName: 'doesnotexist' }).catch(
      (error: Error) => error,
    );
    assert.ok(missing instanceof Error);
    // Recorded 2023-08; since then AWS says which version it was (recorded 2025-11).
    missing.message = missing.message.replace(/:\$LATEST$/, '');
    await play.step('invoke_function_doesnotexist', Promise.reject(missing));
  },
  [`${F}_invocation_type_no_return_payload[python-RequestResponse]`]: silent({}),
  [`${F}_invocation_type_no_return_payload[nodejs-RequestResponse]`]: silent({}, NODE),
  [`${F}_invocation_type_no_return_payload[nodejs-Event]`]: silent(
    { InvocationType: 'Event' },
    NODE,
  ),
  'TestLambdaBaseFeatures::test_lambda_too_large_response': tooLarge,
  'TestLambdaVersions::test_lambda_handler_update': handlerUpdate,
  'TestLambdaVersions::test_lambda_versions_with_code_changes': versions,
  'TestLambdaAliases::test_lambda_alias_moving': aliasMoving,
  'TestLambdaAliases::test_alias_routingconfig': aliasRouting,
  [`${E}_lambda_handler_error`]: failing('', {
    Handler: 'lambda_handler_error.handler',
    Code: {
      ZipFile: zipFiles({
        'lambda_handler_error.py':
          'def handler(event, context):\n    raise Exception("Handler fails")\n',
      }),
    },
  }),
  [`${E}_lambda_runtime_exit`]: failing(`${NO_REASON}sys.exit(0)\n`),
  [`${E}_lambda_handler_exit`]: failing(
    `${NO_REASON}def handler(event, context):\n    sys.exit(0)\n`,
  ),
  [`${E}_lambda_runtime_wrapper_not_found`]: failing('', {
    Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/idontexist.sh' } },
  }),
  [`${E}_lambda_invoke_payload_encoding_error[body-n\\x87r\\x9e\\xe9\\xb5\\xd7I\\xee\\x9bmt]`]:
    wrongPayload('invoke_function_invalid_payload_body', [
      ...Buffer.from('n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt', 'latin1'),
    ]),
  [`${E}_lambda_invoke_payload_encoding_error[message-\\x99\\xeb,j\\x07\\xa1zYh]`]: wrongPayload(
    'invoke_function_invalid_payload_message',
    [...Buffer.from('\x99\xeb,j\x07\xa1zYh', 'latin1')],
  ),
};
