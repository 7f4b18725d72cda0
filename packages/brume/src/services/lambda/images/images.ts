/** Container images of functions: what `ImageUri` names becomes a root file system, shared by all who run it. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import type { Architecture } from '../../../model/generated/lambda.types.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { CodeFolder } from '../code/code-folders.ts';
import { checkLocalPath, type LocalFolders } from '../code/local-folder.ts';
import type { SandboxChoice } from '../sandbox/isolation.ts';
import { featureUnsupported } from '../errors.ts';
import { dockerCredentials, type FindCredentials } from './docker-config.ts';
import { imageNotFound } from './errors.ts';
import { ImageFolders } from './image-folders.ts';
import { unpackImage } from './image-root.ts';
import { parseImageName, repositoryOf, type ImageName } from './image-name.ts';
import { readAll, verified, type ImageSource } from './image-source.ts';
import { withLocalImage } from './local-source.ts';
import { IMAGE_CONFIG_BYTES_MAX } from './limits.ts';
import { isLoopbackHost } from './loopback.ts';
import {
  chooseImage,
  readIndex,
  readManifest,
  readSettings,
  type ImageSettings,
  type Manifest,
} from './manifest.ts';
import { RegistrySource } from './registry-source.ts';

/** An image as a function keeps it: by its digest, whatever its name will be given to. */
export interface ImageReference {
  readonly uri: string;
  readonly resolvedUri: string;
  /** Of the manifest for the function's architecture. */
  readonly digest: string;
  readonly settings: ImageSettings;
}

/** An image that was taken in: its folder stays until it is released. */
export interface TakenImage {
  readonly image: ImageReference;
  readonly release: () => void;
}

export interface ImagesOptions {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly localFolders: LocalFolders;
  /** Whether others than the users of this machine can have functions run. */
  readonly exposed: boolean;
  /** Where the user's passwords for registries are; Docker's own folder, if it is not said. */
  readonly dockerFolder?: string | undefined;
  /** Of Lambda alone, on this machine. */
  readonly workFolder: string;
  readonly sandboxes: SandboxChoice;
}

export class Images {
  readonly #options: ImagesOptions;
  readonly #folders: ImageFolders;
  /** For what is unpacked for a while. */
  readonly #scratch: string;
  readonly #credentialsFor: FindCredentials;
  #cleared: Promise<void> | undefined;

  constructor(options: ImagesOptions) {
    const { store, environment, workFolder } = options;
    this.#options = options;
    this.#folders = new ImageFolders({
      store,
      environment,
      folder: join(workFolder, 'image-roots'),
    });
    this.#scratch = join(workFolder, 'images');
    // What the user of this machine may pull is not for others.
    this.#credentialsFor = options.exposed
      ? async () => undefined
      : dockerCredentials({ ...environment, folder: options.dockerFolder });
  }

  /** Takes in the image of a request: it is unpacked, and what cannot be is refused. */
  async take(uri: string, architecture: Architecture): Promise<TakenImage> {
    const name = parseImageName(uri);
    const { imageProblem } = await this.#options.sandboxes.driver();
    if (imageProblem !== undefined) throw featureUnsupported(imageProblem);
    return this.#withSource(name, async (source) => {
      const manifest = await findManifest(source, architecture, uri);
      const config = verified(await source.blob(manifest.config.digest), manifest.config);
      const settings = readSettings(await readAll(config, IMAGE_CONFIG_BYTES_MAX), architecture);
      const { digest } = manifest;
      const fill = (path: string) => unpackImage(source, manifest, path);
      const folder = await this.#folders.open(digest, fill);
      const resolvedUri = `${repositoryOf(name)}@${digest}`;
      return { image: { uri, resolvedUri, digest, settings }, release: () => folder.release() };
    });
  }

  /** Lets go of what no function names any more. */
  trim(): Promise<void> {
    return this.#folders.trim();
  }

  /** The root file system of an image that was taken in; it is fetched again if it is gone. */
  open({ uri, digest }: ImageReference): Promise<CodeFolder> {
    return this.#folders.open(digest, (path) =>
      this.#withSource(parseImageName(uri), async (source) => {
        const manifest = readManifest(await source.document(digest), uri);
        return unpackImage(source, manifest, path);
      }),
    );
  }

  async #withSource<Result>(
    name: ImageName,
    use: (source: ImageSource) => Promise<Result>,
  ): Promise<Result> {
    const { exposed, localFolders, environment } = this.#options;
    if (exposed && (name.type === 'layout' || isLoopbackHost(name.host))) {
      throw featureUnsupported(
        'an image of this machine, where others than this machine’s users can call it',
      );
    }
    if (name.type === 'registry') return use(new RegistrySource(name, this.#credentialsFor));
    await stat(name.path).catch(() => {
      throw imageNotFound(name.path);
    });
    const path = await checkLocalPath(localFolders, name.path);
    // What a Brume that was killed has left.
    await (this.#cleared ??= rm(this.#scratch, { recursive: true, force: true }));
    return withLocalImage(path, name.tag, join(this.#scratch, environment.random.uuid()), use);
  }
}

async function findManifest(
  source: ImageSource,
  architecture: Architecture,
  uri: string,
): Promise<Manifest> {
  const top = await source.top();
  const images = readIndex(top);
  if (!images) return readManifest(top, uri);
  const { digest, mediaType } = chooseImage(images, architecture);
  const { bytes } = await source.document(digest);
  return readManifest({ mediaType, bytes }, uri);
}
