import assert from 'node:assert/strict';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nodeEnvironment } from '../../../environment/node.ts';
import { EXECUTABLE, zip } from '../code/zip.fixture.ts';
import {
  startLambda,
  until,
  type Settings,
  type Surroundings,
  type TestLambda,
} from '../service.fixture.ts';

/** Runs the code that an event brings, so that each test can show what it tries. */
const EVAL = `
import fs from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const attempt = (action) => { try { action(); return 'done'; } catch (e) { return e.code ?? e.message; } };
const AsyncFunction = (async () => {}).constructor;
export const handler = (event) =>
  new AsyncFunction('fs', 'require', 'attempt', event.code)(fs, require, attempt);
`;

/** Settings in `/proc/sys` of a namespace alone: of users, message queues, IPC and processes. */
const OF_A_NAMESPACE =
  /^(?:user\/|fs\/mqueue\/|kernel\/(?:auto_msgmni|msg\w+|sem|shm\w+|ns_last_pid|pid_max)$)/;

/** A Lambda with bubblewrap, with a function that evaluates; undefined where there is none. */
async function startIsolated(
  t: TestContext,
  settings: Settings = {},
  surroundings: Surroundings = {},
) {
  if ((await nodeEnvironment().processes.find('bwrap')) === undefined) {
    t.skip('this machine has no bubblewrap');
    return undefined;
  }
  const lambda = await startLambda(t, { isolation: 'bwrap', ...surroundings });
  await lambda.create('fn', { 'index.mjs': EVAL }, settings);
  return lambda;
}

async function run(lambda: TestLambda, code: string, name = 'fn'): Promise<unknown> {
  const { payload, functionError } = await lambda.invoke(name, { code });
  assert.equal(functionError, undefined, JSON.stringify(payload));
  return payload;
}

/** Whether any process of this machine has `mark` in its command line. */
function anyProcessWith(mark: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

/** What `/tmp` holds for a function: nothing, but for the way to a Brume that is installed in it. */
const EMPTY_TMP = import.meta.dirname.startsWith('/tmp/')
  ? [import.meta.dirname.split('/')[2]]
  : [];

test('a function finds its code at /var/task, its user and an empty /tmp', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const found = await run(
    lambda,
    'return [process.cwd(), process.env.LAMBDA_TASK_ROOT, require("os").userInfo().username, fs.readdirSync("/tmp"), fs.readdirSync("/var/task")]',
  );
  assert.deepEqual(found, ['/var/task', '/var/task', 'sbx_user1051', EMPTY_TMP, ['index.mjs']]);
});

test('Python and custom runtimes run in it too', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  await lambda.create(
    'py',
    { 'index.py': 'import os\ndef handler(e, c):\n    return [__file__, os.listdir("/tmp")]' },
    { Runtime: 'python3.13' },
  );
  const { payload } = await lambda.invoke('py');
  // Python is the machine's own: Brume's folder is needed for its bootstrap alone.
  assert.deepEqual(payload, ['/var/task/index.py', EMPTY_TMP]);
  const content =
    '#!/bin/sh\nid -un >&2; cat /var/task/bootstrap >/dev/null && echo read >&2; exit 7\n';
  const package_ = zip([{ name: 'bootstrap', content, mode: EXECUTABLE }]);
  await lambda.create('shell', package_, { Runtime: 'provided.al2023' });
  const custom = await lambda.invoke('shell');
  assert.match(JSON.stringify(custom.payload), /exit status 7/);
  assert.ok(lambda.logged.some((line) => line.endsWith('sbx_user1051')));
  assert.ok(lambda.logged.some((line) => line.endsWith('read')));
});

test('the files of the machine and of other functions are not there', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const folder = await mkdtemp(join(tmpdir(), 'brume-host-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'secret'), 'x');
  await lambda.create('other', { 'index.mjs': EVAL, 'other-secret': 'x' });
  await run(lambda, 'return 1', 'other');
  const paths = ['/home', '/root/.ssh', '/etc/shadow', '/etc/hostname', '/sys', folder];
  for (const path of paths) {
    const code = `return attempt(() => fs.statSync(${JSON.stringify(path)}))`;
    assert.equal(await run(lambda, code), 'ENOENT', path);
  }
  const found = await run(
    lambda,
    'return require("child_process").execSync("find / -name other-secret -not -path \'/proc/*\' 2>/dev/null || true").toString()',
  );
  assert.equal(found, '');
});

test('the processes of the machine cannot be seen or signalled', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const code = `return [attempt(() => process.kill(${process.pid}, 0)), fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length]`;
  const [signalled, processes] = (await run(lambda, code)) as [string, number];
  assert.equal(signalled, 'ESRCH');
  assert.ok(processes <= 3, `${processes} processes`);
});

