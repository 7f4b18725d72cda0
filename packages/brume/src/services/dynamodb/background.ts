/**
 * Work that goes on beside requests, a bounded step at a time: the next step waits for a turn of the
 * event loop, and all of it ends when the service closes.
 */
import type { Timer, Timers } from '../../environment/environment.ts';
import type { Logger } from '../../telemetry/log.ts';

export class Background {
  readonly #name: string;
  readonly #step: () => Promise<boolean>;
  readonly #timers: Timers;
  readonly #log: Logger;
  #running: Promise<void> | undefined;
  #again = false;
  #timer: Timer | undefined;
  #closed = false;

  /** `step` does some of the work and says whether there may be more. */
  constructor(name: string, timers: Timers, log: Logger, step: () => Promise<boolean>) {
    this.#name = name;
    this.#timers = timers;
    this.#log = log;
    this.#step = step;
  }

  /** Starts working, if it does not work already. */
  wake(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#again = true;
    if (this.#running !== undefined || this.#closed) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Wakes it so much later, unless that is arranged already. */
  wakeAfter(delayMs: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#timers.after(delayMs, () => this.wake());
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.idle();
  }

  async #run(): Promise<void> {
    this.#again = false;
    try {
      while (!this.#closed && (await this.#step())) {
        await new Promise<void>((resolve) => this.#timers.nextTurn(resolve));
      }
    } catch (error) {
      // The work is kept in the store: it is taken up again at the next occasion or start.
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.log('error', `DynamoDB ${this.#name} stopped`, { reason });
    }
  }
}
