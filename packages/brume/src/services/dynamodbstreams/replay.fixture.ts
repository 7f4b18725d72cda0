/** Whether a stream tells all that happened to its table, and in the right order. */
import assert from 'node:assert/strict';
import type { AttributeValue } from '../../model/generated/dynamodb.types.ts';
import type {
  DynamoDBStreamsOperations,
  RecordShape,
} from '../../model/generated/dynamodbstreams.types.ts';
import { numbersOf, TABLE, type StreamsDatabase } from './streams.fixture.ts';

/**
 * Plays a stream, from its first shard to its last, and compares what comes of it to the table.
 * Returns all records.
 */
export async function checkReplay(
  database: StreamsDatabase,
  arn: string,
  Limit = 7,
): Promise<RecordShape[]> {
  const records: RecordShape[] = [];
  const shards = await database.shards(arn);
  for (const [at, { ParentShardId }] of shards.entries()) {
    assert.equal(ParentShardId, shards[at - 1]?.ShardId);
    await readShard(database, arn, at, Limit, records);
  }
  const replayed = new Map<string, Record<string, AttributeValue>>();
  for (const { eventName, dynamodb } of records) {
    const { Keys, OldImage, NewImage } = dynamodb ?? {};
    const id = Keys?.['pk']?.S ?? '';
    assert.deepEqual(OldImage, replayed.get(id));
    assert.notDeepEqual(NewImage, OldImage);
    assert.equal(eventName, OldImage === undefined ? 'INSERT' : NewImage ? 'MODIFY' : 'REMOVE');
    if (NewImage) replayed.set(id, NewImage);
    else replayed.delete(id);
  }
  const numbers = numbersOf(records);
  assert.deepEqual(numbers.toSorted(), numbers);
  assert.equal(new Set(numbers).size, numbers.length);
  const { Items = [] } = await database.call('Scan', { TableName: TABLE.TableName });
  const items = new Map(Items.map((item) => [item['pk']?.S ?? '', item]));
  assert.deepEqual(replayed, items);
  return records;
}

async function readShard(
  { call, iterator }: StreamsDatabase,
  arn: string,
  at: number,
  Limit: number,
  records: RecordShape[],
): Promise<void> {
  let ShardIterator: string | undefined = await iterator(arn, 'TRIM_HORIZON', undefined, at);
  while (ShardIterator !== undefined) {
    const page: DynamoDBStreamsOperations['GetRecords']['output'] = await call('GetRecords', {
      ShardIterator,
      Limit,
    });
    const { Records = [] } = page;
    records.push(...Records);
    ShardIterator = Records.length > 0 ? page.NextShardIterator : undefined;
  }
}
