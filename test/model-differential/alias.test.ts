/** The packages as they are published: in the place of dynamoose, for CommonJS, ES modules and types. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const app = mkdtempSync(path.join(tmpdir(), 'brume-dynamoose-'));
const modules = path.join(app, 'node_modules');
after(() => rmSync(app, { recursive: true }));

function node(...words: string[]): string {
  return execFileSync(process.execPath, words, { cwd: app, encoding: 'utf8' });
}

function install(packageName: string, folder: string, dist = 'dist'): void {
  const target = path.join(modules, packageName);
  mkdirSync(target, { recursive: true });
  copyFileSync(path.join(folder, 'package.json'), path.join(target, 'package.json'));
  node(path.join(folder, 'build.mjs'), path.join(target, dist));
}

install('@brume/model', path.join(root, 'packages/model'));
install('dynamoose', path.join(root, 'packages/dynamoose'));

test('a CommonJS program requires it and its deep paths', () => {
  const program = `
    const dynamoose = require('dynamoose');
    const { Item } = require('dynamoose/dist/Item');
    const { SortOrder } = require('dynamoose/dist/General');
    const { Model } = require('dynamoose/dist/Model');
    dynamoose.aws.ddb.set({ getItem: async () => ({ Item: { id: { S: 'i' } } }) });
    const User = dynamoose.model('User', { id: String }, { create: false, waitForActive: false });
    User.get('i').then((user) => console.log(JSON.stringify([
      user, user instanceof Item, User.Model instanceof Model, SortOrder.ascending,
      dynamoose.default.model === dynamoose.model, Object.keys(dynamoose).sort().join(),
    ])));`;
  assert.deepEqual(JSON.parse(node('--eval', program)), [
    { id: 'i' },
    true,
    true,
    'ascending',
    true,
    'Condition,Instance,Schema,Table,aws,default,logger,model,transaction,type',
  ]);
});

test('an ES module imports the same models that a CommonJS one made', () => {
  const program = `
    import { createRequire } from 'node:module';
    import dynamoose, { model } from 'dynamoose';
    const required = createRequire(import.meta.url)('dynamoose');
    const User = required.model('User', { id: String });
    console.log(model('User') === User, dynamoose.model === model);`;
  assert.equal(node('--input-type=module', '--eval', program), 'true true\n');
});

/** The SDK, and what programs are compiled with, as they are installed here. */
for (const name of ['@aws-sdk', '@smithy', '@types', 'undici-types']) {
  symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
}

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const project = path.join(import.meta.dirname, 'project');
const flags =
  '--ignoreConfig --strict --skipLibCheck --target es2022 --types node --esModuleInterop';

function compile(folder: string, ...words: string[]): void {
  execFileSync(process.execPath, [tsc, ...flags.split(' '), ...words], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

test('TypeScript finds the types of every path, however it looks for modules', () => {
  const names = ['typed', 'definitions'];
  for (const name of names) {
    copyFileSync(path.join(project, `${name}.ts.txt`), path.join(app, `${name}.ts`));
  }
  writeFileSync(path.join(app, 'package.json'), '{"type":"commonjs"}');
  for (const mode of ['--module commonjs --moduleResolution bundler', '--module nodenext']) {
    compile(app, '--noEmit', ...mode.split(' '), ...names.map((name) => `${name}.ts`));
  }
});

/** What the project tells of itself, compiled and run in a folder that has these modules. */
function outputOf(folder: string): unknown {
  const names = ['models', 'client', 'main'];
  for (const name of names) {
    copyFileSync(path.join(project, `${name}.ts.txt`), path.join(folder, `${name}.ts`));
  }
  writeFileSync(path.join(folder, 'package.json'), '{"type":"commonjs"}');
  compile(folder, '--module', 'node20', '--outDir', 'out', ...names.map((name) => `${name}.ts`));
  const text = execFileSync(process.execPath, ['out/main.js'], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(text);
}

test('a CommonJS project in TypeScript compiles and does the same with either package', () => {
  const theirs = path.join(app, 'theirs');
  mkdirSync(path.join(theirs, 'node_modules'), { recursive: true });
  const dynamoose = path.join(root, 'node_modules/dynamoose');
  symlinkSync(dynamoose, path.join(theirs, 'node_modules/dynamoose'));
  const expected = outputOf(theirs) as { requests: unknown[] };
  assert.ok(expected.requests.length > 10);
  assert.deepEqual(outputOf(app), expected);
});
