/** A folder for socket files, which only the user who runs Brume can enter. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SocketFolder {
  #folder: Promise<string> | undefined;
  #count = 0;

  /** A new path. Short: the kernel takes 107 bytes, which a data folder's own path may exceed. */
  async path(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'brume-'));
    const name = String(++this.#count);
    return join(await this.#folder, name);
  }

  async close(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}
