/**
 * Writes the API reference from the sources: every name that the package's doors export,
 * with its comment and its declaration. `node reference.mjs <file>`; a test says whether it is current.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = import.meta.dirname;
const file = process.argv[2] ?? path.join(root, '../../docs/reference/model.md');
const doors = {
  '@brume/model': 'index',
  '@brume/model/streams': 'streams/index',
  '@brume/model/migrations': 'migrations/index',
  '@brume/model/testing': 'testing/index',
  '@brume/model/attribute-value': 'attribute-value',
};
const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
const folder = mkdtempSync(path.join(tmpdir(), 'brume-reference-'));
try {
  const project = path.join(root, 'tsconfig.build.json');
  const flags = ['--emitDeclarationOnly', '--outDir', folder];
  execFileSync(process.execPath, [tsc, '-p', project, ...flags], { stdio: 'inherit' });
  writeFileSync(file, page());
} finally {
  rmSync(folder, { recursive: true });
}

function page() {
  const parts = [
    '# API reference of `@brume/model`',
    'Made from the sources by `packages/model/reference.mjs`. The [guide](../guide/model/guide.md) explains.',
  ];
  for (const [door, id] of Object.entries(doors)) {
    parts.push(`## \`${door}\``);
    for (const { name, comment, declaration } of exportsOf(id)) {
      parts.push(`### \`${name}\``, comment, `\`\`\`typescript\n${declaration}\n\`\`\``);
    }
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The exported declarations of a file, and of those that it exports from, in alphabetical order. */
function exportsOf(id) {
  const source = readFileSync(path.join(folder, `${id}.d.ts`), 'utf8');
  const own = declarationsOf(source);
  const found = [...own.values()];
  for (const [, list, from] of source.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)) {
    const target = path.join(folder, path.dirname(id), from.replace(/\.ts$/, '.d.ts'));
    const declared = declarationsOf(readFileSync(target, 'utf8'));
    for (const name of list
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean)) {
      const declaration = declared.get(name);
      if (!declaration) throw new Error(`${from} does not declare ${name}`);
      found.push(declaration);
    }
  }
  return found.sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1));
}

/** Overloads of a function are one declaration. */
function declarationsOf(source) {
  const declarations = new Map();
  const starts =
    /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:declare )?(?:function|class|interface|type|const) (\w+)(?:[^\n]*;$|[\s\S]*?^\}(?:.*;)?$)/gm;
  for (const match of source.matchAll(starts)) {
    const [, comment = '', declaration] = /^(\/\*\*[\s\S]*?\*\/\n)?([\s\S]*)$/.exec(match[0]);
    // A comment at the very beginning speaks of the file.
    const opening = match.index === 0 ? '' : comment;
    const name = match[1];
    const known = declarations.get(name);
    const text = declaration
      .replaceAll(/^export (?:declare )?/gm, '')
      .replaceAll(/^ +private .*\n/gm, '');
    if (known) known.declaration += `\n${text}`;
    else declarations.set(name, { name, comment: proseOf(opening), declaration: text });
  }
  return declarations;
}

function proseOf(comment) {
  const lines = comment.replaceAll(/^\/\*\*|\*\/\s*$/g, '').split('\n');
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .trim();
}
