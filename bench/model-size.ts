/**
 * How many bytes does the modelling library bring into a program's bundle, without the SDK?
 *
 * `core` is everything that one model needs to be defined with attributes of every type, and to read,
 * write, update, query and explain; `small` the same with attributes of one type; `all` every name
 * that `@brume/model` exports. Bundled and minified by esbuild, as ES modules for Node, then gzipped
 * at level 9. esbuild is no dependency of this repository: npm fetches it for the measurement.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { installModel } from './model/installed.ts';

interface Bundler {
  buildSync(options: object): { outputFiles: { contents: Uint8Array }[] };
}

const ESBUILD = 'esbuild@0.28.2';
const types =
  'any, bigint, binary, boolean, constant, date, enumeration, list, map, number, record, set, union';
const programs = {
  small: `export { entity, model, string, table } from '@brume/model';`,
  core: `export { entity, model, string, table, ${types} } from '@brume/model';`,
  all: `export * from '@brume/model';`,
};

const { project, remove } = installModel();
const tools = mkdtempSync(path.join(tmpdir(), 'brume-bench-'));
try {
  const esbuild = bundler();
  if (esbuild)
    for (const [name, program] of Object.entries(programs)) measure(esbuild, name, program);
} finally {
  remove();
  rmSync(tools, { recursive: true, force: true });
}

function measure(esbuild: Bundler, program: string, contents: string): void {
  const { outputFiles } = esbuild.buildSync({
    stdin: { contents, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    external: ['@aws-sdk/*'],
    write: false,
  });
  const bundle = outputFiles[0]?.contents ?? new Uint8Array();
  const gzippedBytes = gzipSync(bundle, { level: 9 }).length;
  console.log(
    JSON.stringify({ question: 'model-size', program, bytes: bundle.length, gzippedBytes }),
  );
}

function bundler(): Bundler | undefined {
  const install = ['install', '--prefix', tools, '--no-audit', '--no-fund', ESBUILD];
  try {
    execFileSync('npm', install, { stdio: 'ignore' });
  } catch {
    // Without a network the other benchmarks shall still run.
    console.error(`npm cannot fetch ${ESBUILD}: not measured`);
    return undefined;
  }
  return createRequire(path.join(tools, 'any.js'))('esbuild') as Bundler;
}
