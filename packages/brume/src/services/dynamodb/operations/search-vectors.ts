/** SearchVectors: the items of a vector index that are most similar to a vector. */
import type {
  AttributeValue,
  SearchResultItem,
  SearchVectorsInput,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { copyAttributes, typeOf, type AttributeMap } from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import type { Path } from '../expressions/ast.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { project } from '../expressions/projection.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { bareLayer as layer } from '../validation.ts';
import { queryOf, rankOf, SCORES } from '../vectors/distance.ts';
import { METERED_BYTES_MIN, SEARCH_BYTES_MAX, TOP_K_MAX, TOP_K_MIN } from '../vectors/limits.ts';
import { checkSearchable, equalities } from '../vectors/search-condition.ts';
import { floatOf, NUMBER_BYTES, storedVector, vectorValue } from '../vectors/vector.ts';
import { entryItem, searchedPrefix, type VectorIndex } from '../vectors/vector-index.ts';
import { filterValues, passes, type Search } from '../vectors/vector-set.ts';

const PARAMETERS = {
  expressions: ['SearchConditionExpression', 'ProjectionExpression'],
  older: [],
  withValues: ['SearchConditionExpression'],
};

export const searchVectors: DynamoDBOperation<'SearchVectors'> = async (state, input, context) => {
  const { vector, values, paths } = bindSearch(input);
  const table = await state.catalog.table(input.TableName, context, layer);
  const index = vectorIndexNamed(table, input.IndexName);
  if (vector.length !== index.dimensions) {
    throw validation(
      `Input search vector dimension ${vector.length} does not match vector index dimension ` +
        `${index.dimensions}`,
    );
  }
  checkSearchable(index, values);
  const search = { vector, filter: filterValues(index.filters, values) };
  const prefix = searchedPrefix(index, values);
  const { nearest, examined } = await state.vectors.search(index, prefix, search, input.TopK);
  const found = await state.store.getMany(nearest.map(({ key }) => key));
  const entries = found.flatMap((value) => value ?? []);
  const { results, sizeBytes } = answer(index, search, entries, paths);
  const searchedBytes = examined * index.dimensions * NUMBER_BYTES + sizeBytes;
  const { ReturnConsumedCapacity: mode = 'NONE' } = input;
  return {
    SearchResults: results,
    ConsumedCapacity:
      mode === 'NONE'
        ? undefined
        : { VectorSearchRequestBytes: Math.max(METERED_BYTES_MIN, searchedBytes) },
  };
};

/** All that can be said of a search before its table is known. */
function bindSearch(input: SearchVectorsInput) {
  if (input.TopK > TOP_K_MAX) throw topKOutOfRange(input.TopK);
  const vector = searchedVector(input.SearchVector);
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const expressions = new Expressions(input, layer);
  const { SearchConditionExpression: text, ProjectionExpression: projection } = input;
  const condition = expressions.condition(text, 'SearchConditionExpression');
  const paths = expressions.projection(projection);
  expressions.checkNoneUnused();
  return { vector, values: equalities(condition), paths };
}

/** AWS's words (agent toolkit, 2026-08). */
function topKOutOfRange(topK: number): Error {
  return validation(
    `Provided TopK value '${topK}' is out of valid range. The value must be between ${TOP_K_MIN} ` +
      `and ${TOP_K_MAX} inclusive`,
  );
}

function searchedVector(given: AttributeValue[]): Float32Array {
  const list = normalizeAttributes({ SearchVector: { L: given } }, layer)['SearchVector']?.L ?? [];
  return Float32Array.from(list, (element, at) => {
    const float = element.N === undefined ? undefined : floatOf(element.N);
    if (float !== undefined) return float;
    const actual = element.N === undefined ? `type ${typeOf(element)}` : element.N;
    throw validation(
      `SearchVector[${at}] is not a 32-bit floating point number of type N: ${actual}`,
    );
  });
}

function vectorIndexNamed(table: Table, name: string): VectorIndex {
  const index = table.vectorIndexes.find((each) => each.name === name);
  if (index === undefined) {
    throw validation(`The table does not have the specified index: ${name}`);
  }
  if (index.backfilling) throw validation(`Cannot search backfilling vector index: ${name}`);
  return index;
}

/** Scores anew what may have changed since it was found; as many as AWS answers at once. */
function answer(
  index: VectorIndex,
  { vector, filter }: Search,
  entries: readonly Uint8Array[],
  paths: readonly Path[] | undefined,
): { readonly results: SearchResultItem[]; readonly sizeBytes: number } {
  const { distanceFunction, dimensions, filters } = index;
  const query = queryOf(vector);
  const scored = entries.flatMap((entry) => {
    const item = entryItem(index, entry);
    if (!passes(filter, filterValues(filters, item.attributes))) return [];
    const other = queryOf(storedVector(entry, dimensions));
    const score = SCORES[distanceFunction](query, other.vector, 0, other.length);
    return { item, vector: other.vector, score, rank: rankOf(distanceFunction, score) };
  });
  scored.sort((a, b) => a.rank - b.rank);
  const results: SearchResultItem[] = [];
  let sizeBytes = 0;
  for (const { item, vector: stored, score } of scored) {
    sizeBytes += item.sizeBytes;
    if (sizeBytes > SEARCH_BYTES_MAX) break;
    const shown = paths && project(withVector(item.attributes, index, stored, paths), paths);
    results.push({ Item: shown ?? item.encoded(), Score: score });
  }
  return { results, sizeBytes };
}

/** The vector is answered only where it is asked for. */
function withVector(
  attributes: AttributeMap,
  { attribute }: VectorIndex,
  vector: Float32Array,
  paths: readonly Path[],
): AttributeMap {
  if (!paths.some(([name]) => name === attribute)) return attributes;
  const whole = copyAttributes(attributes);
  whole[attribute] = vectorValue(vector);
  return whole;
}
