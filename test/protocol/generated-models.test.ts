import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { lambda } from '../../packages/brume/src/model/generated/lambda.ts';
import { compilePattern } from '../../packages/brume/src/protocol/constraint-checks.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const GENERATED = path.join(ROOT, 'packages/brume/src/model/generated');

test('the generated models are what the generator makes of the models and patches', (t) => {
  const models = path.join(ROOT, '../shared/models');
  if (!existsSync(models)) return t.skip('../shared/models is not here');
  const fresh = mkdtempSync(path.join(tmpdir(), 'brume-models-'));
  t.after(() => rmSync(fresh, { recursive: true }));
  execFileSync(process.execPath, [path.join(ROOT, 'tools/generate-models.ts'), models, fresh]);
  assert.deepEqual(readdirSync(fresh), readdirSync(GENERATED));
  for (const file of readdirSync(fresh)) {
    const [made, kept] = [fresh, GENERATED].map((at) => readFileSync(path.join(at, file), 'utf8'));
    assert(made === kept, `${file} is not up to date: npm run generate`);
  }
  return undefined;
});

test('every pattern of the models is one for JavaScript too', async () => {
  let patterns = 0;
  for (const file of readdirSync(GENERATED).filter((name) => !name.includes('.types.'))) {
    const module = (await import(path.join(GENERATED, file))) as Record<string, typeof lambda>;
    for (const model of Object.values(module)) {
      for (const { pattern } of Object.values(model.shapes)) {
        if (pattern === undefined) continue;
        compilePattern(pattern);
        patterns += 1;
      }
    }
  }
  assert(patterns > 150, `${patterns} patterns`);
});
