/**
 * Builds the package from one set of sources: ES modules for bundlers into `dist/esm`, CommonJS into
 * `dist/cjs`. Node loads the typed core from one file, `dist/cjs/core.cjs`, by either `import` or
 * `require`: opening some fifty small modules takes it four times as long, which counts in a Lambda
 * function's start. What only tools and tests need, and the drop-in, are in files of their own, and none
 * has comments. The folder can be named: `node build.mjs /tmp/model`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = import.meta.dirname;
const out = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
/** The package's doors within the typed core, by the file that holds what they need. */
const doors = {
  core: ['index', 'attribute-value', 'streams/index'],
  tools: ['migrations/index', 'testing/index'],
  'drop-in': ['dynamoose/index', 'dynamoose/declarations'],
};

const LOADER = [
  'const loaded = new Map();',
  'function load(id) {',
  '  let exports = loaded.get(id);',
  '  if (!exports) { loaded.set(id, (exports = {})); load.modules[id](exports); }',
  '  return exports;',
  '}',
].join('\n');
/** Whole lines only: what looks like a comment within text stays. */
const COMMENTS = /^\s*(?:\/\*\*[^]*?\*\/|\/\/.*)\n/gm;

rmSync(out, { recursive: true, force: true });
compile('esm', 'module', []);
compile('cjs', 'commonjs', [
  '--module',
  'commonjs',
  '--moduleResolution',
  'bundler',
  '--verbatimModuleSyntax',
  'false',
]);
joinCore(path.join(out, 'cjs'));

function compile(format, type, flags) {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
  const folder = path.join(out, format);
  mkdirSync(folder, { recursive: true });
  // Says to Node, and to bundlers, how to read the files beside it.
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type, sideEffects: false }));
  const project = path.join(root, 'tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', folder, ...flags], {
    stdio: 'inherit',
  });
}

/** Puts every module that the doors reach into their file, each in a function of its own. */
function joinCore(folder) {
  const joined = new Set();
  for (const [file, names] of Object.entries(doors)) {
    // The drop-in shares next to nothing with the core: it loads without it.
    const alone = file !== 'tools';
    const modules = modulesOf(folder, names, file === 'drop-in' ? new Set() : joined);
    const lines = alone
      ? [LOADER, 'load.modules = {', ...modules, '};']
      : ["const load = require('./core.cjs');", 'Object.assign(load.modules, {', ...modules, '});'];
    const text = ['"use strict";', ...lines, 'module.exports = load;', ''].join('\n');
    writeFileSync(path.join(folder, `${file}.cjs`), text);
  }
  for (const [file, names] of Object.entries(doors)) {
    for (const door of names) writeDoor(folder, file, door);
  }
}

/** The modules that these doors reach and that are not joined yet. */
function modulesOf(folder, names, joined) {
  const modules = new Map();
  const visit = (id) => {
    if (joined.has(id)) return;
    joined.add(id);
    const source = readFileSync(path.join(folder, id), 'utf8');
    const linked = source.replaceAll(/require\("(\.[^"]+)"\)/g, (_, relative) => {
      const target = path.posix.join(path.posix.dirname(id), relative);
      visit(target);
      return `load(${JSON.stringify(target)})`;
    });
    modules.set(id, linked.replace(/^"use strict";\n/, '').replaceAll(COMMENTS, ''));
  };
  for (const door of names) visit(`${door}.js`);
  return [...modules].map(([id, source]) => `${JSON.stringify(id)}(exports) {\n${source}},`);
}

function writeDoor(folder, file, door) {
  const load = createRequire(import.meta.url)(path.join(folder, `${file}.cjs`));
  const home = `${'../'.repeat(door.split('/').length - 1) || './'}${file}.cjs`;
  const call = `require('${home}')(${JSON.stringify(`${door}.js`)})`;
  const names = Object.keys(load(`${door}.js`));
  if (file === 'drop-in') {
    // One module for `import` and `require` alike, as Dynamoose is: Node finds these names in it.
    const exported = names.map((name) => `exports.${name} = all.${name};`);
    const marked = "Object.defineProperty(exports, '__esModule', { value: true });";
    const lines = ["'use strict';", marked, `const all = ${call};`, ...exported, ''];
    writeFileSync(path.join(folder, `${door}.js`), lines.join('\n'));
    return;
  }
  writeFileSync(path.join(folder, `${door}.cjs`), `module.exports = ${call};\n`);
  const imported = `import load from '${home}';\nexport const { ${names.join(', ')} } =`;
  writeFileSync(
    path.join(folder, `${door}.mjs`),
    `${imported} load(${JSON.stringify(`${door}.js`)});\n`,
  );
}
