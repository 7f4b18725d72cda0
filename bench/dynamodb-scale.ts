/**
 * What do many items cost? Stores of 10⁴, 10⁵, 10⁶ … items of 500 bytes, each durable and with a process of
 * its own: what a request costs with 64 in flight, measured in turn; how long one takes alone; how
 * much memory the process holds; and how soon a new one answers. BRUME_BENCH_ITEMS says up to how many
 * items: a million unless it says more.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { callDynamoDB, createTable, dynamodbHeaders } from './dynamodb-requests.ts';
import { requestBytes, runLoad } from './http-load.ts';
import { median, report, residentMegabytes } from './measure.ts';
import { startBrume } from './servers.ts';
import type { Server } from './servers.ts';

const ITEMS_MAX = Number(process.env['BRUME_BENCH_ITEMS'] ?? 1_000_000);
const ITEMS_FIRST = 10_000;
const TABLE = 'Scale';
const ITEM_BYTES = 500;
const PER_PARTITION = 10;
/** More than fit a page of 1 MB. */
const PAGE_ITEMS = 2500;
const BATCH = 25;
const LANES = 16;
const POOL = 20_000;
const ROUNDS = 3;
const SECONDS = 2;
const STARTS = 5;

const keyOf = (at: number) => ({
  pk: { S: `customer-${Math.floor(at / PER_PARTITION)}` },
  sk: { S: `order-${at % PER_PARTITION}` },
});

/** `version` changes the bytes: the store skips what stays as it is. */
function itemOf(key: ReturnType<typeof keyOf>, version: number) {
  const item = { ...key, n: { N: '0' }, body: { S: String(version) } };
  const named = Object.entries(item).map(([name, value]) => name + Object.values(value).join());
  item.body.S = item.body.S.padEnd(ITEM_BYTES - named.join('').length, '.');
  return item;
}

const random = (count: number) => Math.floor(Math.random() * count);

const INPUTS: Readonly<Record<string, (items: number, version: number) => unknown>> = {
  GetItem: (items) => ({ TableName: TABLE, Key: keyOf(random(items)) }),
  PutItem: (items, version) => ({ TableName: TABLE, Item: itemOf(keyOf(random(items)), version) }),
  UpdateItem: (items) => ({
    TableName: TABLE,
    Key: keyOf(random(items)),
    UpdateExpression: 'SET n = n + :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }),
  Query: (items) => ({
    TableName: TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': keyOf(random(items)).pk },
  }),
};

/** A store of so many items, and the server that serves it. */
interface Store {
  readonly items: number;
  readonly folder: string;
  server: Server;
}

async function main(): Promise<void> {
  const parent = await mkdtemp(path.join(process.cwd(), '.bench-'));
  const stores: Store[] = [];
  try {
    for (let items = ITEMS_FIRST; items <= ITEMS_MAX; items *= 10) {
      const folder = path.join(parent, String(items));
      const store = { items, folder, server: await startBrume({ dataFolder: folder }) };
      stores.push(store);
      await fill(store.server, items);
    }
    for (const name of Object.keys(INPUTS)) await measureCosts(name, stores);
    for (const store of stores) {
      await measureAlone(store);
      await reportMemory(store, 'resident after all this');
      await reopen(store);
    }
  } finally {
    await Promise.all(stores.map(({ server }) => server.stop()));
    await rm(parent, { recursive: true });
  }
}

async function fill(server: Server, items: number): Promise<void> {
  await createTable(server.port, TABLE, 'pk', 'sk');
  const pageKey = (at: number) => ({ pk: { S: 'page' }, sk: { S: String(at).padStart(6, '0') } });
  await load(server, PAGE_ITEMS, pageKey);
  await load(server, items, keyOf);
}

async function load(
  server: Server,
  count: number,
  key: (at: number) => ReturnType<typeof keyOf>,
): Promise<void> {
  const startMs = performance.now();
  let [next, done] = [0, 0];
  const lane = async () => {
    while (next < count) {
      const first = next;
      next += BATCH;
      const puts = Array.from({ length: Math.min(BATCH, count - first) }, (_, at) => ({
        PutRequest: { Item: itemOf(key(first + at), 0) },
      }));
      await callDynamoDB(server.port, 'BatchWriteItem', { RequestItems: { [TABLE]: puts } });
      done += puts.length;
      const rate = Math.round((done / (performance.now() - startMs)) * 1000);
      if (done % 10_000 < BATCH) process.stderr.write(`\r${done} of ${count} loaded, ${rate}/s `);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  process.stderr.write('\n');
}

/** Over random items, 64 in flight, the stores in turn; growth is against the smallest store. */
async function measureCosts(name: string, stores: readonly Store[]): Promise<void> {
  const rounds = stores.map((): Cost[] => []);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [at, { server, items }] of stores.entries()) {
      const cost = await costOf(server, requestsOf(name, items, round + 1), 64);
      if (round > 0) rounds[at]?.push(cost);
    }
  }
  const costs = rounds.map((own) => median(own.map(({ cpuMicroseconds }) => cpuMicroseconds)));
  const [smallest = Number.NaN] = costs;
  for (const [at, { items }] of stores.entries()) {
    const perSecond = median((rounds[at] ?? []).map((round) => round.perSecond));
    const cpuMicroseconds = costs[at] ?? Number.NaN;
    const growth = cpuMicroseconds / smallest;
    const measured = { perSecond, cpuMicroseconds, growth };
    report({ bench: 'dynamodb-scale', name: `${name}, ${items} items`, ...measured });
  }
}

interface Cost {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What all threads of the server compute for a request: other programs disturb that least. */
  readonly cpuMicroseconds: number;
}

async function costOf(
  server: Server,
  requests: readonly Uint8Array[],
  connections: number,
): Promise<Cost> {
  const before = await cpuSeconds(server);
  const load = { port: server.port, requests, connections, seconds: SECONDS };
  const { failures, p50Ms, p99Ms, ...result } = await runLoad(load);
  const perSecond = failures ? Number.NaN : result.perSecond;
  const seconds = (await cpuSeconds(server)) - before;
  return { perSecond, p50Ms, p99Ms, cpuMicroseconds: (seconds / SECONDS / perSecond) * 1e6 };
}

/** What all threads of a process have computed so far; of Linux only. */
async function cpuSeconds({ child }: Server): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = fields.slice(USER_TICKS_AT, USER_TICKS_AT + 2).map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) / TICKS_PER_SECOND;
}
/** Among the fields after the command's name: see proc_pid_stat(5). */
const USER_TICKS_AT = 11;
const TICKS_PER_SECOND = 100;

