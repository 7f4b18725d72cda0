/**
 * Deletes events that are older than their group keeps them, in the background, and counts what is
 * left. Streams stay, as on AWS, where an empty stream is the user's to delete.
 */
import type { Environment, Timer } from '../../environment/environment.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { eventBytes } from './append-events.ts';
import { SWEEP_EVENTS_MAX, SWEEP_INTERVAL_MS } from './limits.ts';
import {
  allGroupsRange,
  decodeEvent,
  decodeRecord,
  eventKey,
  groupKey,
  putRecord,
  streamEventsRange,
  streamKey,
  streamsRange,
  type GroupRecord,
  type StreamRecord,
  type StreamReference,
} from './log-records.ts';
import { readRecords } from './read-records.ts';

const DAY_MS = 24 * 3_600_000;

export interface RetentionSweeperDependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'timers'>;
  readonly log: Logger;
}

export class RetentionSweeper {
  readonly #dependencies: RetentionSweeperDependencies;
  #timer: Timer | undefined;
  #sweeping: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(dependencies: RetentionSweeperDependencies) {
    this.#dependencies = dependencies;
    this.#schedule(SWEEP_INTERVAL_MS);
  }

  /** Looks for expired events soon: a group's retention was changed. */
  sweepSoon(): void {
    if (this.#sweeping) this.#again = true;
    else this.#schedule(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#dependencies.environment.timers.after(delayMs, () => {
      this.#sweeping = this.#sweep().finally(() => {
        this.#sweeping = undefined;
        this.#schedule(this.#again ? 0 : SWEEP_INTERVAL_MS);
        this.#again = false;
      });
    });
  }

  async #sweep(): Promise<void> {
    const { store, log } = this.#dependencies;
    try {
      for await (const group of readRecords<GroupRecord>(store, allGroupsRange())) {
        if (this.#closed) return;
        await this.#sweepGroup(group);
      }
    } catch (error) {
      log.log('warn', 'Expired log events were not deleted', { error: String(error) });
    }
  }

  async #sweepGroup(group: GroupRecord): Promise<void> {
    const { store, environment } = this.#dependencies;
    const days = group.retentionInDays ?? Infinity;
    const beforeMs = Math.max(0, Math.floor(environment.clock.nowMs()) - days * DAY_MS);
    let storedBytes = 0;
    for await (const stream of readRecords<StreamRecord>(store, streamsRange(group))) {
      if (this.#closed) return;
      const isExpired = (stream.firstEventMs ?? Infinity) < beforeMs;
      const swept = isExpired
        ? await this.#sweepStream({ ...group, streamName: stream.name }, beforeMs)
        : stream;
      storedBytes += swept?.storedBytes ?? 0;
    }
    if (storedBytes !== group.storedBytes) await this.#count(group, storedBytes);
  }

  /** Deletes the events before a time, a part at a time. Returns the stream as it is then. */
  async #sweepStream(
    reference: StreamReference,
    beforeMs: number,
  ): Promise<StreamRecord | undefined> {
    const { store } = this.#dependencies;
    const { start } = streamEventsRange(reference);
    for (;;) {
      const limit = SWEEP_EVENTS_MAX;
      const expired = await store.range({ start, end: eventKey(reference, beforeMs), limit });
      const bytes = expired.reduce((sum, { key, value }) => {
        return sum + eventBytes(decodeEvent(key, value));
      }, 0);
      const isDone = expired.length < limit;
      const deletes = expired.map(({ key }) => ({ type: 'delete', key }) as const);
      const key = streamKey(reference);
      const stream = await store.transact([key], ([value]) => {
        if (!value) return { writes: [], result: undefined };
        const record = decodeRecord<StreamRecord>(value);
        const storedBytes = Math.max(0, record.storedBytes - bytes);
        const changed = { ...record, storedBytes, ...(isDone && { firstEventMs: beforeMs }) };
        return { writes: [...deletes, putRecord(key, changed)], result: changed };
      });
      if (!stream || isDone || this.#closed) return stream;
    }
  }

  async #count(group: GroupRecord, storedBytes: number): Promise<void> {
    const key = groupKey(group);
    await this.#dependencies.store.transact([key], ([value]) => {
      if (!value) return { writes: [], result: undefined };
      const record = decodeRecord<GroupRecord>(value);
      return { writes: [putRecord(key, { ...record, storedBytes })], result: undefined };
    });
  }
}
