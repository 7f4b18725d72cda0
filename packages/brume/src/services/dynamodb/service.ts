/** The DynamoDB service: its dispatch table and what its operations work on. */
import type { Environment } from '../../environment/environment.ts';
import { dynamodb } from '../../model/generated/dynamodb.ts';
import type { DynamoDBOperations } from '../../model/generated/dynamodb.types.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, type OperationTable, type Service } from '../service.ts';
import { Backfills } from './tables/backfill.ts';
import { Catalog } from './tables/catalog.ts';
import { Census } from './tables/census.ts';
import { Expiry } from './expiry/expiry-sweeper.ts';
import { Garbage } from './tables/garbage.ts';
import { createBackup, deleteBackup, describeBackup, listBackups } from './operations/backups.ts';
import { batchExecuteStatement } from './operations/batch-execute-statement.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import {
  cancelBulkOperation,
  describeBulkOperation,
  listBulkOperations,
  startBulkPutItems,
} from './operations/bulk-operations.ts';
import {
  describeContinuousBackups,
  updateContinuousBackups,
} from './operations/continuous-backups.ts';
import {
  describeContributorInsights,
  listContributorInsights,
  updateContributorInsights,
} from './operations/contributor-insights.ts';
import { createTable } from './operations/create-table.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeEndpoints } from './operations/describe-endpoints.ts';
import { describeLimits } from './operations/describe-limits.ts';
import { describeTable } from './operations/describe-table.ts';
import { executeStatement } from './operations/execute-statement.ts';
import { executeTransaction } from './operations/execute-transaction.ts';
import {
  describeExport,
  exportTableToPointInTime,
  listExports,
} from './operations/export-table-to-point-in-time.ts';
import {
  describeGlobalTableSettings,
  updateGlobalTableSettings,
} from './operations/global-table-settings.ts';
import {
  createGlobalTable,
  describeGlobalTable,
  listGlobalTables,
  updateGlobalTable,
} from './operations/global-tables.ts';
import { getItem } from './operations/get-item.ts';
import { describeImport, importTable, listImports } from './operations/import-table.ts';
import {
  describeKinesisStreamingDestination,
  disableKinesisStreamingDestination,
  enableKinesisStreamingDestination,
  updateKinesisStreamingDestination,
} from './operations/kinesis-streaming-destinations.ts';
import { listTables } from './operations/list-tables.ts';
import { listTagsOfResource } from './operations/list-tags-of-resource.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
} from './operations/resource-policies.ts';
import { restoreTableFromBackup } from './operations/restore-table-from-backup.ts';
import { restoreTableToPointInTime } from './operations/restore-table-to-point-in-time.ts';
import { scan } from './operations/scan.ts';
import { searchVectors } from './operations/search-vectors.ts';
import {
  describeTableReplicaAutoScaling,
  updateTableReplicaAutoScaling,
} from './operations/table-replica-auto-scaling.ts';
import { tagResource } from './operations/tag-resource.ts';
import { describeTimeToLive, updateTimeToLive } from './operations/time-to-live.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateItem } from './operations/update-item.ts';
import { updateTable } from './operations/update-table.ts';
import type { WriteState } from './items/item-changes.ts';
import type { StreamsPort } from './port.ts';
import { FormerValues } from './rehearsal/former-values.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { tableJobs } from './recovery/table-jobs.ts';
import { Retention } from './recovery/retention.ts';
import { Replicator } from './replication/replicator.ts';
import type { DynamoDBState } from './state.ts';
import { Streams } from './streams/streams.ts';
import { FolderObjects } from './transfer/objects.ts';
import { VectorSets } from './vectors/vector-sets.ts';
import { invalidInput } from './validation.ts';

