/**
 * The engine of event source mappings: follows what is kept of them, and runs those that are enabled.
 * It alone takes mappings out of the states that pass; a mapping never has two readers at a time.
 */
import type { Environment } from '../../../environment/environment.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { decodeEntries, decodeRecord, putRecord } from '../function-record.ts';
import type { InvokeResult } from '../port.ts';
import { checkpointsRange } from './checkpoints.ts';
import type { StreamSource } from './event-source.ts';
import { MAPPINGS_MAX } from './limits.ts';
import { isSettled, mappingKey, MAPPINGS, pairKey, type MappingRecord } from './mapping-record.ts';
import { runMapping } from './mapping-runner.ts';

export interface EventSourcesParts {
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'timers' | 'random'>;
  readonly log: Logger;
  readonly sourceOf: (arn: string) => Promise<StreamSource>;
  readonly invoke: (
    mapping: MappingRecord,
    event: Uint8Array,
    requestId: string,
  ) => Promise<InvokeResult>;
}

interface Runner {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class EventSources {
  readonly #parts: EventSourcesParts;
  readonly #runners = new Map<string, Runner>();
  /** By UUID; each mapping's steps follow one another. */
  readonly #steps = new Map<string, Promise<void>>();
  #closed = false;

  constructor(parts: EventSourcesParts) {
    this.#parts = parts;
  }

  sourceOf(arn: string): Promise<StreamSource> {
    return this.#parts.sourceOf(arn);
  }

  /** Runs what an earlier start has left. */
  open(): void {
    const range = { ...prefixRange(MAPPINGS), limit: MAPPINGS_MAX };
    const opened = this.#parts.store.range(range).then((entries) => {
      for (const record of decodeEntries<MappingRecord>(entries)) this.changed(record);
    });
    void opened.catch((error: unknown) => this.#failed('Event source mappings do not run', error));
  }

  /** Takes up a mapping that was created, changed, or is to be deleted. */
  changed(record: MappingRecord): void {
    const { uuid } = record;
    const before = this.#steps.get(uuid) ?? Promise.resolve();
    const step = before
      .then(async () => this.#settle(record))
      .catch((error: unknown) => {
        this.#failed('An event source mapping stays as it is until the next start', error, uuid);
      });
    const done = step.finally(() => {
      if (this.#steps.get(uuid) === done) this.#steps.delete(uuid);
    });
    this.#steps.set(uuid, done);
  }

  /** Ends all readers; the invocations that they wait for have to end. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#runners.values()) stop.abort();
    await Promise.all(this.#steps.values());
    await Promise.all([...this.#runners.values()].map(({ ended }) => ended));
  }

  async #settle(name: MappingRecord): Promise<void> {
    if (this.#closed) return;
    await this.#stop(name.uuid);
    const settled = await this.#change(name, (record) => {
      if (isSettled(record) || record.state === 'Deleting') return record;
      return { ...record, state: record.enabled ? 'Enabled' : 'Disabled' };
    });
    if (settled === undefined) return;
    if (settled.state === 'Deleting') return this.#remove(settled);
    if (settled.state === 'Enabled') await this.#start(settled);
  }

  async #remove(record: MappingRecord): Promise<void> {
    await this.#parts.store.transact([], () => ({
      writes: [
        { type: 'delete', key: mappingKey(record) },
        { type: 'delete', key: pairKey(record) },
        { type: 'delete-range', ...checkpointsRange(record.uuid) },
      ],
      result: undefined,
    }));
  }

  async #start(mapping: MappingRecord): Promise<void> {
    const { store, environment, log, invoke } = this.#parts;
    const source = await this.#parts.sourceOf(mapping.eventSourceArn);
    if (this.#closed) return;
    const stop = new AbortController();
    const results = new Results(mapping.lastProcessingResult, async (result) => {
      await this.#change(mapping, (record) => ({ ...record, lastProcessingResult: result }));
    });
    const running = runMapping(
      {
        mapping,
        source,
        store,
        environment,
        log,
        invoke: (event, requestId) => invoke(mapping, event, requestId),
        noted: (problem) => {
          if (!results.note(problem) || problem === undefined) return;
          log.log('warn', 'An event source waits', { mapping: mapping.uuid, problem });
        },
      },
      stop.signal,
    );
    const ended = running
      .then(async (end) => {
        await results.told();
        if (end === 'gone') await this.#disable(mapping);
      })
      .catch((error: unknown) => this.#failed('An event source has ended', error, mapping.uuid));
    this.#runners.set(mapping.uuid, { stop, ended });
  }

  async #stop(uuid: string): Promise<void> {
    const runner = this.#runners.get(uuid);
    runner?.stop.abort();
    await runner?.ended;
    this.#runners.delete(uuid);
  }

  /** The stream is gone: what AWS says then is not known; the words are Brume's own. */
  async #disable(mapping: MappingRecord): Promise<void> {
    await this.#change(mapping, (record) => {
      if (record.state !== 'Enabled') return record;
      const stateTransitionReason = `Stream not found: ${record.eventSourceArn}`;
      return { ...record, enabled: false, state: 'Disabled', stateTransitionReason };
    });
  }

  /** Undefined when there is no such mapping. */
  async #change(
    name: MappingRecord,
    change: (record: MappingRecord) => MappingRecord,
  ): Promise<MappingRecord | undefined> {
    const key = mappingKey(name);
    return this.#parts.store.transact([key], ([value]) => {
      if (value === undefined) return { writes: [], result: undefined };
      const record = decodeRecord<MappingRecord>(value);
      const changed = change(record);
      return { writes: changed === record ? [] : [putRecord(key, changed)], result: changed };
    });
  }

  #failed(message: string, error: unknown, mapping?: string): void {
    this.#parts.log.log('error', message, { mapping, error: String(error) });
  }
}

/** What `LastProcessingResult` says, written when it changes. */
class Results {
  readonly #write: (result: string) => Promise<void>;
  #last: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(last: string, write: (result: string) => Promise<void>) {
    this.#last = last;
    this.#write = write;
  }

  /** Whether that is new. */
  note(problem: string | undefined): boolean {
    const result = problem === undefined ? 'OK' : `PROBLEM: ${problem}`;
    if (result === this.#last) return false;
    this.#last = result;
    this.#writing = this.#writing.then(() => this.#write(result));
    // Whoever waits for the end is told; until then it has to be nobody's unhandled rejection.
    this.#writing.catch(() => {});
    return true;
  }

  async told(): Promise<void> {
    await this.#writing;
  }
}