/** One request at a time. */
async function measureAlone({ server, items }: Store): Promise<void> {
  const page = {
    TableName: TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'page' } },
  };
  const pages = [requestBytes(dynamodbHeaders('Query'), JSON.stringify(page))];
  for (const [name, requests] of [
    ['GetItem alone', requestsOf('GetItem', items, 0)],
    ['Query page of 1 MB', pages],
  ] as const) {
    const { p50Ms, p99Ms, cpuMicroseconds } = await costOf(server, requests, 1);
    const measured = { p50Ms, p99Ms, cpuMicroseconds };
    report({ bench: 'dynamodb-scale', name: `${name}, ${items} items`, ...measured });
  }
}

function requestsOf(operation: string, items: number, version: number): Uint8Array[] {
  const input = INPUTS[operation];
  return Array.from({ length: POOL }, () =>
    requestBytes(dynamodbHeaders(operation), JSON.stringify(input?.(items, version))),
  );
}

/** A new process on the same folder: until it listens, and until it has answered a first GetItem. */
async function reopen(store: Store): Promise<void> {
  const { folder, items } = store;
  const times: { readyMs: number; firstGetMs: number }[] = [];
  for (let start = 0; start < STARTS; start++) {
    await store.server.stop();
    const startMs = performance.now();
    store.server = await startBrume({ dataFolder: folder });
    const readyMs = performance.now() - startMs;
    await callDynamoDB(store.server.port, 'GetItem', {
      TableName: TABLE,
      Key: keyOf(random(items)),
    });
    times.push({ readyMs, firstGetMs: performance.now() - startMs - readyMs });
  }
  const { size } = await stat(path.join(folder, 'brume.sqlite'));
  report({
    bench: 'dynamodb-scale',
    name: `open, ${items} items`,
    readyMs: median(times.map(({ readyMs }) => readyMs)),
    firstGetMs: median(times.map(({ firstGetMs }) => firstGetMs)),
    databaseMegabytes: size / 1024 ** 2,
  });
  await reportMemory(store, 'resident after opening');
}

async function reportMemory({ server, items }: Store, when: string): Promise<void> {
  const megabytes = await residentMegabytes(server.child.pid);
  report({ bench: 'dynamodb-scale', name: `${when}, ${items} items`, megabytes });
}

await main();
