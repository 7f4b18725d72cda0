/** The programs that sandboxes begin with (`starter-program.ts`), as files. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { starterProgram, type StarterPorts } from './starter-program.ts';

export class Starters {
  readonly #folder: string;
  readonly #user: number | undefined;
  readonly #paths = new Map<string, string>();

  /** `user` is the number of the user to become; undefined where that is not to be done. */
  constructor(folder: string, user: number | undefined) {
    this.#folder = folder;
    this.#user = user;
  }

  /** The file; undefined on a processor that there is no program for. */
  path(ports?: StarterPorts): string | undefined {
    const name = ['starter', ...(ports?.numbers ?? [])].join('-');
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const program = starterProgram(process.arch, { ports, user: this.#user });
    if (program === undefined) return undefined;
    const path = join(this.#folder, name);
    // A program that runs cannot be written.
    rmSync(path, { force: true });
    writeFileSync(path, program);
    chmodSync(path, 0o755);
    this.#paths.set(name, path);
    return path;
  }
}