test('nothing outside of /tmp can be written, the settings of the kernel least of all', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const code = `
    const folders = ['/', '/var/task', '/etc', '/usr', '/opt', '/dev', '/dev/shm', '/proc', '/var', '/tmp'];
    const writable = folders.filter((folder) => attempt(() => fs.writeFileSync(folder + '/new', '')) === 'done');
    const settings = fs.readdirSync('/proc/sys', { recursive: true }).filter((name) =>
      attempt(() => fs.closeSync(fs.openSync('/proc/sys/' + name, 'r+'))) === 'done');
    return { writable, settings, device: attempt(() => fs.chmodSync('/dev/null', 0o600)) };`;
  const { writable, settings, device } = (await run(lambda, code)) as Record<string, unknown>;
  assert.deepEqual(writable, ['/tmp']);
  const ofTheMachine = (settings as string[]).filter((name) => !OF_A_NAMESPACE.test(name));
  assert.deepEqual(ofTheMachine, []);
  assert.match(String(device), /EPERM|EROFS/);
});

test('namespaces, mounts and rare sockets are refused by the kernel', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const attempts = ['unshare -U true', 'unshare -r mount -t tmpfs x /tmp', 'mount -t tmpfs x /tmp'];
  const code = `return ${JSON.stringify(attempts)}.map((command) =>
    require('child_process').spawnSync('sh', ['-c', command]).status === 0)`;
  assert.deepEqual(
    await run(lambda, code),
    attempts.map(() => false),
  );
  await lambda.create(
    'py',
    {
      'index.py':
        'import socket, ctypes\ndef handler(e, c):\n    try:\n        socket.socket(38, socket.SOCK_SEQPACKET)\n    except OSError as error:\n        return [error.errno, ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0), open("/proc/self/status").read().count("NoNewPrivs:\\t1")]',
    },
    { Runtime: 'python3.13' },
  );
  assert.deepEqual((await lambda.invoke('py')).payload, [97, -1, 1]);
});

test('a function’s own PATH and linker reach the function, and no program before it', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const Variables = {
    PATH: '/var/task:/usr/bin:/bin',
    LD_LIBRARY_PATH: '/var/task',
    MALLOC_ARENA_MAX: '1',
  };
  const content = '#!/bin/sh\nid -u >/tmp/who; exit 1\n';
  const names = ['setpriv', 'sh', 'env', 'node', 'ulimit'];
  const package_ = zip([
    ...names.map((name) => ({ name, content, mode: EXECUTABLE })),
    { name: 'index.mjs', content: EVAL },
  ]);
  await lambda.create('own', package_, { Environment: { Variables } });
  const code = `const { PATH, LD_LIBRARY_PATH, MALLOC_ARENA_MAX } = process.env;
    return [fs.existsSync('/tmp/who'), PATH, LD_LIBRARY_PATH, MALLOC_ARENA_MAX, Object.keys(process.env).filter((name) => /BRUME|CHANNEL/.test(name))]`;
  assert.deepEqual(await run(lambda, code, 'own'), [false, ...Object.values(Variables), []]);
});

test('/tmp ends at its size, which is not counted as memory', async (t) => {
  const lambda = await startIsolated(t, { MemorySize: 128, Timeout: 60 });
  if (!lambda) return;
  const code = `
    const chunk = Buffer.alloc(8 * 2 ** 20);
    let written = 0;
    const ended = attempt(() => { for (;;) { fs.writeFileSync('/tmp/full', chunk, { flag: 'a' }); written++; } });
    fs.rmSync('/tmp/full');
    return { ended, writtenMb: written * 8 };`;
  assert.deepEqual(await run(lambda, code), { ended: 'ENOSPC', writtenMb: 512 });
});

test('a function that allocates without end is out of memory, in AWS’s words', async (t) => {
  const lambda = await startIsolated(t, { MemorySize: 128, Timeout: 60 });
  if (!lambda) return;
  await lambda.create('other', { 'index.mjs': EVAL });
  await run(lambda, 'return 1', 'other');
  const code = 'const all = []; for (;;) { all.push(Buffer.alloc(2 ** 20, 1)); }';
  const { payload, functionError, log } = await lambda.invoke('fn', { code });
  assert.equal(functionError, 'Unhandled');
  const { errorType, errorMessage } = payload as Record<string, string>;
  assert.equal(errorType, 'Runtime.OutOfMemory');
  assert.match(
    String(errorMessage),
    /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
  );
  assert.match(
    log,
    /Max Memory Used: 128 MB\t.*Status: error\tError Type: Runtime\.OutOfMemory\t\n$/,
  );
  assert.equal(await run(lambda, 'return 2'), 2);
  assert.equal(await run(lambda, 'return 3', 'other'), 3);
});

