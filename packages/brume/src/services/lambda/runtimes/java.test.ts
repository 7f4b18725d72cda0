import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { zip } from '../code/zip.fixture.ts';
import { JavaClient, type Jar, type JavaClientParts } from './java-client.ts';
import { findJavaMachines, type JavaMachine } from './java-machines.ts';
import { javaFamily } from './java.ts';
import type { LaunchRequest } from './runtime.ts';

const REQUEST: LaunchRequest = {
  ...{ folder: '/code', taskRoot: '/var/task', layers: undefined, memorySizeMb: 256 },
  ...{ handler: 'example.Handler::handle', variables: {} },
};

async function newFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'brume-java-')));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function familyWith(...versions: readonly string[]) {
  const machines = versions.map((version): JavaMachine => {
    const home = `/jvm/${version}`;
    return { home, command: `${home}/bin/java`, version, major: Number.parseInt(version, 10) };
  });
  const files = { jars: ['/client.jar', '/core.jar'], library: '/client.so' };
  return javaFamily(async () => machines, { find: async () => files });
}

async function launch(runtime: string, request = REQUEST, ...versions: readonly string[]) {
  const launched = await familyWith(...versions).launch(runtime, request);
  assert.ok('command' in launched);
  return launched;
}

test('a function gets its own version, or the next newer one with a warning', async () => {
  const there = ['25.0.1', '17.0.15', '21.0.3'];
  assert.equal((await launch('java21', REQUEST, ...there)).version, 'Java 21.0.3');
  assert.equal((await launch('java17.al2023', REQUEST, ...there)).warning, undefined);
  const newer = await launch('java8.al2', REQUEST, ...there);
  assert.equal(newer.command, '/jvm/17.0.15/bin/java');
  assert.equal(
    newer.warning,
    'java8.al2 functions run on Java 17.0.15, the nearest that is new enough here.',
  );
});

test('an older Java is not used, and what is missing is said', async () => {
  const errorType = 'Runtime.InvalidRuntime';
  assert.deepEqual(await familyWith('11.0.2', '17.0.15').launch('java21', REQUEST), {
    errorType,
    error:
      'There is nothing here to run java21 with: this machine has no Java 21 or newer, only 11.0.2, 17.0.15',
  });
  const client = { find: async () => ({ problem: 'no network' }) };
  const machine = { home: '/jvm', command: '/java', version: '21', major: 21 };
  assert.deepEqual(await javaFamily(async () => [machine], client).launch('java21', REQUEST), {
    errorType,
    error: 'There is nothing here to run java21 with: no network',
  });
});

test('memory is shared out as AWS does it, and the function chooses collector and compiler', async () => {
  const { args } = await launch('java17', REQUEST, '17.0.15');
  // The command line that is quoted in java.ts, for 256 MB.
  for (const option of [
    ...[
      '-XX:MaxHeapSize=222823k',
      '-XX:MaxMetaspaceSize=26214k',
      '-XX:ReservedCodeCacheSize=13107k',
    ],
    ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  ]) {
    assert.ok(args.includes(option), option);
  }
  assert.equal(args.at(-1), 'example.Handler::handle');
  const variables = { JAVA_TOOL_OPTIONS: '-XX:+UseZGC -XX:-TieredCompilation' };
  const chosen = (await launch('java17', { ...REQUEST, variables }, '17.0.15')).args;
  assert.deepEqual(
    args.filter((option) => !chosen.includes(option)),
    ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  );
  assert.ok(!(await launch('java11', REQUEST, '17.0.15')).args.includes('-XX:TieredStopAtLevel=1'));
});

