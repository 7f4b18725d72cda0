/**
 * Builds the package for publishing: the sources compiled into `dist`, with the files that are run or
 * served as they are beside them. The folder can be named: `node build.mjs DIR`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = import.meta.dirname;
const out = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
/** Folders of files that are run or served as they are. */
const AS_THEY_ARE = [
  'console/page',
  'services/lambda/runtimes/node',
  'services/lambda/runtimes/python',
  'services/lambda/runtimes/ruby',
  'services/portal-site/page',
];

rmSync(out, { recursive: true, force: true });
const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
const project = path.join(root, 'tsconfig.build.json');
execFileSync(process.execPath, [tsc, '-p', project, '--outDir', out], { stdio: 'inherit' });
for (const folder of AS_THEY_ARE) {
  cpSync(path.join(root, 'src', folder), path.join(out, folder), { recursive: true });
}
