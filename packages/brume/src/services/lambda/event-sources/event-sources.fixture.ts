/** The engine in a simulation: virtual time, a stream in memory, a function that is a callback. */
import assert from 'node:assert/strict';
import { Simulation } from '../../../environment/simulated.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import type { InvokeResult } from '../port.ts';
import type { SourceRecord, StreamSource } from './event-source.ts';
import { EventSources } from './event-sources.ts';
import { mappingKey, type MappingRecord, type MappingSettings } from './mapping-record.ts';
import { changeSettings } from './mapping-settings.ts';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:111111111111:table/t/stream/s';

/** What an element of `Records` says in these tests. */
export interface TestRecord {
  readonly key: string;
  readonly n: number;
  readonly text?: string;
}

export interface TestEvent {
  readonly Records: readonly TestRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: { readonly sum?: number };
  readonly shardId?: string;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

/** What the function returns; an error it throws is a failure of the function. */
export type TestFunction = (event: TestEvent, call: number) => unknown;

interface FakeShard {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly start: string;
  readonly records: SourceRecord[];
  isClosed: boolean;
}

const positionOf = (number: number) => String(number).padStart(12, '0');

export class FakeStream implements StreamSource {
  readonly retentionMs = 24 * 3_600_000;
  readonly batchInfoName = 'DDBStreamBatchInfo';
  isGone = false;
  readonly #clock: Simulation['clock'];
  readonly #shards: FakeShard[] = [];
  readonly #listeners = new Set<() => void>();
  #count = 0;

  constructor(clock: Simulation['clock']) {
    this.#clock = clock;
    this.open('0');
  }

  open(id: string, parentId?: string): void {
    const start = positionOf(this.#count);
    this.#shards.push({ id, parentId, start, records: [], isClosed: false });
  }

  /** Adds records to a shard, each with the next number; its `itemIdentifier` is `r` and the number. */
  put(keys: readonly string[], { shard = '0', text = '', ageMs = 0 } = {}): void {
    for (const key of keys) {
      const n = this.#count++;
      this.#find(shard).records.push({
        position: positionOf(n),
        id: `r${n}`,
        arrivedMs: this.#clock.nowMs() - ageMs,
        key,
        json: JSON.stringify({ key, n, ...(text !== '' && { text }) }),
      });
    }
    this.#notify();
  }

  close(shard: string): void {
    this.#find(shard).isClosed = true;
    this.#notify();
  }

  async latest(): Promise<string> {
    return positionOf(this.#count);
  }

  async shards(after = '') {
    if (this.isGone) return undefined;
    return this.#shards.map((shard) => ({
      id: shard.id,
      parentId: shard.parentId,
      start: after > shard.start ? after : shard.start,
      read: async (from: string, limits: { records: number }) => {
        const left = shard.records.filter(({ position }) => position >= from);
        const records = left.slice(0, limits.records);
        const isEnd = shard.isClosed && records.length === left.length;
        const last = records.at(-1);
        const next = last === undefined ? from : positionOf(Number(last.position) + 1);
        return { records, next: isEnd ? undefined : next };
      },
    }));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #find(id: string): FakeShard {
    const shard = this.#shards.find((one) => one.id === id);
    assert.ok(shard, `no shard ${id}`);
    return shard;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Thrown by a function's callback to stand for an invocation that could not be made. */
export class NotInvoked extends Error {}

export class World {
  readonly simulation: Simulation;
  readonly stream: FakeStream;
  readonly store: OrderedStore = createMemoryStore();
  readonly events: TestEvent[] = [];
  /** Milliseconds since the start, of each invocation. */
  readonly times: number[] = [];
  readonly discarded: { readonly [member: string]: unknown }[] = [];
  readonly mapping: MappingRecord;
  behave: TestFunction;
  #sources: EventSources;

  constructor(
    settings: Partial<MappingSettings> = {},
    behave: TestFunction = () => ({}),
    seed = 1,
  ) {
    this.simulation = new Simulation(seed);
    this.stream = new FakeStream(this.simulation.clock);
    this.behave = behave;
    this.mapping = {
      uuid: 'mapping',
      accountId: '111111111111',
      region: 'us-east-1',
      functionArn: 'arn:aws:lambda:us-east-1:111111111111:function:f',
      eventSourceArn: STREAM_ARN,
      state: 'Creating',
      enabled: true,
      startingPosition: 'TRIM_HORIZON',
      settings: changeSettings(settings),
      tags: {},
      lastModifiedMs: 0,
      lastProcessingResult: 'No records processed',
      stateTransitionReason: 'User action',
    };
    this.#sources = this.#engine();
  }

  /** Keeps the mapping, perhaps changed, and has the engine follow. */
  async map(change: Partial<MappingRecord> = {}): Promise<void> {
    const record = { ...this.mapping, ...change };
    await this.store.transact([], () => ({
      writes: [putRecord(mappingKey(record), record)],
      result: undefined,
    }));
    this.#sources.changed(record);
  }

  /** As if the process had been killed: the old engine does nothing more, a new one takes over. */
  restart(): void {
    void this.#sources.close();
    this.#sources = this.#engine();
    this.#sources.open();
  }

  close(): Promise<void> {
    return this.#sources.close();
  }

  async record(): Promise<MappingRecord | undefined> {
    const value = await this.store.get(mappingKey(this.mapping));
    return value && decodeRecord<MappingRecord>(value);
  }

  /** Lets time pass until something holds, or fails after a day. */
  async until(condition: () => boolean | Promise<boolean>, maxMs = 86_400_000): Promise<void> {
    const { timers } = this.simulation;
    const endMs = this.simulation.elapsedMs + maxMs;
    const waiting = async () => {
      while (!(await condition())) {
        assert.ok(this.simulation.elapsedMs < endMs, 'it did not happen');
        await new Promise<void>((resolve) => timers.after(50, resolve));
      }
    };
    await this.simulation.run(waiting());
  }

  async pass(ms: number): Promise<void> {
    const { timers } = this.simulation;
    await this.simulation.run(new Promise<void>((resolve) => timers.after(ms, resolve)));
  }

  /** The numbers of the records of each invocation. */
  get batches(): number[][] {
    return this.events.map(({ Records }) => Records.map(({ n }) => n));
  }

  #engine(): EventSources {
    const { clock, timers, prng } = this.simulation;
    return new EventSources({
      store: this.store,
      environment: { clock, timers, random: prng.fork() },
      log: { log: (level, message, fields) => this.#logged(level, message, fields) },
      sourceOf: async () => this.stream,
      invoke: (_mapping, payload) => this.#invoke(payload),
    });
  }

  async #invoke(payload: Uint8Array): Promise<InvokeResult> {
    const event: TestEvent = JSON.parse(Buffer.from(payload).toString());
    this.events.push(event);
    this.times.push(this.simulation.elapsedMs);
    const result = { statusCode: 200, executedVersion: '$LATEST', logTail: '' };
    try {
      const answer: unknown = await this.behave(event, this.events.length);
      const text = answer === undefined ? 'null' : JSON.stringify(answer);
      return { ...result, functionError: undefined, payload: Buffer.from(text) };
    } catch (error) {
      if (error instanceof NotInvoked) throw error;
      return { ...result, functionError: 'Unhandled', payload: Buffer.from('{}') };
    }
  }

  #logged(level: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    assert.notEqual(level, 'error', `${message}: ${JSON.stringify(fields)}`);
    if (message !== 'Records of an event source are given up') return;
    this.discarded.push(JSON.parse(String(fields['failure'])));
  }
}
