/** ListTables: names in the order of their bytes, a hundred at most. */
import { LISTED_TABLES_MAX } from '../limits.ts';
import type { DynamoDBOperation } from '../state.ts';

export const listTables: DynamoDBOperation<'ListTables'> = async (state, input, context) => {
  const { ExclusiveStartTableName: startName, Limit: limit = LISTED_TABLES_MAX } = input;
  const tables = await state.catalog.list(context, startName, limit + 1);
  const names = tables.slice(0, limit).map(({ name }) => name);
  return {
    TableNames: names,
    LastEvaluatedTableName: tables.length > limit ? names.at(-1) : undefined,
  };
};
