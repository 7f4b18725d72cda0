/**
 * What `power-cut.test.ts` supposes about SQLite's own writes and syncs is not supposed here: strace
 * records what a real process does to its files, checkpoint thread and all, and the power is cut
 * anywhere in that recording. It says nothing about disks that lie about having synced.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { Prng } from '../../packages/brume/src/environment/prng.ts';
import { anyLoss, tear } from '../../packages/brume/src/environment/torn-write.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, checkLedger } from './ledger.ts';
import { CALLS, readCalls } from './recorded-calls.ts';
import type { Call } from './recorded-calls.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const TRANSACTIONS_PER_CALLER = LONG ? 200 : 40;
const CUTS = LONG ? 3000 : 100;
const DATABASE = 'ledger.sqlite';
const LOG = `${DATABASE}-wal`;

test(`${CUTS} power cuts in a recorded run lose nothing acknowledged`, async (t) => {
  if (spawnSync('strace', ['-f', 'true']).status !== 0) return t.skip('strace cannot be used here');
  const parent = mkdtempSync(join(tmpdir(), 'brume-recorded-'));
  const calls = record(parent);
  const seed = Math.floor(Math.random() * 2 ** 40);
  const prng = new Prng(seed);
  const first = calls.findIndex(({ type }) => type === 'print');
  const cuts = Array.from({ length: CUTS }, () => first + prng.below(calls.length - first));
  cuts.sort((a, b) => a - b);
  const replay = new Replay();
  let done = 0;
  for (const cut of cuts) {
    for (; done <= cut; done++) replay.do(calls[done] as Call);
    const folder = join(parent, 'remains');
    replay.writeRemains(folder, prng);
    try {
      await openAndCheck(folder, replay.acknowledged);
    } catch (cause) {
      throw new Error(`cut ${cut} of seed ${seed}; the recording is in ${parent}`, { cause });
    }
    rmSync(folder, { recursive: true });
  }
  rmSync(parent, { recursive: true });
});

function record(parent: string): Call[] {
  const output = join(parent, 'strace.txt');
  mkdirSync(join(parent, 'live'));
  const strace = ['-f', '-xx', '-s', '100000', '-e', `trace=${CALLS}`, '-o', output];
  const writer = join(import.meta.dirname, 'ledger-writer.ts');
  const database = join(parent, 'live', DATABASE);
  const command = [process.execPath, writer, database, String(TRANSACTIONS_PER_CALLER)];
  execFileSync('strace', [...strace, ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
  const calls = [...readCalls(readFileSync(output, 'latin1'))];
  const checkpoints = calls.filter(({ type }) => type === 'write').filter(writesDatabase).length;
  assert.ok(checkpoints > 20, 'nothing was checkpointed');
  return calls;
}

function writesDatabase(call: Call): boolean {
  return call.type === 'write' && call.file === DATABASE;
}

/** What a file held when its sync of this number began. */
interface Snapshot {
  readonly bytes: Buffer;
  readonly number: number;
}

/** The files as the process sees them, and what of them is synced. */
class Replay {
  readonly acknowledged: number[] = Array.from({ length: CALLERS }, () => 0);
  readonly #current = new Map<string, Buffer>();
  readonly #synced = new Map<string, Snapshot>();
  readonly #syncing = new Map<string, Snapshot>();
  #syncs = 0;

  do(call: Call): void {
    if (call.type === 'print') return this.#acknowledge(call.text);
    const { file } = call;
    const now = this.#current.get(file) ?? Buffer.alloc(0);
    if (call.type === 'write') this.#current.set(file, patched(now, call.at, call.bytes));
    else if (call.type === 'truncate') this.#current.set(file, resized(now, call.length));
    else if (call.type === 'unlink') this.#current.delete(file);
    else if (call.type === 'sync-start') {
      this.#syncing.set(call.id, { bytes: now, number: ++this.#syncs });
    } else {
      const snapshot = this.#syncing.get(call.id);
      // Another sync, begun later, may be done already.
      const before = this.#synced.get(file)?.number ?? 0;
      if (snapshot !== undefined && snapshot.number > before) this.#synced.set(file, snapshot);
    }
  }

  writeRemains(folder: string, prng: Prng): void {
    mkdirSync(folder);
    const loss = anyLoss(prng);
    for (const file of [DATABASE, LOG]) {
      const synced = this.#synced.get(file)?.bytes ?? Buffer.alloc(0);
      const current = this.#current.get(file);
      // Removed, but maybe not for good.
      if (current === undefined && prng.chance(0.5)) continue;
      writeFileSync(join(folder, file), tear(synced, current ?? synced, loss, prng));
    }
  }

  #acknowledge(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      const [caller = NaN, number = NaN] = line.split(' ').map(Number);
      assert.equal(number, (this.acknowledged[caller] ?? NaN) + 1, `what is this? ${text}`);
      this.acknowledged[caller] = number;
    }
  }
}

async function openAndCheck(folder: string, acknowledged: readonly number[]): Promise<void> {
  const path = join(folder, DATABASE);
  assert.ok(existsSync(path));
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const store = await createSqliteStore({ path, environment: nodeEnvironment(), log });
  try {
    await checkLedger(store, acknowledged);
  } finally {
    await store.close();
  }
}

function patched(bytes: Buffer, at: number, patch: Buffer): Buffer {
  const result = resized(bytes, Math.max(bytes.length, at + patch.length));
  patch.copy(result, at);
  return result;
}

function resized(bytes: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  bytes.copy(result);
  return result;
}
