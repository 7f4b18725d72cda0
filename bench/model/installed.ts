/** The modelling library as people install it: built into a project folder that is gone afterwards. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const home = path.join(import.meta.dirname, '..', '..', 'packages', 'model');

export function installModel(): { readonly project: string; readonly remove: () => void } {
  const project = mkdtempSync(path.join(tmpdir(), 'brume-bench-'));
  const installed = path.join(project, 'node_modules', '@brume', 'model');
  mkdirSync(installed, { recursive: true });
  cpSync(path.join(home, 'package.json'), path.join(installed, 'package.json'));
  execFileSync(process.execPath, [path.join(home, 'build.mjs'), path.join(installed, 'dist')]);
  return { project, remove: () => rmSync(project, { recursive: true, force: true }) };
}
