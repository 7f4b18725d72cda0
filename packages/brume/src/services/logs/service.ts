/** CloudWatch Logs: which operations there are, and how its parts are put together. */
import type { Environment } from '../../environment/environment.ts';
import { logs } from '../../model/generated/logs.ts';
import type { LogsOperations } from '../../model/generated/logs.types.ts';
import type { Violation } from '../../model/violation.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, unsupported, type OperationTable, type Service } from '../service.ts';
import { nameTooLong } from './errors.ts';
import { LiveTails } from './live-tails.ts';
import { LogIntake } from './log-intake.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { startLiveTail } from './operations/start-live-tail.ts';
import { testMetricFilter } from './operations/test-metric-filter.ts';
import type { LogsPort } from './port.ts';
import {
  createLogGroup,
  deleteLogGroup,
  describeLogGroups,
  listLogGroups,
  putLogGroupDeletionProtection,
} from './resources/log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './resources/log-streams.ts';
import { deleteRetentionPolicy, putRetentionPolicy } from './resources/retention.ts';
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from './resources/tags.ts';
import { RetentionSweeper } from './retention-sweeper.ts';
import type { LogsState } from './state.ts';

export interface LogsDependencies {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
}

export interface Logs {
  readonly service: Service;
  readonly port: LogsPort;
}

export function createLogs(dependencies: LogsDependencies): Logs {
  const { store, environment } = dependencies;
  const liveTails = new LiveTails();
  const intake = new LogIntake({ ...dependencies, liveTails });
  const sweeper = new RetentionSweeper(dependencies);
  const state: LogsState = { store, environment, intake, sweeper, liveTails };
  return {
    service: defineService<LogsState, LogsOperations>({
      model: logs,
      operations,
      state,
      invalidInput: (_operation, violations) => invalidName(violations),
      async close() {
        await sweeper.close();
        await intake.flush();
      },
    }),
    port: intake,
  };
}

/** A name that is too long has an error of its own (recorded 2026-02-03). */
function invalidName(violations: readonly Violation[]) {
  const [first, ...others] = violations;
  if (first === undefined || others.length > 0) return undefined;
  const isName = ['logGroupName', 'logStreamName'].includes(first.path.join('.'));
  const { constraint } = first;
  return isName && constraint.type === 'length' && constraint.max !== undefined
    ? nameTooLong()
    : undefined;
}

const anomalies = unsupported('anomaly detection is not there');
const dataProtection = unsupported('data protection policies are not there');
const deliveries = unsupported('vended logs are not delivered');
const keys = unsupported('there are no keys to encrypt logs with');
const metrics = unsupported('there are no metrics to make of logs; TestMetricFilter is there');
const policies = unsupported('policies of accounts and resources are not there');
const queries = unsupported('Logs Insights is not there');
const subscriptions = unsupported('subscriptions to logs are not there');
const syslog = unsupported('logs are not taken in by syslog or bearer tokens');
const tiers = unsupported('there is one tier of storage');
const transfers = unsupported('logs are not exported or imported');
const transformers = unsupported('logs are not transformed');

