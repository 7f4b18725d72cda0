/**
 * Code that is a folder of this machine, for who is working on it: bucket `hot-reload`, and the folder's
 * absolute path as the key. The function runs what is in the folder; a change makes it start anew.
 *
 * A function can read its code, and can call Brume as everybody can on this machine: were any folder code,
 * no file would be out of its reach.
 */
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { FunctionCode } from '../../../model/generated/lambda.types.ts';
import { featureUnsupported, invalidParameter } from '../errors.ts';
import type { LambdaState } from '../state.ts';
import { checkPackage, type Package } from './package.ts';

/** The name that developers know from other local clouds. */
const BUCKET = 'hot-reload';

/** Which folders may be code. */
export interface LocalFolders {
  /** They are in this one, */
  readonly within: string;
  /** and this one, Brume's own, is not in them, nor are they in it. */
  readonly without: string | undefined;
}

/** The package of a request, checked; or the folder that stands for one. */
export async function takePackage(state: LambdaState, code: FunctionCode): Promise<Package> {
  if (code.S3Bucket !== BUCKET) return checkPackage(state, code);
  if (state.exposed) {
    throw featureUnsupported(
      'code in a folder, where others than this machine’s users can call it',
    );
  }
  const folder = code.S3Key ?? '';
  const found = isAbsolute(folder) ? await stat(folder).catch(() => undefined) : undefined;
  if (!found?.isDirectory()) {
    throw invalidParameter(`${folder} is not the absolute path of a folder that is there.`);
  }
  const place = await checkLocalPath(state.localFolders, folder);
  return { zip: Buffer.from(folder), unzippedBytes: 0, folder: place };
}

/** The real path of what is at `path` and may be code. */
export async function checkLocalPath(folders: LocalFolders, path: string): Promise<string> {
  const [within, place] = await Promise.all([realpath(folders.within), realpath(path)]);
  if (!isWithin(place, within)) {
    throw invalidParameter(
      `${path} is not in ${within}. Start Brume where your code is, or with --code-dir.`,
    );
  }
  const own = folders.without === undefined ? undefined : await realpath(folders.without);
  if (own !== undefined && (isWithin(place, own) || isWithin(own, place))) {
    throw invalidParameter(
      `${path} has Brume's own data in it (${own}). Move the code to a folder of its own.`,
    );
  }
  return place;
}

/** Of real paths: a link may lead anywhere. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