test('Javas are found by what their folders say', async (t) => {
  const folder = await newFolder(t);
  const add = async (home: string, release: string) => {
    await mkdir(join(folder, home, 'bin'), { recursive: true });
    await writeFile(join(folder, home, 'bin/java'), '');
    await writeFile(join(folder, home, 'release'), release);
  };
  await add('jvm/seventeen', 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.15"\n');
  await add('jvm/eight', 'JAVA_VERSION="1.8.0_412"\n');
  await add('jvm/unknown', '');
  await mkdir(join(folder, 'jvm/empty'));
  await symlink('seventeen', join(folder, 'jvm/default'));
  const processes = { ...nodeEnvironment().processes, find: async () => undefined };
  const found = await findJavaMachines(processes, [join(folder, 'jvm'), join(folder, 'none')]);
  const own = found.filter(({ command }) => command.startsWith(folder));
  const machine = (name: string, major: number, version: string) => {
    const home = join(folder, 'jvm', name);
    return { home, command: join(home, 'bin/java'), major, version };
  };
  assert.deepEqual(own, [machine('seventeen', 17, '17.0.15'), machine('eight', 8, '1.8.0_412')]);
});

/** A repository with two files, of which the first has native libraries for all. */
async function startRepository(t: TestContext) {
  const names = ['x86_64', 'aarch_64'].flatMap((processor) =>
    ['linux', 'linux_musl'].map((system) => `jni/libaws-lambda-jni.${system}-${processor}.so`),
  );
  const contents = new Map([
    ['a/client.jar', zip(names.map((name) => ({ name, content: 'a library' })))],
    ['b/core.jar', Buffer.from('classes')],
  ]);
  const jars: Jar[] = [...contents].map(([path, bytes]) => ({
    ...{ path, sizeBytes: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const bytes = contents.get(url.slice('/maven2/'.length));
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}/maven2`;
  const folder = await newFolder(t);
  const logged: string[] = [];
  const client = (more: Partial<JavaClientParts> = {}) =>
    new JavaClient({
      environment: nodeEnvironment(),
      log: { log: (_level, message) => void logged.push(message) },
      ...{ folder: join(folder, 'kept'), mavenFolder: join(folder, 'm2'), fetches: true },
      ...{ jars, repository },
      ...more,
    });
  return { client, contents, folder, requests, logged };
}

test('AWS’s files are fetched once, with a line each, and found after a restart', async (t) => {
  if (process.platform !== 'linux') return t.skip('AWS has its Java runtime for Linux only');
  const { client, folder, requests, logged } = await startRepository(t);
  const found = await client().find();
  assert.ok('jars' in found);
  assert.deepEqual(
    found.jars,
    ['client.jar', 'core.jar'].map((name) => join(folder, 'kept/java-2.9.0', name)),
  );
  assert.equal(await readFile(found.library, 'utf8'), 'a library');
  assert.deepEqual(requests, ['/maven2/a/client.jar', '/maven2/b/core.jar']);
  assert.match(
    logged.join('\n'),
    /^Fetching client\.jar, which runs Java functions, from Maven Central, once …$/m,
  );
  await writeFile(found.library, 'a libr');
  assert.deepEqual(await client({ fetches: false }).find(), found);
  assert.equal(await readFile(found.library, 'utf8'), 'a library');
  assert.equal(requests.length, 2);
});

test('what the machine’s own Maven has is not fetched', async (t) => {
  if (process.platform !== 'linux') return t.skip('AWS has its Java runtime for Linux only');
  const { client, contents, folder, requests } = await startRepository(t);
  for (const [path, bytes] of contents) {
    await mkdir(dirname(join(folder, 'm2', path)), { recursive: true });
    await writeFile(join(folder, 'm2', path), bytes);
  }
  assert.ok('jars' in (await client({ fetches: false }).find()));
  assert.deepEqual(requests, []);
});

test('files that are not what they should be, or not there, are refused', async (t) => {
  if (process.platform !== 'linux') return t.skip('AWS has its Java runtime for Linux only');
  const { client, contents } = await startRepository(t);
  const problem = async (more: Partial<JavaClientParts> = {}) => {
    const found = await client(more).find();
    return 'problem' in found ? found.problem : undefined;
  };
  assert.match(
    (await problem({ fetches: false })) ?? '',
    /^client\.jar is not here, and this Brume fetches nothing; mvn \S+ \S+:2\.9\.0 brings it$/,
  );
  assert.match(
    (await problem({ repository: 'http://127.0.0.1:1' })) ?? '',
    /^client\.jar could not be fetched: ./,
  );
  contents.set('b/core.jar', Buffer.from('replaced'));
  assert.equal(await problem(), 'core.jar was fetched, but is not what AWS has published');
  contents.delete('b/core.jar');
  assert.equal(await problem(), 'core.jar could not be fetched: its server answers 404');
});
