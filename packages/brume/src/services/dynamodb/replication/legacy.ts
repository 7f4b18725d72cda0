/**
 * Global tables of the version 2017.11.29: tables that were made one by one, each with settings of its
 * own, and then joined. Their items are replicated as those of the current version are (AWS writes
 * attributes named `aws:rep:…` into items of this version; here versions stand beside them).
 */
import type {
  GlobalTableDescription,
  GlobalTableStatus,
} from '../../../model/generated/dynamodb.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import { validation } from '../errors.ts';
import { checkFull } from '../recovery/table-use.ts';
import type { TableDefinition } from '../tables/table.ts';
import { wrongStream } from './errors.ts';
import { describeReplica } from './replica-description.ts';

/** Words of these from memory, or of the API Reference; not recorded. */
export function globalTableNotFound(name: string): AwsError {
  return new AwsError({
    code: 'GlobalTableNotFoundException',
    message: `Global table not found: Global table with name: '${name}' does not exist.`,
  });
}

export function globalTableExists(name: string): AwsError {
  return new AwsError({
    code: 'GlobalTableAlreadyExistsException',
    message: `Global table already exists: Global table with name: '${name}' already exists.`,
  });
}

export function replicaAlreadyExists(region: string): AwsError {
  return new AwsError({
    code: 'ReplicaAlreadyExistsException',
    message: `The specified replica is already part of the global table: ${region}`,
  });
}

export function replicaNotFound(region: string): AwsError {
  return new AwsError({
    code: 'ReplicaNotFoundException',
    message: `The specified replica is no longer part of the global table: ${region}`,
  });
}

export function notEmpty(region: string): Error {
  return validation(`Replica tables must be empty: the table in ${region} has items`);
}

export function isLegacy({ global }: TableDefinition): boolean {
  return global?.version === '2017.11.29';
}

/** What tables must be to be joined (API Reference, CreateGlobalTable). */
export function checkJoinable(table: TableDefinition, first: TableDefinition): void {
  checkFull(table);
  const { stream } = table;
  if (stream?.enabled !== true || stream.viewType !== 'NEW_AND_OLD_IMAGES') throw wrongStream();
  if (keysOf(table) === keysOf(first)) return;
  throw validation(
    'Replica tables must have the same keys, and indexes of the same names and keys',
  );
}

function keysOf({ keySchema, localIndexes, globalIndexes, ...rest }: TableDefinition): string {
  const types = new Map(
    rest.attributeDefinitions.map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType,
    ]),
  );
  const shown = (schema: typeof keySchema) =>
    schema.map(({ AttributeName: name, KeyType }) => [name, KeyType, types.get(name)]);
  const indexes = [...localIndexes, ...globalIndexes].map((index) =>
    JSON.stringify([index.indexName, shown(index.keySchema)]),
  );
  return JSON.stringify([shown(keySchema), indexes.toSorted()]);
}

export function describeGlobalTable(
  table: TableDefinition,
  status: GlobalTableStatus = 'ACTIVE',
): GlobalTableDescription {
  const { global, accountId, tableName } = table;
  const replicas = global?.replicas ?? [];
  return {
    ReplicationGroup: replicas.map((replica) => {
      const { RegionName, ReplicaStatus } = describeReplica(table, replica);
      return { RegionName, ReplicaStatus };
    }),
    GlobalTableArn: `arn:aws:dynamodb::${accountId}:global-table/${tableName}`,
    CreationDateTime: global && new Date(global.createdMs),
    GlobalTableStatus: status,
    GlobalTableName: tableName,
  };
}
