/** Recordings of reserved and provisioned concurrency. */
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
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
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';

const FunctionName = 'my-function';
const ALIAS = 'my-alias';
const HELLO = "def handler(event, context):\n    return {'hello': 'world'}\n";

async function create({ client }: Play, code?: string, more: object = {}): Promise<void> {
  await client.send(new CreateFunctionCommand({ ...definition(FunctionName, code), ...more }));
  await settled(client, FunctionName);
}

const publish = ({ client }: Play) => client.send(new PublishVersionCommand({ FunctionName }));

const provision = ({ client }: Play, Qualifier = '1', ProvisionedConcurrentExecutions = 1) =>
  client.send(
    new PutProvisionedConcurrencyConfigCommand({
      FunctionName,
      Qualifier,
      ProvisionedConcurrentExecutions,
    }),
  );

const get = ({ client }: Play, Qualifier = '1') =>
  client.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));

const provisioned = (play: Play) => until(async () => (await get(play)).Status !== 'IN_PROGRESS');

const reserve = ({ client }: Play, ReservedConcurrentExecutions: number, name = FunctionName) =>
  client.send(
    new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }),
  );

const invoke = ({ client }: Play, Qualifier?: string) =>
  client.send(new InvokeCommand({ FunctionName, Qualifier }));

const lifecycle: Script = async (play) => {
  const { client } = play;
  await create(play);
  play.bind('<alias-name>', ALIAS);
  await play.step('publish_version_result', publish(play));
  const alias = { FunctionName, Name: ALIAS };
  const created = client.send(new CreateAliasCommand({ ...alias, FunctionVersion: '1' }));
  await play.step('create_alias_result', created);
  await play.step('put_provisioned_on_version', provision(play));
  await play.step('put_provisioned_on_alias_versionconflict', provision(play, ALIAS));
  const version = { FunctionName, Qualifier: '1' };
  const removed = client.send(new DeleteProvisionedConcurrencyConfigCommand(version));
  await play.step('delete_provisioned_version', removed);
  await play.step('get_provisioned_version_postdelete', get(play));
  await play.step('put_provisioned_on_alias', provision(play, ALIAS));
  await play.step('put_provisioned_on_version_conflict', provision(play));
  await play.step('delete_alias_result', client.send(new DeleteAliasCommand(alias)));
  await play.step('get_provisioned_alias_postaliasdelete', get(play, ALIAS));
  const list = client.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName }));
  await play.step('list_response_postdeletes', list);
};

const provisionedLimits: Script = async (play) => {
  await create(play);
  await publish(play);
  play.bind('<unreserved_concurrency>', '1000');
  play.bind('<min_unreserved_concurrency>', '100');
  const name = 'put_provisioned_concurrency';
  await play.step(`${name}_account_limit_exceeded`, provision(play, '1', 1001));
  await play.step(`${name}_below_unreserved_min_value`, provision(play, '1', 901));
};

const reservedLimits: Script = async (play) => {
  await create(play);
  play.bind('<min_unreserved_concurrency>', '100');
  const name = 'put_function_concurrency';
  await play.step(`${name}_account_limit_exceeded`, reserve(play, 1001));
  await play.step(`${name}_below_unreserved_min_value`, reserve(play, 901));
};

const reservedExceptions: Script = async (play) => {
  await create(play);
  const name = 'put_function_concurrency_with';
  const missing = `${name}_function_name_doesnotexist`;
  await play.step(missing, reserve(play, 1, 'doesnotexist'));
  await play.step(`${missing}_and_invalid_concurrency`, reserve(play, 1001, 'doesnotexist'));
  await play.step(`${name}_qualified_arn`, reserve(play, 1, `${FUNCTION_ARN}:${FunctionName}:1`));
};