test('a function has so many processes, and none of them outlives it', async (t) => {
  const lambda = await startIsolated(t, { MemorySize: 1024, Timeout: 20 });
  if (!lambda) return;
  const mark = `98765.${process.pid}`;
  const started = `require('child_process').spawn('setsid', ['sleep', '${mark}'], { detached: true, stdio: 'ignore' })`;
  await run(lambda, `${started}.unref(); return 1`);
  await until(() => anyProcessWith(mark));
  const bomb = `const { status } = require('child_process').spawnSync('sh', ['-c', 'for i in $(seq 1500); do sleep 9 & done'], { stdio: 'ignore' }); return status !== 0`;
  assert.equal(await run(lambda, bomb), true);
  const { payload } = await lambda.invoke('fn', { code: 'process.exit(3)' });
  assert.match(JSON.stringify(payload), /exit status 3/);
  await until(() => !anyProcessWith(mark));
});

test('a function that closes every descriptor, or kills itself, ends with AWS’s words', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const outcome = async (code: string) => (await lambda.invoke('fn', { code })).payload;
  const closed = 'for (let fd = 3; fd < 64; fd++) attempt(() => fs.closeSync(fd)); return 1';
  assert.match(JSON.stringify(await outcome(closed)), /"Runtime.ExitError"/);
  const killed = 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})';
  assert.match(JSON.stringify(await outcome(killed)), /exited with error: signal: killed/);
  assert.equal(await run(lambda, 'return 1'), 1);
});

test('a function that logs without end is cut off by its timeout and fills no memory', async (t) => {
  const lambda = await startIsolated(t, { Timeout: 2 });
  if (!lambda) return;
  const before = process.memoryUsage().rss;
  const code = 'const line = "x".repeat(65535) + "\\n"; for (;;) process.stdout.write(line);';
  const { payload } = await lambda.invoke('fn', { code });
  assert.match(JSON.stringify(payload), /Task timed out after 2\.00 seconds/);
  // The test itself keeps what is logged.
  const keptBytes = lambda.logged.reduce((sum, line) => sum + line.length, 0);
  const grownBytes = process.memoryUsage().rss - before - 2 * keptBytes;
  assert.ok(grownBytes < 512 * 2 ** 20, `${grownBytes} bytes more`);
});

