/**
 * The one entry behind `npm start`, `npm test` and the other scripts. It needs nothing but the
 * Node that runs npm (18 or later): it installs the locked packages when they are missing or stale,
 * finds a Node that Brume runs on, and hands over to it.
 *
 * Plain JavaScript because it must run before that newer Node is there.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stampFile = path.join(root, 'node_modules', '.brume-lock-sha256');

/** What each script runs, given the path of a Node ≥ 24 and the words after the script's name. */
const scripts = {
  start: (words) => [
    [
      node(),
      'packages/brume/bin/brume.js',
      'start',
      '--init',
      'examples/notes/deploy.ts',
      ...words,
    ],
  ],
  test: (words) => [
    [node(), '--test', '--test-timeout=600000', ...(words.length ? words : testFiles)],
  ],
  'test:long': (words) => [
    [node(), '--test', '--test-timeout=7200000', ...(words.length ? words : testFiles)],
  ],
  check: () => [
    [node(), bin('typescript', 'tsc')],
    [node(), bin('oxlint', 'oxlint'), '--type-aware', '--deny-warnings'],
    [node(), bin('oxfmt', 'oxfmt'), '--check'],
    [node(), bin('knip', 'knip')],
  ],
  bench: (words) => [[node(), 'bench/run.ts', ...words]],
  generate: (words) => [
    [node(), 'tools/generate-models.ts', ...words],
    [node(), 'tools/generate-compatibility.ts'],
  ],
};

const testFiles = ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'];

/** Path of the script behind a package's command: the shim in .bin starts the wrong Node. */
function bin(packageName, command) {
  const manifest = path.join(root, 'node_modules', packageName, 'package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin[command]);
}

function node() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return process.execPath;
  const { platform, arch } = process;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  try {
    const manifest = createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`);
    const binary = path.join(
      path.dirname(manifest),
      'bin',
      platform === 'win32' ? 'node.exe' : 'node',
    );
    if (existsSync(binary)) return binary;
  } catch {
    // No Node for this platform on npm: the sentence below says what to do.
  }
  fail(
    `Brume needs Node ${NODE_MAJOR_MIN} or later. This is Node ${process.versions.node}, and npm has ` +
      `no Node ${NODE_MAJOR_MIN} for ${platform}-${arch}. Install one and run the command again.`,
  );
}

function installIfStale() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return;
  process.stderr.write('Installing locked packages (once) …\n');
  const npm = process.env.npm_execpath;
  // Not `ci`: it refuses a lock that lacks binaries which a registry does not have for some platform.
  // `install` takes the locked versions too, and `--no-save` leaves the lock as it is.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    if (npm) execFileSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
    else
      execFileSync('npm', args, {
        cwd: root,
        stdio: ['ignore', 2, 2],
        shell: process.platform === 'win32',
      });
  } catch {
    fail('npm could not install the locked packages; its own words are above.');
  }
  writeFileSync(stampFile, digest);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Runs one command with our streams, passing signals on, and resolves with its exit code. */
function run([command, ...args], environment) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment });
    const forward = (signal) => child.kill(signal);
    // The terminal sends Ctrl-C to the whole group; SIGTERM from a supervisor reaches only us.
    process.on('SIGTERM', forward);
    process.on('SIGINT', () => {});
    child.on('error', (error) => fail(`${command}: ${error.message}`));
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

const [name, ...words] = process.argv.slice(2);
const script = scripts[name];
if (!script) fail(`Usage: node tools/run.mjs ${Object.keys(scripts).join('|')} [words …]`);
installIfStale();
const environment = {
  ...process.env,
  PATH: `${path.dirname(node())}${path.delimiter}${process.env.PATH}`,
  ...(name === 'test:long' && { BRUME_TEST_LONG: '1' }),
};
for (const command of script(words)) {
  const code = await run(command, environment);
  if (code !== 0) process.exit(code);
}
