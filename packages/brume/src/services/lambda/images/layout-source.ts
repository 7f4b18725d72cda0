/**
 * Images in an OCI layout on this machine: a folder, or a tar file of one, which is unpacked for as long
 * as it is read. `docker save`, `skopeo copy oci:` and `buildah push oci:` make them.
 */
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenImage, imageNotFound } from './errors.ts';
import { readAll, type ImageSource } from './image-source.ts';
import { IMAGE_UNPACKED_BYTES_MAX, MANIFEST_BYTES_MAX } from './limits.ts';
import {
  checkDigest,
  INDEX,
  MANIFEST,
  readIndex,
  type Descriptor,
  type Document,
} from './manifest.ts';
import { NewFile } from './new-file.ts';
import { eachEntry } from './tar-entries.ts';

/** Runs `use` with the layout at `path`. `scratch` is a folder that is not there yet. */
export async function withLayout<Result>(
  path: string,
  tag: string | undefined,
  scratch: string,
  use: (source: ImageSource) => Promise<Result>,
): Promise<Result> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return use(new LayoutSource(path, tag));
  if (!found?.isFile()) throw imageNotFound(path);
  try {
    await unpackLayout(path, scratch);
    return await use(new LayoutSource(scratch, tag));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

class LayoutSource implements ImageSource {
  readonly #folder: string;
  readonly #tag: string | undefined;

  constructor(folder: string, tag: string | undefined) {
    this.#folder = folder;
    this.#tag = tag;
  }

  async top(): Promise<Document> {
    const file = createReadStream(join(this.#folder, 'index.json'));
    const bytes = await readAll(file, MANIFEST_BYTES_MAX).catch(() => {
      throw brokenImage('there is no OCI layout (index.json)');
    });
    const index = { mediaType: INDEX, bytes };
    const images = readIndex(index) ?? [];
    const chosen = images.filter((image) => this.#tag === undefined || isNamed(image, this.#tag));
    const [only, ...others] = chosen;
    if (only === undefined) throw imageNotFound(this.#tag ?? this.#folder);
    if (others.length === 0) {
      const { bytes } = await this.document(only.digest);
      return { mediaType: only.mediaType, bytes };
    }
    // Several of one name are one image for several architectures.
    if (this.#tag === undefined && new Set(chosen.map(({ names }) => names.join())).size > 1) {
      throw brokenImage('the layout has several: say which, oci:/path:tag');
    }
    return index;
  }

  async document(digest: string): Promise<Document> {
    const bytes = await readAll(createReadStream(await this.#path(digest)), MANIFEST_BYTES_MAX);
    return checkDigest({ mediaType: MANIFEST, bytes }, digest);
  }

  async blob(digest: string): Promise<AsyncIterable<Uint8Array>> {
    return createReadStream(await this.#path(digest));
  }

  async #path(digest: string): Promise<string> {
    // Digests are known to be hexadecimal digits after the algorithm.
    const path = join(this.#folder, 'blobs', ...digest.split(':'));
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw brokenImage(`the layout does not have ${digest}`);
    return path;
  }
}

/** `docker save` has the tag in one annotation and the whole name in another. */
function isNamed({ names }: Descriptor, tag: string): boolean {
  return names.some((name) => name === tag || name.endsWith(`:${tag}`));
}

const PARTS = /^(?:\.\/)?(index\.json|blobs\/sha256\/[0-9a-f]{64})$/;

async function unpackLayout(path: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  let sizeBytes = 0;
  await eachEntry(createReadStream(path), ({ type, path: entryPath, size }) => {
    const name = type === 'File' ? PARTS.exec(entryPath)?.[1] : undefined;
    if (name === undefined) return undefined;
    sizeBytes += size;
    if (sizeBytes > IMAGE_UNPACKED_BYTES_MAX) throw brokenImage('it is too large');
    return new NewFile(join(folder, name), 0o600);
  });
}
