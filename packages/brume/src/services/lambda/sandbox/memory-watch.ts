/**
 * Ends sandboxes whose processes have more memory than their function may. It looks again and again:
 * the kernel's own limit counts `/tmp` too, which is no part of a function's memory on AWS, and so it
 * can only be the second line.
 */
import type { Timer, Timers } from '../../../environment/environment.ts';

export interface Watched {
  /** Memory that the function may have. */
  readonly limitMb: number;
  /** Memory in use now. */
  usedMb(): number;
  /** Called once, when that is more than the limit. */
  exceeded(): void;
}

const LOOK_EVERY_MS = 50;
/** What the sandbox and the runtime cost beside the function: AWS gives a little more too. */
const MARGIN_MB = 16;

export class MemoryWatch {
  readonly #timers: Timers;
  readonly #watched = new Set<Watched>();
  #timer: Timer | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= this.#schedule();
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
  }

  close(): void {
    this.#timer?.cancel();
    this.#watched.clear();
  }

  #schedule(): Timer {
    return this.#timers.after(LOOK_EVERY_MS, () => {
      for (const watched of this.#watched) {
        if (watched.usedMb() <= watched.limitMb + MARGIN_MB) continue;
        this.#watched.delete(watched);
        watched.exceeded();
      }
      this.#timer = this.#watched.size > 0 ? this.#schedule() : undefined;
    });
  }
}
