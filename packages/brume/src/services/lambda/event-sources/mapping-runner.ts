/** Reads the shards of one mapping, parents before their children, until it is stopped. */
import type { Environment } from '../../../environment/environment.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { InvokeResult } from '../port.ts';
import { Checkpoints } from './checkpoints.ts';
import { Delivery } from './delivery.ts';
import type { SourceRecord, SourceShard, StreamSource } from './event-source.ts';
import { failureRecord } from './failure-record.ts';
import { Lane } from './lane.ts';
import { BACKOFF_MAX_MS, LOOK_AGAIN_MS } from './limits.ts';
import type { MappingRecord } from './mapping-record.ts';
import { compileFilter } from './record-filter.ts';
import { pause, Wake } from './wake.ts';

export interface RunnerParts {
  readonly mapping: MappingRecord;
  readonly source: StreamSource;
  readonly store: OrderedStore;
  readonly environment: Pick<Environment, 'clock' | 'timers' | 'random'>;
  readonly log: Logger;
  readonly invoke: (event: Uint8Array, requestId: string) => Promise<InvokeResult>;
  readonly noted: (problem: string | undefined) => void;
}

/** Resolves with `gone` when there is no such stream any more. */
export async function runMapping(parts: RunnerParts, stop: AbortSignal): Promise<'gone' | void> {
  const { environment, log, mapping } = parts;
  while (!stop.aborted) {
    const run = new Run(parts, stop);
    try {
      return await run.follow();
    } catch (error) {
      // The store did not answer, or we are wrong: all goes on from the last checkpoints.
      log.log('error', 'An event source mapping begins anew', {
        mapping: mapping.uuid,
        error: error instanceof Error ? error.stack : String(error),
      });
      await pause(environment.timers, BACKOFF_MAX_MS, stop);
    }
  }
}

class Run {
  readonly #parts: RunnerParts;
  readonly #checkpoints: Checkpoints;
  readonly #passes: (record: SourceRecord) => boolean;
  /** Ends this run alone. */
  readonly #end = new AbortController();
  readonly #stop: AbortSignal;
  /** By shard; the end of all its lanes. */
  readonly #reading = new Map<string, Promise<void>>();
  readonly #laneWakes = new Set<Wake>();
  readonly #news: Wake;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: RunnerParts, stop: AbortSignal) {
    const { mapping, store, environment } = parts;
    const { ParallelizationFactor, FilterCriteria } = mapping.settings;
    this.#parts = parts;
    this.#checkpoints = new Checkpoints(store, mapping.uuid, ParallelizationFactor);
    this.#passes = compileFilter(FilterCriteria);
    this.#stop = AbortSignal.any([stop, this.#end.signal]);
    this.#news = new Wake(environment.timers);
  }

  async follow(): Promise<'gone' | void> {
    const { source, mapping } = this.#parts;
    const unsubscribe = source.subscribe(() => this.#wakeLanes());
    try {
      await this.#checkpoints.load();
      while (!this.#stop.aborted) {
        const shards = await source.shards(mapping.after);
        if (shards === undefined) return 'gone';
        await this.#checkpoints.keepOnly(new Set(shards.map(({ id }) => id)));
        this.#readWhatIsReady(shards);
        await this.#news.wait(LOOK_AGAIN_MS, this.#stop);
        if (this.#failure) throw this.#failure.error;
      }
    } finally {
      unsubscribe();
      this.#end.abort();
      await Promise.all(this.#reading.values());
    }
  }

  #wakeLanes(): void {
    for (const wake of this.#laneWakes) wake.now();
    // Nobody reads: perhaps there is a first shard.
    if (this.#reading.size === 0) this.#news.now();
  }

  #readWhatIsReady(shards: readonly SourceShard[]): void {
    const waiting = new Set(
      shards.map(({ id }) => id).filter((id) => !this.#checkpoints.isDone(id)),
    );
    for (const shard of shards) {
      const isReady = shard.parentId === undefined || !waiting.has(shard.parentId);
      if (!isReady || !waiting.has(shard.id) || this.#reading.has(shard.id)) continue;
      const lanes = Array.from({ length: this.#parts.mapping.settings.ParallelizationFactor });
      const reading = Promise.all(lanes.map((_, lane) => this.#readLane(shard, lane)));
      this.#reading.set(
        shard.id,
        reading.then(() => this.#shardRead(shard.id)),
      );
    }
  }

  #shardRead(shardId: string): void {
    this.#reading.delete(shardId);
    this.#news.now();
  }

  async #readLane(shard: SourceShard, lane: number): Promise<void> {
    const { environment, mapping, source, invoke, noted } = this.#parts;
    const { settings, eventSourceArn } = mapping;
    const { retentionMs } = source;
    const wake = new Wake(environment.timers);
    const stop = this.#stop;
    const discarded = this.#discarded(shard.id);
    const from = { environment, settings, stop };
    const delivery = new Delivery({ ...from, retentionMs, invoke, noted, discarded });
    const checkpoints = this.#checkpoints;
    const passes = this.#passes;
    const parts = { ...from, shard, lane, eventSourceArn, checkpoints, delivery, passes, wake };
    this.#laneWakes.add(wake);
    try {
      await new Lane(parts).run();
    } catch (error) {
      this.#failure ??= { error };
      this.#news.now();
    } finally {
      this.#laneWakes.delete(wake);
    }
  }

  /** There is nothing yet that a destination could be: what would be sent there is logged. */
  #discarded(shardId: string): ConstructorParameters<typeof Delivery>[0]['discarded'] {
    const { mapping, source, environment, log } = this.#parts;
    return (records, failure) => {
      const nowMs = environment.clock.nowMs();
      const batch = { records, shardId, mapping, batchInfoName: source.batchInfoName, nowMs };
      log.log('warn', 'Records of an event source are given up', {
        mapping: mapping.uuid,
        destination: mapping.settings.DestinationConfig.OnFailure.Destination,
        failure: JSON.stringify(failureRecord(batch, failure)),
      });
    };
  }
}
