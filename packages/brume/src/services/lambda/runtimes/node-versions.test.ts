import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Environment } from '../../../environment/environment.ts';
import { nodeEnvironment } from '../../../environment/node.ts';
import { NodeVersions } from './node-versions.ts';

const [ownMajor = ''] = process.versions.node.split('.');

/** An npm that does what a script says, and no `node` on the machine. */
async function start(t: TestContext, npm: string | undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-node-'));
  t.after(() => rm(folder, { recursive: true }));
  const command = join(folder, 'npm');
  if (npm !== undefined) await writeFile(command, `#!/bin/sh\n${npm}`);
  if (npm !== undefined) await chmod(command, 0o755);
  const real = nodeEnvironment();
  const environment: Environment = {
    ...real,
    processes: {
      ...real.processes,
      find: async (name) => (name === 'npm' && npm !== undefined ? command : undefined),
    },
  };
  const logged: string[] = [];
  const log = { log: (_level: string, message: string) => void logged.push(message) };
  const at = join(folder, 'runtimes');
  const versions = (of: string | undefined = at) =>
    new NodeVersions({ environment, log, folder: of });
  return { versions, logged, folder };
}

/** Does what npm does for a package of the name that it is asked for. */
const FETCH = `
for last; do :; done
while [ "$1" != --prefix ]; do shift; done
name=\${last%@*}
mkdir -p "$2/node_modules/$name/bin"
echo '{"version":"'"\${last#*@}"'.1.0"}' > "$2/node_modules/$name/package.json"
echo '#!/bin/sh' > "$2/node_modules/$name/bin/node"
echo fetched >> "$(dirname "$0")/count"
`;

test('Brume’s own Node runs functions of its version', async (t) => {
  const { versions } = await start(t, undefined);
  assert.deepEqual(await versions().find(ownMajor), {
    path: process.execPath,
    version: process.versions.node,
  });
});

test('another version is fetched once, and found after a restart', async (t) => {
  const { versions, logged, folder } = await start(t, FETCH);
  const first = versions();
  const [found, same] = await Promise.all([first.find('22'), first.find('22')]);
  assert.ok('path' in found && 'path' in same && found.path === same.path);
  assert.equal(found.version, '22.1.0');
  assert.match(found.path, /runtimes\/node-22\/.*bin\/node$/);
  assert.match(logged[0] ?? '', /^Fetching Node\.js 22 \(node-\w+-\w+\) by npm, once …$/);
  const again = await versions().find('22');
  assert.ok('path' in again && again.path === found.path);
  const { readFile } = await import('node:fs/promises');
  assert.equal(await readFile(join(folder, 'count'), 'utf8'), 'fetched\n');
});

test('what npm says against it is the reason, and nothing is left', async (t) => {
  const { versions } = await start(t, 'echo "npm error code E404" >&2; exit 1');
  const found = await versions().find('99');
  assert.ok('problem' in found);
  assert.match(found.problem, /npm could not fetch node-\S+@99: npm error code E404/);
  const { problem } = (await (await start(t, undefined)).versions().find('99')) as {
    problem: string;
  };
  assert.match(problem, /npm, which would fetch it, is not installed/);
});
