/** Refusals for reasons that pass, in the forms they have alone and as a reason of a transaction. */
import { AwsError } from '../../../model/aws-error.ts';
import type { CancellationReason } from '../../../model/generated/dynamodb.types.ts';
import { replicatedWriteConflict } from '../replication/errors.ts';
import type { Table } from '../tables/table.ts';

export interface Refusal {
  readonly error: AwsError;
  readonly reason: CancellationReason;
}

export type Kind = 'Read' | 'Write';

/** Beyond provisioned units. Messages seen in grailbio/reflow#101 (2019) and DynamoDB Local 2.5. */
export function throughputExceeded(table: Table, kind: Kind, indexName?: string): Refusal {
  const message =
    indexName === undefined
      ? 'The level of configured provisioned throughput for the table was exceeded. ' +
        'Consider increasing your provisioning level with the UpdateTable API'
      : 'The level of configured provisioned throughput for one or more global secondary ' +
        'indexes of the table was exceeded. Consider increasing your provisioning level for ' +
        'the under-provisioned global secondary indexes with the UpdateTable API';
  const ThrottlingReasons = reasonsOf(table, kind, 'ProvisionedThroughputExceeded', indexName);
  return {
    error: new AwsError({
      code: 'ProvisionedThroughputExceededException',
      message,
      fields: { ThrottlingReasons },
    }),
    reason: { Code: 'ProvisionedThroughputExceeded', Message: message },
  };
}

/** Beyond the maximum of a table on demand. Message seen in Airbyte's log of AWS's answers. */
export function onDemandMaximumExceeded(table: Table, kind: Kind, indexName?: string): Refusal {
  return throttled(
    'Throughput exceeds the maximum OnDemandThroughput configured on table or index',
    reasonsOf(table, kind, 'MaxOnDemandThroughputExceeded', indexName),
  );
}

/** Of a table on demand (praetorian-inc/chariot-ui#684, 2024-09-06). */
export function capacityExceeded(table: Table, kind: Kind): Refusal {
  return throttled(
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically ' +
      'scaling your table or index so please try again shortly. If exceptions persist, check if ' +
      'you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/' +
      'bp-partition-key-design.html',
    reasonsOf(table, kind, 'KeyRangeThroughputExceeded'),
  );
}

/** The model writes the member small in this one. */
function throttled(message: string, throttlingReasons: readonly object[]): Refusal {
  return {
    error: new AwsError({ code: 'ThrottlingException', message, fields: { throttlingReasons } }),
    reason: { Code: 'ThrottlingError', Message: message },
  };
}

/** "ResourceType+OperationType+LimitType" (API Reference, ThrottlingReason). */
function reasonsOf(table: Table, kind: Kind, limit: string, indexName?: string) {
  return indexName === undefined
    ? [{ reason: `Table${kind}${limit}`, resource: table.arn }]
    : [{ reason: `Index${kind}${limit}`, resource: `${table.arn}/index/${indexName}` }];
}

/** API Reference, TransactWriteItems; AWS sends it without the full stop. */
export function transactionConflict(): Refusal {
  const message = 'Transaction is ongoing for the item';
  return {
    error: new AwsError({ code: 'TransactionConflictException', message }),
    reason: { Code: 'TransactionConflict', Message: message },
  };
}

/** Of a strongly consistent global table, whose transactions are refused for other reasons. */
export function writtenElsewhere(): Refusal {
  const error = replicatedWriteConflict();
  return { error, reason: { Code: 'TransactionConflict', Message: error.message } };
}

/** Seen in aws/aws-sdk-java-v2#2518 (2021-06-08). */
export function transactionInProgress(): AwsError {
  return new AwsError({
    code: 'TransactionInProgressException',
    message: 'Transaction from previous request is still in progress',
  });
}
