/** Recordings of what functions are told, and of what their logs say. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type CreateFunctionCommandInput,
  type InvokeCommandInput,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';
import { definition, settled, type Play, type Script } from './recordings.ts';
import { comparable } from './runtimes.ts';

const FunctionName = 'my-function';

const create = ({ client }: Play, code: string, more: Partial<CreateFunctionCommandInput> = {}) =>
  client.send(new CreateFunctionCommand({ ...definition(FunctionName, code), ...more }));

const invoke = ({ client }: Play, event: object, more: Partial<InvokeCommandInput> = {}) =>
  client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );

type Answer = Awaited<ReturnType<typeof invoke>>;

const tail = ({ LogResult = '' }: Answer) => Buffer.from(LogResult, 'base64').toString();

const CONTEXT = `import json, logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print('Lambda log message - print function')
    logging.info('Lambda log message - logging module')
    names = ['invoked_function_arn', 'function_version', 'function_name', 'memory_limit_in_mb',
             'aws_request_id', 'log_group_name', 'log_stream_name', 'client_context']
    return {'event': event, 'context': {name: getattr(context, name) for name in names}}
`;

const EVENT = { foo: 'bar with \'quotes"' };

/** The dates of lines are the recorder's word. */
const dateless = (lines: readonly string[]) =>
  lines.map((line) => line.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'date'));

const qualifier: Script = async (play) => {
  const more = { Timeout: 10, Environment: undefined, Publish: true };
  await play.step('creation-response', create(play, CONTEXT, more));
  await settled(play.client, FunctionName);
  const answer = invoke(play, EVENT, { Qualifier: '1', LogType: 'Tail' });
  const lines = dateless(
    tail(await answer)
      .trim()
      .split('\n'),
  );
  const log_result = lines.filter((line) => !line.startsWith('REPORT'));
  await play.step('log_result', Promise.resolve({ log_result }));
  await play.step('invocation-response', answer);
};

const logs: Script = async (play) => {
  const code =
    'exports.handler = async (event) => { console.log(JSON.stringify(event)); return {}; }';
  await create(play, '', {
    Runtime: 'nodejs16.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipFiles({ 'index.js': code }) },
  });
  await settled(play.client, FunctionName);
  const answer = invoke(play, {}, { LogType: 'Tail' });
  const lines = dateless(tail(await answer).split(/(?<=\n)/));
  await play.step(
    'invoke',
    answer.then((found) => ({ ...found, LogResult: 'log-result' })),
  );
  await play.step('logs', Promise.resolve({ logs: lines }));
};

const clientContext: Script = async (play) => {
  const context = {
    custom: { foo: 'bar' },
    client: { snap: ['crackle', 'pop'] },
    env: { fizz: 'buzz' },
  };
  const code = 'exports.handler = async (event, context) => ({ context });';
  const made = create(play, '', {
    Runtime: 'nodejs16.x',
    Handler: 'lambda_integration.handler',
    Code: { ZipFile: zipFiles({ 'lambda_integration.js': code }) },
  });
  await play.step('creation', made, { at: created, except: SINCE });
  await settled(play.client, FunctionName);
  const ClientContext = Buffer.from(JSON.stringify(context)).toString('base64');
  await play.step('invocation', invoke(play, {}, { ClientContext }));
};

/** All that the function's log group has, as the recorder has read it. */
export async function messages(play: Play, pattern: RegExp, count: number): Promise<string[]> {
  const client = new CloudWatchLogsClient(play.options);
  const logGroupName = `/aws/lambda/${FunctionName}`;
  const read = async () => {
    const found = await client.send(new FilterLogEventsCommand({ logGroupName }));
    return (found.events ?? []).map(({ message = '' }) => message);
  };
  let seen: string[] = [];
  const matching = () => seen.filter((message) => pattern.test(message));
  await until(async () => {
    seen = await read().catch(() => []);
    return matching().length >= count;
  });
  return matching().map((message) => message.trim());
}

const requestId: Script = async (play) => {
  const code = `import logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    logging.info('RequestId log message')
    return context.aws_request_id
`;
  await create(play, code);
  await settled(play.client, FunctionName);
  await play.step('invoke_result', invoke(play, {}));
  const all = await messages(play, /RequestId/, 4);
  await play.step('log_entries', Promise.resolve({ logs: dateless(all) }));
};

