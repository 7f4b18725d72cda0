/** The image of a request, in the place of a package. */
import type { Architecture, FunctionCode } from '../../../model/generated/lambda.types.ts';
import type { Package } from '../code/package.ts';
import { invalidParameter } from '../errors.ts';
import type { LambdaState } from '../state.ts';

export async function takeImage(
  { images }: LambdaState,
  { ImageUri }: FunctionCode,
  [architecture = 'x86_64']: readonly Architecture[],
): Promise<Package> {
  // As for a package: text as AWS's users quote it (boto/boto3 issue 2705, 2020-12-22).
  if (ImageUri === undefined) throw invalidParameter('Please provide a source for function code.');
  const { image, release } = await images.take(ImageUri, architecture);
  return { zip: Buffer.from(image.resolvedUri), unzippedBytes: 0, image, release };
}
