/** UpdateTable as a function: what a table becomes, and what must follow from it. */
import type {
  AttributeDefinition,
  BillingMode,
  OnDemandThroughput,
  UpdateTableInput,
} from '../../model/generated/dynamodb.types.ts';
import type { Write } from '../../storage/ordered-store.ts';
import { noteBackfill } from './backfill.ts';
import { invalidParameters, limitExceeded, tableNotFound, validation } from './errors.ts';
import { noteGarbage } from './garbage.ts';
import type { GlobalIndexDefinition, Table, TableDefinition, Throughput } from './table.ts';
import {
  checkGlobalIndex,
  checkGlobalIndexCount,
  checkIndexKeysDefined,
  checkProjectedCount,
  checkUnits,
  onDemandMembers,
  onDemandOutOfRange,
} from './table-validation.ts';
import { givenVectorIndex, searchedAttributes } from './vectors/vector-index-resource.ts';
import { checkVectorIndexUpdates, updatedVectorIndexes } from './vectors/vector-index-update.ts';
import type { VectorIndexDefinition } from './vectors/vector-index.ts';

export type NewIndex = Omit<GlobalIndexDefinition, 'backfilling'>;

/** What AWS refuses before it looks for the table. */
export function checkTableUpdate(input: UpdateTableInput): void {
  if (input.BillingMode === 'PAY_PER_REQUEST' && input.ProvisionedThroughput !== undefined) {
    throw unitsWithoutProvisioning();
  }
  if (input.ProvisionedThroughput !== undefined) checkUnits(input.ProvisionedThroughput);
  if (!CHANGES.some((name) => isChange(input[name]))) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, ' +
        'GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  checkVectorIndexUpdates(input.VectorIndexUpdates);
  const names = (input.GlobalSecondaryIndexUpdates ?? []).map(({ Create, Update, Delete }) => {
    const name = (Update ?? Create ?? Delete)?.IndexName;
    if (name !== undefined) return name;
    throw invalidParameters(
      'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ' +
        'GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  });
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated === undefined) return;
  throw invalidParameters(
    'Only one global secondary index update per index is allowed simultaneously. ' +
      `Index: ${repeated}`,
  );
}

const CHANGES = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'GlobalSecondaryIndexUpdates',
  'SSESpecification',
  'ReplicaUpdates',
  'TableClass',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'WarmThroughput',
  'VectorIndexUpdates',
] as const satisfies readonly (keyof UpdateTableInput)[];

function isChange(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function unitsWithoutProvisioning(): Error {
  return invalidParameters(
    'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is ' +
      'PAY_PER_REQUEST',
  );
}

export interface TableUpdate {
  readonly next: TableDefinition;
  readonly writes: readonly Write[];
}

/** `created` is the index that the update adds, of either kind, with its id. */
export function updatedTable(
  table: Table,
  input: UpdateTableInput,
  created: {
    readonly index?: NewIndex | undefined;
    readonly vectors?: VectorIndexDefinition | undefined;
  },
  nowMs: number,
): TableUpdate {
  const { definition } = table;
  const billingMode = input.BillingMode ?? definition.billingMode;
  const throughput = updatedThroughput(definition, input, billingMode, nowMs);
  const onDemandThroughput = updatedOnDemand(definition, input, billingMode);
  const { onDemandThroughput: _replaced, ...kept } = definition;
  const becamePayPerRequest =
    billingMode === 'PAY_PER_REQUEST' && definition.billingMode !== billingMode;
  const indexes = updatedIndexes(table, input, created.index, billingMode, nowMs);
  const vectors = updatedVectorIndexes(table, input, created.vectors, billingMode);
  const globalIndexes = indexes.globalIndexes;
  const next: TableDefinition = {
    ...kept,
    billingMode,
    throughput,
    ...(onDemandThroughput && { onDemandThroughput }),
    ...(becamePayPerRequest && { payPerRequestSinceMs: nowMs }),
    ...(input.TableClass && { tableClass: input.TableClass, tableClassChangedMs: nowMs }),
    ...(input.WarmThroughput && { warmThroughput: input.WarmThroughput }),
    deletionProtection: input.DeletionProtectionEnabled ?? definition.deletionProtection,
    globalIndexes,
    ...((definition.vectorIndexes ?? created.vectors) && { vectorIndexes: vectors.vectorIndexes }),
    attributeDefinitions: [],
  };
  const { index } = created;
  const backfills = index === undefined ? [] : [noteBackfill(next, index.indexName)];
  return {
    next: { ...next, attributeDefinitions: usedDefinitions(next, definition, input) },
    writes: [...indexes.writes, ...backfills, ...vectors.writes],
  };
}

function updatedThroughput(
  { billingMode: currentMode, throughput: current }: TableDefinition,
  { ProvisionedThroughput: asked, BillingMode: askedMode }: UpdateTableInput,
  billingMode: BillingMode,
  nowMs: number,
): Throughput {
  if (billingMode === 'PAY_PER_REQUEST') {
    if (asked !== undefined) throw unitsWithoutProvisioning();
    return currentMode === billingMode ? current : changedUnits(current, 0, 0, undefined);
  }
  if (asked === undefined) {
    if (askedMode === undefined) return current;
    throw invalidParameters(
      'ProvisionedThroughput must be specified when BillingMode is PROVISIONED',
    );
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = asked;
  if (currentMode === billingMode && read === current.readUnits && write === current.writeUnits) {
    throw validation(
      'The provisioned throughput for the table will not change. The requested value equals the ' +
        'current value. Current ReadCapacityUnits provisioned for the table: ' +
        `${current.readUnits}. Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.writeUnits}. ` +
        `Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide ` +
        'for current limits and how to request higher limits.',
    );
  }
  return changedUnits(current, read, write, nowMs);
}

function changedUnits(
  current: Throughput,
  readUnits: number,
  writeUnits: number,
  nowMs: number | undefined,
): Throughput {
  const isMore = readUnits > current.readUnits || writeUnits > current.writeUnits;
  const isLess = readUnits < current.readUnits || writeUnits < current.writeUnits;
  return {
    ...current,
    readUnits,
    writeUnits,
    ...(isMore && nowMs !== undefined && { increasedMs: nowMs }),
    ...(isLess && nowMs !== undefined && { decreasedMs: nowMs }),
  };
}

/** Limits merge member by member; -1 takes one away. */
function updatedOnDemand(
  { onDemandThroughput: current }: TableDefinition,
  { OnDemandThroughput: asked }: UpdateTableInput,
  billingMode: BillingMode,
): OnDemandThroughput | undefined {
  const members = onDemandMembers(asked);
  const [first] = members;
  if (billingMode === 'PROVISIONED') {
    if (first === undefined) return undefined;
    throw invalidParameters(
      `${first.name} for OnDemandThroughput cannot be specified when the table BillingMode is ` +
        'PROVISIONED',
    );
  }
  const outside = members.find(({ units }) => units === 0 || units < -1);
  if (outside !== undefined) throw onDemandOutOfRange(outside.name);
  const merged = onDemandMembers({ ...current, ...asked }).filter(({ units }) => units !== -1);
  if (merged.length === 0) return undefined;
  return Object.fromEntries(merged.map(({ name, units }) => [name, units]));
}

function updatedIndexes(
  table: Table,
  input: UpdateTableInput,
  created: NewIndex | undefined,
  billingMode: BillingMode,
  nowMs: number,
): { readonly globalIndexes: GlobalIndexDefinition[]; readonly writes: Write[] } {
  const { definition } = table;
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const removed = updates.flatMap(({ Delete: removal }) => removal?.IndexName ?? []);
  checkIndexUpdates(table, input, removed, created);
  const units = new Map(
    updates.flatMap(({ Update: update }) =>
      update?.ProvisionedThroughput
        ? [[update.IndexName, update.ProvisionedThroughput] as const]
        : [],
    ),
  );
  const kept = definition.globalIndexes
    .filter(({ indexName }) => !removed.includes(indexName))
    .map((index): GlobalIndexDefinition => {
      const asked = units.get(index.indexName);
      if (billingMode === 'PAY_PER_REQUEST') {
        return { ...index, throughput: changedUnits(index.throughput, 0, 0, undefined) };
      }
      if (asked === undefined) return index;
      const { ReadCapacityUnits: read, WriteCapacityUnits: write } = asked;
      return { ...index, throughput: changedUnits(index.throughput, read, write, nowMs) };
    });
  const gone = table.indexes.filter(({ name }) => removed.includes(name));
  return {
    globalIndexes: created === undefined ? kept : [...kept, { ...created, backfilling: true }],
    writes: gone.map(({ prefix }) => noteGarbage(prefix)),
  };
}

function checkIndexUpdates(
  { definition, name: tableName }: Table,
  input: UpdateTableInput,
  removed: readonly string[],
  created: NewIndex | undefined,
): void {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const names = definition.globalIndexes.map(({ indexName }) => indexName);
  const unknown = updates.find(({ Update }) => Update && !names.includes(Update.IndexName));
  if (unknown !== undefined) {
    throw validation(
      'This operation cannot be performed with given input values. Please contact DynamoDB ' +
        'service team for more info: Action Blocked: IndexUpdate',
    );
  }
  const creations = updates.filter(({ Create }) => Create !== undefined).length;
  const ofVectors = input.VectorIndexUpdates?.length ?? 0;
  if (creations + removed.length + ofVectors > 1) {
    throw limitExceeded(
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously ' +
        'per table',
    );
  }
  if (removed.some((name) => !names.includes(name))) throw tableNotFound(removed[0] ?? tableName);
  if (created === undefined) return;
  const vectors = definition.vectorIndexes ?? [];
  const rest = [...definition.localIndexes, ...vectors].map(({ indexName }) => indexName);
  const all = [...names, ...rest];
  if (all.includes(created.indexName)) {
    throw invalidParameters(`Index already exists: ${created.indexName}`);
  }
  const { keySchema: KeySchema, projection: Projection } = created;
  checkGlobalIndex({ KeySchema, Projection });
  checkIndexKeysDefined([{ KeySchema }], input.AttributeDefinitions ?? []);
  checkGlobalIndexCount(names.length + 1);
  const others = [...definition.globalIndexes, ...definition.localIndexes];
  checkProjectedCount(
    [...others.map(({ projection }) => projection), Projection],
    vectors.map(givenVectorIndex),
  );
}

/** New definitions join those that are there, which keep their types; unused ones go. */
function usedDefinitions(
  next: TableDefinition,
  { attributeDefinitions }: TableDefinition,
  { AttributeDefinitions: added = [] }: UpdateTableInput,
): AttributeDefinition[] {
  const { keySchema, localIndexes, globalIndexes, vectorIndexes = [] } = next;
  const schemas = [...localIndexes, ...globalIndexes].map((index) => index.keySchema);
  const searched = searchedAttributes(vectorIndexes.map(givenVectorIndex));
  const attributes = [...keySchema, ...schemas.flat(), ...searched];
  const used = new Set(attributes.map(({ AttributeName }) => AttributeName));
  const known = new Set(attributeDefinitions.map(({ AttributeName }) => AttributeName));
  const fresh = added.filter(({ AttributeName }) => !known.has(AttributeName));
  return [...attributeDefinitions, ...fresh].filter(({ AttributeName }) => used.has(AttributeName));
}
