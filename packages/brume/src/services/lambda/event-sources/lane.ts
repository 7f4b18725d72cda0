/**
 * One reader of a shard, or of a part of its keys: gathers records, delivers them, and makes its
 * progress durable before it goes on. What was delivered after the last checkpoint is delivered again
 * after a crash, and nothing is left out.
 */
import type { Environment } from '../../../environment/environment.ts';
import { NO_STATE, type WindowEvent } from './batch-event.ts';
import type { Checkpoint, Checkpoints, WindowState } from './checkpoints.ts';
import type { Delivery } from './delivery.ts';
import type { SourceRecord, SourceShard } from './event-source.ts';
import {
  ENVELOPE_BYTES,
  LOOK_AGAIN_MS,
  READ_BYTES_MAX,
  READ_RECORDS_MAX,
  STATE_BYTES_MAX,
  WINDOW_GRACE_MS,
} from './limits.ts';
import { EVENT_BYTES_MAX } from '../limits.ts';
import type { MappingSettings } from './mapping-record.ts';
import type { Wake } from './wake.ts';

export interface LaneParts {
  readonly environment: Pick<Environment, 'clock'>;
  readonly shard: SourceShard;
  /** Which part of the keys. */
  readonly lane: number;
  readonly settings: MappingSettings;
  readonly eventSourceArn: string;
  readonly checkpoints: Checkpoints;
  readonly delivery: Delivery;
  readonly passes: (record: SourceRecord) => boolean;
  readonly wake: Wake;
  readonly stop: AbortSignal;
}

interface Batch {
  readonly records: readonly SourceRecord[];
  /** Nothing more will come into the open window. */
  readonly isWindowOver: boolean;
}

export class Lane {
  readonly #parts: LaneParts;
  /** Records that were read and not looked at yet; where to read on after them. */
  #read: SourceRecord[] = [];
  #next: string | undefined;
  #window: WindowState | undefined;
  /** Records looked at and left out since the last checkpoint. */
  #skipped = 0;

  constructor(parts: LaneParts) {
    const { checkpoints, shard, lane, settings } = parts;
    this.#parts = parts;
    const begun: Checkpoint = checkpoints.find(shard.id, lane) ?? { next: shard.start };
    this.#next = begun.next;
    this.#window = settings.TumblingWindowInSeconds > 0 ? begun.window : undefined;
  }

