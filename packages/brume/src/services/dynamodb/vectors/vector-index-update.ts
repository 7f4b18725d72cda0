/** What UpdateTable makes of a table's vector indexes. */
import type {
  BillingMode,
  UpdateTableInput,
  VectorIndexUpdate,
} from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { noteBackfill } from '../tables/backfill.ts';
import { invalidParameters, limitExceeded, tableNotFound } from '../errors.ts';
import { noteGarbage } from '../tables/garbage.ts';
import type { Table } from '../tables/table.ts';
import { givenVectorIndex } from './vector-index-resource.ts';
import { checkVectorIndexes } from './vector-index-validation.ts';
import type { VectorIndexDefinition } from './vector-index.ts';

/** What is refused before the table is looked for. */
export function checkVectorIndexUpdates(updates: readonly VectorIndexUpdate[] = []): void {
  for (const { Create: creation, Delete: removal } of updates) {
    if ((creation === undefined) !== (removal === undefined)) continue;
    throw invalidParameters(
      'One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null',
    );
  }
}

export interface VectorIndexesUpdate {
  readonly vectorIndexes: readonly VectorIndexDefinition[];
  readonly writes: readonly Write[];
}

/** `created` is the index that the update adds, with its id. */
export function updatedVectorIndexes(
  table: Table,
  input: UpdateTableInput,
  created: VectorIndexDefinition | undefined,
  billingMode: BillingMode,
): VectorIndexesUpdate {
  const { definition } = table;
  const updates = input.VectorIndexUpdates ?? [];
  const removed = updates.flatMap(({ Delete: removal }) => removal?.IndexName ?? []);
  const current = definition.vectorIndexes ?? [];
  const unknown = removed.find((name) => current.every(({ indexName }) => indexName !== name));
  if (unknown !== undefined) throw tableNotFound(unknown);
  const kept = current.filter(({ indexName }) => !removed.includes(indexName));
  const vectorIndexes = created === undefined ? kept : [...kept, created];
  const gone = table.vectorIndexes.filter(({ name }) => removed.includes(name));
  if (created !== undefined) checkCreated(table, created);
  if (vectorIndexes.length > 0) {
    const { attributeDefinitions, keySchema } = definition;
    checkVectorIndexes(vectorIndexes.map(givenVectorIndex), {
      definitions: [...attributeDefinitions, ...(input.AttributeDefinitions ?? [])],
      billingMode,
      keySchema,
    });
  }
  return {
    vectorIndexes,
    writes: [
      ...gone.map(({ prefix }) => noteGarbage(prefix)),
      ...(created === undefined ? [] : [noteBackfill(definition, created.indexName)]),
    ],
  };
}

function checkCreated(
  { definition, indexes, vectorIndexes }: Table,
  { indexName }: VectorIndexDefinition,
): void {
  const all = [...indexes, ...vectorIndexes];
  if (all.some(({ name }) => name === indexName)) {
    throw invalidParameters(`Index already exists: ${indexName}`);
  }
  const others = [...definition.globalIndexes, ...(definition.vectorIndexes ?? [])];
  if (!others.some(({ backfilling }) => backfilling)) return;
  throw limitExceeded(
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously ' +
      'per table',
  );
}
