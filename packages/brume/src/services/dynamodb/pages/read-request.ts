/** What Query and Scan have in common: the index they read, what they answer, and where they start. */
import type {
  QueryOutput,
  ReturnConsumedCapacity,
  Select,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { attributeOf, typeOf, type AttributeMap } from '../items/attribute-value.ts';
import { consumedCapacity, type Units } from '../capacity.ts';
import { invalidParameters, validation } from '../errors.ts';
import type { Path } from '../expressions/ast.ts';
import type { Page } from './page.ts';
import { projectedItem } from './read-projection.ts';
import type { Index, Table } from '../tables/table.ts';
import type { Layer } from '../validation.ts';

export interface ReadInput {
  readonly TableName: string;
  readonly IndexName?: string | undefined;
  readonly Select?: Select | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ExclusiveStartKey?: AttributeMap | undefined;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
}

/** What can be said of Select before the table is known. */
export function checkSelect(input: ReadInput, layer: Layer): void {
  const { Select: select, IndexName: indexName } = input;
  const projection =
    input.ProjectionExpression !== undefined
      ? 'ProjectionExpression'
      : input.AttributesToGet && 'AttributesToGet';
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined) {
    // Query words it in the newer layer, Scan does not (captured against AWS, 2026).
    const message =
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get ' +
      'SPECIFIC_ATTRIBUTES';
    throw validation(layer.older ? message : `1 validation error detected: ${message}`);
  }
  if (projection !== undefined && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw validation(
      `Cannot specify the ${projection} when choosing to get ` +
        (select === 'COUNT' ? 'only the Count' : select),
    );
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && indexName === undefined) {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}

export function indexNamed(
  table: Table,
  name: string | undefined,
  operation: 'Query' | 'Scan' = 'Query',
): Index | undefined {
  if (name === undefined) return undefined;
  // AWS's words for Query (agent toolkit, 2026-08).
  if (table.vectorIndexes.some((each) => each.name === name)) {
    throw validation(`${operation} operation not supported on this index type.`);
  }
  const index = table.indexes.find((each) => each.name === name);
  if (index === undefined) {
    throw validation(`The table does not have the specified index: ${name}`);
  }
  if (index.backfilling) {
    throw validation(`Cannot read from backfilling global secondary index: ${name}`);
  }
  return index;
}

/** Global indexes cannot give what they do not hold, and are never up to date for certain. */
export function checkGlobalIndex(
  { Select: select, ConsistentRead: consistent }: ReadInput,
  index: Index | undefined,
  paths: readonly Path[],
): void {
  if (index === undefined || index.local) return;
  if (consistent === true) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  const { projected } = index;
  if (projected === undefined) return;
  if (select === 'ALL_ATTRIBUTES') {
    throw invalidParameters(
      'Select type ALL_ATTRIBUTES is not supported for global secondary index ' +
        `${index.name} because its projection type is not ALL`,
    );
  }
  const missing = namesOf(paths).filter((name) => !projected.has(name));
  if (missing.length === 0) return;
  throw invalidParameters(
    `Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
  );
}

/** True where a local index does not hold what is asked for, which is then read from the table. */
export function needsItems(
  { Select: select }: ReadInput,
  index: Index | undefined,
  paths: readonly Path[],
): boolean {
  const projected = index?.projected;
  if (projected === undefined) return false;
  return select === 'ALL_ATTRIBUTES' || namesOf(paths).some((name) => !projected.has(name));
}

function namesOf(paths: readonly Path[]): string[] {
  return [...new Set(paths.map(([name]) => name))];
}

const STARTING_KEY = 'The provided starting key is invalid';

/** Values of a start key are refused in words of their own. */
export function normalizeStartKey(
  startKey: AttributeMap | undefined,
  layer: Layer,
): AttributeMap | undefined {
  const named: Layer = {
    ...layer,
    refuse: (message) => validation(`${STARTING_KEY}: ${message}`),
  };
  return startKey && normalizeAttributes(startKey, named);
}

/** The key of the table, and that of the index where one is read; nothing else. */
export function checkStartKey(
  startKey: AttributeMap,
  table: Table,
  index: Index | undefined,
): void {
  const expected = index?.keyNames ?? table.keyNames;
  const types = new Map(
    [table.key, ...(index ? [index.key] : [])].flatMap(({ partition, sort }) =>
      [...partition, ...sort].map(({ name, type }) => [name, type] as const),
    ),
  );
  const matches =
    Object.keys(startKey).length === expected.length &&
    expected.every((name) => {
      const value = attributeOf(startKey, name);
      return value !== undefined && typeOf(value) === types.get(name);
    });
  if (matches) return;
  throw validation(
    index === undefined
      ? `${STARTING_KEY}: The provided key element does not match the schema`
      : STARTING_KEY,
  );
}

export function readAnswer(
  input: ReadInput,
  table: Table,
  page: Page,
  paths: readonly Path[] | undefined,
  units: Units,
): QueryOutput {
  return {
    Items:
      input.Select === 'COUNT' ? undefined : page.items.map((item) => projectedItem(item, paths)),
    Count: page.items.length,
    ScannedCount: page.examined,
    LastEvaluatedKey: page.lastKey,
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, units),
  };
}
