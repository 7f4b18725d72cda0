/** DescribeTable. */
import { tableNotFound } from '../errors.ts';
import { tableStatus } from '../recovery/table-use.ts';
import type { DynamoDBOperation } from '../state.ts';
import { describeTable as describe } from '../tables/table-description.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const describeTable: DynamoDBOperation<'DescribeTable'> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  const table = await state.catalog.find(name, context);
  if (table === undefined) throw tableNotFound(name);
  const statistics = await state.census.statistics(table);
  const { definition } = table;
  const nowMs = state.environment.clock.nowMs();
  return { Table: describe(definition, tableStatus(definition), statistics, nowMs) };
};
