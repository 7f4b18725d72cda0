/** The DynamoDB service: its dispatch table and what its operations work on. */
import type { Environment } from '../../environment/environment.ts';
import { dynamodb } from '../../model/generated/dynamodb.ts';
import type { DynamoDBOperations } from '../../model/generated/dynamodb.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, unsupported, type OperationTable, type Service } from '../service.ts';
import { Catalog } from './catalog.ts';
import { createTable } from './operations/create-table.ts';
import { Garbage } from './garbage.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { getItem } from './operations/get-item.ts';
import { listTables } from './operations/list-tables.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { scan } from './operations/scan.ts';
import { updateItem } from './operations/update-item.ts';
import type { DynamoDBState } from './state.ts';
import { invalidInput } from './validation.ts';

const PARTIQL = unsupported('PartiQL is not there');
const BACKUPS = unsupported('backups and restore are not there');
const TRANSFERS = unsupported('export, import and bulk writes are not there');
const GLOBAL_TABLES = unsupported('global tables are not there');
const INSIGHTS = unsupported('contributor insights are not there');
const KINESIS = unsupported('Kinesis streaming destinations are not there');
const POLICIES = unsupported('resource policies are not there');
const VECTORS = unsupported('vector indexes are not there');
const LATER = unsupported('not there');

const operations: OperationTable<DynamoDBState, DynamoDBOperations> = {
  BatchExecuteStatement: PARTIQL,
  BatchGetItem: LATER,
  BatchWriteItem: LATER,
  CancelBulkOperation: TRANSFERS,
  CreateBackup: BACKUPS,
  CreateGlobalTable: GLOBAL_TABLES,
  CreateTable: createTable,
  DeleteBackup: BACKUPS,
  DeleteItem: deleteItem,
  DeleteResourcePolicy: POLICIES,
  DeleteTable: deleteTable,
  DescribeBackup: BACKUPS,
  DescribeBulkOperation: TRANSFERS,
  DescribeContinuousBackups: BACKUPS,
  DescribeContributorInsights: INSIGHTS,
  DescribeEndpoints: LATER,
  DescribeExport: TRANSFERS,
  DescribeGlobalTable: GLOBAL_TABLES,
  DescribeGlobalTableSettings: GLOBAL_TABLES,
  DescribeImport: TRANSFERS,
  DescribeKinesisStreamingDestination: KINESIS,
  DescribeLimits: LATER,
  DescribeTable: describeTable,
  DescribeTableReplicaAutoScaling: GLOBAL_TABLES,
  DescribeTimeToLive: LATER,
  DisableKinesisStreamingDestination: KINESIS,
  EnableKinesisStreamingDestination: KINESIS,
  ExecuteStatement: PARTIQL,
  ExecuteTransaction: PARTIQL,
  ExportTableToPointInTime: TRANSFERS,
  GetItem: getItem,
  GetResourcePolicy: POLICIES,
  ImportTable: TRANSFERS,
  ListBackups: BACKUPS,
  ListBulkOperations: TRANSFERS,
  ListContributorInsights: INSIGHTS,
  ListExports: TRANSFERS,
  ListGlobalTables: GLOBAL_TABLES,
  ListImports: TRANSFERS,
  ListTables: listTables,
  ListTagsOfResource: LATER,
  PutItem: putItem,
  PutResourcePolicy: POLICIES,
  Query: query,
  RestoreTableFromBackup: BACKUPS,
  RestoreTableToPointInTime: BACKUPS,
  Scan: scan,
  SearchVectors: VECTORS,
  StartBulkPutItems: TRANSFERS,
  TagResource: LATER,
  TransactGetItems: LATER,
  TransactWriteItems: LATER,
  UntagResource: LATER,
  UpdateContinuousBackups: BACKUPS,
  UpdateContributorInsights: INSIGHTS,
  UpdateGlobalTable: GLOBAL_TABLES,
  UpdateGlobalTableSettings: GLOBAL_TABLES,
  UpdateItem: updateItem,
  UpdateKinesisStreamingDestination: KINESIS,
  UpdateTable: LATER,
  UpdateTableReplicaAutoScaling: GLOBAL_TABLES,
  UpdateTimeToLive: LATER,
};

export function createDynamoDB(dependencies: {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
}): Service {
  const { store, environment, log } = dependencies;
  const garbage = new Garbage(store, environment.timers, log);
  garbage.collect();
  return defineService({
    model: dynamodb,
    operations,
    state: { store, environment, log, catalog: new Catalog(store), garbage },
    invalidInput,
    close: () => garbage.close(),
  });
}
