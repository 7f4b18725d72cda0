/** Recordings of settings of asynchronous invocations. */
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda';
import {
  ACCOUNT,
  definition,
  FUNCTION_ARN,
  REGION,
  settled,
  type Play,
  type Script,
} from './recordings.ts';

const FunctionName = 'my-function';
const OTHER = 'other';
const ALIAS = 'eventinvokealias';
const ARN = `${FUNCTION_ARN}:${FunctionName}`;

type Settings = Partial<PutFunctionEventInvokeConfigCommandInput>;

async function create({ client }: Play, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await client.send(new CreateFunctionCommand(definition(name)));
    await settled(client, name);
  }
}

const put = ({ client }: Play, settings: Settings) =>
  client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...settings }));
const update = ({ client }: Play, settings: Settings) =>
  client.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName, ...settings }));
const get = ({ client }: Play, settings: Settings = {}) =>
  client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, ...settings }));
const remove = ({ client }: Play, settings: Settings = {}) =>
  client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName, ...settings }));
const list = ({ client }: Play, settings: Settings = {}) =>
  client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName, ...settings }));

const onSuccess = (Destination: string) => ({
  DestinationConfig: { OnSuccess: { Destination } },
});

const MaximumRetryAttempts = 1;
const retries = { MaximumRetryAttempts };

async function destinations(play: Play): Promise<void> {
  const { step } = bound(play);
  await step('put_destination_lambda_doesntexist', onSuccess(`${FUNCTION_ARN}:doesnotexist`));
  await step('put_destination_recursive', onSuccess(ARN));
  await step('put_destination_other_lambda', onSuccess(`${FUNCTION_ARN}:${OTHER}`));
  const wrong = ARN.replace(':lambda:', ':iam:');
  await step('put_destination_invalid_service_arn', onSuccess(wrong));
  const none = { DestinationConfig: { OnSuccess: {} } };
  await step('put_destination_success_no_destination_arn', none);
  const noFailure = { DestinationConfig: { OnFailure: {} } };
  await step('put_destination_failure_no_destination_arn', noFailure);
  const Destination = ARN.replace(':lambda:', ':_-/!lambda:');
  const invalid = { DestinationConfig: { OnFailure: { Destination } } };
  await step('put_destination_invalid_arn_pattern', invalid);
}

async function qualifiers(play: Play): Promise<void> {
  const { step } = bound(play);
  const of = (name: string, Qualifier?: string) => ({
    FunctionName: name,
    ...(Qualifier !== undefined && { Qualifier }),
    ...retries,
  });
  const short = `${FunctionName}:${ALIAS}`;
  await step('put_destination_latest', of(FunctionName));
  await step('put_destination_latest_explicit_qualifier', of(FunctionName, '$LATEST'));
  await step('put_destination_version', of(FunctionName, '1'));
  await step('put_alias_functionname_qualifier', of(FunctionName, ALIAS));
  await step('put_alias_doesnotexist', of(FunctionName, 'doesnotexist'));
  await step('put_alias_qualifiedarn', of(`${ARN}:${ALIAS}`));
  await step('put_alias_qualifiedarn_qualifier', of(`${ARN}:${ALIAS}`, ALIAS));
  await step('put_alias_qualifiedarn_qualifierconflict', of(`${ARN}:${ALIAS}`, 'other'));
  await step('put_alias_shorthand', of(short));
  await step('put_alias_shorthand_qualifier', of(short, ALIAS));
  await step('put_alias_shorthand_qualifierconflict', of(short, 'other'));
  await step('put_version_shorthand', of('my-function:1'));
  await step('put_shorthand_qualifier_match', of('my-function:$LATEST', '$LATEST'));
  await step('put_shorthand_qualifier_mismatch_1', of('my-function:$LATEST', '1'));
  await step('put_shorthand_qualifier_mismatch_2', of('my-function:1', '$LATEST'));
  await step('put_shorthand_qualifier_mismatch_3', of(short, '$LATEST'));
}

async function overwrites(play: Play): Promise<void> {
  const { step } = bound(play);
  const both = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 };
  const none = { MaximumRetryAttempts: 0 };
  await step('put_maxevent_maxvalue_result', { ...both, MaximumEventAgeInSeconds: 21_600 });
  await step('put_pre_overwrite', both);
  await step('put_post_overwrite', none);
  await step('second_overwrite_existing_response', none);
  await play.step('get_post_overwrite', get(play));
  await step('pre_update_response', both);
  await play.step('update_response', update(play, none));
  await play.step('update_response_existing', update(play, none));
}

