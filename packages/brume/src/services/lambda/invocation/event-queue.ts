/**
 * Asynchronous invocations: durable before they are accepted, run in the order in which they are due,
 * and tried again when they fail. An event that was running when Brume died runs again: at least once,
 * as on AWS.
 */
import type { Environment, Timer } from '../../../environment/environment.ts';
import { AwsError } from '../../../model/aws-error.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Entry, OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import {
  EVENT_AGE_MAX_MS,
  EVENT_BACKOFF_MAX_MS,
  EVENT_RETRY_DELAYS_MS,
  EVENTS_RUNNING_MAX,
} from '../limits.ts';

/** One event, with all that its invocation needs. */
export interface QueuedEvent {
  /** Kept through all attempts. */
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly accountId: string;
  readonly region: string;
  /** Base64. */
  readonly payload: string;
  readonly clientContext?: string | undefined;
  readonly traceId?: string | undefined;
}

interface QueueRecord extends QueuedEvent {
  readonly acceptedMs: number;
  /** Attempts in which the function itself failed. */
  readonly failures: number;
  /** Attempts that Lambda could not make, since the function last failed. */
  readonly delays: number;
}

/** How an attempt ended: `delayed` when it could not be made now, but perhaps later. */
export type Attempt = 'succeeded' | 'failed' | 'delayed' | 'impossible';

export interface EventQueueDependencies {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  readonly run: (event: QueuedEvent) => Promise<Attempt>;
}

const QUEUE = ['lambda', 'events'] as const;
const EVENTS_READ_BYTES_MAX = 16 * 1024 * 1024;
/** Timers of Node end at 2^31 ms; a look in between does no harm. */
const LOOK_AGAIN_MAX_MS = 3_600_000;

export class EventQueue {
  readonly #dependencies: EventQueueDependencies;
  /** Keys, in hexadecimal, of the events that are running. */
  readonly #running = new Set<string>();
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #closed = false;

  constructor(dependencies: EventQueueDependencies) {
    this.#dependencies = dependencies;
  }

  /** Takes an event; resolves once it is durable. */
  async add(event: QueuedEvent): Promise<void> {
    const acceptedMs = this.#nowMs();
    await this.#replace(undefined, { ...event, acceptedMs, failures: 0, delays: 0 }, acceptedMs);
    this.look();
  }

  /** Runs what is due, now and from then on. */
  look(): void {
    if (this.#looking) this.#lookAgain = true;
    else if (!this.#closed) this.#looking = this.#look().finally(() => this.#looked());
  }

  /** Starts nothing more. Events that are running stay in the store unless they end before it closes. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #looked(): void {
    this.#looking = undefined;
    if (!this.#lookAgain) return;
    this.#lookAgain = false;
    this.look();
  }

  async #look(): Promise<void> {
    this.#timer?.cancel();
    const bounds = { limit: EVENTS_RUNNING_MAX + 1, bytesMax: EVENTS_READ_BYTES_MAX };
    try {
      const entries = await this.#dependencies.store.range({ ...prefixRange(QUEUE), ...bounds });
      const waiting = entries.filter(({ key }) => !this.#running.has(hex(key)));
      for (const entry of waiting) {
        if (this.#closed || this.#running.size >= EVENTS_RUNNING_MAX) return;
        const dueInMs = dueMsOf(entry.key) - this.#nowMs();
        if (dueInMs > 0) return this.#lookIn(dueInMs);
        void this.#attempt(entry);
      }
    } catch (error) {
      this.#warn('Events could not be read', { error: String(error) });
      this.#lookIn(EVENT_BACKOFF_MAX_MS);
    }
  }

  #lookIn(delayMs: number): void {
    const { timers } = this.#dependencies.environment;
    this.#timer = timers.after(Math.min(delayMs, LOOK_AGAIN_MAX_MS), () => this.look());
  }

  async #attempt({ key, value }: Entry): Promise<void> {
    this.#running.add(hex(key));
    const record = decodeRecord<QueueRecord>(value);
    try {
      const attempt = await this.#dependencies.run(record);
      if (this.#closed) return;
      await this.#replace(key, ...this.#next(record, attempt));
      this.#running.delete(hex(key));
      this.look();
    } catch (error) {
      // The event is still there, and due: it runs again at a later look.
      this.#running.delete(hex(key));
      this.#warn('An event could not be concluded', { error: String(error) });
      this.#lookIn(EVENT_BACKOFF_MAX_MS);
    }
  }

  /** The event as it goes on, and when; nothing when it is over. */
  #next(record: QueueRecord, attempt: Attempt): [QueueRecord?, number?] {
    if (attempt === 'succeeded') return [];
    const nowMs = this.#nowMs();
    const failures = record.failures + (attempt === 'failed' ? 1 : 0);
    const delays = attempt === 'delayed' ? record.delays + 1 : 0;
    const delayMs =
      attempt === 'delayed'
        ? Math.min(1000 * 2 ** record.delays, EVENT_BACKOFF_MAX_MS)
        : EVENT_RETRY_DELAYS_MS[failures - 1];
    const isTooOld = nowMs + (delayMs ?? 0) > record.acceptedMs + EVENT_AGE_MAX_MS;
    if (attempt === 'impossible' || delayMs === undefined || isTooOld) {
      const { functionName, requestId } = record;
      this.#warn('An event is given up', { function: functionName, requestId, attempts: failures });
      return [];
    }
    return [{ ...record, failures, delays }, nowMs + delayMs];
  }

  async #replace(key: Uint8Array | undefined, record?: QueueRecord, dueMs = 0): Promise<void> {
    const writes = [
      ...(key ? [{ type: 'delete', key } as const] : []),
      ...(record
        ? [putRecord(encodeKey([...QUEUE, Math.ceil(dueMs), record.requestId]), record)]
        : []),
    ];
    await this.#dependencies.store.transact([], () => ({ writes, result: undefined }));
  }

  #nowMs(): number {
    return this.#dependencies.environment.clock.nowMs();
  }

  #warn(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#dependencies.log.log('warn', message, fields);
  }
}

/** What an attempt that was refused means for the event: only what may pass is tried again. */
export function attemptOf(error: unknown): Attempt {
  const isCallers = error instanceof AwsError && error.code !== 'TooManyRequestsException';
  return isCallers ? 'impossible' : 'delayed';
}

/** The third part of the key: an integer in 8 bytes after its type. */
function dueMsOf(key: Uint8Array): number {
  const prefix = encodeKey(QUEUE);
  return Number(Buffer.from(key).readBigUInt64BE(prefix.length + 1));
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
