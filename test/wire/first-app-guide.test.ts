/** Runs guides as somebody who types them would, and looks for what they promise. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { BIN, canRun, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const GUIDES = path.join(import.meta.dirname, '../../docs/guide');

test('every step of the guide for a first app does what the guide says', (t) =>
  follow(t, 'first-app.md', 5));

test('every step of the guide for API portals does what the guide says', (t) =>
  follow(t, 'api-portal.md', 3));

async function follow(t: TestContext, name: string, promises: number): Promise<void> {
  for (const tool of ['aws', 'curl']) {
    if (!(await canRun(tool, '--version'))) return t.skip(`${tool} is not here`);
  }
  const guide = await readFile(path.join(GUIDES, name), 'utf8');
  const steps = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, step = '']) => step);
  const promised = steps.flatMap((step) => step.match(/^# .*$/gm) ?? []);
  assert.ok(promised.length >= promises, 'the guide has steps that promise something');
  const folder = await temporaryFolder(t);
  const { variables } = await startBrume(t, folder, { words: ['--isolation', 'process'] });
  const brume = `brume() { '${process.execPath}' '${BIN}' "$@"; }`;
  const script = ['set -euo pipefail', `cd '${folder}'`, brume, ...steps].join('\n');
  const { code, stdout, stderr } = await runToEnd('bash', ['-c', script], { env: variables });
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  let at = 0;
  for (const promise of promised) {
    const found = stdout.indexOf(promise.slice(2), at);
    assert.notEqual(found, -1, `"${promise}" did not come in:\n${stdout}`);
    at = found;
  }
}
