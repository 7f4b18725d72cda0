/** Stops an environment's processes while it has nothing to do: not at once, since thawing costs time. */
import type { Clock, Timer, Timers } from '../../../environment/environment.ts';
import { FREEZE_AFTER_IDLE_MS } from '../limits.ts';

export interface FreezerHost {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether the environment has nothing to do now. */
  readonly isIdle: () => boolean;
  readonly freeze: (isFrozen: boolean) => void;
}

export class Freezer {
  readonly #host: FreezerHost;
  #idleSinceMs = 0;
  #timer: Timer | undefined;
  #isFrozen = false;

  constructor(host: FreezerHost) {
    this.#host = host;
  }

  /** The environment has nothing to do from now on. */
  rest(): void {
    this.#idleSinceMs = this.#host.clock.monotonicMs();
    this.#timer ??= this.#freezeAfter(FREEZE_AFTER_IDLE_MS);
  }

  wake(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    this.#host.freeze(false);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** One timer serves many invocations: it looks again when the environment was used meanwhile. */
  #freezeAfter(delayMs: number): Timer {
    const { clock, timers, isIdle, freeze } = this.#host;
    return timers.after(delayMs, () => {
      this.#timer = undefined;
      if (!isIdle()) return;
      const restMs = FREEZE_AFTER_IDLE_MS - (clock.monotonicMs() - this.#idleSinceMs);
      if (restMs > 0) {
        this.#timer = this.#freezeAfter(Math.ceil(restMs));
        return;
      }
      this.#isFrozen = true;
      freeze(true);
    });
  }
}
