/** A file that is written as its content comes, and was not there before. */
import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import type { EntryReceiver } from './tar-entries.ts';

export class NewFile implements EntryReceiver {
  readonly #fd: number;

  constructor(path: string, mode: number) {
    // Never through a link: with `wx` the last part of the path must not be there.
    this.#fd = openSync(path, 'wx', mode);
    // Whatever this process takes from the modes of new files.
    fchmodSync(this.#fd, mode);
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at += writeSync(this.#fd, chunk, at);
  }

  end(): void {
    closeSync(this.#fd);
  }
}
