/** Images in an OCI layout on this machine, as `skopeo copy oci:` and `buildah push oci:` make them. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenImage, imageNotFound, severalImages } from './errors.ts';
import { readAll, type ImageSource } from './image-source.ts';
import { MANIFEST_BYTES_MAX } from './limits.ts';
import { checkDigest, INDEX, MANIFEST, readIndex, type Document } from './manifest.ts';

export class LayoutSource implements ImageSource {
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
    const chosen = images.filter(({ names }) => isNamed(names, this.#tag));
    const [only, ...others] = chosen;
    if (only === undefined) throw imageNotFound(this.#tag ?? this.#folder);
    if (others.length === 0) {
      const { bytes } = await this.document(only.digest);
      return { mediaType: only.mediaType, bytes };
    }
    // Several of one name are one image for several architectures.
    if (this.#tag === undefined && new Set(chosen.map(({ names }) => names.join())).size > 1) {
      throw severalImages();
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
export function isNamed(names: readonly string[], tag: string | undefined): boolean {
  return tag === undefined || names.some((name) => name === tag || name.endsWith(`:${tag}`));
}
