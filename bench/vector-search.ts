/**
 * How long does an exact search take? 100,000 vectors of 256 dimensions, kept packed in memory; and how
 * long the first search, which packs them.
 */
import { nodeEnvironment } from '../packages/brume/src/environment/node.ts';
import { Item } from '../packages/brume/src/services/dynamodb/items/item.ts';
import { compileVectorIndex } from '../packages/brume/src/services/dynamodb/vectors/vector-index.ts';
import { VectorSets } from '../packages/brume/src/services/dynamodb/vectors/vector-sets.ts';
import { createMemoryStore } from '../packages/brume/src/storage/memory/memory-store.ts';
import { median, report } from './measure.ts';

const VECTORS = 100_000;
const DIMENSIONS = 256;
const ROUNDS = 31;
const PUTS_AT_ONCE = 1000;
const PREFIX = Buffer.from('index');

const random = () => Float32Array.from({ length: DIMENSIONS }, () => Math.random() - 0.5);

async function filledStore() {
  const store = createMemoryStore();
  for (let first = 0; first < VECTORS; first += PUTS_AT_ONCE) {
    const writes = Array.from({ length: PUTS_AT_ONCE }, (_, at) => {
      const number = String(first + at).padStart(8, '0');
      const item = Item.of({ pk: { S: number } }, undefined);
      const key = Buffer.concat([PREFIX, Buffer.from(number)]);
      const value = Buffer.concat([item.bytes, new Uint8Array(random().buffer)]);
      return { type: 'put' as const, key, value };
    });
    await store.transact([], () => ({ writes, result: undefined }));
  }
  return store;
}

const store = await filledStore();
for (const distanceFunction of ['COSINE', 'EUCLIDEAN', 'DOT_PRODUCT'] as const) {
  const definition = {
    indexId: 'index',
    indexName: 'index',
    vectorAttribute: 'v',
    dimensions: DIMENSIONS,
    distanceFunction,
    projection: { ProjectionType: 'KEYS_ONLY' },
    backfilling: false,
  } as const;
  const index = compileVectorIndex(definition, PREFIX, ['pk'], new Map());
  const sets = new VectorSets(store, nodeEnvironment().timers);
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const search = { vector: random(), filter: [] };
    const startMs = performance.now();
    await sets.search(index, PREFIX, search, 10);
    times.push(performance.now() - startMs);
  }
  const [firstMs = 0, ...othersMs] = times;
  const name = `${VECTORS} × ${DIMENSIONS}, ${distanceFunction}`;
  report({ bench: 'vector-search', name, firstMs, searchMs: median(othersMs) });
}
