/** GetRecords: records from where the iterator stands, and an iterator for what follows them. */
import type {
  AttributeValue,
  RecordShape,
} from '../../../model/generated/dynamodbstreams.types.ts';
import { EncodedJson } from '../../../model/encoded-json.ts';
import type { ChangeRecord } from '../../dynamodb/port.ts';
import { expiredIterator, limitTooHigh, trimmedData } from '../errors.ts';
import { ITERATOR_LIFETIME_MS, READ_BYTES_MAX, RECORDS_READ_MAX } from '../limits.ts';
import { decodeIterator, encodeIterator } from '../shard-iterator.ts';
import type { StreamsOperation } from '../state.ts';
import { streamOf } from '../stream-arn.ts';

export const getRecords: StreamsOperation<'GetRecords'> = async (state, input, context) => {
  const { Limit: limit = RECORDS_READ_MAX } = input;
  if (limit > RECORDS_READ_MAX) throw limitTooHigh(limit, RECORDS_READ_MAX);
  const iterator = decodeIterator(input.ShardIterator);
  const nowMs = state.clock.nowMs();
  if (nowMs - iterator.issuedMs > ITERATOR_LIFETIME_MS) throw expiredIterator();
  const stream = await streamOf(state, iterator.streamArn, context);
  const { sequenceNumber: from, fromHorizon } = iterator;
  if (!fromHorizon && from < stream.horizon) throw trimmedData();
  const shard = await stream.shard(iterator.shardId);
  if (shard === undefined) throw trimmedData();
  const page = await shard.read(from, { records: limit, bytes: READ_BYTES_MAX });
  const next = page.next && {
    ...iterator,
    sequenceNumber: page.next,
    fromHorizon: fromHorizon && page.records.length === 0,
    issuedMs: nowMs,
  };
  return {
    Records: page.records.map(describeRecord),
    NextShardIterator: next ? encodeIterator(next) : undefined,
  };
};

function describeRecord(record: ChangeRecord): RecordShape {
  return {
    eventID: record.eventId,
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: record.region,
    dynamodb: {
      ApproximateCreationDateTime: new Date(record.createdSeconds * 1000),
      Keys: attributes(record.keys),
      NewImage: attributes(record.newImage),
      OldImage: attributes(record.oldImage),
      SequenceNumber: record.sequenceNumber,
      SizeBytes: record.sizeBytes,
      StreamViewType: record.viewType,
    },
    // Developer Guide, "DynamoDB Streams and Time to Live".
    userIdentity: record.expired
      ? { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' }
      : undefined,
  };
}

function attributes(json: string | undefined): Record<string, AttributeValue> | undefined {
  if (json === undefined) return undefined;
  return new EncodedJson(json) as unknown as Record<string, AttributeValue>;
}
