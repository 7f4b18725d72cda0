/** DynamoDB Streams as a source, through the port of DynamoDB. */
import type { ChangeRecord, Shard, StreamsPort } from '../../dynamodb/port.ts';
import type { ReadLimits, SourcePage, SourceRecord, StreamSource } from './event-source.ts';
import { SHARDS_MAX } from './limits.ts';

const RETENTION_MS = 24 * 3_600_000;
const ARN = /^arn:aws[a-z-]*:dynamodb:([^:/]+):(\d{12}):table\/[^:/]+\/stream\/[^/]+$/;

/** Whether it is the ARN of a stream of that account and region. */
export function isStreamArn(
  arn: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): boolean {
  const parts = ARN.exec(arn);
  return parts !== null && parts[1] === region && parts[2] === accountId;
}

export function dynamoDBSource(streams: StreamsPort, arn: string): StreamSource {
  /** A stream is what it was when it was looked up, so each read looks it up. */
  const read = async (shardId: string, from: string, limits: ReadLimits): Promise<SourcePage> => {
    const shard = await (await streams.find(arn))?.shard(shardId);
    if (shard === undefined) return { records: [], next: undefined };
    const { records, next } = await shard.read(from, limits);
    return { records: records.map((record) => sourceRecord(record, arn)), next };
  };
  return {
    retentionMs: RETENTION_MS,
    batchInfoName: 'DDBStreamBatchInfo',
    async latest() {
      const shards = await (await streams.find(arn))?.shards(undefined, SHARDS_MAX);
      return shards?.at(-1)?.nextSequenceNumber;
    },
    async shards(after = '') {
      const shards = await (await streams.find(arn))?.shards(undefined, SHARDS_MAX);
      return shards
        ?.filter((shard) => !endsBefore(shard, after))
        .map(({ id, parentId, startingSequenceNumber: first }) => ({
          id,
          parentId,
          start: after > first ? after : first,
          read: (from, limits) => read(id, from, limits),
        }));
    },
    subscribe: (listener) => streams.subscribe(arn, listener),
  };
}

/** Numbers go on from parent to child. */
function endsBefore({ endingSequenceNumber: end }: Shard, after: string): boolean {
  return end !== undefined && end <= after;
}

/** The order of members is AWS's (recorded 2025-11-25: test_dynamodb_event_source_mapping). */
function sourceRecord(record: ChangeRecord, eventSourceARN: string): SourceRecord {
  const { sequenceNumber, keys, newImage, oldImage } = record;
  const head = JSON.stringify({
    eventID: record.eventId,
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: record.region,
  });
  const members = [
    `"ApproximateCreationDateTime":${record.createdSeconds}`,
    `"Keys":${keys}`,
    ...(newImage === undefined ? [] : [`"NewImage":${newImage}`]),
    ...(oldImage === undefined ? [] : [`"OldImage":${oldImage}`]),
    `"SequenceNumber":"${sequenceNumber}"`,
    `"SizeBytes":${record.sizeBytes}`,
    `"StreamViewType":"${record.viewType}"`,
  ];
  // Developer guide of DynamoDB, "DynamoDB Streams and Time to Live".
  const identity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
  const tail = JSON.stringify({
    userIdentity: record.expired ? identity : undefined,
    eventSourceARN,
  });
  return {
    position: sequenceNumber,
    id: sequenceNumber,
    arrivedMs: record.createdSeconds * 1000,
    key: keys,
    json: `${head.slice(0, -1)},"dynamodb":{${members.join(',')}},${tail.slice(1)}`,
  };
}
