import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { boolean, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { watch } from './watch.ts';
import type { StreamsClient } from './watch.ts';

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

test('a live query tells what enters, changes and leaves it, across shards', async () => {
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
