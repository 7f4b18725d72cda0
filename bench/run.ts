/**
 * Runs the benchmarks one after the other: all, or those whose names are given.
 *
 *     npm run bench
 *     npm run bench -- pipeline start-up
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Files of this folder that are no benchmarks themselves. */
const PARTS = new Set([
  'run',
  'measure',
  'http-load',
  'servers',
  'lambda-functions',
  'echo-function',
  'dynamodb-requests',
]);

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'))
  .filter((name) => !PARTS.has(name));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exit(1);
}
for (const name of wanted.length ? wanted : names) {
  console.error(`— ${name}`);
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, `${name}.ts`)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
