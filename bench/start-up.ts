/**
 * How long from the start of the process to the first answered request, and how much memory does an idle
 * Brume hold? With an empty data folder, and with 100,000 items in it.
 *
 * The start is the spawn of `brume start`; the request is DynamoDB's ListTables, over a new connection.
 * Node's compile cache is warm, as it is from the second start on; the first is reported beside.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createBrume } from '../packages/brume/src/brume.ts';
import { callDynamoDB, createTable } from './dynamodb-requests.ts';
import { median, report, residentMegabytes } from './measure.ts';

const BIN = path.join(import.meta.dirname, '../packages/brume/bin/brume.js');
const ROUNDS = 7;
const ITEMS = 100_000;
const BATCH = 25;
const IDLE_MS = 3000;

const folder = await mkdtemp(path.join(process.cwd(), '.bench-'));
try {
  const cache = path.join(folder, 'compile-cache');
  const empty = () => path.join(folder, `empty-${performance.now()}`);
  const [first] = await startOnce(empty(), cache);
  report({ bench: 'start-up', name: 'first start ever, empty', ms: first });
  report({ bench: 'start-up', name: 'empty', ...(await startOften(empty, cache)), targetMs: 350 });
  const full = path.join(folder, 'full');
  await fill(full);
  const name = `${ITEMS} items`;
  report({ bench: 'start-up', name, ...(await startOften(() => full, cache)), targetMs: 500 });
} finally {
  await rm(folder, { recursive: true });
}

async function startOften(data: () => string, cache: string) {
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [ms, megabytes] = await startOnce(data(), cache);
    times.push(ms);
    memory.push(megabytes);
  }
  return { ms: median(times), idleMegabytes: median(memory), targetMegabytes: 120 };
}

/** Milliseconds to the first answer, and resident megabytes after a few idle seconds. */
async function startOnce(data: string, cache: string): Promise<[number, number]> {
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [BIN, 'start', '--data-dir', data, '--port', String(port)],
    { stdio: 'ignore', env: { ...process.env, NODE_COMPILE_CACHE: cache } },
  );
  await firstAnswer(port);
  const readyMs = performance.now() - startedMs;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const megabytes = await residentMegabytes(child.pid);
  child.kill('SIGINT');
  await once(child, 'exit');
  return [readyMs, megabytes];
}

async function firstAnswer(port: number): Promise<void> {
  for (;;) {
    const isReady = await callDynamoDB(port, 'ListTables', {}).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function fill(dataFolder: string): Promise<void> {
  const brume = await createBrume({ dataFolder, port: 0 });
  const { port } = await brume.listen();
  await createTable(port, 'Full', 'pk');
  const item = (at: number) => ({ pk: { S: `key-${at}` }, text: { S: 'x'.repeat(400) } });
  for (let at = 0; at < ITEMS; at += BATCH * 40) {
    const batches = Array.from({ length: 40 }, (_, batch) =>
      callDynamoDB(port, 'BatchWriteItem', {
        RequestItems: {
          Full: Array.from({ length: BATCH }, (_, index) => ({
            PutRequest: { Item: item(at + batch * BATCH + index) },
          })),
        },
      }),
    );
    await Promise.all(batches);
  }
  await brume.close();
}
