/** SELECT by itself: a page of a query, of several, or of a scan. */
import type {
  ExecuteStatementInput,
  ExecuteStatementOutput,
} from '../../../model/generated/dynamodb.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { RequestContext } from '../../service.ts';
import type { AttributeMap, AttributeValue } from '../items/attribute-value.ts';
import { consumedCapacity, readUnits, Units } from '../capacity.ts';
import { invalidParameters, validation } from '../errors.ts';
import { conditionPaths } from '../expressions/ast-paths.ts';
import type { Item } from '../items/item.ts';
import { checkScalarKeys } from '../items/key-validation.ts';
import { PAGE_BYTES_MAX } from '../limits.ts';
import { readPage } from '../pages/page.ts';
import { rangeAfter, storageKey, type KeyRange } from '../pages/query-range.ts';
import { checkGlobalIndex, checkStartKey, needsItems } from '../pages/read-request.ts';
import type { DynamoDBState } from '../state.ts';
import type { Index, Table } from '../tables/table.ts';
import type { Select } from './bind.ts';
import {
  decodeToken,
  encodeToken,
  invalidToken,
  statementFingerprint,
  type Place,
} from './next-token.ts';
import { selectedAttributes } from './projection-names.ts';
import { planRead, type ReadPlan } from './select-plan.ts';
import { sourceIndex, sourceTable } from './source-table.ts';

export async function runSelect(
  state: DynamoDBState,
  select: Select,
  input: ExecuteStatementInput,
  parameters: readonly AttributeValue[],
  context: RequestContext,
): Promise<ExecuteStatementOutput> {
  const table = await sourceTable(state, select.source, context);
  const index = sourceIndex(table, select.source);
  const consistent = input.ConsistentRead === true;
  checkRead(table, index, select, consistent);
  const plan = planRead(table, index, select);
  checkFilter(index, select, plan);
  const fingerprint = statementFingerprint(context, input.Statement, parameters);
  const start =
    input.NextToken === undefined
      ? { range: 0, key: undefined }
      : checkedPlace(decodeToken(input.NextToken, fingerprint), table, index, plan);
  const units = new Units();
  const read = { state, table, index, select, plan, consistent, limit: input.Limit };
  const { items, next, lastKey } = await readRanges(read, start, units);
  const { projection } = select;
  return {
    Items: items.map((item) =>
      projection === undefined ? item.encoded() : selectedAttributes(item.attributes, projection),
    ),
    NextToken: next && encodeToken(fingerprint, next),
    LastEvaluatedKey: lastKey,
    ConsumedCapacity: consumedCapacity(
      input.ReturnConsumedCapacity,
      select.source.table,
      table,
      units,
    ),
  };
}

export function checkRead(
  table: Table,
  index: Index | undefined,
  { source, projection = [], where }: Select,
  consistent: boolean,
): void {
  if (consistent && index !== undefined && !index.local) {
    throw validation('Strongly consistent read is not supported on Global Secondary Indexes');
  }
  checkGlobalIndex({ TableName: source.table }, index, projection);
  checkScalarKeys(table, [...projection, ...conditionPaths(where)]);
}

/** A query of an index cannot ask for what is not in it; a scan can, and finds nothing. */
function checkFilter(index: Index | undefined, { where }: Select, { keyed }: ReadPlan): void {
  const projected = index?.projected;
  if (index === undefined || projected === undefined || !keyed) return;
  const names = new Set(conditionPaths(where).map(([name]) => name));
  const missing = [...names].filter((name) => !projected.has(name));
  if (missing.length === 0) return;
  throw invalidParameters(
    `Secondary index ${index.name} does not project one or more filter attributes: ` +
      `[${missing.join(', ')}]`,
  );
}

function checkedPlace(
  place: Place,
  table: Table,
  index: Index | undefined,
  { ranges }: ReadPlan,
): Place {
  const range = ranges[place.range];
  if (range === undefined) throw invalidToken();
  if (place.key === undefined) return place;
  try {
    checkStartKey(place.key, table, index);
  } catch (error) {
    throw error instanceof AwsError ? invalidToken() : error;
  }
  const key = storageKey(place.key, table, index);
  if (key.compare(range.start) < 0 || key.compare(range.end) >= 0) throw invalidToken();
  return place;
}

interface Reading {
  readonly state: DynamoDBState;
  readonly table: Table;
  readonly index: Index | undefined;
  readonly select: Select;
  readonly plan: ReadPlan;
  readonly consistent: boolean;
  readonly limit: number | undefined;
}

interface Found {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined after the last. */
  readonly next: Place | undefined;
  readonly lastKey: AttributeMap | undefined;
}

/** Reads ranges until there are no more, or as many items are examined as a page can have. */
async function readRanges(reading: Reading, start: Place, units: Units): Promise<Found> {
  const { state, table, index, select, plan, limit } = reading;
  const { ranges, reverse } = plan;
  const items: Item[] = [];
  let examined = 0;
  const unitsMax = readUnits(PAGE_BYTES_MAX, reading.consistent);
  for (let at = start.range; at < ranges.length; at++) {
    const whole = ranges[at] as KeyRange;
    const startKey = at === start.range ? start.key : undefined;
    if (units.total >= unitsMax) {
      return { items, next: { range: at, key: undefined }, lastKey: undefined };
    }
    const range =
      startKey === undefined ? whole : rangeAfter(whole, startKey, table, index, reverse);
    const page = await readPage(
      state.store,
      {
        ...range,
        table,
        index,
        reverse,
        limit: limit === undefined ? undefined : limit - examined,
        filter: select.where,
        fetchItems: needsItems({ TableName: table.name }, index, select.projection ?? []),
        consistent: reading.consistent,
      },
      units,
    );
    items.push(...page.items);
    examined += page.examined;
    if (page.lastKey !== undefined) {
      return { items, next: { range: at, key: page.lastKey }, lastKey: page.lastKey };
    }
  }
  return { items, next: undefined, lastKey: undefined };
}
