/** Query: the items of one partition, of a table or an index, in the order of their sort keys. */
import type { QueryInput } from '../../../model/generated/dynamodb.types.ts';
import { Units } from '../capacity.ts';
import { validation } from '../errors.ts';
import type { Condition } from '../expressions/ast.ts';
import { conditionPaths } from '../expressions/ast-paths.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import type { KeyConditions } from '../expressions/key-condition.ts';
import { attributePaths, filterCondition, keyConditions } from '../expressions/legacy.ts';
import { checkScalarKeys } from '../items/key-validation.ts';
import { readPage } from '../pages/page.ts';
import { checkStartInRange, queryRange, rangeAfter } from '../pages/query-range.ts';
import {
  checkGlobalIndex,
  checkSelect,
  checkStartKey,
  indexNamed,
  needsItems,
  normalizeStartKey,
  readAnswer,
} from '../pages/read-request.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Index, Table } from '../tables/table.ts';
import { bareLayer as layer } from '../validation.ts';

const EXPRESSIONS = ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'];
const OLDER = ['AttributesToGet', 'QueryFilter', 'ConditionalOperator'];

export const query: DynamoDBOperation<'Query'> = async (state, input, context) => {
  const bound = bindQuery(input);
  const found = state.catalog.table(input.TableName, context, layer);
  const table = found instanceof Promise ? await found : found;
  const { conditions, filter, projection, startKey } = bound;
  const index = indexNamed(table, input.IndexName);
  const asked = [...(projection ?? []), ...conditionPaths(filter)];
  checkGlobalIndex(input, index, asked);
  const reverse = input.ScanIndexForward === false;
  if (startKey !== undefined) checkStartKey(startKey, table, index);
  let range = queryRange(table, index, conditions);
  if (startKey !== undefined) {
    checkStartInRange(startKey, (index ?? table).key, conditions);
    range = rangeAfter(range, startKey, table, index, reverse);
  }
  checkFilter(input, table, index, filter);
  checkScalarKeys(table, asked);
  const units = new Units();
  const page = await readPage(
    state.store,
    {
      ...range,
      table,
      index,
      reverse,
      limit: input.Limit,
      filter,
      fetchItems: needsItems(input, index, asked),
      consistent: input.ConsistentRead === true,
    },
    units,
  );
  return readAnswer(input, table, page, projection, units);
};

/** All that can be said of a query before its table is known. */
function bindQuery(input: QueryInput) {
  const older = input.KeyConditionExpression === undefined ? OLDER : [...OLDER, 'KeyConditions'];
  checkExpressionParameters({ ...input }, layer, {
    expressions: EXPRESSIONS,
    older,
    withValues: [],
  });
  const olderFilter = filterCondition(input.QueryFilter, input.ConditionalOperator, layer);
  const olderConditions = keyConditions(input.KeyConditions, layer);
  const olderPaths = attributePaths(input.AttributesToGet);
  const startKey = normalizeStartKey(input.ExclusiveStartKey, layer);
  const expressions = new Expressions(input, layer);
  const conditions = expressions.keyCondition(input.KeyConditionExpression) ?? olderConditions;
  const filter = expressions.condition(input.FilterExpression, 'FilterExpression') ?? olderFilter;
  const projection = expressions.projection(input.ProjectionExpression) ?? olderPaths;
  checkSelect(input, layer);
  expressions.checkNoneUnused();
  if (conditions === undefined) {
    throw validation(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the ' +
        'request.',
    );
  }
  return { conditions: conditions satisfies KeyConditions, filter, projection, startKey };
}

/** Conditions on keys belong among the key conditions. */
function checkFilter(
  input: QueryInput,
  table: Table,
  index: Index | undefined,
  filter: Condition | undefined,
): void {
  const { partition, sort } = (index ?? table).key;
  const names = new Set([...partition, ...sort].map(({ name }) => name));
  const key = conditionPaths(filter).find(([name]) => names.has(name));
  if (key === undefined) return;
  const filterName = input.QueryFilter === undefined ? 'Filter Expression' : 'QueryFilter';
  throw validation(
    `${filterName} can only contain non-primary key attributes: Primary key attribute: ${key[0]}`,
  );
}
