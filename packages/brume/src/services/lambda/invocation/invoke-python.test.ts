import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { startLambda } from '../service.fixture.ts';

async function startPython(t: TestContext) {
  const path = await nodeEnvironment().processes.find('python3');
  if (path === undefined) {
    t.skip('this machine has no python3');
    return undefined;
  }
  const lambda = await startLambda(t);
  const create = (code: string, settings = {}) =>
    lambda.create('py', { 'index.py': code }, { Runtime: 'python3.12', ...settings });
  return { ...lambda, create };
}

test('a handler answers, logs as AWS, and its module state is kept while warm', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  await lambda.create(`
import logging
count = 0
def handler(event, context):
    global count
    count += 1
    print("printed")
    logging.getLogger().warning("two\\nlines")
    return {"count": count, "event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn}
`);
  const { payload, log } = await lambda.invoke('py', { a: 'ü' });
  const id = /^START RequestId: (\S+) Version: \$LATEST\n/.exec(log)?.[1];
  const arn = 'arn:aws:lambda:us-east-1:111111111111:function:py';
  assert.deepEqual(payload, { count: 1, event: { a: 'ü' }, id, arn });
  assert.match(log, new RegExp(`\nprinted\n\\[WARNING\\]\t\\S+Z\t${id}\ttwo\nlines\nEND `));
  assert.equal(((await lambda.invoke('py')).payload as { count: number }).count, 2);
});

test('a raised error has the members that AWS recorded', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  await lambda.create('def handler(event, context):\n    raise Exception("Handler fails")\n');
  const { payload, functionError, log } = await lambda.invoke('py');
  const { stackTrace, ...rest } = payload as { stackTrace: string[] };
  const requestId = /START RequestId: (\S+)/.exec(log)?.[1];
  assert.equal(functionError, 'Unhandled');
  assert.deepEqual(rest, { errorMessage: 'Handler fails', errorType: 'Exception', requestId });
  assert.equal(stackTrace.length, 1);
  assert.match(
    stackTrace[0] ?? '',
    /^ {2}File ".*\/index\.py", line 2, in handler\n {4}raise Exception\("Handler fails"\)\n$/,
  );
  assert.match(
    log,
    /\n\[ERROR\] Exception: Handler fails\nTraceback \(most recent call last\):\n\u00a0\u00a0File /,
  );
});

test('decimals are numbers, bytes pass, and what is not JSON is an error', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  await lambda.create(`
from decimal import Decimal
values = {"decimal": {"n": [Decimal("1.10"), Decimal(3)]}, "bytes": b"[1]", "set": {1}}
def handler(event, context):
    return values[event["what"]]
`);
  const answer = async (what: string) => {
    const Payload = Buffer.from(JSON.stringify({ what }));
    const result = await lambda.call('Invoke', { FunctionName: 'py', Payload });
    return Buffer.from(result.Payload ?? []).toString();
  };
  assert.equal(await answer('decimal'), '{"n": [1.10, 3]}');
  assert.equal(await answer('bytes'), '[1]');
  const error = JSON.parse(await answer('set'));
  assert.equal(error.errorType, 'Runtime.MarshalError');
  assert.equal(
    error.errorMessage,
    'Unable to marshal response: Object of type set is not JSON serializable',
  );
});

const INIT_ERRORS = [
  {
    name: 'a syntax error',
    code: 'def handler(:\n',
    errorType: 'Runtime.UserCodeSyntaxError',
    errorMessage: /^Syntax error in module 'index': invalid syntax \(index\.py, line 1\)$/,
  },
  {
    name: 'a missing module',
    code: 'import nowhere\n',
    errorType: 'Runtime.ImportModuleError',
    errorMessage: /^Unable to import module 'index': No module named 'nowhere'$/,
  },
  {
    name: 'a missing handler',
    code: 'other = 1\n',
    errorType: 'Runtime.HandlerNotFound',
    errorMessage: /^Handler 'handler' missing on module 'index'$/,
  },
  {
    name: 'an error outside the handler',
    code: 'raise Exception("Runtime startup fails")\n',
    errorType: 'Exception',
    errorMessage: /^Runtime startup fails$/,
  },
] as const;

for (const { name, code, errorType, errorMessage } of INIT_ERRORS) {
  test(`${name} is the answer, without a request id`, async (t) => {
    const lambda = await startPython(t);
    if (!lambda) return;
    await lambda.create(code);
    const { payload, functionError } = await lambda.invoke('py');
    const error = payload as Record<string, string>;
    assert.equal(functionError, 'Unhandled');
    assert.deepEqual(Object.keys(error), ['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    assert.equal(error['errorType'], errorType);
    assert.match(error['errorMessage'] ?? '', errorMessage);
    assert.equal(error['requestId'], '');
  });
}

test('sys.exit in the handler and outside of it is an exit without reason', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  const text = /Error: Runtime exited without providing a reason$/;
  await lambda.create('import sys\ndef handler(event, context):\n    sys.exit()\n');
  const inside = (await lambda.invoke('py')).payload as Record<string, string>;
  assert.equal(inside['errorType'], 'Runtime.ExitError');
  assert.match(inside['errorMessage'] ?? '', text);
  await lambda.call('DeleteFunction', { FunctionName: 'py' });
  await lambda.create('import sys\nsys.exit()\n');
  const outside = (await lambda.invoke('py')).payload as Record<string, string>;
  assert.match(outside['errorMessage'] ?? '', text);
});

test('an endless handler is timed out', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  await lambda.create('def handler(event, context):\n    while True: pass\n', { Timeout: 1 });
  const { payload } = await lambda.invoke('py');
  assert.equal((payload as Record<string, string>)['errorType'], 'Sandbox.Timedout');
});

test('the nearest interpreter runs a version that is not there, with a warning', async (t) => {
  const lambda = await startPython(t);
  if (!lambda) return;
  await lambda.create(
    'import sys\ndef handler(event, context):\n    return sys.version_info.minor\n',
    { Runtime: 'python3.14' },
  );
  const { payload } = await lambda.invoke('py');
  if (payload === 14) return t.skip('this machine has Python 3.14');
  const warnings = lambda.logged.filter((line) => line.startsWith('warn'));
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    new RegExp(`python3\\.14 functions run on Python 3\\.${Number(payload)}\\.`),
  );
});
