/** Auto scaling of provisioned tables: settings that are kept and described; nothing is scaled. */
import type {
  AutoScalingSettingsDescription,
  AutoScalingSettingsUpdate,
} from '../../../model/generated/dynamodb.types.ts';
import { validation } from '../errors.ts';
import type { TableDefinition } from '../tables/table.ts';

export type Direction = 'read' | 'write';

/** Settings of reads and of writes. */
export type Scaled = { readonly [Kind in Direction]?: AutoScalingSettingsUpdate };

/** As a table's definition has it: of the table, and of global indexes by their names. */
export interface AutoScalingDefinition {
  readonly table?: Scaled;
  readonly indexes?: readonly (Scaled & { readonly indexName: string })[];
}

/** The settings of a table, or of its index of that name, changed where something is asked. */
export function scaled(
  table: TableDefinition,
  indexName: string | undefined,
  direction: Direction,
  asked: AutoScalingSettingsUpdate | undefined,
): TableDefinition {
  if (asked === undefined) return table;
  const { autoScaling = {} } = table;
  const merged = mergedSettings(scalingOf(table, indexName, direction), asked);
  if (indexName === undefined) {
    const ofTable = { ...autoScaling.table, [direction]: merged };
    return { ...table, autoScaling: { ...autoScaling, table: ofTable } };
  }
  const others = (autoScaling.indexes ?? []).filter((index) => index.indexName !== indexName);
  const current = autoScaling.indexes?.find((index) => index.indexName === indexName);
  const ofIndex = { ...current, indexName, [direction]: merged };
  return { ...table, autoScaling: { ...autoScaling, indexes: [...others, ofIndex] } };
}

function scalingOf(
  { autoScaling }: TableDefinition,
  indexName: string | undefined,
  direction: Direction,
): AutoScalingSettingsUpdate | undefined {
  if (indexName === undefined) return autoScaling?.table?.[direction];
  return autoScaling?.indexes?.find((index) => index.indexName === indexName)?.[direction];
}

/** Settings that are enabled again begin anew. */
function mergedSettings(
  current: AutoScalingSettingsUpdate | undefined,
  asked: AutoScalingSettingsUpdate,
): AutoScalingSettingsUpdate {
  if (asked.AutoScalingDisabled === true) return { AutoScalingDisabled: true };
  const base = current?.AutoScalingDisabled === true ? {} : current;
  const merged = { ...base, ...asked };
  const { MinimumUnits: min, MaximumUnits: max } = merged;
  if (min !== undefined && max !== undefined && min > max) {
    throw validation('MinimumUnits of auto scaling must not be greater than MaximumUnits.');
  }
  return merged;
}

/** Whether writes are scaled: what AWS asks of provisioned tables that have replicas. */
export function scalesWrites(table: TableDefinition): boolean {
  const settings = scalingOf(table, undefined, 'write');
  return settings !== undefined && settings.AutoScalingDisabled !== true;
}

const DIRECTION_NAMES = { read: 'Read', write: 'Write' } as const;

export function describeScaling(
  table: TableDefinition,
  indexName: string | undefined,
  direction: Direction,
): AutoScalingSettingsDescription {
  const settings = scalingOf(table, indexName, direction);
  if (settings === undefined || settings.AutoScalingDisabled === true) {
    return { AutoScalingDisabled: true };
  }
  const { MinimumUnits, MaximumUnits, ScalingPolicyUpdate: policy } = settings;
  const index = indexName === undefined ? '' : `/index/${indexName}`;
  const resource = `table/${table.tableName}${index}`;
  return {
    MinimumUnits,
    MaximumUnits,
    AutoScalingRoleArn: settings.AutoScalingRoleArn ?? serviceRole(table.accountId),
    ScalingPolicies: policy && [
      {
        PolicyName:
          policy.PolicyName ??
          `DynamoDB${DIRECTION_NAMES[direction]}CapacityUtilization:${resource}`,
        TargetTrackingScalingPolicyConfiguration: policy.TargetTrackingScalingPolicyConfiguration,
      },
    ],
  };
}

function serviceRole(accountId: string): string {
  const path = 'aws-service-role/dynamodb.application-autoscaling.amazonaws.com';
  const role = 'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable';
  return `arn:aws:iam::${accountId}:role/${path}/${role}`;
}
