/** A table's definition as DynamoDB's CreateTable takes it. */
import type { CreateTableInput, IndexInput, KeyElement, Projection } from '../client/operations.ts';
import { keyAttributes, keySchemas, keyType } from '../table/table.ts';
import type { Capacity, KeySchema, TableDefinition } from '../table/table.ts';

export function createTableInput(table: TableDefinition): CreateTableInput {
  const [own, ...indexes] = keySchemas(table) as [KeySchema, ...KeySchema[]];
  const local = indexes.filter((keys) => keys.local).map((keys) => indexInput(table, keys));
  const global = indexes.filter((keys) => !keys.local).map((keys) => indexInput(table, keys));
  const throughput = throughputOf(table.capacity);
  return {
    TableName: table.name,
    KeySchema: keyElements(own),
    AttributeDefinitions: keyAttributes(table).map((name) => ({
      AttributeName: name,
      AttributeType: keyType(table, name),
    })),
    BillingMode: throughput ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...(throughput && { ProvisionedThroughput: throughput }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(table.stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream },
    }),
    ...(table.deletionProtection && { DeletionProtectionEnabled: true }),
  };
}

function indexInput(table: TableDefinition, keys: KeySchema): IndexInput {
  const name = keys.index as string;
  const capacity = table.indexes?.[name]?.capacity ?? table.capacity;
  const throughput = keys.local ? undefined : throughputOf(table.capacity && capacity);
  return {
    IndexName: name,
    KeySchema: keyElements(keys),
    Projection: projectionOf(keys.projection),
    ...(throughput && { ProvisionedThroughput: throughput }),
  };
}

function keyElements({ partitionKey, sortKey }: KeySchema): KeyElement[] {
  const elements: KeyElement[] = [{ AttributeName: partitionKey, KeyType: 'HASH' }];
  if (sortKey !== undefined) elements.push({ AttributeName: sortKey, KeyType: 'RANGE' });
  return elements;
}

function projectionOf(projection: KeySchema['projection']): Projection {
  if (typeof projection === 'string') return { ProjectionType: projection };
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] };
}

function throughputOf(
  capacity: Capacity | undefined,
): { ReadCapacityUnits: number; WriteCapacityUnits: number } | undefined {
  if (capacity === undefined || capacity === 'on-demand') return undefined;
  return { ReadCapacityUnits: capacity.read, WriteCapacityUnits: capacity.write };
}