const exceptions: Script = async (play) => {
  const { client } = play;
  await create(play, FunctionName, OTHER);
  await play.step('fn_version_result', client.send(new PublishVersionCommand({ FunctionName })));
  const alias = { FunctionName, Name: ALIAS, FunctionVersion: '1' };
  await play.step('fn_alias_result', client.send(new CreateAliasCommand(alias)));
  const { step } = bound(play);
  const missing = { FunctionName: 'doesnotexist', ...retries };
  await step('put_functionname_name_notfound', missing);
  const arn = `${FUNCTION_ARN}:doesnotexist`;
  await step('put_functionname_arn_notfound', { ...missing, FunctionName: arn });
  await step('put_functionname_nootherargs', {});
  await destinations(play);
  await qualifiers(play);
  await overwrites(play);
  await play.step('list_configs', list(play));
  await play.step('delete_latest', remove(play));
  await play.step('delete_version', remove(play, { Qualifier: '1' }));
  await play.step('delete_alias', remove(play, { Qualifier: ALIAS }));
  await play.step('list_configs_postdelete', list(play));
  await play.step('delete_function_not_found', remove(play));
  const nobody = { FunctionName: 'doesnotexist' };
  await play.step('delete_function_doesnotexist', remove(play, nobody));
  await play.step('list_function_doesnotexist', list(play, nobody));
  await play.step('get_function_doesnotexist', get(play, nobody));
  await play.step('get_qualifier_doesnotexist', get(play, { Qualifier: 'doesnotexist' }));
  const unknown = { ...nobody, ...retries };
  await play.step('update_eventinvokeconfig_function_doesnotexist', update(play, unknown));
  const qualified = { Qualifier: ALIAS, ...retries };
  await play.step('get_eventinvokeconfig_doesnotexist', get(play, { Qualifier: ALIAS }));
  const name = 'update_eventinvokeconfig_config_doesnotexist';
  await play.step(`${name}_with_qualifier`, update(play, qualified));
  await play.step(`${name}_without_qualifier`, update(play, retries));
};

const lifecycle: Script = async (play) => {
  await create(play, FunctionName);
  const { step } = bound(play);
  await step('put_invokeconfig_retries_0', { MaximumRetryAttempts: 0 });
  const age = { MaximumEventAgeInSeconds: 60 };
  await step('put_invokeconfig_eventage_60', age);
  await play.step('update_invokeconfig_eventage_nochange', update(play, age));
  await play.step('update_invokeconfig_retries', update(play, retries));
  await play.step('get_invokeconfig', get(play));
  await play.step('get_invokeconfig_latest', get(play, { Qualifier: '$LATEST' }));
  await play.step('list_single_invokeconfig', list(play));
  const { client } = play;
  const published = client.send(new PublishVersionCommand({ FunctionName }));
  await play.step('publish_version_result', published);
  const version = { Qualifier: '1' };
  await play.step('get_invokeconfig_postpublish', get(play, version));
  const longer = { ...version, MaximumEventAgeInSeconds: 120 };
  await step('put_published_invokeconfig', longer);
  await play.step('get_published_invokeconfig', get(play, version));
  await remove(play);
  await play.step('list_paging_nolimit_postdelete', list(play));
};

/** Most steps put settings. */
function bound(play: Play) {
  return { step: (name: string, settings: Settings) => play.step(name, put(play, settings)) };
}

/** The error is raised in the line in which the recorder's function has raised it. */
const TOLD = `${'\n'.repeat(52)}def handler(event, context):
    if event.get('raise_error'):
        raise Exception("Test exception (this is intentional)")
    names = ['invoked_function_arn', 'function_version', 'function_name', 'memory_limit_in_mb',
             'aws_request_id', 'log_group_name', 'log_stream_name', 'client_context']
    return {'event': event, 'context': {name: getattr(context, name) for name in names}}
`;

/** The record is in Brume's log, in the place of the queue that is not there. */
function destination(event: object, MaximumRetryAttempts?: number): Script {
  return async (play) => {
    const { client } = play;
    await client.send(new CreateFunctionCommand(definition(FunctionName, TOLD)));
    await settled(client, FunctionName);
    const Destination = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
    const both = { OnSuccess: { Destination }, OnFailure: { Destination } };
    const settings = { MaximumRetryAttempts, DestinationConfig: both };
    await play.step('put_function_event_invoke_config', put(play, settings));
    const Payload = Buffer.from(JSON.stringify(event));
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    const at = (recorded: unknown) =>
      (recorded as { Messages: { Body: unknown }[] }).Messages[0]?.Body;
    await play.step('receive_message_result', play.logged('record'), { at });
  };
}

export const eventInvokeConfigs: Readonly<Record<string, Script>> = {
  'TestLambdaEventInvokeConfig::test_lambda_eventinvokeconfig_exceptions': exceptions,
  'TestLambdaEventInvokeConfig::test_lambda_eventinvokeconfig_lifecycle': lifecycle,
};

const SQS = 'TestLambdaDestinationSqs::test';

export const destinationConfigs: Readonly<Record<string, Script>> = {
  [`${SQS}_assess_lambda_destination_invocation[Success-payload0]`]: destination({}),
  [`${SQS}_assess_lambda_destination_invocation[payload0]`]: destination({}, 0),
  [`${SQS}_assess_lambda_destination_invocation[payload1]`]: destination({ raise_error: 1 }, 0),
};
