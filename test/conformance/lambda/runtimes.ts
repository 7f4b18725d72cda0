/** Recordings of runtimes, one by one: what functions find, how they fail, and their wrappers. */
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import {
  EXECUTABLE,
  REGULAR,
  zip,
} from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { compile } from '../../../packages/brume/src/services/lambda/runtimes/java.fixture.ts';
import { ROLE, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';

interface Family {
  readonly Handler: string;
  readonly file: string;
  readonly introspect: string;
  readonly fail: string;
}

const NODE: Family = {
  Handler: 'index.handler',
  file: 'index.js',
  introspect: `exports.handler = async (event, context) => ({
    environment: process.env,
    ctx: {
      function_name: context.functionName,
      function_version: context.functionVersion,
      invoked_function_arn: context.invokedFunctionArn,
      aws_request_id: context.awsRequestId,
      log_group_name: context.logGroupName,
      log_stream_name: context.logStreamName,
      remaining_time_in_millis: context.getRemainingTimeInMillis(),
    },
  });`,
  fail: "exports.handler = async () => { throw new Error('Error: some_error_msg'); };",
};

const PYTHON: Family = {
  Handler: 'handler.handler',
  file: 'handler.py',
  introspect: `import os
def handler(event, context):
    names = ['function_name', 'function_version', 'invoked_function_arn', 'aws_request_id',
             'log_group_name', 'log_stream_name', 'memory_limit_in_mb']
    ctx = {name: getattr(context, name) for name in names}
    ctx['remaining_time_in_millis'] = context.get_remaining_time_in_millis()
    return {'environment': dict(os.environ), 'ctx': ctx}
`,
  fail: "def handler(event, context):\n    raise Exception('Failed: some_error_msg')\n",
};

const RUBY: Family = {
  Handler: 'function.handler',
  file: 'function.rb',
  introspect: `def handler(event:, context:)
  names = %i[function_name function_version invoked_function_arn aws_request_id log_group_name
             log_stream_name memory_limit_in_mb]
  ctx = names.to_h { |name| [name, context.public_send(name)] }
  ctx[:remaining_time_in_millis] = context.get_remaining_time_in_millis
  { environment: ENV.to_h, ctx: ctx }
end
`,
  fail: "def handler(event:, context:)\n  raise 'Error: some_error_msg'\nend\n",
};

const javaHandler = (body: string) => `package echo;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Handler implements RequestHandler<Object, Object> {
  public Object handleRequest(Object event, Context context) { ${body} }
}`;

const JAVA: Family = {
  Handler: 'echo.Handler',
  file: 'echo/Handler.java',
  introspect: javaHandler(`
    Map<String, Object> ctx = new HashMap<>();
    ctx.put("function_name", context.getFunctionName());
    ctx.put("function_version", context.getFunctionVersion());
    ctx.put("invoked_function_arn", context.getInvokedFunctionArn());
    ctx.put("aws_request_id", context.getAwsRequestId());
    ctx.put("log_group_name", context.getLogGroupName());
    ctx.put("log_stream_name", context.getLogStreamName());
    ctx.put("memory_limit_in_mb", "" + context.getMemoryLimitInMB());
    ctx.put("remaining_time_in_millis", "" + context.getRemainingTimeInMillis());
    Map<String, Object> answer = new HashMap<>();
    answer.put("environment", System.getenv());
    answer.put("ctx", ctx);
    return answer;`),
  fail: javaHandler('throw new RuntimeException("Error: some_error_msg");'),
};

const families = new Map([
  ['nodejs', NODE],
  ['python', PYTHON],
  ['ruby', RUBY],
  ['java', JAVA],
]);
const familyOf = (runtime: string) => families.get(/^[a-z]+/.exec(runtime)?.[0] ?? '') ?? NODE;

async function create({ client }: Play, Runtime: string, code: string, variables?: object) {
  const { Handler, file } = familyOf(Runtime);
  const files = file.endsWith('.java')
    ? await compile({ [file]: code })
    : [{ name: file, content: code, mode: REGULAR }];
  const wrapper = '#!/bin/sh\nexport WRAPPER_VAR=test\nexec "$@"\n';
  return client.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: ROLE,
      Runtime: Runtime as 'python3.13',
      Handler,
      MemorySize: 1024,
      Environment: variables && { Variables: { ...variables } },
      Code: {
        ZipFile: zip([
          ...files,
          { name: 'environment_wrapper', content: wrapper, mode: EXECUTABLE },
        ]),
      },
    }),
  );
}

