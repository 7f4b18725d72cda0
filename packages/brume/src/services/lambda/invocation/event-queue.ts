/**
 * Asynchronous invocations: durable before they are accepted, run in the order in which they are due,
 * tried again when they fail, and replaced by what they leave behind when they are over. An event that
 * was running when Brume died runs again: at least once, as on AWS.
 */
import type { Environment, Timer } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Entry, OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import { EVENT_BACKOFF_MAX_MS, EVENT_RETRY_DELAYS_MS, EVENTS_RUNNING_MAX } from '../limits.ts';

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
  readonly tenantId?: string | undefined;
}

interface QueueRecord extends QueuedEvent {
  readonly acceptedMs: number;
  /** Attempts in which the function itself failed. */
  readonly failures: number;
  /** Attempts that Lambda could not make, since the function last failed. */
  readonly delays: number;
}

export interface EventSettings {
  /** Attempts after the first in which the function failed. */
  readonly retriesMax: number;
  /** An event that is older is given up. */
  readonly ageMaxMs: number;
  /** ARNs of what is told that an event is over. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

export interface AnsweredEvent {
  readonly payload: Uint8Array;
  readonly functionError: 'Unhandled' | 'Handled' | undefined;
  readonly executedVersion: string;
}

/** How an attempt ended: `delayed` when it could not be made now, but perhaps later. */
export type Attempt =
  | { readonly type: 'answered'; readonly answer: AnsweredEvent }
  | { readonly type: 'delayed' }
  | { readonly type: 'impossible'; readonly condition: Condition };

/** Why an event is over, in AWS's words (recorded 2025-11-25, but for the last two, which are ours). */
export type Condition =
  | 'Success'
  | 'RetriesExhausted'
  | 'EventAgeExceeded'
  | 'ZeroReservedConcurrency'
  | 'RecursiveInvocation'
  | 'InvocationImpossible';

export interface Ending {
  readonly condition: Condition;
  /** How often the function ran. */
  readonly invocations: number;
  readonly answer?: AnsweredEvent | undefined;
}

export interface EventQueueDependencies {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  readonly settingsOf: (event: QueuedEvent) => Promise<EventSettings>;
  readonly run: (event: QueuedEvent) => Promise<Attempt>;
  /** What an event leaves behind; committed together with its end. */
  readonly concluded: (
    event: QueuedEvent,
    ending: Ending,
    settings: EventSettings,
  ) => Promise<readonly QueuedEvent[]>;
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
    await this.#commit([this.#accepted(event)]);
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
      const writes = await this.#outcomeOf(record);
      if (this.#closed) return;
      await this.#commit([{ type: 'delete', key }, ...writes]);
      this.#running.delete(hex(key));
      this.look();
    } catch (error) {
      // The event is still there, and due: it runs again at a later look.
      this.#running.delete(hex(key));
      this.#warn('An event could not be concluded', { error: String(error) });
      this.#lookIn(EVENT_BACKOFF_MAX_MS);
    }
  }

  /** Runs an event once. Returns what comes in its place: its next attempt, or what it leaves behind. */
  async #outcomeOf(record: QueueRecord): Promise<readonly Write[]> {
    const { settingsOf, run, concluded } = this.#dependencies;
    const settings = await settingsOf(record);
    const isLate = this.#nowMs() > record.acceptedMs + settings.ageMaxMs;
    const next: Next = isLate
      ? { condition: 'EventAgeExceeded', invocations: record.failures }
      : this.#next(record, await run(record), settings);
    if ('dueMs' in next) return [putEvent(next.record, next.dueMs)];
    // A new start runs it again.
    if (this.#closed) return [];
    if (next.condition !== 'Success') this.#warnOf(record, next);
    const events = await concluded(record, next, settings);
    return events.map((event) => this.#accepted(event));
  }

  #next(record: QueueRecord, attempt: Attempt, { retriesMax, ageMaxMs }: EventSettings): Next {
    const { failures } = record;
    const nowMs = this.#nowMs();
    const isTooLate = (dueMs: number) => dueMs > record.acceptedMs + ageMaxMs;
    if (attempt.type === 'impossible') {
      return { condition: attempt.condition, invocations: failures };
    }
    if (attempt.type === 'delayed') {
      const dueMs = nowMs + Math.min(1000 * 2 ** record.delays, EVENT_BACKOFF_MAX_MS);
      return isTooLate(dueMs)
        ? { condition: 'EventAgeExceeded', invocations: failures }
        : { record: { ...record, delays: record.delays + 1 }, dueMs };
    }
    const { answer } = attempt;
    const invocations = failures + 1;
    if (answer.functionError === undefined) return { condition: 'Success', invocations, answer };
    const delayMs = EVENT_RETRY_DELAYS_MS[failures];
    if (failures >= retriesMax || delayMs === undefined) {
      return { condition: 'RetriesExhausted', invocations, answer };
    }
    const dueMs = nowMs + delayMs;
    return isTooLate(dueMs)
      ? { condition: 'EventAgeExceeded', invocations, answer }
      : { record: { ...record, failures: invocations, delays: 0 }, dueMs };
  }

  #accepted(event: QueuedEvent): Write {
    const acceptedMs = this.#nowMs();
    return putEvent({ ...event, acceptedMs, failures: 0, delays: 0 }, acceptedMs);
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    await this.#dependencies.store.transact([], () => ({ writes, result: undefined }));
  }

  #nowMs(): number {
    return this.#dependencies.environment.clock.nowMs();
  }

  #warnOf({ functionName, requestId }: QueuedEvent, { condition, invocations }: Ending): void {
    const fields = { function: functionName, requestId, condition, attempts: invocations };
    this.#warn('An event is given up', fields);
  }

  #warn(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#dependencies.log.log('warn', message, fields);
  }
}

/** An event that is over, or its next attempt. */
type Next = Ending | { readonly record: QueueRecord; readonly dueMs: number };

function putEvent(record: QueueRecord, dueMs: number): Write {
  return putRecord(encodeKey([...QUEUE, Math.ceil(dueMs), record.requestId]), record);
}

/** The third part of the key: an integer in 8 bytes after its type. */
function dueMsOf(key: Uint8Array): number {
  const prefix = encodeKey(QUEUE);
  return Number(Buffer.from(key).readBigUInt64BE(prefix.length + 1));
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
