import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { deleteMany, getMany, putMany } from './batch.ts';
import type { BatchProgress } from './retry.ts';

const things = table({ name: 'things', partitionKey: 'id', keyTypes: { id: 'N' } });
const Thing = entity({
  name: 'thing',
  table: things,
  attributes: { id: number(), text: string() },
});
const thing = (id: number) => ({ id, text: `t${id}` });
const range = (count: number) => Array.from({ length: count }, (_, index) => thing(index));

/** Leaves this many parts of each request unprocessed, until it has left `total` of them. */
function reluctant(each: number, total: number): MemoryDynamoDB {
  let left = total;
  const memory = new MemoryDynamoDB([things], {
    intercept(operation, input) {
      const request = (input as { RequestItems: { things: never[] & { Keys?: never[] } } })
        .RequestItems.things;
      const parts = operation === 'BatchGetItem' ? (request.Keys ?? []) : request;
      const refused = Math.min(each, left, parts.length);
      if (refused === 0) return undefined;
      left -= refused;
      if (operation === 'BatchGetItem') {
        const Keys = parts.splice(0, refused);
        return { UnprocessedKeys: { things: { Keys: [...Keys, ...parts.splice(0)] } } };
      }
      return { UnprocessedItems: { things: [...parts] } };
    },
  });
  return memory;
}

test('batches are cut to what one request takes, in the order of the keys', async () => {
  const memory = new MemoryDynamoDB([things]);
  const model_ = model(Thing, { client: memory });
  const stored = await putMany(model_, range(60));
  assert.deepEqual(stored, range(60));
  const keys = [...range(150).map(({ id }) => ({ id })), { id: 3 }, { id: 1e-7 }];
  const found = await getMany(model_, keys);
  assert.deepEqual(found, [...range(60), ...Array.from({ length: 90 }), thing(3), undefined]);
  await deleteMany(
    model_,
    range(30).map(({ id }) => ({ id })),
  );
  assert.equal(memory.items('things').length, 30);
  const sizes = memory.requests.map(({ operation, input }) => {
    const { things: parts } = (input as { RequestItems: { things: { Keys?: [] } & [] } })
      .RequestItems;
    return `${operation} ${parts.Keys?.length ?? parts.length}`;
  });
  assert.deepEqual(sizes, [
    'BatchWriteItem 25',
    'BatchWriteItem 25',
    'BatchWriteItem 10',
    'BatchGetItem 100',
    'BatchGetItem 51',
    'BatchWriteItem 25',
    'BatchWriteItem 5',
  ]);
});

test('what DynamoDB leaves over is sent again after growing waits, with progress told', async () => {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const options = { client: reluctant(25, 75), wait, random: () => 1 };
  const progress: BatchProgress[] = [];
  await putMany(model(Thing, options), range(25), { onProgress: (told) => progress.push(told) });
  assert.deepEqual(waits, [100, 200, 400]);
  assert.deepEqual(progress.at(-1), { done: 25, total: 25, retries: 3 });
  const read = await getMany(model(Thing, { ...options, client: reluctant(10, 3) }), [{ id: 1 }]);
  assert.deepEqual(read, [undefined]);
});

test('a batch that makes no progress ends with an error that holds what is left', async () => {
  const options = { client: reluctant(25, 1000), wait: async () => {} };
  await assert.rejects(
    putMany(model(Thing, options), range(3), { triesMax: 4 }),
    (error: Error) => {
      assert.equal(error.name, 'UnprocessedItems');
      assert.equal((error.cause as unknown[]).length, 3);
      return true;
    },
  );
});

test('a throttled request is tried again, another failure is not', async () => {
  const failures = ['ThrottlingException', 'ThrottlingException'];
  const memory = new MemoryDynamoDB([things], {
    intercept() {
      const name = failures.shift();
      if (name) throw Object.assign(new Error(name), { name });
      return undefined;
    },
  });
  const options = { client: memory, wait: async () => {} };
  await putMany(model(Thing, options), range(2));
  assert.equal(memory.items('things').length, 2);
  failures.push('AccessDeniedException');
  await assert.rejects(putMany(model(Thing, options), range(2)), { name: 'AccessDeniedException' });
});

test('bad batches are refused before anything is sent', async () => {
  const memory = new MemoryDynamoDB([things]);
  const model_ = model(Thing, { client: memory });
  await assert.rejects(putMany(model_, [thing(1), thing(1)]), { name: 'InvalidRequest' });
  await assert.rejects(putMany(model_, [thing(1), { id: 2 } as never]), {
    message: '[1].text: is required',
  });
  await assert.rejects(getMany(model_, [{ id: 'x' as never }]), {
    message: /^\[0\]\.id: expected a number/,
  });
  assert.equal(memory.requests.length, 0);
});