const reserved: Script = async (play) => {
  const { client } = play;
  await create(play);
  const getReserved = () => client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  await play.step('put_function_concurrency_with_reserved_0', reserve(play, 0));
  await play.step('put_function_concurrency_with_reserved_1', reserve(play, 1));
  await play.step('get_function_concurrency', getReserved());
  const removed = client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  await play.step('delete_response', removed);
  await play.step('get_function_concurrency_after_delete', getReserved());
};

const crud: Script = async (play) => {
  const { client } = play;
  await create(play);
  const getReserved = () => client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  await play.step('get_function_concurrency_default', getReserved());
  await play.step('put_function_concurrency', reserve(play, 0));
  await play.step('get_function_concurrency_updated', getReserved());
  await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  await play.step('get_function_concurrency_deleted', getReserved());
};

const block: Script = async (play) => {
  await create(play, HELLO);
  await play.step('v1_result', publish(play));
  await play.step('reserved_concurrency_result', reserve(play, 1));
  await play.step('invoke_latest_before_block', invoke(play));
  await play.step('provisioned_concurrency_result', provision(play));
  await provisioned(play);
  await play.step('invoke_latest_first_exc', invoke(play));
  await play.step('invoke_v1_after_block', invoke(play, '1'));
  await play.step('invoke_latest_second_exc', invoke(play));
};

const zero: Script = async (play) => {
  const { client } = play;
  await create(play, undefined, { Timeout: 20 });
  const latest = { FunctionName, Qualifier: '$LATEST' };
  await play.step('fn', client.send(new GetFunctionConfigurationCommand(latest)));
  await play.step('put_reserved', reserve(play, 0));
  await play.step('exc_no_cap_requestresponse', invoke(play));
  const Destination = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
  const settings = { OnSuccess: {}, OnFailure: { Destination } };
  const configure = new PutFunctionEventInvokeConfigCommand({
    FunctionName,
    MaximumRetryAttempts: 0,
    DestinationConfig: settings,
  });
  await play.step('put_event_invoke_conf', client.send(configure));
  const event = new InvokeCommand({ FunctionName, InvocationType: 'Event' });
  await play.step('invoke_result', client.send(event));
  play.leaveOut('there is no SQS: destinations.test.ts has the record at a function', 'msg');
};

const five: Script = async (play) => {
  await create(play);
  await publish(play);
  await play.step('put_provisioned_5', provision(play, '1', 5));
  await play.step('get_provisioned_prewait', get(play));
  await provisioned(play);
  await play.step('get_provisioned_postwait', get(play));
};

const failing: Script = async (play) => {
  await create(play, 'raise Exception()\n');
  await publish(play);
  await play.step('put_provisioned', provision(play));
  await play.step('get_provisioned_prewait', get(play));
  await provisioned(play);
  await play.step('get_provisioned_postwait', get(play));
};

const P = 'TestLambdaProvisionedConcurrency::test';
const R = 'TestLambdaReservedConcurrency::test_function_concurrency';
const C = 'TestLambdaConcurrency::test';

/** Of lambda_api.json. */
export const concurrencyConfigs: Readonly<Record<string, Script>> = {
  [`${P}_lambda_provisioned_lifecycle`]: lifecycle,
  [`${P}_provisioned_concurrency_limits`]: provisionedLimits,
  [`${R}_limits`]: reservedLimits,
  [`${R}_exceptions`]: reservedExceptions,
  [R]: reserved,
};

/** Of lambda.json. */
export const concurrency: Readonly<Record<string, Script>> = {
  [`${C}_lambda_concurrency_crud`]: crud,
  [`${C}_lambda_concurrency_block`]: block,
  [`${C}_reserved_concurrency`]: zero,
  [`${C}_provisioned_concurrency`]: five,
  [`${C}_provisioned_concurrency_init_failure`]: failing,
  [`${C}_lambda_provisioned_concurrency_scheduling`]: async (play) => {
    await create(play);
    await publish(play);
    await provision(play);
    await provisioned(play);
    await play.step('get_provisioned_postwait', get(play));
  },
};
