/**
 * The streams of the Logs API (2020-08-15) and the Telemetry API (2022-07-01): what an environment logs
 * and the platform tells of it, brought to the extensions that have subscribed, in batches. Batches wait
 * while the environment is frozen. Who falls behind loses records, and is told how many.
 */
import type { Clock, Timer, Timers } from '../../../environment/environment.ts';
import { TELEMETRY_WAITING_BATCHES_MAX } from '../limits.ts';

export type TelemetryType = 'platform' | 'function' | 'extension';

export interface TelemetrySubscription {
  readonly types: readonly TelemetryType[];
  /** Types of the platform's events that this API does not have. */
  readonly without: ReadonlySet<string>;
  /** Whether a line that is a JSON object is told as one. */
  readonly parsesJson: boolean;
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Brings a batch to the extension. Rejects when it was not taken. */
  readonly deliver: (records: readonly string[]) => Promise<void>;
}

interface TelemetryHost {
  readonly clock: Clock;
  readonly timers: Timers;
}

export class Telemetry {
  readonly #host: TelemetryHost;
  readonly #streams: Stream[] = [];
  /** What the platform has told before somebody could subscribe; kept while somebody may. */
  #early: { readonly type: string; readonly record: object }[] | undefined = [];

  constructor(host: TelemetryHost) {
    this.#host = host;
  }

  subscribe(subscription: TelemetrySubscription): void {
    const stream = new Stream(subscription, this.#host);
    this.#streams.push(stream);
    for (const { type, record } of this.#early ?? []) {
      if (stream.wants('platform', type)) stream.add(type, JSON.stringify(record));
    }
  }

  /** Nobody subscribes any more. */
  closeSubscriptions(): void {
    this.#early = undefined;
  }

  event(type: string, record: object): void {
    this.#early?.push({ type, record });
    for (const stream of this.#streams) {
      if (stream.wants('platform', type)) stream.add(type, JSON.stringify(record));
    }
  }

  line(source: 'function' | 'extension', message: string): void {
    for (const stream of this.#streams) {
      if (stream.wants(source, source)) stream.add(source, stream.recordOf(message));
    }
  }

  /** The environment is frozen, or goes on. */
  hold(isHeld: boolean): void {
    for (const stream of this.#streams) stream.hold(isHeld);
  }

  /** Delivers what waits. Resolves when it is delivered or lost. */
  async flush(): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.flush()));
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
  }
}

interface Dropped {
  records: number;
  bytes: number;
}

class Stream {
  readonly #subscription: TelemetrySubscription;
  readonly #host: TelemetryHost;
  #records: string[] = [];
  #bytes = 0;
  #dropped: Dropped = { records: 0, bytes: 0 };
  #timer: Timer | undefined;
  #delivery: Promise<void> | undefined;
  #isHeld = false;
  #closed = false;

  constructor(subscription: TelemetrySubscription, host: TelemetryHost) {
    this.#subscription = subscription;
    this.#host = host;
  }

  wants(type: TelemetryType, event: string): boolean {
    return this.#subscription.types.includes(type) && !this.#subscription.without.has(event);
  }

  /** As JSON. An object stays as it was written: it may nest deeper than could be written again. */
  recordOf(message: string): string {
    const line = message.replace(/\n$/, '');
    if (!this.#subscription.parsesJson || !line.startsWith('{')) return JSON.stringify(line);
    try {
      JSON.parse(line);
      // Between records there are line feeds; within JSON they mean nothing.
      return line.replaceAll('\n', ' ');
    } catch {
      return JSON.stringify(line);
    }
  }

  /** `record` is JSON. */
  add(type: string, record: string): void {
    const time = new Date(this.#host.clock.nowMs()).toISOString();
    const text = `{"time":"${time}","type":${JSON.stringify(type)},"record":${record}}`;
    const bytes = Buffer.byteLength(text);
    const { maxItems, maxBytes, timeoutMs } = this.#subscription;
    if (
      this.#records.length >= maxItems * TELEMETRY_WAITING_BATCHES_MAX ||
      this.#bytes + bytes > maxBytes * TELEMETRY_WAITING_BATCHES_MAX
    ) {
      this.#dropped.records++;
      this.#dropped.bytes += bytes;
      return;
    }
    this.#records.push(text);
    this.#bytes += bytes;
    if (this.#records.length >= maxItems || this.#bytes >= maxBytes) this.#deliverSoon();
    else this.#timer ??= this.#host.timers.after(timeoutMs, () => this.#due());
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld && this.#records.length > 0) this.#timer ??= this.#after();
  }

  async flush(): Promise<void> {
    this.#isHeld = false;
    await this.#delivery;
    await this.#deliver();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #after(): Timer {
    return this.#host.timers.after(this.#subscription.timeoutMs, () => this.#due());
  }

  #due(): void {
    this.#timer = undefined;
    this.#deliverSoon();
  }

  #deliverSoon(): void {
    if (this.#isHeld || this.#closed || this.#delivery) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#delivery = this.#deliver().finally(() => {
      this.#delivery = undefined;
      if (this.#records.length > 0 && !this.#isHeld && !this.#closed) this.#timer ??= this.#after();
    });
  }

  async #deliver(): Promise<void> {
    while (this.#records.length > 0 && !this.#isHeld) {
      const { batch, bytes } = this.#takeBatch();
      const dropped = this.#dropped;
      this.#dropped = { records: 0, bytes: 0 };
      try {
        await this.#subscription.deliver([...this.#tellDropped(dropped), ...batch]);
      } catch {
        // What was not taken is lost, which the next batch says.
        this.#dropped.records += dropped.records + batch.length;
        this.#dropped.bytes += dropped.bytes + bytes;
        return;
      }
    }
  }

  #takeBatch(): { readonly batch: string[]; readonly bytes: number } {
    const { maxItems, maxBytes } = this.#subscription;
    let [count, bytes] = [0, 0];
    for (const text of this.#records) {
      const textBytes = Buffer.byteLength(text);
      if (count === maxItems || (count > 0 && bytes + textBytes > maxBytes)) break;
      count++;
      bytes += textBytes;
    }
    this.#bytes -= bytes;
    return { batch: this.#records.splice(0, count), bytes };
  }

  #tellDropped({ records: droppedRecords, bytes: droppedBytes }: Dropped): string[] {
    if (droppedRecords === 0) return [];
    const reason =
      'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.';
    const record = { reason, droppedRecords, droppedBytes };
    const time = new Date(this.#host.clock.nowMs()).toISOString();
    return [JSON.stringify({ time, type: 'platform.logsDropped', record })];
  }
}
