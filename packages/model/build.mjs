/**
 * Builds the package from one set of sources: ES modules for bundlers into `dist/esm`, CommonJS into
 * `dist/cjs`. Node loads the typed core from one file, `dist/cjs/core.cjs`, by either `import` or
 * `require`: opening some fifty small modules takes it four times as long, which counts in a Lambda
 * function's start. The folder can be named: `node build.mjs /tmp/model`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = import.meta.dirname;
const out = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
/** The package's doors within the typed core. */
const doors = ['index', 'attribute-value', 'migrations/index', 'streams/index', 'testing/index'];

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

/** Puts every module that the doors reach into one file, each in a function of its own. */
function joinCore(folder) {
  const modules = new Map();
  const visit = (id) => {
    if (modules.has(id)) return;
    modules.set(id, '');
    const source = readFileSync(path.join(folder, id), 'utf8');
    const joined = source.replaceAll(/require\("(\.[^"]+)"\)/g, (_, relative) => {
      const target = path.posix.join(path.posix.dirname(id), relative);
      visit(target);
      return `load(${JSON.stringify(target)})`;
    });
    modules.set(id, joined.replace(/^"use strict";\n/, ''));
  };
  for (const door of doors) visit(`${door}.js`);

  const parts = [...modules].map(
    ([id, source]) => `${JSON.stringify(id)}(exports) {\n${source}},\n`,
  );
  const loader = [
    '"use strict";',
    'const loaded = new Map();',
    'function load(id) {',
    '  let exports = loaded.get(id);',
    '  if (!exports) { loaded.set(id, (exports = {})); modules[id](exports); }',
    '  return exports;',
    '}',
    'module.exports = load;',
    'const modules = {\n',
  ].join('\n');
  writeFileSync(path.join(folder, 'core.cjs'), `${loader}${parts.join('')}};\n`);

  const load = createRequire(import.meta.url)(path.join(folder, 'core.cjs'));
  for (const door of doors) {
    const core = `${'../'.repeat(door.split('/').length - 1) || './'}core.cjs`;
    const call = `load(${JSON.stringify(`${door}.js`)})`;
    const names = Object.keys(load(`${door}.js`)).join(', ');
    writeFileSync(
      path.join(folder, `${door}.cjs`),
      `module.exports = require('${core}')${call.slice(4)};\n`,
    );
    writeFileSync(
      path.join(folder, `${door}.mjs`),
      `import load from '${core}';\nexport const { ${names} } = ${call};\n`,
    );
  }
}
