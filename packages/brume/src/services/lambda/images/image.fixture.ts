/** Makes container images for tests, wrong ones included: layers as tar files, layouts as folders. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';

export interface TarEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  readonly type?: '0' | '1' | '2' | '3' | '5';
  readonly link?: string;
  readonly mode?: number;
}

/** A tar file, in the oldest form that has links. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, content = '', type = '0', link = '', mode = 0o644 }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
    header.write('0000000 0000000 ', 108);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000         ', 136);
    header.write(type, 156);
    header.write(link, 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc(-body.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export interface ImageParts {
  readonly layers: readonly Buffer[];
  readonly config?: Record<string, unknown>;
  readonly architecture?: string;
  readonly compression?: 'none' | 'gzip' | 'zstd';
}

/** The documents and layers of an image by digest. */
export interface MadeImage {
  readonly digest: string;
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const COMPRESS = { none: (layer: Buffer) => layer, gzip: gzipSync, zstd: zstdCompressSync };
const SUFFIX = { none: '', gzip: '+gzip', zstd: '+zstd' };
const OCI = 'application/vnd.oci.image.';
/** Where Brume may fetch an image for this machine. */
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const GO_ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

export function makeImage(parts: ImageParts): MadeImage {
  const { layers, config = {}, architecture = GO_ARCHITECTURE, compression = 'gzip' } = parts;
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const settings = Buffer.from(JSON.stringify({ os: 'linux', architecture, config }));
  const mediaType = `${OCI}manifest.v1+json`;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: add(`${OCI}config.v1+json`, settings),
      layers: layers.map((layer) =>
        add(`${OCI}layer.v1.tar${SUFFIX[compression]}`, COMPRESS[compression](layer)),
      ),
    }),
  );
  const { digest } = add(mediaType, manifest);
  return { digest, manifest, mediaType, blobs };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Files of an OCI layout by name; `tag` names the image in it. */
export function layoutFiles(images: readonly (MadeImage & { tag?: string })[]) {
  const manifests = images.map(({ digest, manifest, mediaType, tag }) => ({
    mediaType,
    digest,
    size: manifest.length,
    ...(tag !== undefined && { annotations: { 'org.opencontainers.image.ref.name': tag } }),
  }));
  const files = new Map<string, Buffer>();
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  for (const { blobs } of images) {
    for (const [digest, bytes] of blobs) files.set(`blobs/${digest.replace(':', '/')}`, bytes);
  }
  return files;
}

export async function writeLayout(
  folder: string,
  images: readonly (MadeImage & { tag?: string })[],
): Promise<void> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const [name, bytes] of layoutFiles(images)) await writeFile(join(folder, name), bytes);
}

export async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-image-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A runtime of nothing but bash, which knows TCP. */
const RUNTIME = `#!/bin/bash
api() {
  exec 3<>/dev/tcp/\${AWS_LAMBDA_RUNTIME_API%:*}/\${AWS_LAMBDA_RUNTIME_API#*:} || exit 9
  printf '%s /2018-06-01/runtime/%s HTTP/1.1\\r\\nhost: api\\r\\nconnection: close\\r\\ncontent-length: %d\\r\\n\\r\\n%s' "$1" "$2" "\${#3}" "$3" >&3
  id= length=0
  while IFS= read -r line <&3; do
    line=\${line%$'\\r'}
    [ -z "$line" ] && break
    case \${line,,} in
      lambda-runtime-aws-request-id:*) id=\${line#*: } ;;
      content-length:*) length=\${line#*: } ;;
    esac
  done
  body=
  [ "$length" -gt 0 ] && read -r -N "$length" body <&3
  exec 3>&-
}
while :; do
  api GET invocation/next ''
  request=$id
  answer=$(eval "\${body:1:-1}" 2>&1)
  answer=\${answer//$'\\n'/|}
  answer=\${answer//[\\"\\\\]/}
  api POST "invocation/$request/response" "\\"$answer\\""
done
`;

/** An extension of the same kind, which says what it is told. */
const EXTENSION = `#!/bin/bash
call() {
  exec 3<>/dev/tcp/\${AWS_LAMBDA_RUNTIME_API%:*}/\${AWS_LAMBDA_RUNTIME_API#*:} || exit 9
  printf '%s /2020-01-01/extension/%s HTTP/1.1\\r\\nhost: api\\r\\nconnection: close\\r\\n%s\\r\\ncontent-length: %d\\r\\n\\r\\n%s' "$1" "$2" "$3" "\${#4}" "$4" >&3
  while IFS= read -r line <&3; do
    line=\${line%$'\\r'}
    case \${line,,} in lambda-extension-identifier:*) id=\${line#*: } ;; esac
    [ -z "$line" ] && break
  done
  body=$(cat_ <&3)
  exec 3>&-
}
cat_() { local text; IFS= read -r -d '' text; printf %s "$text"; }
call POST register "lambda-extension-name: \${0##*/}" '{"events":["INVOKE","SHUTDOWN"]}'
while :; do
  call GET event/next "lambda-extension-identifier: $id" ''
  echo "\${0##*/} $body"
  case $body in *SHUTDOWN*) exit 0 ;; esac
done
`;

/** To be laid over the other, whose bash it needs. */
export function extensionLayer(name: string, shell: readonly TarEntry[] = SHELL): Buffer {
  return tar([...shell, { name: `opt/extensions/${name}`, content: EXTENSION, mode: 0o755 }]);
}

const SHELL: readonly TarEntry[] = [{ name: 'bin/sh', type: '2', link: 'bash' }];

/** A layer with bash and what it needs, and a runtime that runs what an event says; undefined without. */
export function runtimeLayer(): Buffer | undefined {
  if (process.platform !== 'linux' || !existsSync('/bin/bash')) return undefined;
  const said = execFileSync('ldd', ['/bin/bash'], { encoding: 'utf8' });
  const libraries = [...said.matchAll(/(\/\S+)/g)].map(([path]) => path);
  const programs = ['/bin/bash', ...libraries].map((path) => ({
    name: path.slice(1),
    content: readFileSync(realpathSync(path)),
    mode: 0o755,
  }));
  return tar([...programs, { name: 'runtime', content: RUNTIME, mode: 0o755 }]);
}
