/** Makes an image's root file system: its layers one over the other, and places for what all functions have. */
import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bounded, budget, decompressed } from './decompress.ts';
import { verified, type ImageSource } from './image-source.ts';
import { applyLayer, isFolder, newFolder } from './layer.ts';
import { IMAGE_UNPACKED_BYTES_MAX } from './limits.ts';
import type { Manifest } from './manifest.ts';

/** Writes the file system into `root`, which must be new. Returns the size of its files. */
export async function unpackImage(
  source: ImageSource,
  { layers }: Manifest,
  root: string,
  bytesMax = IMAGE_UNPACKED_BYTES_MAX,
): Promise<number> {
  await mkdir(join(root, '..'), { recursive: true });
  newFolder(root);
  const files = budget(bytesMax);
  // What is between files counts on its own: it could be without end as well.
  const read = budget(2 * bytesMax);
  for (const layer of layers) {
    const content = verified(await source.blob(layer.digest), layer);
    const tar = bounded(decompressed(content, layer.compression), (bytes) => read.take(bytes));
    await applyLayer(tar, root, (bytes) => files.take(bytes));
  }
  for (const name of ['dev', 'proc', 'tmp']) makePlace(join(root, name), isFolder, newFolder);
  if (isFolder(join(root, 'etc'))) {
    for (const name of ['hosts', 'resolv.conf']) makePlace(join(root, 'etc', name), isFile, touch);
  }
  return files.taken();
}

/** A mount point: whatever else the image has there, a link out of it above all, gives way. */
function makePlace(
  path: string,
  isRight: (path: string) => boolean,
  make: (path: string) => void,
): void {
  if (isRight(path)) return;
  rmSync(path, { recursive: true, force: true });
  make(path);
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function touch(path: string): void {
  writeFileSync(path, '', { flag: 'wx' });
}
