/**
 * Takes the events that other services write: gathers them in memory, bounded, and stores them stream
 * by stream a moment later, so that a function never waits for its log.
 */
import type { Environment, Timer } from '../../environment/environment.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { appendEvents, eventBytes } from './append-events.ts';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, INTAKE_BYTES_MAX, INTAKE_DELAY_MS } from './limits.ts';
import type { LiveTails } from './live-tails.ts';
import type { LogEvent, LogsPort, LogStreamReference } from './port.ts';

interface Waiting {
  readonly stream: LogStreamReference;
  readonly events: LogEvent[];
  dropped: number;
}

export interface LogIntakeDependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'timers'>;
  readonly log: Logger;
  readonly liveTails: LiveTails;
}

export class LogIntake implements LogsPort {
  readonly #dependencies: LogIntakeDependencies;
  #waiting = new Map<string, Waiting>();
  /** Of what waits and of what is being stored. */
  #bytes = 0;
  #timer: Timer | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(dependencies: LogIntakeDependencies) {
    this.#dependencies = dependencies;
  }

  write(stream: LogStreamReference, event: LogEvent): void {
    // AWS takes no empty message; a line feed alone is what a function's empty line leaves.
    if (event.message === '') return;
    const waiting = this.#waitingOf(stream);
    const bytes = eventBytes(event);
    if (this.#bytes + bytes > INTAKE_BYTES_MAX) {
      waiting.dropped++;
      return;
    }
    this.#bytes += bytes;
    waiting.events.push(event);
    this.#timer ??= this.#dependencies.environment.timers.after(INTAKE_DELAY_MS, () => {
      void this.flush();
    });
  }

  /** Resolves once all that was written before is stored, or given up. Never rejects. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.size === 0) return this.#flushing;
    const batches = this.#waiting;
    this.#waiting = new Map();
    this.#flushing = this.#flushing.then(async () => {
      for (const waiting of batches.values()) await this.#store(waiting);
    });
    return this.#flushing;
  }

  #waitingOf(stream: LogStreamReference): Waiting {
    const { accountId, region, groupName, streamName } = stream;
    const key = `${accountId}/${region}/${groupName}:${streamName}`;
    let waiting = this.#waiting.get(key);
    if (!waiting) {
      waiting = { stream, events: [], dropped: 0 };
      this.#waiting.set(key, waiting);
    }
    return waiting;
  }

  async #store({ stream, events, dropped }: Waiting): Promise<void> {
    const { store, environment, log, liveTails } = this.#dependencies;
    const nowMs = Math.floor(environment.clock.nowMs());
    if (dropped > 0) {
      const event = { timestampMs: nowMs, message: droppedText(dropped) };
      this.#bytes += eventBytes(event);
      events.push(event);
    }
    for (const batch of batches(events)) {
      try {
        const appended = await appendEvents(store, stream, batch, nowMs, { create: true });
        liveTails.publish(stream, appended.events);
      } catch (error) {
        const fields = { group: stream.groupName, events: batch.length, error: String(error) };
        log.log('error', 'Log events could not be stored', fields);
      }
      for (const event of batch) this.#bytes -= eventBytes(event);
    }
  }
}

function droppedText(count: number): string {
  return `${count} log events were dropped: they came faster than they could be stored\n`;
}

/** Commits of no more than a PutLogEvents request may have. A function's clock never goes back here. */
function* batches(events: readonly LogEvent[]): Generator<LogEvent[]> {
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = eventBytes(event);
    if (batch.length === BATCH_EVENTS_MAX || (bytes + size > BATCH_BYTES_MAX && batch.length > 0)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
