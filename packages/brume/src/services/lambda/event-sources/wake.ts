/** Waiting that can be cut short: by news, by an end that was asked for, or by the time. */
import type { Timers } from '../../../environment/environment.ts';

/** Remembers news that come while nobody waits. */
export class Wake {
  readonly #timers: Timers;
  #isNews = false;
  #release: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Ends the wait, or the next one at once. */
  now(): void {
    this.#isNews = true;
    this.#release?.();
  }

  /** Waits for news, so long at most. */
  async wait(maxMs: number, stop: AbortSignal): Promise<void> {
    if (!this.#isNews) {
      const waited = pause(this.#timers, maxMs, stop, (release) => (this.#release = release));
      await waited;
      this.#release = undefined;
    }
    this.#isNews = false;
  }
}

/** Resolves after so long, when `stop` is aborted, or when what `take` was given is called. */
export async function pause(
  timers: Timers,
  delayMs: number,
  stop: AbortSignal,
  take: (release: () => void) => void = () => {},
): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) => {
    const release = () => {
      timer.cancel();
      stop.removeEventListener('abort', release);
      resolve();
    };
    const timer = timers.after(delayMs, release);
    stop.addEventListener('abort', release);
    take(release);
  });
}
