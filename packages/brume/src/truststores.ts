/**
 * Where truststores are read from: files of this machine, for lack of S3. Who may name them is as with the
 * folders that functions run as they are: the users of this machine, below the folder where Brume was started.
 */
import { fileURLToPath } from 'node:url';
import type { Disk } from './environment/disk.ts';
import { AwsError } from './model/aws-error.ts';
import { badRequest } from './services/gateway/errors.ts';
import type { TruststoreSource } from './services/gateway/port.ts';
import { TRUSTSTORE_BYTES_MAX } from './services/gateway/truststore.ts';

export interface TruststoreOptions {
  readonly disk: Disk;
  /** Whether others than the users of this machine can reach this Brume. */
  readonly exposed: boolean;
  readonly localFolders: { readonly within: string; readonly without: string | undefined };
}

export function fileTruststores({ disk, exposed, localFolders }: TruststoreOptions) {
  return {
    async read(uri, version) {
      if (!uri.startsWith('file:')) {
        throw badRequest(
          `Brume has no S3 to read ${uri} from. Name a file below the folder where Brume was started: file:///path/to/truststore.pem`,
        );
      }
      if (version !== undefined) throw badRequest('A truststore that is a file has no versions');
      if (exposed) {
        throw badRequest(
          'A truststore cannot be a file where others than this machine’s users can reach Brume',
        );
      }
      const path = await checkedPath(uri, localFolders);
      const sizeBytes = await disk.sizeBytes(path);
      if (sizeBytes === undefined || sizeBytes > TRUSTSTORE_BYTES_MAX) {
        throw badRequest(`${uri} is not a file of at most ${TRUSTSTORE_BYTES_MAX} bytes`);
      }
      return disk.readFile(path).catch(() => {
        throw badRequest(`${uri} cannot be read`);
      });
    },
  } satisfies TruststoreSource;
}

async function checkedPath(
  uri: string,
  folders: TruststoreOptions['localFolders'],
): Promise<string> {
  const { checkLocalPath } = await import('./services/lambda/code/local-folder.ts');
  try {
    return await checkLocalPath(folders, fileURLToPath(uri));
  } catch (error) {
    // What is not there, a URL that is no path of this machine, and a path that nobody may name.
    throw badRequest(error instanceof AwsError ? error.message : `${uri} cannot be read`);
  }
}