async function invoke({ client }: Play, Qualifier?: string) {
  const answer = await client.send(
    new InvokeCommand({ FunctionName, Qualifier, Payload: Buffer.from('{}') }),
  );
  return { ...answer, Payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) };
}

/** What Brume's sandbox is not like: AWS's daemon for traces, and the folders of its images. */
const OTHER_PLACES = new Set([
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_XRAY_DAEMON_ADDRESS',
  '_AWS_XRAY_DAEMON_ADDRESS',
  '_AWS_XRAY_DAEMON_PORT',
  '_LAMBDA_TELEMETRY_LOG_FD',
  'GEM_HOME',
  'GEM_PATH',
  'LAMBDA_TASK_ROOT',
  'LD_LIBRARY_PATH',
  'NODE_PATH',
  'PATH',
  'PWD',
  'PYTHONPATH',
  'RUBYLIB',
  'SHLVL',
  'LC_CTYPE',
]);

interface Found {
  readonly environment: Readonly<Record<string, string>>;
  readonly ctx: object;
}

export function comparable(found: unknown): Found {
  const { environment, ctx } = found as Found;
  const kept = Object.entries(environment).filter(
    // Where SDKs find Brume and trust it, and what plain processes get from a shell.
    ([name]) =>
      !OTHER_PLACES.has(name) && !/^(?:AWS_ENDPOINT_URL|NODE_EXTRA_CA_CERTS|_|OLDPWD)$/.test(name),
  );
  return { environment: Object.fromEntries(kept), ctx };
}

const introspection =
  (runtime: string): Script =>
  async (play) => {
    const code = familyOf(runtime).introspect;
    const created = create(play, runtime, code, { TEST_KEY: 'TEST_VAL' });
    await play.step('create_function_result', created);
    const look = async (step: string, qualifier?: string) => {
      const seen = invoke(play, qualifier).then(({ Payload }) => comparable(Payload));
      await play.step(step, seen, { at: comparable });
    };
    await look('invocation_result_payload');
    await look('invocation_result_payload_qualified', '$LATEST');
  };

const failure =
  (runtime: string): Script =>
  async (play) => {
    const created = create(play, runtime, familyOf(runtime).fail);
    await play.step('create_function_result', created);
    await play.step('error_result', invoke(play));
  };

const wrapper =
  (runtime: string): Script =>
  async (play) => {
    const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/environment_wrapper' };
    const created = create(play, runtime, familyOf(runtime).introspect, variables);
    await play.step('create_function_result', created);
  };

const C = 'TestLambdaRuntimesCommon::test';
const each = (test: string, script: (runtime: string) => Script, names: string) =>
  Object.fromEntries(names.split(' ').map((name) => [`${C}_${test}[${name}]`, script(name)]));

/** Of lambda_common.json. */
export const runtimes: Readonly<Record<string, Script>> = {
  ...each(
    'introspection_invoke',
    introspection,
    'python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 nodejs16.x nodejs20.x',
  ),
  ...each(
    'uncaught_exception_invoke',
    failure,
    'python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 nodejs20.x',
  ),
  ...each(
    'runtime_wrapper_invoke',
    wrapper,
    'python3.8 python3.10 python3.11 python3.12 python3.13 python3.14 nodejs16.x nodejs18.x nodejs22.x nodejs24.x',
  ),
};

/** Those of languages that not every machine has. */
export const otherRuntimes: Readonly<Record<string, Script>> = {
  ...each('introspection_invoke', introspection, 'ruby3.2 ruby3.3 ruby3.4 java17 java25'),
  ...each('uncaught_exception_invoke', failure, 'ruby3.2 ruby3.3 ruby3.4 java8.al2 java17 java25'),
  ...each('runtime_wrapper_invoke', wrapper, 'ruby3.2 ruby3.3 ruby3.4 java11 java17'),
};
