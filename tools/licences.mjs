/** Puts the repository's licence beside the package that is about to be packed: npm takes it from there. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
for (const name of ['LICENSE', 'NOTICE']) copyFileSync(path.join(root, name), name);
