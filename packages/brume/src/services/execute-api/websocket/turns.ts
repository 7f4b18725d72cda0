/** Runs tasks, so many at one time and the rest in the order in which they came. */

export class Turns {
  readonly #max: number;
  readonly #waiting = new Set<() => Promise<void>>();
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** `task` must not reject. */
  take(task: () => Promise<void>): void {
    this.#waiting.add(task);
    this.#runNext();
  }

  #runNext(): void {
    if (this.#running >= this.#max) return;
    const [task] = this.#waiting;
    if (!task) return;
    this.#waiting.delete(task);
    this.#running++;
    void task().finally(() => {
      this.#running--;
      this.#runNext();
    });
  }
}
