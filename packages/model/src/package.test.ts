/** The package as people install it: built, and loaded through its doors. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const home = path.join(import.meta.dirname, '..');
const guide = path.join(home, '../../docs/guide/model');
const project = mkdtempSync(path.join(tmpdir(), 'brume-model-'));
const installed = path.join(project, 'node_modules', '@brume', 'model');
after(() => rmSync(project, { recursive: true, force: true }));

mkdirSync(installed, { recursive: true });
cpSync(path.join(home, 'package.json'), path.join(installed, 'package.json'));
const built = [path.join(home, 'build.mjs'), path.join(installed, 'dist')];
execFileSync(process.execPath, built, { stdio: ['ignore', 'inherit', 'inherit'] });

const program = `
const { table, entity, model, string, ModelError } = CORE;
const { MemoryDynamoDB } = TESTING;
const users = table({ name: 'users', partitionKey: 'id' });
const User = entity({ name: 'user', table: users, attributes: { id: string() } });
const client = new MemoryDynamoDB([users]);
model(User, { client }).put({ id: 5 }).catch((error) =>
  console.log(error instanceof ModelError, error.message, LOADED));
`;

/** Names of loaded modules are known for CommonJS only, which is what the SDK is. */
const loaded = `Object.keys(require('module')._cache).some((name) => name.includes('@aws-sdk'))`;

function run(file: string, source: string): string {
  writeFileSync(path.join(project, file), source);
  return execFileSync(process.execPath, [path.join(project, file)], { encoding: 'utf8' }).trim();
}

test('CommonJS programs require it, and the SDK is not loaded', () => {
  const source = program
    .replace('CORE', `require('@brume/model')`)
    .replace('TESTING', `require('@brume/model/testing')`)
    .replace('LOADED', loaded);
  assert.equal(run('program.cjs', source), 'true id: expected a string, found number false');
});

test('ES modules import it by name, and share its classes with CommonJS', () => {
  const source = `import { createRequire } from 'node:module';
import * as core from '@brume/model';
import * as testing from '@brume/model/testing';
const require = createRequire(import.meta.url);
${program
  .replace('CORE', 'core')
  .replace('TESTING', 'testing')
  .replace('LOADED', `ModelError === require('@brume/model').ModelError`)}`;
  assert.equal(run('program.mjs', source), 'true id: expected a string, found number true');
});

test('TypeScript finds the types of every door, also where it does not read exports', () => {
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    exports: { [door: string]: { types: string | { require: string } } };
    typesVersions: { '*': { [door: string]: string[] } };
  };
  const { '.': _main, './package.json': _manifest, ...doors } = manifest.exports;
  const declared = Object.entries(doors).map(([door, { types }]) => {
    const file = typeof types === 'string' ? types : types.require;
    assert.ok(existsSync(path.join(installed, file)), file);
    return [door.slice(2), [file]];
  });
  // Projects with "moduleResolution": "node" look here, among them most that use Dynamoose.
  assert.deepEqual(manifest.typesVersions['*'], Object.fromEntries(declared));
});

test('TypeScript finds its types, for ES modules and CommonJS, and accepts the guide', () => {
  const source = `import { entity, model, string, table } from '@brume/model';
import { migrate } from '@brume/model/migrations';
import { aggregate } from '@brume/model/streams';
import { MemoryDynamoDB } from '@brume/model/testing';
const users = table({ name: 'users', partitionKey: 'id' });
const User = entity({ name: 'user', table: users, attributes: { id: string() } });
export const found = model(User, { client: new MemoryDynamoDB([users]) }).get({ id: '1' });
// @ts-expect-error -- the types are there: they refuse this
export const wrong = model(User, { client: new MemoryDynamoDB([users]) }).get({ name: '1' });
export const others = [migrate, aggregate];
`;
  const sources = new Map([
    ['types.mts', source],
    ['types.cts', source],
  ]);
  const pages = readdirSync(guide).map((file) => path.join(guide, file));
  for (const page of [...pages, path.join(home, 'README.md')]) {
    const text = readFileSync(page, 'utf8');
    const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
    const name = `${path.basename(page)}.mts`;
    if (blocks.length > 0) sources.set(name, `${blocks.join('\n')}export {};\n`);
  }
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = path.join(path.dirname(typescript), 'bin', 'tsc');
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  const files = [...sources].map(([name, text]) => {
    writeFileSync(path.join(project, name), text);
    return path.join(project, name);
  });
  execFileSync(process.execPath, [tsc, '--ignoreConfig', ...flags, '--types', '', ...files], {
    stdio: 'inherit',
  });
});
