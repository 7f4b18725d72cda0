import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { startLambda, until } from '../service.fixture.ts';

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
