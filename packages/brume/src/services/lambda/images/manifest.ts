/** Reads the documents of an image: indexes, manifests and configurations, of OCI and of Docker. */
import { createHash } from 'node:crypto';
import type { Architecture } from '../../../model/generated/lambda.types.ts';
import { brokenImage, unsupportedImage } from './errors.ts';
import { isDigest } from './image-name.ts';
import { IMAGE_LAYERS_MAX } from './limits.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly architecture: string | undefined;
  readonly os: string | undefined;
  readonly names: readonly string[];
}

export interface Document {
  /** As whoever gave it out says; the document's own word counts more. */
  readonly mediaType: string | undefined;
  readonly bytes: Buffer;
}

export type Compression = 'none' | 'gzip' | 'zstd';

export interface Layer extends Descriptor {
  readonly compression: Compression;
}

export interface Manifest {
  readonly digest: string;
  readonly config: Descriptor;
  readonly layers: readonly Layer[];
}

/** How an image wants to be run. */
export interface ImageSettings {
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value`. */
  readonly variables: readonly string[];
  readonly workingDirectory: string;
}

const OCI = 'application/vnd.oci.image.';
const DOCKER = 'application/vnd.docker.';

export const INDEX = `${OCI}index.v1+json`;
const INDEXES = new Set([INDEX, `${DOCKER}distribution.manifest.list.v2+json`]);
/** What an image of a layout is, where it does not say so itself. */
export const MANIFEST = `${OCI}manifest.v1+json`;
const MANIFESTS = new Set([MANIFEST, `${DOCKER}distribution.manifest.v2+json`]);
const CONFIGS = new Set([`${OCI}config.v1+json`, `${DOCKER}container.image.v1+json`]);
const LAYERS = new Map<string, Compression>([
  [`${OCI}layer.v1.tar`, 'none'],
  [`${OCI}layer.v1.tar+gzip`, 'gzip'],
  [`${OCI}layer.v1.tar+zstd`, 'zstd'],
  [`${DOCKER}image.rootfs.diff.tar`, 'none'],
  [`${DOCKER}image.rootfs.diff.tar.gzip`, 'gzip'],
]);

/** What a registry is told that Brume takes. */
export const ACCEPTED_DOCUMENTS = [...INDEXES, ...MANIFESTS].join(', ');

/** Go's names of AWS's architectures. */
const ARCHITECTURES: Readonly<Record<Architecture, string>> = { x86_64: 'amd64', arm64: 'arm64' };

/** The images of an index; undefined for a document that is the manifest of one. */
export function readIndex(document: Document): Descriptor[] | undefined {
  const index = parse(document.bytes);
  if (!INDEXES.has(typeOf(index, document))) return undefined;
  return list(index['manifests']).map(descriptor);
}

/** The one for the architecture of a function. */
export function chooseImage(images: readonly Descriptor[], architecture: Architecture): Descriptor {
  const found = images.find(
    (image) => image.os === 'linux' && image.architecture === ARCHITECTURES[architecture],
  );
  if (!found) throw brokenImage(`it is not there for linux on ${architecture}`);
  return found;
}

export function readManifest(document: Document, uri: string): Manifest {
  const manifest = parse(document.bytes);
  if (!MANIFESTS.has(typeOf(manifest, document))) throw unsupportedImage(uri);
  const config = descriptor(manifest['config']);
  if (!CONFIGS.has(config.mediaType)) throw unsupportedImage(uri);
  const layers = list(manifest['layers']).map((value) => {
    const layer = descriptor(value);
    const compression = LAYERS.get(layer.mediaType);
    if (compression === undefined) throw unsupportedImage(uri);
    return { ...layer, compression };
  });
  if (layers.length > IMAGE_LAYERS_MAX) throw brokenImage(`it has over ${IMAGE_LAYERS_MAX} layers`);
  return { digest: digestOf(document.bytes), config, layers };
}

/** An image of an archive that Docker made before version 25 (`manifest.json`), by names of files. */
export interface ArchivedImage {
  readonly config: string;
  readonly layers: readonly string[];
  /** `name:tag`. */
  readonly names: readonly string[];
}

export function readArchive(bytes: Buffer): ArchivedImage[] {
  return list(parseAny(bytes)).map((value) => {
    const { Config, Layers, RepoTags } = record(value);
    if (!isText(Config)) throw brokenImage('its documents are wrong');
    return { config: Config, layers: texts(Layers), names: texts(RepoTags) };
  });
}

/** The digests of an image's layers behind their compression, as its settings have them. */
export function readDiffIds(bytes: Buffer): string[] {
  return texts(record(parse(bytes)['rootfs'] ?? {})['diff_ids']);
}

/** A manifest for an image that has none. Its layers are believed as they are. */
export function makeManifest(
  config: Pick<Descriptor, 'digest' | 'sizeBytes'>,
  layers: readonly Pick<Layer, 'digest' | 'sizeBytes' | 'compression'>[],
): Document {
  const suffixes = { none: '', gzip: '+gzip', zstd: '+zstd' };
  const described = (type: string, part: Pick<Descriptor, 'digest' | 'sizeBytes'>) => ({
    ...{ mediaType: `${OCI}${type}`, digest: part.digest, size: part.sizeBytes },
  });
  const bytes = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: MANIFEST, config: described('config.v1+json', config) },
    layers: layers.map((layer) => described(`layer.v1.tar${suffixes[layer.compression]}`, layer)),
  });
  return { mediaType: MANIFEST, bytes: Buffer.from(bytes) };
}

/** As their content begins; anything else is a tar file, or nothing. */
export function compressionOf(head: Uint8Array): Compression {
  const magic = Buffer.from(head).toString('hex', 0, 4);
  if (magic.startsWith('1f8b')) return 'gzip';
  return magic === '28b52ffd' ? 'zstd' : 'none';
}

export function readSettings(bytes: Buffer, architecture: Architecture): ImageSettings {
  const image = parse(bytes);
  const { os = 'linux', architecture: own = 'nothing' } = image;
  if (os !== 'linux' || own !== ARCHITECTURES[architecture]) {
    throw brokenImage(
      `it is for ${JSON.stringify(os)} on ${JSON.stringify(own)}, the function for ${architecture}`,
    );
  }
  const config = record(image['config'] ?? {});
  const workingDirectory = config['WorkingDir'];
  return {
    entryPoint: texts(config['Entrypoint']),
    command: texts(config['Cmd']),
    variables: texts(config['Env']).filter((text) => text.indexOf('=') > 0),
    workingDirectory:
      typeof workingDirectory === 'string' && workingDirectory !== '' ? workingDirectory : '/',
  };
}

/** The document with a digest, if it is what it should be. */
export function checkDigest(document: Document, digest: string): Document {
  if (digestOf(document.bytes) === digest) return document;
  throw brokenImage(`what should be ${digest} is something else`);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function typeOf(parsed: Record<string, unknown>, { mediaType }: Document): string {
  const own = parsed['mediaType'];
  return isText(own) ? own : (mediaType ?? '');
}

function descriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, platform, annotations } = record(value);
  if (!isDigest(digest)) throw brokenImage('it refers to something other than by sha256');
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw brokenImage('it has a wrong size');
  const { architecture, os } = record(platform ?? {});
  const notes = record(annotations ?? {});
  const names = [notes['org.opencontainers.image.ref.name'], notes['io.containerd.image.name']];
  return {
    mediaType: String(mediaType),
    digest,
    sizeBytes: Number(size),
    architecture: isText(architecture) ? architecture : undefined,
    os: isText(os) ? os : undefined,
    names: names.filter(isText),
  };
}

function parse(bytes: Buffer): Record<string, unknown> {
  return record(parseAny(bytes));
}

function parseAny(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw brokenImage('it has a document that is not JSON');
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw brokenImage('its documents are wrong');
  return value as Record<string, unknown>;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw brokenImage('its documents are wrong');
  return value;
}

/** Of a member that may be missing or null. */
function texts(value: unknown): string[] {
  const all = list(value ?? []);
  if (!all.every((text) => isText(text) && !text.includes('\0'))) {
    throw brokenImage('its settings are wrong');
  }
  return all as string[];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
