import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { boolean, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import type { StreamsClient } from './stream-reader.ts';
import { watch } from './watch.ts';

const todos = table({ name: 'todos', partitionKey: 'id' });
const Todo = entity({ name: 'todo', table: todos, attributes: { id: string(), done: boolean() } });

/** A stream whose first shard ends after its first read, and is followed by a second. */
function streamOf(memory: MemoryDynamoDB): StreamsClient {
  let shards = 1;
  return {
    describeStream: async () => ({
      StreamDescription: {
        Shards: ['one', 'two'].slice(0, shards).map((ShardId) => ({ ShardId })),
      },
    }),
    getShardIterator: async ({ ShardId, ShardIteratorType }) => ({
      ShardIterator: `${ShardId} ${ShardIteratorType}`,
    }),
    async getRecords({ ShardIterator }) {
      if (ShardIterator === 'one LATEST') {
        shards = 2;
        return { Records: memory.takeStreamEvent('todos').Records };
      }
      assert.equal(ShardIterator, 'two TRIM_HORIZON');
      return { Records: memory.takeStreamEvent('todos').Records, NextShardIterator: ShardIterator };
    },
  };
}

test('watching tells what enters, changes and leaves, across shards', async () => {
  const memory = new MemoryDynamoDB([todos]);
  const changes = [
    () => model_.put({ id: '2', done: true }),
    () => model_.update({ id: '1' }, { done: true }),
  ];
  const wait = async () => void (await changes.shift()?.());
  const model_ = model(Todo, { client: memory, wait });
  await model_.put({ id: '1', done: false });
  const seen: string[] = [];
  const stop = new AbortController();
  const options = {
    streams: streamOf(memory),
    streamArn: 'arn',
    where: ({ done }: { done: boolean }) => !done,
    signal: stop.signal,
  };
  for await (const { kind, item } of watch(model_, options)) {
    seen.push(`${kind} ${item.id}`);
    if (kind === 'remove') stop.abort();
  }
  assert.deepEqual(seen, ['insert 1', 'remove 1']);
});

test('all that the stream remembers is told in order, each shard after the one that it follows', async () => {
  const memory = new MemoryDynamoDB([todos]);
  const model_ = model(Todo, { client: memory, wait: async () => {} });
  for (const id of ['1', '2', '3']) await model_.put({ id, done: false });
  const [first, second, third] = memory.takeStreamEvent('todos').Records;
  const pages: { [iterator: string]: Awaited<ReturnType<StreamsClient['getRecords']>> } = {
    parent: { Records: [first], NextShardIterator: 'parent, page 2' },
    'parent, page 2': { Records: [second] },
    child: { Records: [third], NextShardIterator: 'child, page 2' },
  };
  const streams: StreamsClient = {
    describeStream: async () => ({
      StreamDescription: {
        Shards: [{ ShardId: 'parent' }, { ShardId: 'child', ParentShardId: 'parent' }],
      },
    }),
    getShardIterator: async ({ ShardId }) => ({ ShardIterator: ShardId }),
    getRecords: async ({ ShardIterator }) => pages[ShardIterator] ?? {},
  };
  const seen: string[] = [];
  for await (const { item } of watch(model_, { streams, streamArn: 'arn', from: 'oldest' })) {
    seen.push(item.id);
    if (item.id === '3') break;
  }
  assert.deepEqual(seen, ['1', '2', '3']);
});

const streamed = table({ ...todos, name: 'streamed', stream: 'NEW_AND_OLD_IMAGES' });
const Streamed = entity({ name: 'todo', table: streamed, attributes: Todo.attributes });

test('the stream is found by the table, and read on after its iterator has expired', async () => {
  const memory = new MemoryDynamoDB([streamed]);
  const steps = [
    () => model_.put({ id: '1', done: false }),
    () => (expired = true),
    () => model_.put({ id: '2', done: false }),
  ];
  const wait = async () => void (await steps.shift()?.());
  const model_ = model(Streamed, { client: memory, wait });
  let expired = false;
  const { streams } = memory;
  const forgetful: StreamsClient = {
    ...streams,
    async getRecords(input) {
      if (!expired) return streams.getRecords(input);
      expired = false;
      throw Object.assign(new Error('Iterator expired.'), { name: 'ExpiredIteratorException' });
    },
  };
  const seen: string[] = [];
  for await (const { item } of watch(model_, { streams: forgetful })) {
    seen.push(item.id);
    if (item.id === '2') break;
  }
  assert.deepEqual(seen, ['1', '2']);
});

test('a table without the stream that is needed is refused, and why', async () => {
  const keysOnly = table({ ...streamed, name: 'keys', stream: 'KEYS_ONLY' });
  const memory = new MemoryDynamoDB([todos, keysOnly]);
  const { streams } = memory;
  await assert.rejects(watch(model(Todo, { client: memory }), { streams }).next(), {
    name: 'InvalidRequest',
    message: "table todos has no stream: its definition needs stream: 'NEW_AND_OLD_IMAGES'",
  });
  const Keys = entity({ name: 'todo', table: keysOnly, attributes: Todo.attributes });
  await assert.rejects(watch(model(Keys, { client: memory }), { streams }).next(), {
    name: 'InvalidRequest',
    message: /has KEYS_ONLY, but NEW_AND_OLD_IMAGES are needed$/,
  });
});
