/** Takes in the code of a request: checked, unpacked and durable before anything refers to it. */
import { createHash } from 'node:crypto';
import type { FunctionCode } from '../../../model/generated/lambda.types.ts';
import { featureUnsupported, invalidParameter, zipTooLarge } from '../errors.ts';
import type { CodeReference } from '../function-record.ts';
import type { ImageReference } from '../images/images.ts';
import { CODE_ZIPPED_BYTES_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';

/** A package that can be unpacked. */
export interface Package {
  readonly zip: Buffer;
  readonly unzippedBytes: number;
  /** Kept and shown; nothing is encrypted. */
  readonly sourceKmsKeyArn?: string;
  /** Where the code really is, if that is a folder of this machine; `zip` then is its path. */
  readonly folder?: string;
  /** The container image that is the code; `zip` then is its name. */
  readonly image?: ImageReference;
  /** To be called when a function names the image, or none will. */
  readonly release?: () => void;
}

/** The package of a request, checked. */
export async function checkPackage(state: LambdaState, code: FunctionCode): Promise<Package> {
  if (code.S3Bucket !== undefined) throw featureUnsupported('code from S3');
  // Not in the recordings; text as AWS's users quote it.
  if (code.ZipFile === undefined)
    throw invalidParameter('Please provide a source for function code.');
  const { buffer, byteOffset, byteLength } = code.ZipFile;
  if (byteLength > CODE_ZIPPED_BYTES_MAX) throw zipTooLarge();
  const zip = Buffer.from(buffer, byteOffset, byteLength);
  const key = code.SourceKMSKeyArn;
  return { zip, unzippedBytes: await state.code.check(zip), ...(key && { sourceKmsKeyArn: key }) };
}

/** Size and checksum as AWS tells them. An image counts against no quota, and has its digest. */
export function measured({
  zip,
  image,
}: Pick<Package, 'zip' | 'image'>): Pick<CodeReference, 'sizeBytes' | 'sha256'> {
  if (image) return { sizeBytes: 0, sha256: image.digest.slice('sha256:'.length) };
  return { sizeBytes: zip.length, sha256: createHash('sha256').update(zip).digest('base64') };
}

/** Stores a package and runs `commit` with its reference; nothing stays when that fails. */
export async function withStoredPackage<Result>(
  { blobs }: LambdaState,
  { zip, unzippedBytes, sourceKmsKeyArn, folder, image, release }: Package,
  commit: (code: CodeReference) => Promise<Result>,
): Promise<Result> {
  const { id, sizeBytes, sha256 } = await blobs.write(zip).catch((error: unknown) => {
    release?.();
    throw error;
  });
  try {
    const key = sourceKmsKeyArn === undefined ? {} : { sourceKmsKeyArn };
    const reference = { blobId: id, sizeBytes, sha256, unzippedBytes, ...key };
    if (image) return await commit({ ...reference, ...measured({ zip, image }), image });
    return await commit(folder === undefined ? reference : { ...reference, folder });
  } catch (error) {
    await blobs.delete(id);
    throw error;
  } finally {
    release?.();
  }
}
