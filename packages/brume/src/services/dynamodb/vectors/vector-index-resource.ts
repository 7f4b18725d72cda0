/** Vector indexes as requests give them and as answers show them. */
import type { Random } from '../../../environment/environment.ts';
import type {
  KeySchemaElement,
  TableStatus,
  VectorIndex,
  VectorIndexDescription,
} from '../../../model/generated/dynamodb.types.ts';
import type { Statistics } from '../tables/census.ts';
import type { VectorIndexDefinition } from './vector-index.ts';

export function newVectorIndex(
  index: VectorIndex,
  random: Random,
  backfilling: boolean,
): VectorIndexDefinition {
  return {
    indexId: random.uuid(),
    indexName: index.IndexName,
    vectorAttribute: index.VectorAttribute.AttributeName,
    dimensions: index.Dimensions,
    distanceFunction: index.DistanceFunction,
    ...(index.SearchSchema && { searchSchema: index.SearchSchema }),
    projection: index.Projection,
    backfilling,
  };
}

/** What CreateTable would be given for it. */
export function givenVectorIndex(definition: VectorIndexDefinition): VectorIndex {
  const { searchSchema } = definition;
  return {
    IndexName: definition.indexName,
    VectorAttribute: { AttributeName: definition.vectorAttribute },
    ...(searchSchema && { SearchSchema: [...searchSchema] }),
    Projection: definition.projection,
    Dimensions: definition.dimensions,
    DistanceFunction: definition.distanceFunction,
  };
}

export function describeVectorIndex(
  tableArn: string,
  definition: VectorIndexDefinition,
  tableStatus: TableStatus,
  { itemCount, sizeBytes }: Statistics,
): VectorIndexDescription {
  const { backfilling } = definition;
  return {
    ...givenVectorIndex(definition),
    IndexStatus: backfilling || tableStatus === 'CREATING' ? 'CREATING' : 'ACTIVE',
    Backfilling: backfilling ? true : undefined,
    IndexSizeBytes: sizeBytes,
    ItemCount: itemCount,
    IndexArn: `${tableArn}/index/${definition.indexName}`,
  };
}

/** The attributes of search schemas must be declared as those of keys are. */
export function searchedAttributes(
  indexes: readonly Pick<VectorIndex, 'SearchSchema'>[],
): Pick<KeySchemaElement, 'AttributeName'>[] {
  return indexes.flatMap(({ SearchSchema = [] }) => SearchSchema);
}
