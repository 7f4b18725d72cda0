import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { Prng } from '../../../environment/prng.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import { Item } from '../items/item.ts';
import { compileVectorIndex, type VectorEntry, type VectorIndex } from './vector-index.ts';
import { VectorSets } from './vector-sets.ts';

const DIMENSIONS = 8;
const ENTRIES = 2500;
const { timers } = nodeEnvironment();

function indexAt(prefix: string): VectorIndex {
  const definition = {
    indexId: prefix,
    indexName: prefix,
    vectorAttribute: 'v',
    dimensions: DIMENSIONS,
    distanceFunction: 'EUCLIDEAN',
    projection: { ProjectionType: 'KEYS_ONLY' },
    backfilling: false,
  } as const;
  return compileVectorIndex(definition, Buffer.from(prefix), ['pk'], new Map());
}

function entryAt({ prefix }: VectorIndex, at: number, prng: Prng): VectorEntry {
  const item = Item.of({ pk: { N: String(at) } }, undefined);
  const vector = Float32Array.from({ length: DIMENSIONS }, () => prng.below(1000));
  return {
    searched: prefix,
    key: Buffer.concat([prefix, Buffer.from(String(at).padStart(5, '0'))]),
    value: Buffer.concat([item.bytes, new Uint8Array(vector.buffer)]),
  };
}

const put = ({ key, value }: VectorEntry) => ({ type: 'put' as const, key, value });

test('what memory has no room for is searched in the store, with the same result', async () => {
  const store = createMemoryStore();
  const index = indexAt('index');
  const prng = new Prng(1);
  const entries = Array.from({ length: ENTRIES }, (_, at) => entryAt(index, at, prng));
  await store.transact([], () => ({ writes: entries.map(put), result: undefined }));
  const large = new VectorSets(store, timers);
  const small = new VectorSets(store, timers, 10_000);
  const vector = Float32Array.from({ length: DIMENSIONS }, () => 500);
  const search = { vector, filter: [] };
  for (let round = 0; round < 3; round++) {
    const inMemory = await large.search(index, index.prefix, search, 10);
    const inStore = await small.search(index, index.prefix, search, 10);
    assert.deepEqual(inStore, inMemory);
    assert.equal(inMemory.examined, ENTRIES - round);
    const [first] = inMemory.nearest;
    const nearest = entries.find(({ key }) => key.equals(first?.key ?? Buffer.of()));
    assert.ok(nearest);
    const { key } = nearest;
    await store.transact([], () => ({ writes: [{ type: 'delete', key }], result: undefined }));
    large.changed([nearest]);
    small.changed([nearest]);
  }
});

test('searches that fill memory push out what was not searched for longest', async () => {
  const store = createMemoryStore();
  const indexes = Array.from('abc', indexAt);
  const prng = new Prng(2);
  for (const index of indexes) {
    const entries = Array.from({ length: 500 }, (_, at) => entryAt(index, at, prng));
    await store.transact([], () => ({ writes: entries.map(put), result: undefined }));
  }
  // Room for two of them.
  const sets = new VectorSets(store, timers, 350_000);
  const search = { vector: new Float32Array(DIMENSIONS), filter: [] };
  let reads = 0;
  const range = store.range.bind(store);
  store.range = (asked) => {
    reads++;
    return range(asked);
  };
  const readsOf = async (index: VectorIndex) => {
    const before = reads;
    await sets.search(index, index.prefix, search, 1);
    return reads - before;
  };
  const [a, b, c] = indexes;
  assert.ok(a && b && c);
  assert.ok((await readsOf(a)) > 0);
  assert.equal(await readsOf(a), 0);
  assert.ok((await readsOf(b)) > 0);
  assert.ok((await readsOf(c)) > 0);
  assert.equal(await readsOf(b), 0);
  assert.ok((await readsOf(a)) > 0, 'nothing was pushed out');
});

test('what grows beyond memory is searched in the store from then on', async () => {
  const store = createMemoryStore();
  const index = indexAt('index');
  const prng = new Prng(4);
  const sets = new VectorSets(store, timers, 100_000);
  const search = { vector: new Float32Array(DIMENSIONS), filter: [] };
  let reads = 0;
  const range = store.range.bind(store);
  store.range = (asked) => {
    reads++;
    return range(asked);
  };
  const readsAfter = async (from: number, to: number) => {
    const entries = Array.from({ length: to - from }, (_, at) => entryAt(index, from + at, prng));
    await store.transact([], () => ({ writes: entries.map(put), result: undefined }));
    sets.changed(entries);
    const before = reads;
    const { examined } = await sets.search(index, index.prefix, search, 1);
    assert.equal(examined, to);
    return reads - before;
  };
  assert.ok((await readsAfter(0, 100)) > 0);
  assert.equal(await readsAfter(100, 110), 0, 'it is in memory');
  assert.ok((await readsAfter(110, 1000)) > 0, 'it stays in memory, however large');
  assert.ok((await readsAfter(1000, 1001)) > 0);
});

test('searches beside writes see what was answered before them', async () => {
  const store = createMemoryStore();
  const index = indexAt('index');
  const sets = new VectorSets(store, timers);
  const prng = new Prng(3);
  const found = async () => {
    const search = { vector: new Float32Array(DIMENSIONS), filter: [] };
    return (await sets.search(index, index.prefix, search, 100)).nearest.length;
  };
  const counts = await Promise.all(
    Array.from({ length: 50 }, async (_, at) => {
      const entry = entryAt(index, at, prng);
      await store.transact([], () => ({ writes: [put(entry)], result: undefined }));
      sets.changed([entry]);
      const { nearest } = await sets.search(
        index,
        index.prefix,
        { vector: Float32Array.from(new Float32Array(entry.value.buffer.slice(-32))), filter: [] },
        100,
      );
      return nearest.some(({ key }) => key.equals(entry.key));
    }),
  );
  assert.ok(counts.every(Boolean), 'an answered write was not seen');
  assert.equal(await found(), 50);
});
