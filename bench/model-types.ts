/**
 * How much longer does tsc take over 50 models than over the same models written as interfaces?
 *
 * Both programs define 50 items of 16 attributes, and get, put and update each of them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { median, report } from './measure.ts';
import { installModel } from './model/installed.ts';

const MODELS = 50;
const RUNS = 9;
const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = path.join(path.dirname(typescript), 'bin', 'tsc');
const { project, remove } = installModel();

const uses = (n: number, name: string): string => `
export const got${n} = ${name}.get({ id: '1' }).then((item) => item?.address.geo.lat.toFixed());
export const put${n} = ${name}.put({ id: '1', email: 'e', name: 'n', age: 1, active: true, role: 'admin',
  createdAt: new Date(), updatedAt: new Date(), score: 1, tags: ['a'], bio: 'b', country: 'c', visits: 1,
  address: { street: 's', city: 'c', zip: 'z', geo: { lat: 1, lon: 2 } },
  lines: [{ sku: 's', quantity: 1, price: 2 }] });
export const updated${n} = ${name}.update({ id: '1' }, { age: 2, verified: undefined });
`;
const asModel = (n: number): string => `
const users${n} = table({ name: 'users${n}', partitionKey: 'id' });
export const model${n} = model(entity({ name: 'user${n}', table: users${n}, attributes: {
  id: string(), email: string(), name: string(), age: number(), active: boolean(),
  role: enumeration('admin', 'user${n}'), createdAt: date(), updatedAt: date(), score: number(),
  tags: list(string()), bio: string(), country: string(), visits: number(), verified: boolean().optional(),
  address: map({ street: string(), city: string(), zip: string(), geo: map({ lat: number(), lon: number() }) }),
  lines: list(map({ sku: string(), quantity: number(), price: number() })),
} }), { client });
${uses(n, `model${n}`)}`;
const asInterface = (n: number): string => `
export interface User${n} {
  id: string; email: string; name: string; age: number; active: boolean; role: 'admin' | 'user${n}';
  createdAt: Date; updatedAt: Date; score: number; tags: string[]; bio: string; country: string;
  visits: number; verified?: boolean | undefined;
  address: { street: string; city: string; zip: string; geo: { lat: number; lon: number } };
  lines: { sku: string; quantity: number; price: number }[];
}
declare const repository${n}: Repository<User${n}, { id: string }>;
${uses(n, `repository${n}`)}`;

const programs = {
  models: `import { boolean, date, entity, enumeration, list, map, model, number, string, table } from '@brume/model';
declare const client: { send(command: unknown): Promise<unknown> };
${Array.from({ length: MODELS }, (_, n) => asModel(n)).join('')}`,
  interfaces: `interface Repository<Item, Key> {
  get(key: Key): Promise<Item | undefined>;
  put(item: Item): Promise<Item>;
  update(key: Key, changes: Partial<Omit<Item, keyof Key>>): Promise<Item>;
}
${Array.from({ length: MODELS }, (_, n) => asInterface(n)).join('')}`,
};

function tscMs(name: string): number {
  const file = path.join(project, name, 'program.ts');
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  const started = performance.now();
  execFileSync(
    process.execPath,
    [tsc, '--ignoreConfig', ...flags, '--skipLibCheck', '--types', '', file],
    { stdio: 'inherit' },
  );
  return performance.now() - started;
}

try {
  for (const [name, source] of Object.entries(programs)) {
    mkdirSync(path.join(project, name));
    writeFileSync(path.join(project, name, 'program.ts'), source);
  }
  const runs = Array.from({ length: RUNS }, () => [tscMs('models'), tscMs('interfaces')] as const);
  report({
    question: 'model-types',
    modelsMs: median(runs.map(([models]) => models)),
    interfacesMs: median(runs.map(([, interfaces]) => interfaces)),
    ratio: median(runs.map(([models, interfaces]) => models / interfaces)),
  });
} finally {
  remove();
}
