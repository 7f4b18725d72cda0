/**
 * What runs Java functions: the runtime interface client that AWS runs them with, as AWS publishes it.
 * Its files are taken from Brume's folder, from the machine's own Maven repository, or once from Maven
 * Central; what they must be is said here.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { FETCH_AGAIN_AFTER_MS, FETCH_MS } from '../limits.ts';

/** As Maven itself knows it by the name `central`. */
const MAVEN_CENTRAL = 'https://repo.maven.apache.org/maven2';

/** A file of a Maven repository. */
export interface Jar {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const NAME = 'aws-lambda-java-runtime-interface-client';
/** Of 2026-10. */
const VERSION = '2.9.0';

/** The client, which has the native library, and what it needs. All Apache-2.0. */
export const JARS: readonly Jar[] = [
  {
    path: `com/amazonaws/${NAME}/${VERSION}/${NAME}-${VERSION}.jar`,
    sizeBytes: 1_614_969,
    sha256: '26568a5f63bf9e921567e77661be425650abc8972bae2aa0b7e99bab4e4239d9',
  },
  {
    path: 'com/amazonaws/aws-lambda-java-core/1.4.0/aws-lambda-java-core-1.4.0.jar',
    sizeBytes: 10_623,
    sha256: '575c24393cc1ad645e83e618956eabd89ffe8cc09efae2cb62bc6589154d68ed',
  },
  {
    path: 'com/amazonaws/aws-lambda-java-serialization/1.2.0/aws-lambda-java-serialization-1.2.0.jar',
    sizeBytes: 3_726_540,
    sha256: '1513c1f945a3213f916a4b2de1760c97b51d84d110f82bbbcf9cfac53d5651e7',
  },
  {
    path: 'software/amazon/awssdk/utils-lite/2.34.0/utils-lite-2.34.0.jar',
    sizeBytes: 8796,
    sha256: 'efaf784f07ae526f0b5c89d71ef21cf16636131c47d44616e3df9bedc3f4f89a',
  },
];

/** How a user has them in the machine's own repository. */
const BY_HAND = `mvn dependency:get -Dartifact=com.amazonaws:${NAME}:${VERSION}`;

/** Absolute paths. */
interface JavaClientFiles {
  readonly jars: readonly string[];
  /** The native library, which each process would else unpack to the same place in `/tmp`. */
  readonly library: string;
}

type Found = JavaClientFiles | { readonly problem: string };

export interface JavaClientParts {
  readonly environment: Environment;
  readonly log: Logger;
  /** Absolute path of a folder for runtimes. */
  readonly folder: string;
  /** Whether files that are not on this machine are fetched. */
  readonly fetches: boolean;
  /** What is wanted from where, if not the usual. */
  readonly jars?: readonly Jar[];
  readonly mavenFolder?: string;
  readonly repository?: string;
}

export class JavaClient {
  readonly #parts: JavaClientParts;
  #found: Promise<Found> | undefined;

  constructor(parts: JavaClientParts) {
    this.#parts = parts;
  }

  /** The client's files, or why they are not there. */
  find(): Promise<Found> {
    this.#found ??= this.#look();
    return this.#found;
  }

  async #look(): Promise<Found> {
    try {
      return await this.#gather();
    } catch (error) {
      // Some time later the network may be there.
      const { timers } = this.#parts.environment;
      timers.after(FETCH_AGAIN_AFTER_MS, () => (this.#found = undefined));
      return { problem: (error as Error).message };
    }
  }

  async #gather(): Promise<JavaClientFiles> {
    const suffix = librarySuffix();
    if (suffix === undefined) throw new Error('AWS has its Java runtime for Linux only');
    const { jars: parts = JARS } = this.#parts;
    const folder = join(this.#parts.folder, `java-${VERSION}`);
    await mkdir(folder, { recursive: true });
    const jars: string[] = [];
    for (const jar of parts) jars.push(await this.#provide(jar, folder));
    const library = join(folder, `libaws-lambda-jni.${suffix}.so`);
    const client = await readFile(jars[0] ?? '');
    const native = await fileInZip(client, `jni/${basename(library)}`);
    if (!(await readMatching(library, digest(native)))) await this.#write(library, native);
    return { jars, library };
  }

  async #provide(jar: Jar, folder: string): Promise<string> {
    const path = join(folder, basename(jar.path));
    if (await readMatching(path, jar.sha256)) return path;
    const { mavenFolder = join(homedir(), '.m2/repository') } = this.#parts;
    const own = await readMatching(join(mavenFolder, jar.path), jar.sha256);
    await this.#write(path, own ?? (await this.#fetch(jar)));
    return path;
  }

  async #fetch({ path, sizeBytes, sha256 }: Jar): Promise<Buffer> {
    const { fetches, log, repository = MAVEN_CENTRAL } = this.#parts;
    const name = basename(path);
    if (!fetches) {
      throw new Error(`${name} is not here, and this Brume fetches nothing; ${BY_HAND} brings it`);
    }
    log.log('info', `Fetching ${name}, which runs Java functions, from Maven Central, once …`);
    const signal = AbortSignal.timeout(FETCH_MS);
    const response = await fetch(`${repository}/${path}`, { signal }).catch((error: Error) => {
      throw new Error(`${name} could not be fetched: ${describe(error)}`);
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`${name} could not be fetched: its server answers ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let missingBytes = sizeBytes;
    for await (const chunk of response.body) {
      missingBytes -= chunk.length;
      if (missingBytes < 0) break;
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (digest(bytes) === sha256) return bytes;
    throw new Error(`${name} was fetched, but is not what AWS has published`);
  }

  /** Another Brume on this machine sees the whole file, or none. */
  async #write(path: string, bytes: Buffer): Promise<void> {
    const unfinished = join(dirname(path), this.#parts.environment.random.uuid());
    await writeFile(unfinished, bytes);
    // Functions may run as another user.
    await chmod(unfinished, 0o644);
    await rename(unfinished, path);
  }
}

async function readMatching(path: string, sha256: string): Promise<Buffer | undefined> {
  const bytes = existsSync(path) ? await readFile(path) : undefined;
  return bytes && digest(bytes) === sha256 ? bytes : undefined;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `fetch` says why in another error. */
function describe({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message : message;
}

/** `archive` is one whose contents are known. */
async function fileInZip(archive: Buffer, name: string): Promise<Buffer> {
  const zip = await fromBufferPromise(archive, { lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === name) return await buffer(await zip.openReadStreamPromise(entry));
    }
    throw new Error(`AWS has no ${basename(name)}`);
  } finally {
    zip.close();
  }
}

/** AWS's name for this machine's processor and C library; undefined where it has none. */
function librarySuffix(): string | undefined {
  const processor = new Map([
    ['x64', 'x86_64'],
    ['arm64', 'aarch_64'],
  ]).get(process.arch);
  if (process.platform !== 'linux' || processor === undefined) return undefined;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return `${header?.glibcVersionRuntime === undefined ? 'linux_musl' : 'linux'}-${processor}`;
}
