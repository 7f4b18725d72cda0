/** Which extensions layers bring: programs in their folder `extensions`. */
import { readdir } from 'node:fs/promises';

/** A program that runs beside a function's runtime. */
export interface ExternalExtension {
  readonly name: string;
  /** As the sandbox sees it. */
  readonly path: string;
}

/** `folder` has the merged layers, which a function sees at `root`. */
export async function findExtensions(folder: string, root: string): Promise<ExternalExtension[]> {
  // Most layers have none.
  const entries = await readdir(`${folder}/extensions`, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => ({ name, path: `${root}/extensions/${name}` }));
}
