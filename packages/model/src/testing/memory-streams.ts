/** The streams of tables in memory: one shard each, which never ends. */
import type { StreamsClient } from '../streams/stream-reader.ts';
import { validation } from './errors.ts';
import type { FindTable, MemoryTable } from './memory-table.ts';
import { streamArnOf, streamEventOf } from './stream-event.ts';

export function memoryStreams(find: FindTable): StreamsClient {
  const tableOf = (arn: string): MemoryTable => {
    const name = /:table\/([^/]+)\/stream\//.exec(arn)?.[1] ?? '';
    if (arn !== streamArnOf(name)) throw validation(`There is no stream ${arn} in memory`);
    return find(name);
  };
  return {
    async describeStream({ StreamArn }) {
      const StreamViewType = tableOf(StreamArn).definition.stream;
      return { StreamDescription: { StreamViewType, Shards: [{ ShardId: 'shard' }] } };
    },
    async getShardIterator({ StreamArn, ShardIteratorType, SequenceNumber = '0' }) {
      const { changeCount } = tableOf(StreamArn);
      const after = ShardIteratorType === 'LATEST' ? changeCount : Number(SequenceNumber);
      return { ShardIterator: JSON.stringify([StreamArn, after]) };
    },
    async getRecords({ ShardIterator }) {
      const [arn, after] = JSON.parse(ShardIterator) as [string, number];
      const table = tableOf(arn);
      const { Records } = streamEventOf(table.definition.name, table.changesAfter(after));
      return { Records, NextShardIterator: JSON.stringify([arn, table.changeCount]) };
    },
  };
}
