/**
 * An environment in which one seed decides everything: time is virtual and moves from event to event,
 * chance is pseudo-random, the disk is as slow as the seed wants and can lose its power. What runs in
 * it must wait for nothing but its environment.
 */
import type { Clock, Environment, Timer, Timers } from './environment.ts';
import { Prng } from './prng.ts';
import type { Processes } from './processes.ts';
import { SimulatedDisk } from './simulated-disk.ts';

export interface SimulatedEnvironment extends Environment {
  readonly disk: SimulatedDisk;
  readonly random: Prng;
}

interface Event {
  readonly atMs: number;
  readonly task: () => void;
}

const START_MS = Date.UTC(2026, 0, 1);

export class Simulation {
  readonly prng: Prng;
  #elapsedMs = 0;
  /** By time; those of one time in the order in which they were asked for. */
  readonly #events: Event[] = [];

  constructor(seed: number) {
    this.prng = new Prng(seed);
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** An environment whose disk keeps its files in a real folder, where SQLite finds them too. */
  environment(folder: string): SimulatedEnvironment {
    const random = this.prng.fork();
    const disk = new SimulatedDisk(folder, this.prng.fork(), this.timers);
    return { clock: this.clock, timers: this.timers, random, disk, processes };
  }

  readonly clock: Clock = {
    nowMs: () => Math.floor(START_MS + this.#elapsedMs),
    monotonicMs: () => this.#elapsedMs,
  };

  readonly timers: Timers = {
    after: (delayMs, task) => this.#add(delayMs, task),
    nextTurn: (task) => void this.#add(0, task),
  };

  /** Lets time pass until the work is done. Rejects when it never can be. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let settled = false;
    const settle = () => (settled = true);
    work.then(settle, settle);
    for (;;) {
      // All that can follow from the last event without another one follows now.
      await new Promise(setImmediate);
      if (settled) return work;
      const event = this.#events.shift();
      if (event === undefined) throw new Error('nothing more can happen, but the work is not done');
      this.#elapsedMs = event.atMs;
      event.task();
    }
  }

  #add(delayMs: number, task: () => void): Timer {
    const event = { atMs: this.#elapsedMs + Math.max(0, delayMs), task };
    const last = this.#events.findLastIndex(({ atMs }) => atMs <= event.atMs);
    this.#events.splice(last + 1, 0, event);
    return {
      cancel: () => {
        const index = this.#events.indexOf(event);
        if (index >= 0) this.#events.splice(index, 1);
      },
    };
  }
}

const processes: Processes = {
  spawn() {
    throw new Error('processes are not simulated');
  },
  find: () => Promise.resolve(undefined),
};
