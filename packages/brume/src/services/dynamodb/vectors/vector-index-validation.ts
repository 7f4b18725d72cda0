/**
 * What is refused in definitions of vector indexes. AWS's words are known for undeclared attributes and
 * for too many indexes (Developer Guide, "Creating and searching vector indexes", 2026-11); the others
 * are ours, for rules of the API Reference and the guide.
 */
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  VectorIndex,
} from '../../../model/generated/dynamodb.types.ts';
import { invalidParameters } from '../errors.ts';
import {
  DIMENSIONS_MAX,
  INLINE_FILTERS_MAX,
  SEARCH_HASH_KEYS_MAX,
  VECTOR_INDEXES_MAX,
} from './limits.ts';

/** What a table is besides its vector indexes. */
export interface VectorIndexContext {
  readonly definitions: readonly AttributeDefinition[];
  readonly billingMode: BillingMode;
  readonly keySchema: readonly KeySchemaElement[];
}

export function checkVectorIndexes(
  indexes: readonly VectorIndex[],
  { definitions, billingMode, keySchema }: VectorIndexContext,
): void {
  if (indexes.length > 0 && billingMode !== 'PAY_PER_REQUEST') {
    throw invalidParameters('Vector indexes are only supported with BillingMode PAY_PER_REQUEST');
  }
  const declared = definitions.map(({ AttributeName }) => AttributeName);
  const keys = keySchema.map(({ AttributeName }) => AttributeName);
  for (const index of indexes) checkVectorIndex(index, declared, keys);
  if (indexes.length > VECTOR_INDEXES_MAX) {
    throw invalidParameters(
      `VectorIndex count exceeds the per-table limit of ${VECTOR_INDEXES_MAX}`,
    );
  }
  checkSameDimensions(indexes);
}

function checkVectorIndex(
  index: VectorIndex,
  declared: readonly string[],
  keys: readonly string[],
): void {
  const { IndexName: name, SearchSchema: schema = [] } = index;
  const attribute = index.VectorAttribute.AttributeName;
  const searched = schema.map(({ AttributeName }) => AttributeName);
  if (!searched.every((each) => declared.includes(each))) {
    throw invalidParameters('One element in SearchSchema is not defined in attribute definitions');
  }
  const hashes = schema.filter((element) => element.SearchSchemaElementType === 'HASH').length;
  if (hashes > SEARCH_HASH_KEYS_MAX) {
    throw invalidParameters(`SearchSchema has more than one HASH key for index: ${name}`);
  }
  if (schema.length - hashes > INLINE_FILTERS_MAX) {
    throw invalidParameters(
      `INLINE_FILTER count exceeds the limit of ${INLINE_FILTERS_MAX} for index: ${name}`,
    );
  }
  if (new Set([attribute, ...searched]).size <= searched.length) {
    throw invalidParameters(`SearchSchema has a duplicate attribute name for index: ${name}`);
  }
  if (keys.includes(attribute)) {
    throw invalidParameters(`VectorAttribute is part of the table's key for index: ${name}`);
  }
  if (index.Dimensions > DIMENSIONS_MAX) {
    throw invalidParameters(
      `Dimensions exceed the limit of ${DIMENSIONS_MAX} for index: ${name}. ` +
        `Dimensions: ${index.Dimensions}`,
    );
  }
}

/** "If multiple vector indexes reference the same attribute" (API Reference, CreateTable). */
function checkSameDimensions(indexes: readonly VectorIndex[]): void {
  const dimensions = new Map<string, number>();
  for (const { VectorAttribute: vector, Dimensions, IndexName } of indexes) {
    const known = dimensions.get(vector.AttributeName) ?? Dimensions;
    dimensions.set(vector.AttributeName, known);
    if (known === Dimensions) continue;
    throw invalidParameters(
      `Vector indexes of the attribute ${vector.AttributeName} must have the same Dimensions. ` +
        `IndexName: ${IndexName}`,
    );
  }
}

/** The vector attribute and inline filters count as projected attributes (API Reference, CreateTable). */
export function projectedCount({ Projection, SearchSchema = [] }: VectorIndex): number {
  const filters = SearchSchema.filter(
    (element) => element.SearchSchemaElementType === 'INLINE_FILTER',
  );
  return (Projection.NonKeyAttributes?.length ?? 0) + filters.length + 1;
}
