/** What the log is told of an environment's start and its invocations: how long, and how much memory. */
import type { Clock } from '../../../environment/environment.ts';
import type { EnvironmentLog } from '../logging/environment-log.ts';
import type { PlatformEvents } from '../logging/platform-events.ts';
import type { Failure } from './failure.ts';
import { failureOf, startStatus, statusOf, type End, type Start } from './outcome.ts';

/** How old the memory figure of a report may be: reading it takes longer than many a function. */
const MEMORY_FIGURE_AGE_MS = 500;

export interface ReportsSpec {
  readonly events: PlatformEvents;
  readonly memorySizeMb: number;
}

export interface ReportsHost {
  readonly log: EnvironmentLog;
  readonly clock: Clock;
  readonly memoryPeakMb: () => number;
}

export class EnvironmentReports {
  readonly #spec: ReportsSpec;
  readonly #host: ReportsHost;
  /** Until the first invocation has reported it. */
  #initDurationMs: number | undefined;
  #memoryUsedMb = 0;
  #memoryReadMs = -Infinity;

  constructor(spec: ReportsSpec, host: ReportsHost) {
    this.#spec = spec;
    this.#host = host;
  }

  start(start: Start, durationMs: number): void {
    const { log } = this.#host;
    const { events } = this.#spec;
    this.#initDurationMs = durationMs;
    const status = startStatus(start);
    if (status) log.tell(events.initRuntimeDone(status));
    log.tell(events.initReport(durationMs, status));
    this.#readMemory();
  }

  /** The processes had more memory than they may. */
  outOfMemory(): void {
    this.#memoryUsedMb = this.#spec.memorySizeMb;
  }

  /** `overrun` is what went wrong after the answer. */
  invocation(requestId: string, durationMs: number, end: End, overrun?: Failure): void {
    this.#readMemory();
    this.#report(requestId, durationMs, end, overrun);
  }

  /** Of an invocation that an environment was started for in vain. */
  failedStart(requestId: string, end: End): void {
    this.#report(requestId, 0, end);
  }

  #report(requestId: string, durationMs: number, end: End, overrun?: Failure): void {
    const failed = failureOf(end);
    const { log, clock } = this.#host;
    const { memorySizeMb, events } = this.#spec;
    log.flush();
    const logged = failed ?? overrun;
    if (logged?.logLine) log.write(logged.logLine(requestId, clock.nowMs()));
    log.tell(events.end(requestId));
    const status = logged && statusOf(logged);
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    const memoryUsedMb = this.#memoryUsedMb;
    log.tell(
      events.report({ requestId, durationMs, initDurationMs, memorySizeMb, memoryUsedMb, status }),
    );
  }

  #readMemory(): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (nowMs - this.#memoryReadMs < MEMORY_FIGURE_AGE_MS) return;
    this.#memoryReadMs = nowMs;
    this.#memoryUsedMb = Math.max(this.#memoryUsedMb, this.#host.memoryPeakMb());
  }
}
