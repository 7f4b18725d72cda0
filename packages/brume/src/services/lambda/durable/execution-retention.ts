/** Executions are forgotten when they have ended and their retention is over. */
import type { Environment, Timer } from '../../../environment/environment.ts';
import type { Entry, OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { decodeRecord } from '../function-record.ts';
import {
  allExecutions,
  eventsRange,
  operationsRange,
  startKey,
  type ExecutionRecord,
} from './execution-record.ts';
import { RETENTION_LOOK_MS } from './limits.ts';

const DAY_MS = 86_400_000;

export interface RetentionDependencies {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'timers'>;
  readonly log: Logger;
}

export class ExecutionRetention {
  readonly #dependencies: RetentionDependencies;
  #timer: Timer | undefined;
  #closed = false;

  constructor(dependencies: RetentionDependencies) {
    this.#dependencies = dependencies;
  }

  /** Looks for what is over, now and once an hour. */
  open(): void {
    void this.#look().finally(() => {
      if (this.#closed) return;
      const { timers } = this.#dependencies.environment;
      this.#timer = timers.after(RETENTION_LOOK_MS, () => this.open());
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const { store, log } = this.#dependencies;
    try {
      for await (const entry of allExecutions(store)) {
        if (this.#closed) return;
        await this.#forgetIfOver(entry);
      }
    } catch (error) {
      log.log('warn', 'Durable executions could not be cleared', { error: String(error) });
    }
  }

  async #forgetIfOver({ key, value }: Entry): Promise<void> {
    const { store, environment } = this.#dependencies;
    const record = decodeRecord<ExecutionRecord>(value);
    const { id, endMs, retentionDays } = record;
    if (endMs === undefined || environment.clock.nowMs() < endMs + retentionDays * DAY_MS) return;
    await store.transact([], () => ({
      writes: [
        { type: 'delete', key },
        { type: 'delete', key: startKey(record) },
        { type: 'delete-range', ...operationsRange(id) },
        { type: 'delete-range', ...eventsRange(id) },
      ],
      result: undefined,
    }));
  }
}
