// Brume's runtime for Node.js functions: loads the handler, then asks for one invocation after another.
// CommonJS, as all files here: ES modules take longer to load.
'use strict';

const { describeError, RuntimeError } = require('./errors.cjs');
const { loadHandler } = require('./load-handler.cjs');
const { resolveLocalNames } = require('./local-names.cjs');
const { logError, patchConsole, setRequestId } = require('./log.cjs');
const { provideSdk } = require('./provided-sdk.cjs');
const { runtimeClient } = require('./runtime-client.cjs');
const { installStreaming, isStreaming, stream } = require('./streaming.cjs');

const { env } = process;
/** First runtime without callback handlers, and without its own handling of uncaught errors. */
const WITHOUT_CALLBACKS = 24;
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT = 129;

const runtimeMajor = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? '')?.[1]);
const allowsCallbacks = runtimeMajor < WITHOUT_CALLBACKS;
// Each file takes half a millisecond of a start.
const callbacks = allowsCallbacks ? require('./callback-handler.cjs') : undefined;

const portsAreOpen = process.connected ? require('./open-ports.cjs').openPorts() : undefined;
const client = runtimeClient();
/** Request id of the open invocation. */
let open;

provideSdk(process.argv[2]);
patchConsole();
resolveLocalNames();
installStreaming();
if (callbacks) {
  callbacks.watchEventLoop();
  process.on('uncaughtException', (error) => giveUp('Uncaught Exception', error, EXIT_UNCAUGHT));
  process.on('unhandledRejection', (reason) => {
    const error = new RuntimeError('UnhandledPromiseRejection', String(reason), reason?.stack);
    error.reason = reason;
    void giveUp('Unhandled Promise Rejection', error, EXIT_UNHANDLED_REJECTION);
  });
}

void Promise.resolve(portsAreOpen)
  .then(load)
  .then(serve)
  .catch((error) => giveUp('Init Error', error, 1));

async function load() {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT, env['_HANDLER']);
  if (!allowsCallbacks && handler.length >= 3 && !isStreaming(handler)) {
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

async function serve(handler) {
  let invocation = await client.next();
  for (;;) {
    const { headers, body } = invocation;
    const context = buildContext(headers);
    open = context.awsRequestId;
    setRequestId(open);
    env['_X_AMZN_TRACE_ID'] = headers.get('lambda-runtime-trace-id');
    const event = JSON.parse(body);
    if (isStreaming(handler)) {
      await stream(client, handler, event, context);
      open = undefined;
      invocation = await client.next();
    } else {
      const answer = await answerOf(handler, event, context);
      const requestId = open;
      open = undefined;
      invocation = await client.answerAndNext(requestId, answer);
    }
  }
}

/** The body of the answer, with the type of an error where it is one. */
async function answerOf(handler, event, context) {
  try {
    const call = callbacks?.callHandler ?? ((handler, ...rest) => handler(...rest));
    return { body: toJson(await call(handler, event, context)) };
  } catch (error) {
    logError('Invoke Error', error);
    const described = describeError(error);
    return { body: JSON.stringify(described), errorType: described.errorType };
  }
}

function toJson(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new RuntimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

function buildContext(headers) {
  const deadlineMs = Number(headers.get('lambda-runtime-deadline-ms'));
  const clientContext = headers.get('lambda-runtime-client-context');
  const tenantId = headers.get('lambda-runtime-aws-tenant-id');
  return {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    awsRequestId: headers.get('lambda-runtime-aws-request-id'),
    ...(tenantId !== undefined && { tenantId }),
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** Reports an error that no handler call can answer for, and ends the process. */
async function giveUp(title, error, exitCode) {
  logError(title, error);
  const described = describeError(error);
  const report = { body: JSON.stringify(described), errorType: described.errorType };
  if (open === undefined) await client.failInit(report);
  else await client.fail(open, report);
  process.exit(exitCode);
}
