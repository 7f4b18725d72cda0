import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { nodeProcesses } from '../../../environment/node-processes.ts';
import { EXECUTABLE, zip } from '../code/zip.fixture.ts';
import { startLambda } from '../service.fixture.ts';
import { Starters } from './starters.ts';

const USER = 2_000_000_993;
const SHOW = 'id -u; id -g; id -G; ls /proc/self/fd | wc -w; grep Cap /proc/self/status';

/** Runs a starter that opens two ports that are free. Resolves when it has handed over both. */
async function start(t: TestContext, { user, waits }: { user?: number; waits: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-starter-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = new Starters(folder, user).path({ numbers: [0, 0], channelFd: 3, waits });
  if (path === undefined) {
    t.skip('no starter for this processor');
    return undefined;
  }
  const child = nodeProcesses.spawn(path, ['/bin/sh', '-c', SHOW], {
    env: {},
    ownGroup: true,
    channel: true,
  });
  const servers: Server[] = [];
  const handed = new Promise<void>((resolve) => {
    child.channel?.onListening((_message, server) => {
      servers.push(server);
      if (servers.length === 2) resolve();
    });
  });
  const output = text(child.stdout);
  await handed;
  return { child, servers, output };
}

test('a starter hands over its ports, and leaves the program nothing but its own', async (t) => {
  const started = await start(t, { waits: false });
  if (!started) return;
  const { child, servers, output } = started;
  for (const server of servers) {
    const { address, port } = server.address() as AddressInfo;
    assert.equal(address, '127.0.0.1');
    assert.ok(port > 0);
    server.close();
  }
  assert.deepEqual(await child.exit, { code: 0, signal: null });
  const plain = nodeProcesses.spawn('/bin/sh', ['-c', SHOW], { env: {}, ownGroup: true });
  assert.equal(await output, await text(plain.stdout));
});

test('a starter that waits goes on when its channel is closed', async (t) => {
  const started = await start(t, { waits: true });
  if (!started) return;
  const { child, servers, output } = started;
  for (const server of servers) server.close();
  const first = await Promise.race([child.exit, new Promise((resolve) => setImmediate(resolve))]);
  assert.equal(first, undefined);
  child.channel?.close();
  assert.deepEqual(await child.exit, { code: 0, signal: null });
  assert.notEqual(await output, '');
});

test('a starter of a Brume that runs as root becomes its user, with no rights', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('not root');
  const started = await start(t, { user: USER, waits: false });
  if (!started) return;
  for (const server of started.servers) server.close();
  const [uid, gid, groups, , ...capabilities] = (await started.output).trim().split('\n');
  assert.deepEqual([uid, gid, groups], Array(3).fill(String(USER)));
  assert.equal(capabilities.length, 5);
  for (const line of capabilities) assert.match(line, /^Cap\w+:\t0+$/);
});

test('a starter whose port is taken starts nothing', async (t) => {
  const first = await start(t, { waits: false });
  if (!first) return;
  const [address] = first.servers.map((server) => server.address() as AddressInfo);
  const folder = await mkdtemp(join(tmpdir(), 'brume-starter-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = new Starters(folder, undefined).path({
    numbers: [address?.port ?? 0],
    channelFd: 3,
    waits: false,
  });
  const child = nodeProcesses.spawn(path ?? '', ['/bin/sh', '-c', SHOW], {
    env: {},
    ownGroup: true,
    channel: true,
  });
  assert.deepEqual(await child.exit, { code: 127, signal: null });
  for (const server of first.servers) server.close();
});

test('on a processor that there is no starter for, programs of Brume’s open the ports', async (t) => {
  if ((await nodeProcesses.find('bwrap')) === undefined) return t.skip('no bubblewrap');
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 'none' });
  t.after(() => Object.defineProperty(process, 'arch', { value: arch }));
  const lambda = await startLambda(t, { isolation: 'bwrap' });
  await lambda.create('node', { 'index.mjs': 'export const handler = () => process.getuid();' });
  await lambda.create(
    'py',
    { 'index.py': 'import os\ndef handler(e, c):\n    return os.getuid()' },
    { Runtime: 'python3.13' },
  );
  const uids = [(await lambda.invoke('node')).payload, (await lambda.invoke('py')).payload];
  assert.equal(uids[0], uids[1]);
  assert.notEqual(uids[0], 0);
  const content = '#!/bin/sh\nid -un >&2; exit 7\n';
  const package_ = zip([{ name: 'bootstrap', content, mode: EXECUTABLE }]);
  await lambda.create('shell', package_, { Runtime: 'provided.al2023' });
  assert.match(JSON.stringify((await lambda.invoke('shell')).payload), /exit status 7/);
  assert.ok(lambda.logged.some((line) => line.endsWith('sbx_user1051')));
});
