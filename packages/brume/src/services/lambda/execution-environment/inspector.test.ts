import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { EXECUTABLE, zip } from '../code/zip.fixture.ts';
import { startLambda, until, type TestLambda } from '../service.fixture.ts';

/** Speaks as a debugger does to an address. */
async function attach(address: string) {
  const [target] = (await (await fetch(`http://${address}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const heard: Record<string, unknown>[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  let id = 0;
  const say = (method: string, params = {}) =>
    socket.send(JSON.stringify({ id: ++id, method, params }));
  return { heard, say, close: () => socket.close() };
}

for (const isolation of ['process', 'bwrap'] as const) {
  test(`a debugger stops a function for longer than its timeout (${isolation})`, async (t) => {
    const { processes } = nodeEnvironment();
    if (isolation === 'bwrap' && (await processes.find('bwrap')) === undefined) {
      return t.skip('this machine has no bubblewrap');
    }
    const lambda = await startLambda(t, { isolation, inspect: true, prepare: true });
    const source = `export const handler = async (event) => {
      const startedMs = Date.now();
      if (event.stop) debugger;
      return Date.now() - startedMs;
    };`;
    await lambda.create('fn', { 'index.mjs': source }, { Timeout: 1 });
    await lambda.invoke('fn', {});
    const hangs =
      'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));';
    await lambda.create('other', { 'index.mjs': hangs }, { Timeout: 1 });
    const line = lambda.logged.find((said) => said.includes('A debugger finds fn at ')) ?? '';
    const [, address = ''] = /at (127\.0\.0\.1:\d+)\.$/.exec(line) ?? [];
    const debug = await attach(address);
    debug.say('Runtime.enable');
    debug.say('Debugger.enable');
    await until(() => debug.heard.some(({ id }) => id === 2));
    const stopped = lambda.invoke('fn', { stop: true });
    await until(() => debug.heard.some(({ method }) => method === 'Debugger.paused'));
    // The timeout has passed when this one, which began later, has.
    assert.match(JSON.stringify((await lambda.invoke('other')).payload), /timed out/);
    debug.say('Debugger.resume');
    const { payload, functionError } = await stopped;
    assert.equal(functionError, undefined);
    assert.ok(Number(payload) >= 1000, `stopped for ${String(payload)} ms`);
    debug.close();
  });
}

type Isolation = 'process' | 'bwrap';

/** Each test runs where functions are isolated, if that can be here, and where they are not. */
function testEverywhere(
  name: string,
  run: (t: TestContext, start: () => Promise<TestLambda>) => Promise<void>,
): void {
  for (const isolation of ['process', 'bwrap'] as const satisfies Isolation[]) {
    test(`${name} (${isolation})`, async (t) => {
      const { processes } = nodeEnvironment();
      if (isolation === 'bwrap' && (await processes.find('bwrap')) === undefined) {
        return t.skip('this machine has no bubblewrap');
      }
      return run(t, () => startLambda(t, { isolation, inspect: true }));
    });
  }
}

/** Where debuggers find the environments of a function, in the order in which these began. */
function addresses({ logged }: TestLambda, name: string): string[] {
  return logged.flatMap((line) => {
    const [, of, address = ''] = /A debugger finds (\S+) at (127\.0\.0\.1:\d+)\.$/.exec(line) ?? [];
    return of === name ? [address] : [];
  });
}

testEverywhere(
  'each environment has a debugger of its own, with breakpoints',
  async (_t, start) => {
    const lambda = await start();
    const source = `let count = 0;
export const handler = async (event) => {
  count += 1;
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return count;
};`;
    await lambda.create('fn', { 'index.mjs': source }, { Timeout: 300 });
    await lambda.invoke('fn');
    const ends = lambda.invoke('fn', { wait: true }).catch(() => {});
    // The first environment is busy, so that this one gets another.
    assert.equal((await lambda.invoke('fn')).payload, 1);
    const [first = '', second = ''] = addresses(lambda, 'fn');
    assert.notEqual(first, second);
    const idle = await attach(first);
    const debug = await attach(second);
    debug.say('Debugger.enable');
    debug.say('Debugger.setBreakpointByUrl', { lineNumber: 4, urlRegex: '.*/index\\.mjs$' });
    await until(() => debug.heard.some(({ id }) => id === 2));
    const stopped = lambda.invoke('fn');
    await until(() => debug.heard.some(({ method }) => method === 'Debugger.paused'));
    const { params } = debug.heard.find(({ method }) => method === 'Debugger.paused') ?? {};
    const [frame] = (params as { callFrames: { callFrameId: string }[] }).callFrames;
    const { callFrameId } = frame ?? {};
    debug.say('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'count = 41 + count' });
    await until(() => debug.heard.some(({ id }) => id === 3));
    debug.say('Debugger.resume');
    assert.equal((await stopped).payload, 43);
    assert.deepEqual(idle.heard, []);
    idle.close();
    debug.close();
    await lambda.service.close();
    await ends;
  },
);

/** Speaks the Debug Adapter Protocol. */
async function attachPython(address: string) {
  const [host = '', port] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  const heard: { command?: string; event?: string; body?: unknown }[] = [];
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(received.toString('latin1'));
      const end = head ? head[0].length + Number(head[1]) : Infinity;
      if (received.length < end) return;
      heard.push(JSON.parse(received.subarray(head?.[0].length, end).toString()));
      received = received.subarray(end);
    }
  });
  let seq = 0;
  const say = (command: string, body: object = {}) => {
    const text = JSON.stringify({ seq: ++seq, type: 'request', command, arguments: body });
    socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const answered = (name: string) =>
    until(() => heard.some(({ command, event }) => command === name || event === name));
  return { heard, say, answered, close: () => socket.destroy() };
}

testEverywhere('Python functions are debugged where there is debugpy', async (t, start) => {
  const lambda = await start();
  const source = `import time
def handler(event, context):
    started = time.time()
    place = __file__
    return [place, time.time() - started]
`;
  const settings = { Runtime: 'python3.13', Timeout: 3 };
  await lambda.create('fn', { 'index.py': source }, settings);
  const { payload } = await lambda.invoke('fn');
  if (!Array.isArray(payload)) return t.skip('this machine has no Python');
  if (lambda.logged.some(saysWhy)) return t.skip('this machine has no debugpy');
  const [path] = payload as unknown[];
  const [address = ''] = addresses(lambda, 'fn');
  const debug = await attachPython(address);
  debug.say('initialize', { adapterID: 'test', pathFormat: 'path' });
  await debug.answered('initialize');
  debug.say('attach', { justMyCode: false });
  await debug.answered('initialized');
  debug.say('setBreakpoints', { source: { path }, breakpoints: [{ line: 5 }] });
  await debug.answered('setBreakpoints');
  debug.say('configurationDone');
  await debug.answered('attach');
  const stopped = lambda.invoke('fn');
  await debug.answered('stopped');
  await hangs(lambda);
  const { body } = debug.heard.find(({ event }) => event === 'stopped') ?? {};
  debug.say('continue', { threadId: (body as { threadId: number }).threadId });
  const after = await stopped;
  assert.equal(after.functionError, undefined, after.log);
  assert.ok(Number((after.payload as unknown[])[1]) >= 3);
  debug.close();
});

function saysWhy(line: string): boolean {
  return line.includes('No debugger can attach: debugpy is neither');
}

test('without debugpy a Python function runs, and its log says so', async (t) => {
  const lambda = await startLambda(t, { inspect: true });
  const files = {
    'index.py': 'def handler(event, context): return 1\n',
    'debugpy.py': 'raise ImportError("not here")\n',
  };
  await lambda.create('fn', files, { Runtime: 'python3.13' });
  if ((await lambda.invoke('fn')).payload !== 1) return t.skip('this machine has no Python');
  await until(() => lambda.logged.some(saysWhy));
});

/** Resolves when an invocation that began now has run out of the time of the one that is debugged. */
async function hangs(lambda: TestLambda): Promise<void> {
  const source = 'import time\ndef handler(event, context): time.sleep(60)\n';
  await lambda.create('hangs', { 'index.py': source }, { Runtime: 'python3.13', Timeout: 3 });
  assert.match(JSON.stringify((await lambda.invoke('hangs')).payload), /timed out/);
}

test('a function that nothing can debug says so, and runs', async (t) => {
  const lambda = await startLambda(t, { inspect: true });
  const files = [{ name: 'bootstrap', content: SHELL, mode: EXECUTABLE }];
  await lambda.create('fn', zip(files), { Runtime: 'provided.al2023' });
  await lambda.invoke('fn');
  assert.ok(lambda.logged.some((line) => line.startsWith('warn No debugger can attach to fn')));
});

const SHELL = '#!/bin/sh\nexit 0\n';
