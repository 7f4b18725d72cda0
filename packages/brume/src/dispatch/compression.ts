/** Undoes the compression of a request's body, within the service's limit. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BodyTooLargeError } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';

const gunzipAsync = promisify(gunzip);

export async function gunzipWithin(bytesMax: number, body: Buffer): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLargeError();
    throw new AwsError({
      code: 'SerializationException',
      namespace: 'com.amazon.coral.service',
      message: 'The request body is not valid gzip.',
    });
  }
}
