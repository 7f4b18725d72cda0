/** The table and the index that a statement names. */
import type { RequestContext } from '../../service.ts';
import { validation } from '../errors.ts';
import { TABLE_NAME_LENGTH_MAX, TABLE_NAME_LENGTH_MIN } from '../limits.ts';
import { indexNamed } from '../pages/read-request.ts';
import type { DynamoDBState } from '../state.ts';
import type { Index, Table } from '../tables/table.ts';
import { olderLayer } from '../validation.ts';
import type { Source } from './compile.ts';

const NAME = /^[a-zA-Z0-9_.-]+$/;

export function sourceTable(
  state: DynamoDBState,
  { table }: Source,
  context: RequestContext,
): Table | Promise<Table> {
  const isName =
    NAME.test(table) &&
    table.length >= TABLE_NAME_LENGTH_MIN &&
    table.length <= TABLE_NAME_LENGTH_MAX;
  if (isName || table.startsWith('arn:')) return state.catalog.table(table, context, olderLayer);
  throw validation(
    "Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', " +
      "'_', '.'.",
  );
}

export function sourceIndex(table: Table, { index: name }: Source): Index | undefined {
  if (name !== undefined && !table.indexes.some((each) => each.name === name)) {
    throw validation('The table does not have the specified index');
  }
  const index = indexNamed(table, name);
  // The sentence speaks of tables, but AWS refuses only the index.
  if (index !== undefined && (index.key.partition.length > 1 || index.key.sort.length > 1)) {
    throw validation(
      'PartiQL statements cannot be executed on tables with multi-attribute HASH keys or ' +
        'multi-attribute RANGE keys.',
    );
  }
  return index;
}
