/**
 * A clock that can be moved, and timers that go by it, on top of an environment's own: what waits for
 * an hour to pass can be seen at once.
 */
import type { Clock, Environment, Timer, Timers } from './environment.ts';

interface Pending {
  readonly dueMs: number;
  readonly task: () => void;
  readonly real: Timer;
}

export class MovableClock {
  readonly #base: Pick<Environment, 'clock' | 'timers'>;
  /** Of the wall clock; below zero where it was set back. */
  #aheadMs = 0;
  /** Of the time that has passed, which never goes back. */
  #passedMs = 0;
  readonly #pending = new Set<Pending>();

  constructor(base: Pick<Environment, 'clock' | 'timers'>) {
    this.#base = base;
  }

  get aheadMs(): number {
    return this.#aheadMs;
  }

  readonly clock: Clock = {
    nowMs: () => this.#base.clock.nowMs() + this.#aheadMs,
    monotonicMs: () => this.#base.clock.monotonicMs() + this.#passedMs,
  };

  readonly timers: Timers = {
    after: (delayMs, task) => {
      const dueMs = this.clock.monotonicMs() + delayMs;
      const real = this.#base.timers.after(delayMs, () => this.#fire(pending));
      const pending: Pending = { dueMs, task, real };
      this.#pending.add(pending);
      return { cancel: () => this.#drop(pending) };
    },
    nextTurn: (task) => this.#base.timers.nextTurn(task),
  };

  /**
   * Moves the clock, back where `ms` is below zero. Timers whose time has come by that are fired before
   * it returns, in the order of their times.
   */
  move(ms: number): void {
    this.#aheadMs += ms;
    if (ms <= 0) return;
    this.#passedMs += ms;
    const nowMs = this.clock.monotonicMs();
    const due = [...this.#pending].filter(({ dueMs }) => dueMs <= nowMs);
    due.sort((left, right) => left.dueMs - right.dueMs);
    // One of them may cancel another.
    for (const pending of due) if (this.#pending.has(pending)) this.#fire(pending);
  }

  #fire(pending: Pending): void {
    this.#drop(pending);
    pending.task();
  }

  #drop(pending: Pending): void {
    this.#pending.delete(pending);
    pending.real.cancel();
  }
}
