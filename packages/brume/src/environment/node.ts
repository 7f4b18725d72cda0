/** The real environment: the machine's clock, chance, timers, files and processes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock, Environment, Random, Timer, Timers } from './environment.ts';
import { nodeDisk } from './node-disk.ts';
import { nodeProcesses } from './node-processes.ts';

export function nodeEnvironment(): Environment {
  return { clock, random, timers, disk: nodeDisk, processes: nodeProcesses };
}

const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

const random: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
  fraction: () => Math.random(),
};

/** Longer delays overflow Node's 32-bit timers, which then fire at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

const timers: Timers = {
  after: startTimer,
  nextTurn: (task) => void setImmediate(task),
};

function startTimer(delayMs: number, task: () => void): Timer {
  let timeout: NodeJS.Timeout;
  const wait = (remainingMs: number) => {
    const stepMs = Math.min(remainingMs, DELAY_MAX_MS);
    const next = remainingMs > stepMs ? () => wait(remainingMs - stepMs) : task;
    timeout = setTimeout(next, stepMs).unref();
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(timeout) };
}
