/** Runs the guide for a first app as somebody who types it would, and looks for what it promises. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { BIN, canRun, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const GUIDE = path.join(import.meta.dirname, '../../docs/guide/first-app.md');

test('every step of the guide for a first app does what the guide says', async (t) => {
  for (const tool of ['aws', 'curl']) {
    if (!(await canRun(tool, '--version'))) return t.skip(`${tool} is not here`);
  }
  const guide = await readFile(GUIDE, 'utf8');
  const steps = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, step = '']) => step);
  const promised = steps.flatMap((step) => step.match(/^# .*$/gm) ?? []);
  assert.ok(promised.length > 4, 'the guide has steps that promise something');
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
});
