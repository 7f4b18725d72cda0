/**
 * How much do the storage engines cost beside the least that could do the job? Both are compared with
 * a bare append + fdatasync (the least that is durable) and a bare Map (the least that answers).
 *
 *     node bench/storage.ts [seconds per measurement] [rounds]
 *
 * One JSON line per engine and operation: medians of the rounds, in which all engines take turns.
 * `put64` and `cas64`: 64 callers, each waiting for its acknowledgement; `cas` reads, checks, writes.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskFile } from '../packages/brume/src/environment/disk.ts';
import { nodeEnvironment } from '../packages/brume/src/environment/node.ts';
import { createMemoryStore } from '../packages/brume/src/storage/memory/memory-store.ts';
import type { OrderedStore } from '../packages/brume/src/storage/ordered-store.ts';
import { createSqliteStore } from '../packages/brume/src/storage/sqlite/sqlite-store.ts';

const [seconds = 0.5, rounds = 3] = process.argv.slice(2).map(Number);
const CALLERS = 64;
const ITEMS = 100_000;
const ITEMS_PER_PARTITION = 100;
const VALUE_BYTES = 500;
const environment = nodeEnvironment();

/** What is measured of each contender. */
interface Contender {
  readonly name: string;
  put(key: Buffer, value: Buffer): Promise<unknown>;
  get(key: Buffer): Promise<unknown>;
  /** Writes if the value read is as expected: there. */
  cas(key: Buffer, value: Buffer): Promise<unknown>;
  range?(start: Buffer, end: Buffer): Promise<unknown>;
  close(): Promise<unknown>;
}

const keys = Array.from({ length: ITEMS }, (_, index) => keyOf(index));
const partitionEnd = Buffer.alloc(8, 0xff);

/** As DynamoDB's: a hashed partition, then the place within it. */
function keyOf(index: number): Buffer {
  const partition = `partition ${Math.floor(index / ITEMS_PER_PARTITION)}`;
  const key = Buffer.alloc(24);
  createHash('md5').update(partition).digest().copy(key);
  key.writeUInt32BE(index % ITEMS_PER_PARTITION, 16);
  return key;
}

function changedValue(): Buffer {
  const value = Buffer.alloc(VALUE_BYTES, 0x61);
  value.writeDoubleLE(Math.random());
  return value;
}

function anyKey(): Buffer {
  return keys[Math.floor(Math.random() * ITEMS)] as Buffer;
}

function mapContender(): Contender {
  const entries = new Map<string, Buffer>();
  const put = async (key: Buffer, value: Buffer) => entries.set(key.toString('latin1'), value);
  const get = async (key: Buffer) => entries.get(key.toString('latin1'));
  const cas = async (key: Buffer, value: Buffer) => {
    const text = key.toString('latin1');
    if (entries.has(text)) entries.set(text, value);
  };
  return { name: 'map', put, get, cas, close: async () => {} };
}

function appendContender(file: DiskFile): Contender {
  const map = mapContender();
  let position = 0;
  let waiting: { key: Buffer; value: Buffer; resolve: () => void }[] = [];
  let running = false;
  const flush = async () => {
    running = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const bytes = Buffer.concat(group.flatMap(({ key, value }) => [key, value]));
      await file.write(bytes, position);
      position += bytes.length;
      await file.sync();
      for (const { resolve } of group) resolve();
    }
    running = false;
  };
  const append = (key: Buffer, value: Buffer) =>
    new Promise<void>((resolve) => {
      waiting.push({ key, value, resolve });
      if (!running) environment.timers.nextTurn(() => void (running || flush()));
    });
  return {
    ...map,
    name: 'append',
    async put(key, value) {
      await append(key, value);
      await map.put(key, value);
    },
    async cas(key, value) {
      await append(key, value);
      await map.cas(key, value);
    },
    close: () => file.close(),
  };
}

function storeContender(name: string, store: OrderedStore): Contender {
  const write = (key: Buffer, value: Buffer) => ({
    writes: [{ type: 'put' as const, key, value }],
    result: undefined,
  });
  return {
    name,
    put: (key, value) => store.transact([], () => write(key, value)),
    get: (key) => store.get(key),
    cas: (key, value) =>
      store.transact([key], ([found]) => {
        return found === undefined ? { writes: [], result: undefined } : write(key, value);
      }),
    range: (start, end) => store.range({ start, end, limit: 100, bytesMax: 1_000_000 }),
    close: () => store.close(),
  };
}

interface Measurement {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Operation = (contender: Contender) => Promise<unknown>;

const OPERATIONS: readonly { name: string; callers: number; run: Operation }[] = [
  { name: 'put64', callers: CALLERS, run: (contender) => contender.put(anyKey(), changedValue()) },
  { name: 'cas64', callers: CALLERS, run: (contender) => contender.cas(anyKey(), changedValue()) },
  { name: 'get', callers: 1, run: (contender) => contender.get(anyKey()) },
  { name: 'range100', callers: 1, run: rangeOfPartition },
];

function rangeOfPartition(contender: Contender): Promise<unknown> {
  const partition = anyKey().subarray(0, 16);
  return (
    contender.range?.(partition, Buffer.concat([partition, partitionEnd])) ?? Promise.resolve()
  );
}

async function measure(callers: number, run: () => Promise<unknown>): Promise<Measurement> {
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  const caller = async () => {
    for (let now = performance.now(); now < end;) {
      await run();
      const after = performance.now();
      latencies.push(after - now);
      now = after;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsedMs = performance.now() - start;
  const cpu = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    perSecond: (latencies.length / elapsedMs) * 1000,
    cpuMicroseconds: (cpu.user + cpu.system) / latencies.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function report(engine: string, operation: string, measured: readonly Measurement[]): void {
  const of = (field: keyof Measurement) =>
    Number(median(measured.map((m) => m[field])).toPrecision(3));
  console.log(
    JSON.stringify({
      bench: 'storage',
      engine,
      operation,
      perSecond: of('perSecond'),
      cpuMicroseconds: of('cpuMicroseconds'),
      p50Ms: of('p50Ms'),
      p99Ms: of('p99Ms'),
    }),
  );
}

async function load(contender: Contender): Promise<void> {
  for (let start = 0; start < ITEMS; start += 5000) {
    const some = keys.slice(start, start + 5000);
    await Promise.all(some.map((key) => contender.put(key, changedValue())));
  }
}

// Beside this file: the system's folder for temporary files may be in memory.
const folder = await mkdtemp(join(import.meta.dirname, '.storage-'));
try {
  const disk = environment.disk;
  const path = join(folder, 'bench.sqlite');
  const log = { log: (_: string, message: string) => console.error(message) };
  const contenders = [
    mapContender(),
    appendContender(await disk.open(join(folder, 'append'), { create: true })),
    storeContender('memory', createMemoryStore()),
    storeContender('sqlite', await createSqliteStore({ path, environment, log })),
  ];
  for (const contender of contenders) await load(contender);
  for (const { name, callers, run } of OPERATIONS) {
    const measured = new Map(contenders.map((contender) => [contender, [] as Measurement[]]));
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        if (name === 'range100' && contender.range === undefined) continue;
        measured.get(contender)?.push(await measure(callers, () => run(contender)));
      }
    }
    for (const [contender, some] of measured)
      if (some.length > 0) report(contender.name, name, some);
  }
  for (const contender of contenders) await contender.close();
} finally {
  await rm(folder, { recursive: true });
}
