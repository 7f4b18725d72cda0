/**
 * The seam between Brume and everything that is not a function of its input: time, chance, timers,
 * files and processes. Code outside this folder takes an `Environment` (or a part of it) by argument
 * and never asks the runtime itself, so that one seed can drive the whole cloud in a simulation.
 */
import type { Disk } from './disk.ts';
import type { Processes } from './processes.ts';

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly disk: Disk;
  readonly processes: Processes;
}

export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. May jump. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations only. */
  monotonicMs(): number;
}

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Buffer;
  /** A random UUID (version 4), lower case. */
  uuid(): string;
  /** A number in [0, 1), for choices that need no secrecy (jitter, weights). */
  fraction(): number;
}

export interface Timer {
  cancel(): void;
}

export interface Timers {
  /** Runs `task` once, `delayMs` from now. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Timer;
  /** Runs `task` once this turn of the event loop is over. */
  nextTurn(task: () => void): void;
}
