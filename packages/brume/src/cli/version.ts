/** `brume version` */
import { readFile } from 'node:fs/promises';
import { print } from './output.ts';

export async function version(): Promise<number> {
  print(`brume ${await readVersion()} (Node ${process.versions.node})\n`);
  return 0;
}

export async function readVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
