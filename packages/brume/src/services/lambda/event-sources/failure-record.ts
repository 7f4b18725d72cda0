/** What AWS tells an on-failure destination about records that were given up. */
import { utcSeconds } from './batch-event.ts';
import type { Failure } from './delivery.ts';
import type { SourceRecord } from './event-source.ts';
import type { MappingRecord } from './mapping-record.ts';

export interface DiscardedBatch {
  readonly records: readonly SourceRecord[];
  readonly shardId: string;
  readonly mapping: MappingRecord;
  readonly batchInfoName: string;
  readonly nowMs: number;
}

/** Recorded 2025-11-25: test_dynamodb_event_source_mapping_with_on_failure_destination_config. */
export function failureRecord(
  { records, shardId, mapping, batchInfoName, nowMs }: DiscardedBatch,
  { condition, requestId, invocations, answer }: Failure,
) {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId,
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: answer.executedVersion,
        functionError: answer.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    [batchInfoName]: {
      shardId,
      startSequenceNumber: first?.id,
      endSequenceNumber: last?.id,
      approximateArrivalOfFirstRecord: first && utcSeconds(first.arrivedMs),
      approximateArrivalOfLastRecord: last && utcSeconds(last.arrivedMs),
      batchSize: records.length,
      streamArn: mapping.eventSourceArn,
    },
  };
}
