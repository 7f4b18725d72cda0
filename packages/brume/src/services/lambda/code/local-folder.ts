/**
 * Code that is a folder of this machine, for who is working on it: bucket `hot-reload`, and the folder's
 * absolute path as the key. The function runs what is in the folder; a change makes it start anew.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { FunctionCode } from '../../../model/generated/lambda.types.ts';
import { featureUnsupported, invalidParameter } from '../errors.ts';
import type { LambdaState } from '../state.ts';
import { checkPackage, type Package } from './package.ts';

/** The name that developers know from other local clouds. */
const BUCKET = 'hot-reload';

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
  return { zip: Buffer.from(folder), unzippedBytes: 0, folder: resolve(folder) };
}
