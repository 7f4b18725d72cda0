/** UpdateContributorInsights, DescribeContributorInsights and ListContributorInsights. */
import type { ContributorInsightsSummary } from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound, tableNotFound, validation } from '../errors.ts';
import {
  changedInsights,
  insightsOf,
  insightsRules,
  insightsStatus,
} from '../insights/insights.ts';
import { INSIGHTS_LISTED_MAX } from '../insights/limits.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { Table, TableDefinition } from '../tables/table.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const updateContributorInsights: DynamoDBOperation<'UpdateContributorInsights'> = async (
  state,
  input,
  context,
) => {
  const name = administeredTableName(input.TableName, context);
  const { IndexName: indexName, ContributorInsightsAction: action } = input;
  const { ContributorInsightsMode: mode } = input;
  const nowMs = state.environment.clock.nowMs();
  const definition = await state.catalog.change(name, context, (table) => {
    if (table === undefined) throw tableNotFound(name);
    checkIndex(table.definition, indexName);
    const current = insightsOf(table.definition, indexName);
    const next = changedInsights(table.definition, {
      ...(indexName !== undefined && { indexName }),
      enabled: action === 'ENABLE',
      mode: mode ?? current?.mode ?? 'ACCESSED_AND_THROTTLED_KEYS',
      changedMs: nowMs,
    });
    return { next, result: next };
  });
  return summaryOf(definition, indexName, nowMs);
};

export const describeContributorInsights: DynamoDBOperation<'DescribeContributorInsights'> = async (
  state,
  input,
  context,
) => {
  const { IndexName: indexName } = input;
  const { definition } = await findTable(state, input.TableName, context);
  checkIndex(definition, indexName);
  const summary = summaryOf(definition, indexName, state.environment.clock.nowMs());
  const insights = insightsOf(definition, indexName);
  // Of what was never enabled nothing more is said (recorded 2026-01, `describe-contributor-insights`).
  if (insights === undefined) return summary;
  return {
    ...summary,
    LastUpdateDateTime: new Date(insights.changedMs),
    ContributorInsightsRuleList: insights.enabled ? insightsRules(definition, insights) : undefined,
  };
};

export const listContributorInsights: DynamoDBOperation<'ListContributorInsights'> = async (
  state,
  input,
  context,
) => {
  const { MaxResults: limit = INSIGHTS_LISTED_MAX, NextToken: token } = input;
  if (limit < 1) throw validation('MaxResults must be greater than or equal to 1');
  const after = token === undefined ? undefined : decodeToken(token);
  const tables =
    input.TableName === undefined
      ? // The first may have indexes left that come after the token.
        await tablesFrom(state, context, after?.tableName, limit + 1)
      : [await findTable(state, input.TableName, context)];
  const nowMs = state.environment.clock.nowMs();
  const left = tables
    .flatMap(({ definition }) => resources(definition))
    .filter((each) => after === undefined || isAfter(each, after));
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    ContributorInsightsSummaries: page.map(({ definition, indexName }) =>
      summaryOf(definition, indexName, nowMs),
    ),
    NextToken: left.length > limit && last !== undefined ? encodeToken(last) : undefined,
  };
};

interface Place {
  readonly tableName: string;
  readonly indexName: string | undefined;
}

/** A table, then its global indexes by their names. */
function resources(definition: TableDefinition) {
  const names = definition.globalIndexes.map(({ indexName }) => indexName).toSorted();
  const { tableName } = definition;
  return [undefined, ...names].map((indexName) => ({ definition, tableName, indexName }));
}

function isAfter(place: Place, after: Place): boolean {
  if (place.tableName !== after.tableName) return place.tableName > after.tableName;
  return (place.indexName ?? '') > (after.indexName ?? '');
}

async function tablesFrom(
  { catalog }: DynamoDBState,
  context: RequestContext,
  name: string | undefined,
  limit: number,
): Promise<Table[]> {
  const first = name === undefined ? undefined : await catalog.find(name, context);
  const others = await catalog.list(context, name, limit);
  return first === undefined ? others : [first, ...others];
}

async function findTable(
  { catalog }: DynamoDBState,
  nameOrArn: string,
  context: RequestContext,
): Promise<Table> {
  const name = administeredTableName(nameOrArn, context);
  const table = await catalog.find(name, context);
  if (table === undefined) throw tableNotFound(name);
  return table;
}

/** Local indexes have none. */
function checkIndex({ globalIndexes }: TableDefinition, name: string | undefined): void {
  if (name === undefined || globalIndexes.some(({ indexName }) => indexName === name)) return;
  throw resourceNotFound();
}

function summaryOf(
  definition: TableDefinition,
  indexName: string | undefined,
  nowMs: number,
): ContributorInsightsSummary {
  const insights = insightsOf(definition, indexName);
  return {
    TableName: definition.tableName,
    IndexName: indexName,
    ContributorInsightsStatus: insightsStatus(insights, nowMs),
    ContributorInsightsMode: insights?.enabled === true ? insights.mode : undefined,
  };
}

function encodeToken({ tableName, indexName = '' }: Place): string {
  return Buffer.from(JSON.stringify([tableName, indexName])).toString('base64url');
}

function decodeToken(token: string): Place {
  try {
    const said: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(said) && said.length === 2) {
      const [tableName, indexName]: unknown[] = said;
      if (typeof tableName === 'string' && typeof indexName === 'string') {
        return { tableName, indexName: indexName === '' ? undefined : indexName };
      }
    }
  } catch {
    // Not of our making, as what is JSON and no place.
  }
  throw validation('The provided NextToken is invalid');
}
