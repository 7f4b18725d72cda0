/**
 * The house's rules as a test: who may import whom, where the outside world is touched, how files are
 * named. What a linter can say (lengths, promises, cycles) is in .oxlintrc.json instead.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.dirname(import.meta.dirname);
const CLOUD = 'packages/brume/src/';

/** What each room of the cloud may import, beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  environment: [],
  model: [],
  http: ['environment'],
  telemetry: ['environment'],
  console: ['environment', 'http'],
  storage: ['environment'],
  auth: ['http', 'environment', 'model'],
  protocol: ['model', 'http'],
  policies: [],
  services: ['storage', 'model', 'environment', 'telemetry', 'policies'],
  dispatch: ['auth', 'protocol', 'services', 'telemetry', 'http', 'environment', 'model'],
};

/** Data planes are HTTP by nature, and credentials are what STS deals in. */
const ALSO_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'services/data-plane.ts': ['http'],
  'services/execute-api': ['http'],
  'services/lambda/code/downloads.ts': ['http'],
  'services/lambda/function-url': ['http'],
  'services/portal-site': ['http'],
  'services/sts': ['auth'],
};

/** The parts of services that everybody who knows services may see. */
const SHARED_SERVICE_FILES = ['services/service.ts', 'services/data-plane.ts'];

/** Time, chance, timers, files and processes come from the environment, by argument. */
const OUTSIDE_WORLD =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.env\b|from 'node:(?:fs|fs\/promises|child_process|timers|timers\/promises)'|\b(?:randomUUID|randomBytes)\(/;
/** Where the outside world is let in, and why. */
const TOUCHES_OUTSIDE: Readonly<Record<string, string>> = {
  'environment/': 'this is the seam',
  'cli/': 'the command line is the outside world',
  'http/': 'sockets and their timeouts are the outside world',
  'services/lambda/code/': 'packages become folders that processes run in',
  'services/lambda/images/': 'images become root file systems that processes run in',
  'services/lambda/runtimes/': 'interpreters are programs of this machine',
  'services/lambda/sandbox/': 'execution environments are processes of this machine',
};

/** Names of files and folders that say nothing; as a part of a name they may (`base-path-mappings`). */
const FORBIDDEN_NAMES = /(?:^|[/-])(?:utils?|helpers?|common|misc|manager|base)(?:[./]|$)/;

const files = trackedFiles();
const cloudFiles = files
  .filter((file) => file.startsWith(CLOUD) && file.endsWith('.ts'))
  .filter((file) => !/(?:\.test|[.-]fixture|\/contract)\.ts$/.test(file))
  .map((file) => file.slice(CLOUD.length));

test('rooms import only what the house allows', () => {
  const wrong = cloudFiles.flatMap((file) =>
    importsOf(CLOUD + file)
      .filter((imported) => !mayImport(file, imported))
      .map((imported) => `${file} imports ${imported}`),
  );
  assert.deepEqual(wrong, []);
});

test('only the environment touches time, chance, timers, files and processes', () => {
  const wrong = cloudFiles.flatMap((file) => {
    if (Object.keys(TOUCHES_OUTSIDE).some((place) => file.startsWith(place))) return [];
    return linesOf(CLOUD + file)
      .map((line, at) => ({ line, at: at + 1 }))
      .filter(({ line }) => OUTSIDE_WORLD.test(line) && !/^\s*(?:\*|\/\/)/.test(line))
      .map(({ line, at }) => `${file}:${at}: ${line.trim()}`);
  });
  assert.deepEqual(wrong, []);
});

test('the modelling library imports nothing of the cloud', () => {
  const wrong = files
    .filter((file) => file.startsWith('packages/model/src/') && file.endsWith('.ts'))
    .flatMap((file) => linesOf(file).map((line) => ({ file, line })))
    .filter(({ line }) => /from '(?:brume|.*packages\/brume|\.\.\/.*brume\/src)/.test(line));
  assert.deepEqual(wrong, []);
});

test('files are named in kebab case, and by what they are', () => {
  const wrong = files
    .filter((file) => /\.(?:ts|[cm]js|py)$/.test(file))
    .filter((file) => FORBIDDEN_NAMES.test(file) || !/^[a-z0-9./_-]+$/.test(file));
  assert.deepEqual(wrong, []);
});

test('nothing is left open in the code', () => {
  const mark = /\b(?:TODO|FIXME|XXX|HACK)\b/;
  const wrong = files
    .filter((file) => /\.(?:ts|[cm]?js|py)$/.test(file) && file !== 'test/tidy.test.ts')
    .flatMap((file) =>
      linesOf(file).flatMap((line, at) => (mark.test(line) ? [`${file}:${at + 1}`] : [])),
    );
  assert.deepEqual(wrong, []);
});

test('links between the documents lead somewhere', () => {
  const wrong = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [
        ...readFileSync(path.join(root, file), 'utf8').matchAll(
          /\]\((?!https?:|#|mailto:)([^)#\s]+)/g,
        ),
      ]
        .map(([, target]) => target as string)
        .filter((target) => !existsSync(path.join(root, path.dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
  assert.deepEqual(wrong, []);
});

function mayImport(file: string, imported: string): boolean {
  const room = file.split('/', 1)[0] as string;
  const from = imported.split('/', 1)[0] as string;
  // Files of the root compose; the command line drives them.
  if (!file.includes('/') || room === 'cli') return true;
  const exception = Object.entries(ALSO_MAY_IMPORT).find(([place]) => file.startsWith(place));
  if (exception?.[1].includes(from)) return true;
  if (room === 'services' && from === 'services') return mayImportService(file, imported);
  if (room === from) return true;
  if (from === 'services') return room === 'dispatch' && SHARED_SERVICE_FILES.includes(imported);
  return MAY_IMPORT[room]?.includes(from) ?? false;
}

/**
 * A service sees itself, what all services share, and the ports of the others; the two versions of API
 * Gateway have a room of what they share.
 */
function mayImportService(file: string, imported: string): boolean {
  if (SHARED_SERVICE_FILES.includes(imported)) return true;
  const [, own = ''] = file.split('/');
  const [, other, name] = imported.split('/');
  if (other === 'gateway' && own.startsWith('apigateway')) return true;
  return own === other || name === 'port.ts';
}

/** Relative imports of a file, as paths within the cloud's sources. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier]) =>
    path.posix.relative(CLOUD, path.posix.join(path.posix.dirname(file), specifier as string)),
  );
}

function linesOf(file: string): string[] {
  return readFileSync(path.join(root, file), 'utf8').split('\n');
}

function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '' && existsSync(path.join(root, file)));
}
