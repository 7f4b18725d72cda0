/**
 * Contributor insights of tables and global indexes: whether they are on, and for which keys. There is no
 * CloudWatch that their rules could count for.
 */
import type {
  ContributorInsightsMode,
  ContributorInsightsStatus,
} from '../../../model/generated/dynamodb.types.ts';
import type { TableDefinition } from '../tables/table.ts';
import { STATUS_CHANGE_MS } from './limits.ts';

/** As a table's definition has it: for each that was ever enabled. */
export interface InsightsDefinition {
  /** Absent for the table itself. */
  readonly indexName?: string;
  readonly enabled: boolean;
  readonly mode: ContributorInsightsMode;
  readonly changedMs: number;
}

export function insightsOf(
  { insights = [] }: TableDefinition,
  name: string | undefined,
): InsightsDefinition | undefined {
  return insights.find(({ indexName }) => indexName === name);
}

export function insightsStatus(
  insights: InsightsDefinition | undefined,
  nowMs: number,
): ContributorInsightsStatus {
  if (insights === undefined) return 'DISABLED';
  const changing = nowMs - insights.changedMs < STATUS_CHANGE_MS;
  if (insights.enabled) return changing ? 'ENABLING' : 'ENABLED';
  return changing ? 'DISABLING' : 'DISABLED';
}

/** The table with its insights, or those of an index, as they are asked for; the same where they are so. */
export function changedInsights(table: TableDefinition, asked: InsightsDefinition) {
  const current = insightsOf(table, asked.indexName);
  const same = current?.enabled === asked.enabled && current.mode === asked.mode;
  if (same || (current === undefined && !asked.enabled)) return table;
  const others = (table.insights ?? []).filter((other) => other !== current);
  return { ...table, insights: [...others, asked] };
}

/**
 * Names of the CloudWatch rules (Developer Guide, "CloudWatch Contributor Insights"): partition keys, and
 * sort keys where there are any; accessed and throttled, or throttled alone.
 */
export function insightsRules(
  table: TableDefinition,
  { indexName, mode, changedMs }: InsightsDefinition,
): string[] {
  const index = table.globalIndexes.find((each) => each.indexName === indexName);
  const { keySchema } = index ?? table;
  const keys = keySchema.some(({ KeyType }) => KeyType === 'RANGE') ? ['PK', 'SK'] : ['PK'];
  const counted = mode === 'THROTTLED_KEYS' ? ['T'] : ['C', 'T'];
  const resource = [table.tableName, ...(indexName === undefined ? [] : [indexName])].join('-');
  return keys.flatMap((key) =>
    counted.map((kind) => `DynamoDBContributorInsights-${key}${kind}-${resource}-${changedMs}`),
  );
}