const operations: OperationTable<LogsState, LogsOperations> = {
  AssociateKmsKey: keys,
  AssociateSourceToS3TableIntegration: transfers,
  CancelExportTask: transfers,
  CancelImportTask: transfers,
  CreateDelivery: deliveries,
  CreateExportTask: transfers,
  CreateImportTask: transfers,
  CreateLogAnomalyDetector: anomalies,
  CreateLogGroup: createLogGroup,
  CreateLogStream: createLogStream,
  CreateLookupTable: queries,
  CreateScheduledQuery: queries,
  DeleteAccountPolicy: policies,
  DeleteDataProtectionPolicy: dataProtection,
  DeleteDelivery: deliveries,
  DeleteDeliveryDestination: deliveries,
  DeleteDeliveryDestinationPolicy: deliveries,
  DeleteDeliverySource: deliveries,
  DeleteDestination: subscriptions,
  DeleteIndexPolicy: queries,
  DeleteIntegration: queries,
  DeleteLogAnomalyDetector: anomalies,
  DeleteLogGroup: deleteLogGroup,
  DeleteLogStream: deleteLogStream,
  DeleteLookupTable: queries,
  DeleteMetricFilter: metrics,
  DeleteQueryDefinition: queries,
  DeleteResourcePolicy: policies,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DeleteScheduledQuery: queries,
  DeleteSubscriptionFilter: subscriptions,
  DeleteSyslogConfiguration: syslog,
  DeleteTransformer: transformers,
  DescribeAccountPolicies: policies,
  DescribeConfigurationTemplates: deliveries,
  DescribeDeliveries: deliveries,
  DescribeDeliveryDestinations: deliveries,
  DescribeDeliverySources: deliveries,
  DescribeDestinations: subscriptions,
  DescribeExportTasks: transfers,
  DescribeFieldIndexes: queries,
  DescribeImportTaskBatches: transfers,
  DescribeImportTasks: transfers,
  DescribeIndexPolicies: queries,
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  DescribeLookupTables: queries,
  DescribeMetricFilters: metrics,
  DescribeQueries: queries,
  DescribeQueryDefinitions: queries,
  DescribeResourcePolicies: policies,
  DescribeSubscriptionFilters: subscriptions,
  DisassociateKmsKey: keys,
  DisassociateSourceFromS3TableIntegration: transfers,
  FilterLogEvents: filterLogEvents,
  GetDataProtectionPolicy: dataProtection,
  GetDelivery: deliveries,
  GetDeliveryDestination: deliveries,
  GetDeliveryDestinationPolicy: deliveries,
  GetDeliverySource: deliveries,
  GetIntegration: queries,
  GetLogAnomalyDetector: anomalies,
  GetLogEvents: getLogEvents,
  GetLogFields: queries,
  GetLogGroupFields: queries,
  GetLogObject: queries,
  GetLogRecord: queries,
  GetLookupTable: queries,
  GetQueryResults: queries,
  GetScheduledQuery: queries,
  GetScheduledQueryHistory: queries,
  GetStorageTierPolicy: tiers,
  GetTransformer: transformers,
  ListAggregateLogGroupSummaries: queries,
  ListAnomalies: anomalies,
  ListIntegrations: queries,
  ListLogAnomalyDetectors: anomalies,
  ListLogGroups: listLogGroups,
  ListLogGroupsForQuery: queries,
  ListScheduledQueries: queries,
  ListSourcesForS3TableIntegration: transfers,
  ListSyslogConfigurations: syslog,
  ListTagsForResource: listTagsForResource,
  ListTagsLogGroup: listTagsLogGroup,
  PutAccountPolicy: policies,
  PutBearerTokenAuthentication: syslog,
  PutDataProtectionPolicy: dataProtection,
  PutDeliveryDestination: deliveries,
  PutDeliveryDestinationPolicy: deliveries,
  PutDeliverySource: deliveries,
  PutDestination: subscriptions,
  PutDestinationPolicy: subscriptions,
  PutIndexPolicy: queries,
  PutIntegration: queries,
  PutLogEvents: putLogEvents,
  PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
  PutMetricFilter: metrics,
  PutQueryDefinition: queries,
  PutResourcePolicy: policies,
  PutRetentionPolicy: putRetentionPolicy,
  PutStorageTierPolicy: tiers,
  PutSubscriptionFilter: subscriptions,
  PutSyslogConfiguration: syslog,
  PutTransformer: transformers,
  StartLiveTail: startLiveTail,
  StartQuery: queries,
  StopQuery: queries,
  TagLogGroup: tagLogGroup,
  TagResource: tagResource,
  TestMetricFilter: testMetricFilter,
  TestTransformer: transformers,
  UntagLogGroup: untagLogGroup,
  UntagResource: untagResource,
  UpdateAnomaly: anomalies,
  UpdateDeliveryConfiguration: deliveries,
  UpdateLogAnomalyDetector: anomalies,
  UpdateLookupTable: queries,
  UpdateScheduledQuery: queries,
};