const runtimeError: Script = async (play) => {
  const code = { 'lambda_runtime_error.py': 'raise Exception("Runtime startup fails")\n' };
  await create(play, '', {
    Runtime: 'python3.13',
    Handler: 'lambda_runtime_error.handler',
    Code: { ZipFile: zipFiles(code) },
  });
  const answer = invoke(play, {}).then(({ Payload, ...rest }) => ({
    ...rest,
    Payload: own(JSON.parse(Buffer.from(Payload ?? []).toString())),
  }));
  const at = ({ Payload, ...rest }: { Payload: Failure }) => ({ ...rest, Payload: own(Payload) });
  await play.step('invocation_error', answer, { at: (recorded) => at(recorded as never) });
};

interface Failure {
  readonly stackTrace: readonly string[];
}

/** Of the stack the function's own frame: the others are inside the interpreter that AWS has. */
function own(failure: Failure): Failure {
  const stackTrace = failure.stackTrace.filter((frame) =>
    frame.includes('/lambda_runtime_error.py'),
  );
  return {
    ...failure,
    stackTrace: stackTrace.map((frame) => frame.replace(/".*\//, '"/var/task/')),
  };
}

/** Recorded 2022, before functions had these. */
const SINCE = ['LoggingConfig', 'RuntimeVersionConfig', 'SnapStart'];
const created = (recorded: unknown) =>
  (recorded as { CreateFunctionResponse: object }).CreateFunctionResponse;

const environment: Script = async (play) => {
  const { client } = play;
  const code =
    "import os\ndef handler(event, context):\n    return {'Hello': os.environ['Hello']}\n";
  const settings = {
    Runtime: 'python3.9',
    Environment: { Variables: { Hello: 'World' } },
  } as const;
  const options = { at: created, except: SINCE };
  await play.step('creation-result', create(play, code, settings), options);
  await settled(client, FunctionName);
  await play.step('invocation-result', invoke(play, {}));
  const found = client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await play.step('get-configuration-result', found, { except: SINCE });
};

const initEnvironment: Script = async (play) => {
  const code =
    'import os\ndef handler(event, context):\n    return {"environment": dict(os.environ)}\n';
  await play.step('create-result', create(play, code, { Runtime: 'python3.14' }), { at: created });
  const answer = await invoke(play, {});
  const { environment: seen } = comparable(
    JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
  );
  const at = (recorded: unknown) =>
    comparable((recorded as { Payload: unknown }).Payload).environment;
  await play.step('lambda-init-inspection', Promise.resolve(seen), { at });
};

/** The recorder has left half a placeholder in the checksum. */
const CHECKSUM = { at: created, except: ['CodeSha256'] };

const modules =
  (Runtime: 'nodejs16.x'): Script =>
  async (play) => {
    const source = `export const handler = async (event) => ({
      statusCode: 200,
      body: JSON.stringify(\`response from localstack lambda: \${JSON.stringify(event)}\`),
    });`;
    const settings = {
      Runtime,
      Handler: 'lambda_handler_es6.handler',
      Code: { ZipFile: zipFiles({ 'lambda_handler_es6.mjs': source }) },
    };
    await play.step('creation-result', create(play, '', settings), CHECKSUM);
    await settled(play.client, FunctionName);
    await play.step('invocation-result', invoke(play, { event_type: 'test_lambda' }));
  };

const F = 'TestLambdaFeatures::test';

/** Of lambda.json. */
export const told: Readonly<Record<string, Script>> = {
  [`${F}_invocation_with_qualifier`]: qualifier,
  [`${F}_invocation_with_logs[nodejs16.x]`]: logs,
  [`${F}_lambda_with_context`]: clientContext,
  'TestRequestIdHandling::test_request_id_invoke': requestId,
  [`${F}_lambda_environment`]: environment,
  'TestLambdaBehavior::test_lambda_init_environment': initEnvironment,
  'TestLambdaErrors::test_lambda_runtime_error': runtimeError,
};

/** Of lambda_runtimes.json. */
export const nodeModules: Readonly<Record<string, Script>> = Object.fromEntries(
  ['nodejs16.x', 'nodejs18.x', 'nodejs22.x'].map((runtime) => [
    `TestNodeJSRuntimes::test_invoke_nodejs_es6_lambda[${runtime}]`,
    modules(runtime as 'nodejs16.x'),
  ]),
);
