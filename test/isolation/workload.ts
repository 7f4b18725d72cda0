/** Several clients at once, each of which takes steps of both kinds as one seed says. */
import type { Prng } from '../../packages/brume/src/environment/prng.ts';
import type { Database } from './database.ts';
import { Lists } from './lists.ts';
import { Registers } from './registers.ts';

export class Workload {
  readonly #registers: Registers;
  readonly #lists: Lists;

  constructor(database: Database) {
    this.#registers = new Registers(database);
    this.#lists = new Lists(database);
  }

  get callCount(): number {
    return this.#registers.calls.length + this.#lists.calls.length;
  }

  /** `between` is awaited before each step, and says whether there is to be one. */
  async run(clients: number, seed: Prng, between: () => Promise<boolean>): Promise<void> {
    const client = async (name: string, prng: Prng) => {
      while (await between()) {
        await (prng.chance(0.5) ? this.#registers : this.#lists).step(name, prng);
      }
    };
    const names = Array.from({ length: clients }, (_, at) => `client ${at}`);
    await Promise.all(names.map((name) => client(name, seed.fork())));
  }

  /** Reads what is left, and throws where what the clients saw could not have been. */
  async check(): Promise<void> {
    await this.#lists.finish();
    this.#registers.check();
    this.#lists.check();
  }
}