test('a function stands still between invocations, and goes on with the next', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const count = 'globalThis.ticks ??= (setInterval(() => globalThis.ticks++, 1), 0); return ticks';
  await run(lambda, count);
  await setTimeout(200);
  const before = (await run(lambda, count)) as number;
  await setTimeout(500);
  const after = (await run(lambda, count)) as number;
  // It runs on for some 30 ms after each answer.
  assert.ok(after - before < 250, `${after - before} ticks in 500 ms`);
});

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Answers at a port of this machine's loopback interface. */
async function startServer(t: TestContext, answer: string): Promise<string> {
  const server = createServer((_request, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SHELL_FETCH = `#!/usr/bin/env python3
import json, os, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(base + "next") as response:
        invocation = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(response)
    found = []
    for url in event:
        try:
            found.append(urllib.request.urlopen(url, timeout=5).read().decode())
        except OSError as error:
            found.append(str(error))
    urllib.request.urlopen(base + invocation + "/response", json.dumps(found).encode())
`;

test('a function reaches Brume, and nothing else that listens on the machine', async (t) => {
  const [endpoint, other] = [await startServer(t, 'Brume'), await startServer(t, 'other')];
  const lambda = await startIsolated(t, {}, { endpoint });
  if (!lambda) return;
  const code = `
    const get = (url) => fetch(url).then((answer) => answer.text(), (error) => error.cause.code);
    return [process.env.AWS_ENDPOINT_URL, await get(process.env.AWS_ENDPOINT_URL), await get('${other}')];`;
  assert.deepEqual(await run(lambda, code), [endpoint, 'Brume', 'ECONNREFUSED']);
  const python = `import os, urllib.request
def handler(event, context):
    return [urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"]).read().decode(), "NODE_CHANNEL_FD" in os.environ]`;
  await lambda.create('py', { 'index.py': python }, { Runtime: 'python3.13' });
  assert.deepEqual((await lambda.invoke('py')).payload, ['Brume', false]);
  const bootstrap = zip([{ name: 'bootstrap', content: SHELL_FETCH, mode: EXECUTABLE }]);
  await lambda.create('custom', bootstrap, { Runtime: 'provided.al2023', Timeout: 20 });
  const { payload } = await lambda.invoke('custom', [endpoint, other]);
  assert.equal((payload as string[])[0], 'Brume');
  assert.match((payload as string[])[1] ?? '', /refused/);
});

test('an abstract socket of the machine is out of reach', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const name = `brume-test-${process.pid}`;
  const server = createServer((_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
  t.after(() => server.close());
  const code = `return new Promise((resolve) => require('net').connect('\\0${name}')
    .on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code)))`;
  assert.equal(await run(lambda, code), 'ECONNREFUSED');
});

test('with slirp4netns a function reaches other hosts, already while it loads', async (t) => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((candidate) => candidate?.family === 'IPv4' && !candidate.internal)?.address;
  const slirp = await nodeEnvironment().processes.find('slirp4netns');
  if (!slirp || !address || !isWritable('/dev/net/tun')) {
    return t.skip('this machine has no slirp4netns, no device for it, or no address to reach');
  }
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const server = createServer((_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const source = `const get = (host) => fetch('http://' + host + ':${port}').then((answer) => answer.text(), (error) => error.cause.code);
    const early = await get('${address}');
    export const handler = async () => [early, await get('127.0.0.1')];`;
  await lambda.create('early', { 'index.mjs': source });
  assert.deepEqual((await lambda.invoke('early')).payload, ['here', 'ECONNREFUSED']);
});

test('with the machine’s network a function reaches what listens there', async (t) => {
  const server = await startServer(t, 'here');
  const lambda = await startIsolated(t, {}, { network: 'host' });
  if (!lambda) return;
  assert.equal(await run(lambda, `return (await fetch('${server}')).text()`), 'here');
});

test('the memory, variables and credentials of other functions cannot be read', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const secret = `secret-${process.pid}-${Date.now()}`;
  const Environment = { Variables: { SECRET: secret } };
  const keeper = `globalThis.kept = process.env.SECRET; export const handler = async () => kept.length;`;
  await lambda.create('keeper', { 'index.mjs': keeper }, { Environment });
  await lambda.invoke('keeper');
  const [pid] = readdirSync('/proc').filter((name) => anyMemoryHas(name, secret));
  assert.ok(pid, 'the machine itself can find it');
  const code = `
    const pids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
    const readable = pids.filter((pid) => attempt(() => fs.readFileSync('/proc/' + pid + '/environ', 'latin1')) === 'done');
    const found = readable.filter((pid) => fs.readFileSync('/proc/' + pid + '/environ', 'latin1').includes('${secret.slice(0, 7)}' + '${secret.slice(7)}'));
    return { found, foreign: attempt(() => fs.openSync('/proc/${pid}/mem', 'r')) };`;
  const { found, foreign } = (await run(lambda, code)) as { found: string[]; foreign: string };
  assert.deepEqual([found, foreign], [[], 'ENOENT']);
});

/** Whether a process's variables have `mark`: what a function must not see of another. */
function anyMemoryHas(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
  } catch {
    return false;
  }
}

test('a function’s own code cannot take or answer invocations past its runtime', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const code = `
    const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/';
    const ask = async (path, method, body) => (await fetch(base + path, { method, body })).status;
    return [await ask('invocation/next', 'GET'), await ask('invocation/x/response', 'POST', '1'), await ask('init/error', 'POST', '{}')];`;
  assert.deepEqual(await run(lambda, code), [403, 403, 403]);
  assert.equal(await run(lambda, 'return 1'), 1);
});

const NEVER_READS = `#!/usr/bin/env python3
import os, socket, time
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
connection = socket.create_connection((host, int(port)))
connection.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
time.sleep(600)
`;

test('a runtime that never reads its event runs out of time, and holds nothing', async (t) => {
  const lambda = await startIsolated(t);
  if (!lambda) return;
  const package_ = zip([{ name: 'bootstrap', content: NEVER_READS, mode: EXECUTABLE }]);
  await lambda.create('deaf', package_, { Runtime: 'provided.al2023', Timeout: 1 });
  const { payload } = await lambda.invoke('deaf', 'x'.repeat(5_000_000));
  assert.match(JSON.stringify(payload), /Task timed out after 1\.00 seconds/);
  assert.equal(await run(lambda, 'return 2'), 2);
});
