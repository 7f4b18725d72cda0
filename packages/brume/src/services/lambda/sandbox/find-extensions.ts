/** Which extensions layers and images bring: programs in a folder `extensions`. */
import { readdir } from 'node:fs/promises';

/** A program that runs beside a function's runtime. */
export interface ExternalExtension {
  readonly name: string;
  /** As the sandbox sees it. */
  readonly path: string;
}

/** `folder` is their folder, which a function sees at `path`. */
export async function findExtensions(folder: string, path: string): Promise<ExternalExtension[]> {
  // Most have none.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => ({ name, path: `${path}/${name}` }));
}