const operations: OperationTable<DynamoDBState, DynamoDBOperations> = {
  BatchExecuteStatement: batchExecuteStatement,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CancelBulkOperation: cancelBulkOperation,
  CreateBackup: createBackup,
  CreateGlobalTable: createGlobalTable,
  CreateTable: createTable,
  DeleteBackup: deleteBackup,
  DeleteItem: deleteItem,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteTable: deleteTable,
  DescribeBackup: describeBackup,
  DescribeBulkOperation: describeBulkOperation,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeContributorInsights: describeContributorInsights,
  DescribeEndpoints: describeEndpoints,
  DescribeExport: describeExport,
  DescribeGlobalTable: describeGlobalTable,
  DescribeGlobalTableSettings: describeGlobalTableSettings,
  DescribeImport: describeImport,
  DescribeKinesisStreamingDestination: describeKinesisStreamingDestination,
  DescribeLimits: describeLimits,
  DescribeTable: describeTable,
  DescribeTableReplicaAutoScaling: describeTableReplicaAutoScaling,
  DescribeTimeToLive: describeTimeToLive,
  DisableKinesisStreamingDestination: disableKinesisStreamingDestination,
  EnableKinesisStreamingDestination: enableKinesisStreamingDestination,
  ExecuteStatement: executeStatement,
  ExecuteTransaction: executeTransaction,
  ExportTableToPointInTime: exportTableToPointInTime,
  GetItem: getItem,
  GetResourcePolicy: getResourcePolicy,
  ImportTable: importTable,
  ListBackups: listBackups,
  ListBulkOperations: listBulkOperations,
  ListContributorInsights: listContributorInsights,
  ListExports: listExports,
  ListGlobalTables: listGlobalTables,
  ListImports: listImports,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  PutResourcePolicy: putResourcePolicy,
  Query: query,
  RestoreTableFromBackup: restoreTableFromBackup,
  RestoreTableToPointInTime: restoreTableToPointInTime,
  Scan: scan,
  SearchVectors: searchVectors,
  StartBulkPutItems: startBulkPutItems,
  TagResource: tagResource,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UntagResource: untagResource,
  UpdateContinuousBackups: updateContinuousBackups,
  UpdateContributorInsights: updateContributorInsights,
  UpdateGlobalTable: updateGlobalTable,
  UpdateGlobalTableSettings: updateGlobalTableSettings,
  UpdateItem: updateItem,
  UpdateKinesisStreamingDestination: updateKinesisStreamingDestination,
  UpdateTable: updateTable,
  UpdateTableReplicaAutoScaling: updateTableReplicaAutoScaling,
  UpdateTimeToLive: updateTimeToLive,
};

export function createDynamoDB(dependencies: {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  /** Where buckets are folders, until there is S3. */
  readonly exportFolder?: (() => Promise<string>) | undefined;
}): Service & { readonly streams: StreamsPort; readonly rehearsal: Rehearsal } {
  const { environment, log } = dependencies;
  const store = new FormerValues(dependencies.store, environment.clock);
  const { timers } = environment;
  const catalog = new Catalog(store);
  const census = new Census(store, environment.clock, timers, log);
  const garbage = new Garbage(store, timers, log);
  const backfills = new Backfills(store, catalog, timers, log);
  const streams = new Streams(store, environment, garbage, log);
  const vectors = new VectorSets(store, timers);
  const replicas: Replicator = new Replicator({
    state: () => writes,
    clock: environment.clock,
    timers,
    log,
  });
  const expiry = new Expiry(store, catalog, streams, vectors, replicas, environment, log);
  const retention = new Retention(store, catalog, garbage, environment, log);
  const { exportFolder } = dependencies;
  const objects = exportFolder && new FolderObjects(exportFolder, environment);
  const writes: WriteState = { store, catalog, expiry, streams, vectors, replicas };
  const jobs = tableJobs({ state: writes, garbage, environment, log, objects });
  // What was left undone when the service last closed.
  garbage.collect();
  backfills.wake();
  expiry.watch();
  streams.trimmer.watch();
  retention.wake();
  jobs.wake();
  replicas.wake();
  const state = {
    store,
    environment,
    log,
    catalog,
    census,
    garbage,
    backfills,
    expiry,
    streams,
    vectors,
    replicas,
    jobs,
    objects,
    retention,
  };
  const definition = { model: dynamodb, operations, invalidInput };
  const service = defineService({
    ...definition,
    state,
    async close() {
      const { trimmer } = streams;
      const works = [jobs, replicas, retention, expiry, trimmer, backfills, garbage, census];
      await Promise.all(works.map((work) => work.close()));
    },
  });
  const past = (lagMs: number) =>
    defineService({ ...definition, state: { ...state, store: store.past(lagMs) } });
  const rehearsal = new Rehearsal({ service, past, former: store, catalog, environment, replicas });
  return { ...service, execute: rehearsal.execute, streams: streams.port, rehearsal };
}
