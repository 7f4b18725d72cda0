import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { EXECUTABLE, REGULAR, zip } from '../code/zip.fixture.ts';
import { startLambda, until } from '../service.fixture.ts';

const SETTINGS = { Runtime: 'provided.al2023', Handler: 'any' } as const;

/** A custom runtime in shell, as AWS's own tutorial has one. */
const BOOTSTRAP = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while true; do
  curl -sS -o /tmp/brume-event.$$ -D /tmp/brume-head.$$ "$api/invocation/next" || exit 9
  id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/brume-head.$$ | cut -d' ' -f2 | tr -d '\\r')
  event=$(cat /tmp/brume-event.$$)
  rm /tmp/brume-event.$$ /tmp/brume-head.$$
  case $event in
    *wrong*) curl -sS -X POST -d '{}' "$api/invocation/other-id/response" >&2; echo >&2 ;;
  esac
  case $event in
    *fail*) curl -sS -X POST -d '{"errorType":"Mine","errorMessage":"m"}' "$api/invocation/$id/error" ;;
    *) curl -sS -X POST -d "{\\"got\\":$event}" "$api/invocation/$id/response" ;;
  esac >/dev/null
  case $event in
    *twice*) curl -sS -X POST -d '{}' "$api/invocation/$id/response" ;;
  esac
done
`;

async function startProvided(t: TestContext) {
  if ((await nodeEnvironment().processes.find('curl')) === undefined) {
    t.skip('this machine has no curl');
    return undefined;
  }
  const lambda = await startLambda(t);
  const bootstrap = { name: 'bootstrap', content: BOOTSTRAP, mode: EXECUTABLE };
  await lambda.create('shell', zip([bootstrap]), SETTINGS);
  return lambda;
}

test('a custom runtime answers over the Runtime API, again and again', async (t) => {
  const lambda = await startProvided(t);
  if (!lambda) return;
  for (const n of [1, 2]) {
    assert.deepEqual((await lambda.invoke('shell', { n })).payload, { got: { n } });
  }
});

test('the error that a custom runtime posts reaches the caller unchanged', async (t) => {
  const lambda = await startProvided(t);
  if (!lambda) return;
  const { payload, functionError } = await lambda.invoke('shell', 'fail');
  assert.equal(functionError, 'Unhandled');
  assert.deepEqual(payload, { errorType: 'Mine', errorMessage: 'm' });
});

test('an answer to an unknown request, or a second one, is refused and harmless', async (t) => {
  const lambda = await startProvided(t);
  if (!lambda) return;
  const { payload, log } = await lambda.invoke('shell', 'wrong');
  assert.deepEqual(payload, { got: 'wrong' });
  assert.match(log, /\{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"\}/);
  assert.deepEqual((await lambda.invoke('shell', 'twice')).payload, { got: 'twice' });
  assert.deepEqual((await lambda.invoke('shell', 1)).payload, { got: 1 });
});

test('a package without a bootstrap, or one without the run bit, cannot be started', async (t) => {
  const lambda = await startLambda(t);
  const cases = [
    [
      { name: 'other', content: '', mode: REGULAR },
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    ],
    [
      { name: 'bootstrap', content: '#!/bin/sh\n', mode: REGULAR },
      'fork/exec /var/task/bootstrap: permission denied',
    ],
    [
      { name: 'bootstrap', content: 'not a program', mode: EXECUTABLE },
      'fork/exec /var/task/bootstrap: exec format error',
    ],
  ] as const;
  for (const [entry, text] of cases) {
    await lambda.create('broken', zip([entry]), SETTINGS);
    const { payload, log } = await lambda.invoke('broken');
    const id = /START RequestId: (\S+)/.exec(log)?.[1];
    assert.deepEqual(payload, {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `RequestId: ${id} Error: ${text}`,
    });
    await lambda.call('DeleteFunction', { FunctionName: 'broken' });
  }
});

test('the Runtime API of a custom runtime hears its own processes only', async (t) => {
  const lambda = await startLambda(t);
  const bootstrap = '#!/bin/sh\necho "api=$AWS_LAMBDA_RUNTIME_API" >&2\nsleep 60\n';
  const content = zip([{ name: 'bootstrap', content: bootstrap, mode: EXECUTABLE }]);
  await lambda.create('shell', content, SETTINGS);
  // Ends with the service, in whatever way.
  const running = lambda.invoke('shell').catch(() => {});
  const address = () => /api=(\S+)/.exec(lambda.logged.join('\n'))?.[1];
  await until(() => address() !== undefined);
  if (process.platform === 'linux') {
    await assert.rejects(fetch(`http://${address()}/2018-06-01/runtime/invocation/next`));
  }
  await lambda.service.close();
  await running;
});