  /** Reads to the end of the shard, or until it is stopped. */
  async run(): Promise<void> {
    while (!this.#parts.stop.aborted) {
      const { records, isWindowOver } = await this.#gather();
      if (records.length > 0 && !(await this.#deliver(records))) return;
      if (isWindowOver && !(await this.#endWindow(false))) return;
      await this.#save(this.#position());
      if (this.#position() === undefined) return;
    }
  }

  /** Records for one invocation; none when there is something else to do first. */
  async #gather(): Promise<Batch> {
    const { settings, stop, wake } = this.#parts;
    const batch: SourceRecord[] = [];
    let bytes = ENVELOPE_BYTES + Buffer.byteLength(this.#window?.state ?? '');
    let dueMs: number | undefined;
    for (;;) {
      const record = this.#read[0] ?? (await this.#readOn());
      if (record !== undefined && !this.#isWanted(record)) {
        this.#read.shift();
        if (++this.#skipped < READ_RECORDS_MAX || batch.length > 0) continue;
        return { records: [], isWindowOver: false };
      }
      const isWindowOver = this.#isWindowOver(batch, record);
      if (isWindowOver) return { records: batch, isWindowOver };
      if (record === undefined) {
        const isEnd = this.#next === undefined;
        const waitMs = dueMs === undefined ? LOOK_AGAIN_MS : dueMs - this.#nowMs();
        if (isEnd || waitMs <= 0) return { records: batch, isWindowOver };
        await wake.wait(Math.min(waitMs, this.#untilWindowEndsMs(batch)), stop);
        if (stop.aborted) return this.#putBack(batch);
        continue;
      }
      bytes += Buffer.byteLength(record.json) + 1;
      if (bytes > EVENT_BYTES_MAX && batch.length > 0) return { records: batch, isWindowOver };
      dueMs ??= this.#nowMs() + settings.MaximumBatchingWindowInSeconds * 1000;
      batch.push(record);
      this.#read.shift();
      if (batch.length === settings.BatchSize) return { records: batch, isWindowOver };
    }
  }

  #putBack(batch: readonly SourceRecord[]): Batch {
    this.#read.unshift(...batch);
    return { records: [], isWindowOver: false };
  }

  async #readOn(): Promise<SourceRecord | undefined> {
    if (this.#next === undefined) return undefined;
    const limits = { records: READ_RECORDS_MAX, bytes: READ_BYTES_MAX };
    const page = await this.#parts.shard.read(this.#next, limits);
    this.#read = [...page.records];
    this.#next = page.next;
    return this.#read[0];
  }

  #isWanted(record: SourceRecord): boolean {
    const { settings, lane, passes } = this.#parts;
    return laneOf(record.key, settings.ParallelizationFactor) === lane && passes(record);
  }

  /** Where the lane stands: all before was delivered or left out. */
  #position(): string | undefined {
    return this.#read[0]?.position ?? this.#next;
  }

  async #save(next: string | undefined): Promise<void> {
    const { checkpoints, shard, lane } = this.#parts;
    if (checkpoints.find(shard.id, lane)?.next === next && next !== undefined) return;
    await checkpoints.save(shard.id, lane, { next, window: this.#window });
    this.#skipped = 0;
  }

  async #deliver(records: readonly SourceRecord[]): Promise<boolean> {
    const { checkpoints, shard, lane, settings } = this.#parts;
    const [first] = records;
    if (settings.TumblingWindowInSeconds > 0 && first !== undefined) {
      this.#window ??= { startMs: this.#windowStartMs(first), state: NO_STATE };
    }
    const window = this.#window;
    const at = (state: string) => window && { ...window, state };
    const state = await this.#parts.delivery.deliver(
      records,
      window && this.#windowEvent(window),
      (record, reached) =>
        checkpoints.save(shard.id, lane, { next: record.position, window: at(reached) }),
    );
    if (state === undefined) return false;
    this.#window = at(state);
    return Buffer.byteLength(state) <= STATE_BYTES_MAX || this.#endWindow(true);
  }

  /** The last invocation for a window, which has no records. False when it was stopped. */
  async #endWindow(isTerminatedEarly: boolean): Promise<boolean> {
    if (this.#window === undefined) return true;
    const event = { ...this.#windowEvent(this.#window), isFinal: true, isTerminatedEarly };
    const state = await this.#parts.delivery.deliver([], event, async () => {});
    if (state === undefined) return false;
    this.#window = undefined;
    const { checkpoints, shard, lane } = this.#parts;
    await checkpoints.save(shard.id, lane, { next: this.#position() });
    return true;
  }

  #windowEvent(window: WindowState): WindowEvent {
    const { shard, eventSourceArn } = this.#parts;
    const endMs = window.startMs + this.#windowMs();
    const isEnd = { isFinal: false, isTerminatedEarly: false };
    return { ...window, ...isEnd, endMs, shardId: shard.id, eventSourceArn };
  }

  #windowMs(): number {
    return this.#parts.settings.TumblingWindowInSeconds * 1000;
  }

  #windowStartMs({ arrivedMs }: SourceRecord): number {
    return arrivedMs - (arrivedMs % this.#windowMs());
  }

  /** The end of the window that is open, or that the batch opens. */
  #windowEndMs([first]: readonly SourceRecord[]): number | undefined {
    if (this.#windowMs() === 0) return undefined;
    const startMs = this.#window?.startMs ?? (first && this.#windowStartMs(first));
    return startMs === undefined ? undefined : startMs + this.#windowMs();
  }

  #isWindowOver(batch: readonly SourceRecord[], next: SourceRecord | undefined): boolean {
    const endMs = this.#windowEndMs(batch);
    if (endMs === undefined) return false;
    if (next !== undefined) return next.arrivedMs >= endMs;
    return this.#next === undefined || this.#untilWindowEndsMs(batch) <= 0;
  }

  #untilWindowEndsMs(batch: readonly SourceRecord[]): number {
    const endMs = this.#windowEndMs(batch);
    return endMs === undefined ? Infinity : endMs + WINDOW_GRACE_MS - this.#nowMs();
  }

  #nowMs(): number {
    return this.#parts.environment.clock.nowMs();
  }
}

/** Spreads keys over lanes, each key always to the same (FNV-1a). */
function laneOf(key: string, lanes: number): number {
  if (lanes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash % lanes;
}
