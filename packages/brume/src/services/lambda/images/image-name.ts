/** What `ImageUri` may say: an image of a registry, or one in an OCI layout on this machine. */
import { isAbsolute } from 'node:path';
import { invalidImage } from './errors.ts';

export type ImageName = LayoutName | RegistryName;

/** `oci:/path` or `oci:/path:tag`: a folder or an archive, as `docker save` makes it. */
export interface LayoutName {
  readonly type: 'layout';
  readonly path: string;
  readonly tag: string | undefined;
}

/** `host/repository:tag`, `host/repository@sha256:…`, or both. */
export interface RegistryName {
  readonly type: 'registry';
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

const SCHEME = 'oci:';
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Grammar of the OCI distribution specification: no part of a repository's name is `..`. */
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REGISTRY = new RegExp(
  `^(?<host>(?:[a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?)/(?<repository>${PART}(?:/${PART})*)` +
    '(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$',
);
const URI_LENGTH_MAX = 4096;

export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && DIGEST.test(text);
}

export function parseImageName(uri: string): ImageName {
  if (uri.length > URI_LENGTH_MAX) throw invalidImage(uri.slice(0, 100));
  if (uri.startsWith(SCHEME)) return layoutName(uri);
  const { host = '', repository = '', tag = 'latest', digest } = REGISTRY.exec(uri)?.groups ?? {};
  // Without a name of a host AWS does not know where to look either.
  if (!/[.:]|^localhost$/.test(host) || !URL.canParse(`https://${host}`)) throw invalidImage(uri);
  return { type: 'registry', host, repository, reference: digest ?? tag };
}

function layoutName(uri: string): LayoutName {
  const rest = uri.slice(SCHEME.length);
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  const path = hasTag ? rest.slice(0, colon) : rest;
  if (!isAbsolute(path) || path.includes('\0')) throw invalidImage(uri);
  return { type: 'layout', path, tag: hasTag ? rest.slice(colon + 1) : undefined };
}

/** The name without what says which of the images it is. */
export function repositoryOf(name: ImageName): string {
  return name.type === 'layout' ? SCHEME + name.path : `${name.host}/${name.repository}`;
}
