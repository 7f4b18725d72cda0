/** Runs the examples of the guide: all TypeScript of a page is one program. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const source = import.meta.dirname;
const guide = path.join(source, '../../../docs/guide/model');
const doors: Record<string, string> = {
  '@brume/model': 'index.ts',
  '@brume/model/migrations': 'migrations/index.ts',
  '@brume/model/streams': 'streams/index.ts',
  '@brume/model/testing': 'testing/index.ts',
};

/** `expression; // → value` becomes an assertion, and each import one of our sources. */
function programOf(page: string): { program: string; assertions: number } {
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block as string);
  let assertions = 0;
  const lines = blocks
    .join('\n')
    .split('\n')
    .map((line) => {
      const shown = /^(.+); \/\/ → (.+)$/.exec(line);
      if (!shown) return line;
      assertions++;
      return `assert.deepEqual(${shown[1]}, ${shown[2]}, ${JSON.stringify(line)});`;
    });
  assert.equal(blocks.join('').split('// →').length - 1, assertions, 'every value is on one line');
  const program = lines.join('\n').replaceAll(/from '(@brume\/model[^']*)'/g, (_, door: string) => {
    assert.ok(doors[door], `${door} is no door of the package`);
    return `from ${JSON.stringify(pathToFileURL(path.join(source, doors[door])).href)}`;
  });
  return { program: `import assert from 'node:assert/strict';\n${program}`, assertions };
}

const pages = readdirSync(guide).map((file) => path.join(guide, file));
for (const name of [...pages, path.join(source, '../README.md')]) {
  const page = readFileSync(name, 'utf8');
  if (!page.includes('```ts\n')) continue;
  test(`the examples of ${path.basename(name)} do what they say`, async () => {
    const { program, assertions } = programOf(page);
    assert.ok(assertions > 0, 'a page shows what its examples give');
    // Beside the sources, since Node strips types from no file within node_modules.
    const folder = mkdtempSync(path.join(source, '.guide-'));
    try {
      const file = path.join(folder, 'program.ts');
      writeFileSync(file, program);
      await import(pathToFileURL(file).href);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('the API reference is what the sources say', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'brume-reference-'));
  try {
    const file = path.join(folder, 'reference.md');
    execFileSync(process.execPath, [path.join(source, '../reference.mjs'), file]);
    const current = readFileSync(path.join(guide, '../../reference/model.md'), 'utf8');
    const remedy = 'run: node packages/model/reference.mjs';
    assert.ok(
      current === readFileSync(file, 'utf8'),
      `docs/reference/model.md is stale; ${remedy}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
