/** Ids of blobs: 32 hexadecimal digits, which are also their file names. */
import type { Random } from '../../environment/environment.ts';

export function newBlobId(random: Random): string {
  return random.uuid().replaceAll('-', '');
}

export function isBlobId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
