/** Scan: all items of a table or an index, or of one of many equal parts of it. */
import type { ScanInput } from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { Units } from '../capacity.ts';
import { validation } from '../errors.ts';
import { conditionPaths } from '../expressions/ast-paths.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { attributePaths, filterCondition } from '../expressions/legacy.ts';
import { afterPrefix, PARTITION_HASH_BYTES } from '../items/key.ts';
import { checkScalarKeys } from '../items/key-validation.ts';
import { readPage } from '../pages/page.ts';
import { rangeAfter, storageKey, type KeyRange } from '../pages/query-range.ts';
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
import { olderLayer as layer } from '../validation.ts';

const PARAMETERS = {
  expressions: ['ProjectionExpression', 'FilterExpression'],
  older: ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
  withValues: ['FilterExpression'],
};

export const scan: DynamoDBOperation<'Scan'> = async (state, input, context) => {
  const { filter, projection, startKey } = bindScan(input);
  const found = state.catalog.table(input.TableName, context, layer);
  const table = found instanceof Promise ? await found : found;
  const index = indexNamed(table, input.IndexName, 'Scan');
  const asked = [...(projection ?? []), ...conditionPaths(filter)];
  checkGlobalIndex(input, index, asked);
  checkScalarKeys(table, asked);
  const units = new Units();
  const page = await readPage(
    state.store,
    {
      ...scanRange(input, table, index, startKey),
      table,
      index,
      reverse: false,
      limit: input.Limit,
      filter,
      fetchItems: needsItems(input, index, asked),
      consistent: input.ConsistentRead === true,
    },
    units,
  );
  return readAnswer(input, table, page, projection, units);
};

/** All that can be said of a scan before its table is known. */
function bindScan(input: ScanInput) {
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const olderFilter = filterCondition(input.ScanFilter, input.ConditionalOperator, layer);
  const olderPaths = attributePaths(input.AttributesToGet);
  const startKey = normalizeStartKey(input.ExclusiveStartKey, layer);
  checkSegments(input);
  const expressions = new Expressions(input, layer);
  const filter = expressions.condition(input.FilterExpression, 'FilterExpression') ?? olderFilter;
  const projection = expressions.projection(input.ProjectionExpression) ?? olderPaths;
  checkSelect(input, layer);
  expressions.checkNoneUnused();
  return { filter, projection, startKey };
}

function checkSegments({ Segment: segment, TotalSegments: total }: ScanInput): void {
  if (segment === undefined && total === undefined) return;
  if (total === undefined) {
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment ' +
        'parameter is present',
    );
  }
  if (segment === undefined) {
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter ' +
        'TotalSegments is present',
    );
  }
  if (segment < total) return;
  throw validation(
    'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
      `Segment: ${segment} is not less than TotalSegments: ${total}`,
  );
}

function scanRange(
  { Segment: segment = 0, TotalSegments: total = 1 }: ScanInput,
  table: Table,
  index: Index | undefined,
  startKey: AttributeMap | undefined,
): KeyRange {
  const range = segmentRange((index ?? table).prefix, segment, total);
  if (startKey === undefined) return range;
  checkStartKey(startKey, table, index);
  const key = storageKey(startKey, table, index);
  if (key.compare(range.start) < 0 || key.compare(range.end) >= 0) {
    throw validation(
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ' +
        `ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
    );
  }
  return rangeAfter(range, startKey, table, index, false);
}

/** Segments are equal stretches of the hashes that all keys begin with. */
function segmentRange(prefix: Buffer, segment: number, total: number): KeyRange {
  const hashes = 1n << BigInt(8 * PARTITION_HASH_BYTES);
  const boundary = (at: number) => {
    const hash = (hashes * BigInt(at)) / BigInt(total);
    const digits = hash.toString(16).padStart(2 * PARTITION_HASH_BYTES, '0');
    return Buffer.concat([prefix, Buffer.from(digits, 'hex')]);
  };
  return {
    start: segment === 0 ? prefix : boundary(segment),
    end: segment === total - 1 ? afterPrefix(prefix) : boundary(segment + 1),
  };
}
