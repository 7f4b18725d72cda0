import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testOrderedStore } from './contract.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import type { OrderedStore } from './ordered-store.ts';
import { withRecentReads } from './recent-reads.ts';

const HISTORIES = process.env['BRUME_TEST_LONG'] === '1' ? 1000 : 60;
const KEY = Buffer.from('key');

testOrderedStore('recent reads', HISTORIES, (work) => work(withRecentReads(createMemoryStore())));

test('the same value is given until it is written, and a new one after that', async () => {
  const store = withRecentReads(createMemoryStore());
  await put(store, 'one');
  const first = await store.get(KEY);
  assert.equal(await store.get(KEY), first);
  await put(store, 'two');
  assert.equal(String(await store.get(KEY)), 'two');
});

test('a read that a commit has overtaken is not remembered', async () => {
  const memory = createMemoryStore();
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  let isSlow = true;
  const store = withRecentReads({
    ...memory,
    async get(key) {
      const value = await memory.get(key);
      if (isSlow) await held;
      return value;
    },
  });
  await put(store, 'one');
  const overtaken = store.get(KEY);
  await put(store, 'two');
  isSlow = false;
  letGo();
  assert.equal(String(await overtaken), 'one');
  assert.equal(String(await store.get(KEY)), 'two');
});

async function put(store: OrderedStore, text: string): Promise<void> {
  const write = { type: 'put' as const, key: KEY, value: Buffer.from(text) };
  await store.transact([], () => ({ writes: [write], result: undefined }));
}
