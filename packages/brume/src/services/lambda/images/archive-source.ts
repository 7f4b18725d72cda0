/** Images of an archive that has no OCI layout, but a list of images by their files (`manifest.json`). */
import { createReadStream } from 'node:fs';
import { compressionOfFile } from './decompress.ts';
import { brokenImage, imageNotFound, severalImages } from './errors.ts';
import { readAll, type ImageSource } from './image-source.ts';
import { isNamed } from './layout-source.ts';
import { MANIFEST_BYTES_MAX } from './limits.ts';
import { checkDigest, makeManifest, readArchive, readDiffIds, type Document } from './manifest.ts';

/** A file of the archive, where it is now. */
export interface ArchivedFile {
  readonly path: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

export class ArchiveSource implements ImageSource {
  readonly #files: ReadonlyMap<string, ArchivedFile>;
  readonly #tag: string | undefined;

  constructor(files: ReadonlyMap<string, ArchivedFile>, tag: string | undefined) {
    this.#files = files;
    this.#tag = tag;
  }

  /** Archives have no manifest with digests: one is made, the same for each reading of an archive. */
  async top(): Promise<Document> {
    const list = readArchive(await this.#read(this.#file('manifest.json')));
    const [only, ...others] = list.filter(({ names }) => isNamed(names, this.#tag));
    if (only === undefined) throw imageNotFound(this.#tag ?? 'manifest.json');
    if (others.length > 0) throw severalImages();
    const config = this.#file(only.config);
    const diffIds = readDiffIds(await this.#read(config));
    const layers = only.layers.map((name) => this.#file(name));
    const compressions = await Promise.all(layers.map(({ path }) => compressionOfFile(path)));
    const described = layers.map((layer, index) => {
      const compression = compressions[index] ?? 'none';
      // What the image's settings say of a layer is said of what is behind its compression.
      if (compression === 'none' && diffIds[index] !== layer.digest) {
        throw brokenImage(`what should be ${diffIds[index]} is something else`);
      }
      return { ...layer, compression };
    });
    return makeManifest(config, described);
  }

  async document(digest: string): Promise<Document> {
    return checkDigest(await this.top(), digest);
  }

  async blob(digest: string): Promise<AsyncIterable<Uint8Array>> {
    const found = [...this.#files.values()].find((file) => file.digest === digest);
    if (!found) throw brokenImage(`the archive does not have ${digest}`);
    return createReadStream(found.path);
  }

  #file(name: string): ArchivedFile {
    const found = this.#files.get(name);
    if (!found) throw brokenImage(`the archive does not have ${name}`);
    return found;
  }

  #read({ path }: ArchivedFile): Promise<Buffer> {
    return readAll(createReadStream(path), MANIFEST_BYTES_MAX);
  }
}
