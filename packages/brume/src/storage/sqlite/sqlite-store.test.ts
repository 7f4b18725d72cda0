import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testOrderedStore } from '../contract.ts';
import type { DiskFile } from '../../environment/disk.ts';
import type { Environment } from '../../environment/environment.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import type { OrderedStore } from '../ordered-store.ts';
import { createSqliteStore } from './sqlite-store.ts';
import type { SqliteStoreOptions } from './sqlite-store.ts';

const HISTORIES = process.env['BRUME_TEST_LONG'] === '1' ? 1000 : 60;
const environment = nodeEnvironment();
const log = { log: () => {} };

testOrderedStore('sqlite', HISTORIES, (work) =>
  withFolder(async (folder) => {
    const store = await openStore(folder);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  }),
);

test('sqlite: entries are there when the store is opened again', () =>
  withFolder(async (folder) => {
    const store = await openStore(folder);
    await put(store, 'a', '1');
    await store.close();
    const again = await openStore(folder);
    assert.equal(String(Buffer.from((await again.get(Buffer.from('a'))) ?? [])), '1');
    await again.close();
  }));

test('sqlite: nobody hears of a write before it is synced', () =>
  withFolder(async (folder) => {
    const disk = new GatedSyncs();
    const store = await openStore(folder, { environment: disk.environment });
    await put(store, 'other', '0');
    disk.hold();

    const heard: string[] = [];
    const note = (what: string) => () => void heard.push(what);
    const written = put(store, 'a', '1').then(note('write'));
    await disk.reached;
    const reads = [
      store.get(Buffer.from('a')).then(note('get')),
      store.getMany([Buffer.from('b'), Buffer.from('a')]).then(note('getMany')),
      store.range({ start: Buffer.from('a'), end: Buffer.from('b'), limit: 1 }).then(note('range')),
      store
        .transact([Buffer.from('a')], ([value]) => {
          assert.equal(value?.length, 1);
          throw new Error('seen');
        })
        .catch(note('refusal')),
    ];
    // Others need not wait.
    assert.equal((await store.get(Buffer.from('other')))?.length, 1);
    assert.equal(await store.get(Buffer.from('b')), undefined);
    const beyond = { start: Buffer.from('b'), end: Buffer.from('c'), limit: 1 };
    assert.deepEqual(await store.range(beyond), []);
    assert.deepEqual(heard, []);

    disk.release();
    await Promise.all([written, ...reads]);
    assert.equal(heard[0], 'write');
    assert.deepEqual(new Set(heard), new Set(['get', 'getMany', 'range', 'refusal', 'write']));
    await store.close();
  }));

test('sqlite: a deletion is hidden from readers until it is synced', () =>
  withFolder(async (folder) => {
    const disk = new GatedSyncs();
    const store = await openStore(folder, { environment: disk.environment });
    await put(store, 'b', '1');
    disk.hold();
    const range = { start: Buffer.from('a'), end: Buffer.from('c') };
    const deleted = store.transact([], () => {
      return { writes: [{ type: 'delete-range', ...range }], result: 'deleted' };
    });
    await disk.reached;
    const first = Promise.race([
      store.get(Buffer.from('b')).then(() => 'get'),
      store.range({ ...range, limit: 1 }).then(() => 'range'),
      deleted,
    ]);
    await new Promise(setImmediate);
    disk.release();
    assert.equal(await first, 'deleted');
    await store.close();
  }));

test('sqlite: after a failed sync nothing is promised any more', () =>
  withFolder(async (folder) => {
    const disk = new GatedSyncs();
    const store = await openStore(folder, { environment: disk.environment });
    disk.hold();
    const written = put(store, 'a', '1');
    await disk.reached;
    disk.fail(new Error('EIO'));
    await assert.rejects(written, /could not be synced/);
    await assert.rejects(store.get(Buffer.from('b')), /could not be synced/);
    await assert.rejects(put(store, 'b', '1'), /could not be synced/);
    await store.close();
  }));

test('sqlite: the log is copied away and begun anew while writes go on', () =>
  withFolder(async (folder) => {
    const walLimits = { checkpointBytes: 200_000, maxBytes: 400_000 };
    const store = await openStore(folder, { walLimits });
    const value = 'x'.repeat(3000);
    let written = 0;
    const writer = async () => {
      while (written < 3000) await put(store, `key ${written++}`, value);
    };
    await Promise.all(Array.from({ length: 8 }, writer));
    const wal = await stat(join(folder, 'test.sqlite-wal'));
    // 3,000 values of a page each passed through it; a group may go over the limit.
    assert.ok(wal.size < 1_000_000, `${wal.size} bytes`);
    await store.close();
    const again = await openStore(folder);
    const everything = { start: Buffer.alloc(0), end: Buffer.of(0xff), limit: 10_000 };
    assert.equal((await again.range(everything)).length, 3000);
    await again.close();
  }));

function openStore(folder: string, options: Partial<SqliteStoreOptions> = {}) {
  return createSqliteStore({ path: join(folder, 'test.sqlite'), environment, log, ...options });
}

function put(store: OrderedStore, key: string, value: string): Promise<void> {
  const write = { type: 'put' as const, key: Buffer.from(key), value: Buffer.from(value) };
  return store.transact([], () => ({ writes: [write], result: undefined }));
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-sqlite-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The real disk, with syncs that wait for the test's word. */
class GatedSyncs {
  /** Resolves when a sync has begun to wait. */
  reached = Promise.resolve();
  #gate = Promise.resolve();
  #reach = () => {};
  release = () => {};
  fail: (error: Error) => void = () => {};

  readonly environment: Pick<Environment, 'disk' | 'timers'> = {
    timers: environment.timers,
    disk: {
      ...environment.disk,
      open: async (path, options) => this.#wrap(await environment.disk.open(path, options)),
    },
  };

  hold(): void {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    this.reached = reached.promise;
    this.#reach = reached.resolve;
    this.#gate = gate.promise;
    this.release = gate.resolve;
    this.fail = gate.reject;
  }

  #wrap(file: DiskFile): DiskFile {
    return {
      write: (bytes, position) => file.write(bytes, position),
      read: (length, position) => file.read(length, position),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
      sync: async () => {
        this.#reach();
        await this.#gate;
        await file.sync();
      },
    };
  }
}
