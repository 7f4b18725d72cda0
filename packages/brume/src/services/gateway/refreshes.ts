/** Refreshes of what somebody is told, one at a time for each key: they go by state, not by event. */
export class Refreshes {
  readonly #running = new Map<string, { again: boolean; done: Promise<void> }>();

  /** Resolves once `refresh` has run from its beginning after this was called. */
  async run(key: string, refresh: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running) {
      running.again = true;
      return running.done;
    }
    const begun = { again: false, done: Promise.resolve() };
    this.#running.set(key, begun);
    begun.done = this.#untilStill(key, begun, refresh);
    return begun.done;
  }

  async #untilStill(key: string, begun: { again: boolean }, refresh: () => Promise<void>) {
    try {
      do {
        begun.again = false;
        await refresh();
      } while (begun.again);
    } finally {
      this.#running.delete(key);
    }
  }
}
