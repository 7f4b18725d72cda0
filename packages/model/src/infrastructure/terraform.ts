/** A table's definition as Terraform configuration in JSON: write it to `tables.tf.json`. */
import type { IndexInput } from '../client/operations.ts';
import type { TableDefinition } from '../table/table.ts';
import { createTableInput } from './create-table.ts';

export interface TerraformConfiguration {
  readonly resource: {
    readonly aws_dynamodb_table: { readonly [name: string]: { readonly [name: string]: unknown } };
  };
}

/** `name` is the resource's name within Terraform. */
export function toTerraform(
  table: TableDefinition,
  name = table.name.replaceAll(/[^A-Za-z0-9_-]/g, '_'),
): TerraformConfiguration {
  const input = createTableInput(table);
  const global = input.GlobalSecondaryIndexes?.map(indexBlock);
  const local = input.LocalSecondaryIndexes?.map(indexBlock);
  const capacity = input.ProvisionedThroughput;
  return {
    resource: {
      aws_dynamodb_table: {
        [name]: {
          name: table.name,
          billing_mode: input.BillingMode,
          ...(capacity && {
            read_capacity: capacity.ReadCapacityUnits,
            write_capacity: capacity.WriteCapacityUnits,
          }),
          hash_key: table.partitionKey,
          ...(table.sortKey !== undefined && { range_key: table.sortKey }),
          attribute: input.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
            name: AttributeName,
            type: AttributeType,
          })),
          ...(global && { global_secondary_index: global }),
          ...(local && { local_secondary_index: local.map(withoutPartition) }),
          ...(table.stream && { stream_enabled: true, stream_view_type: table.stream }),
          ...(table.ttl !== undefined && { ttl: { attribute_name: table.ttl, enabled: true } }),
          ...(table.deletionProtection && { deletion_protection_enabled: true }),
        },
      },
    },
  };
}

function indexBlock({ IndexName, KeySchema, Projection, ProvisionedThroughput }: IndexInput) {
  const [partition, sort] = KeySchema;
  return {
    name: IndexName,
    hash_key: partition?.AttributeName,
    ...(sort && { range_key: sort.AttributeName }),
    projection_type: Projection.ProjectionType,
    ...(Projection.NonKeyAttributes && { non_key_attributes: Projection.NonKeyAttributes }),
    ...(ProvisionedThroughput && {
      read_capacity: ProvisionedThroughput.ReadCapacityUnits,
      write_capacity: ProvisionedThroughput.WriteCapacityUnits,
    }),
  };
}

/** A local index has its table's partition key. */
function withoutPartition(block: ReturnType<typeof indexBlock>): object {
  const { hash_key: _partition, ...rest } = block;
  return rest;
}
