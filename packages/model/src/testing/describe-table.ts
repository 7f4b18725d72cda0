/** Tables in memory as DynamoDB describes its own: always active, as they are defined. */
import { createTableInput } from '../infrastructure/create-table.ts';
import type { TableDescription, TtlDescription } from '../client/operations.ts';
import type { FindTable } from './memory-table.ts';
import { streamArnOf } from './stream-event.ts';

export function describeTable(
  find: FindTable,
  { TableName }: { readonly TableName: string },
): { Table: TableDescription } {
  const { definition, size } = find(TableName);
  const { BillingMode, GlobalSecondaryIndexes, ...input } = createTableInput(definition);
  return {
    Table: {
      ...input,
      TableStatus: 'ACTIVE',
      ItemCount: size,
      BillingModeSummary: { BillingMode },
      ...(GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
          ...index,
          IndexStatus: 'ACTIVE',
        })),
      }),
      ...(definition.stream && { LatestStreamArn: streamArnOf(TableName) }),
    },
  };
}

export function describeTimeToLive(
  find: FindTable,
  { TableName }: { readonly TableName: string },
): { TimeToLiveDescription: TtlDescription } {
  const { ttl } = find(TableName).definition;
  return {
    TimeToLiveDescription:
      ttl === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttl },
  };
}
