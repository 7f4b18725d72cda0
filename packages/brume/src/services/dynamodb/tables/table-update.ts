/** UpdateTable as a function: what a table becomes, and what must follow from it. */
import type {
  AttributeDefinition,
  BillingMode,
  UpdateGlobalSecondaryIndexAction,
  UpdateTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { noteBackfill } from './backfill.ts';
import { invalidParameters, limitExceeded, tableNotFound, validation } from '../errors.ts';
import { noteGarbage } from './garbage.ts';
import type { InsightsDefinition } from '../insights/insights.ts';
import type { GlobalIndexDefinition, Table, TableDefinition, Throughput } from './table.ts';
import {
  checkGlobalIndex,
  checkGlobalIndexCount,
  checkIndexKeysDefined,
  checkIndexThroughput,
  checkOnDemand,
  checkProjectedCount,
  checkUnits,
} from './table-validation.ts';
import { givenVectorIndex, searchedAttributes } from '../vectors/vector-index-resource.ts';
import { checkVectorIndexUpdates, updatedVectorIndexes } from '../vectors/vector-index-update.ts';
import type { VectorIndexDefinition } from '../vectors/vector-index.ts';
import {
  changedUnits,
  checkUnitsChange,
  mergedOnDemand,
  mergedWarmth,
  payPerRequestChanges,
  withoutUnits,
  warmUnits,
} from './throughput-update.ts';

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
  'GlobalTableWitnessUpdates',
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
  const {
    onDemandThroughput: currentOnDemand,
    warmThroughput: currentWarmth,
    ...kept
  } = definition;
  const onDemandThroughput = mergedOnDemand(currentOnDemand, input.OnDemandThroughput, billingMode);
  const warmThroughput = mergedWarmth(
    currentWarmth,
    input.WarmThroughput,
    warmUnits(definition, definition),
    'table',
  );
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
    ...(becamePayPerRequest && payPerRequestSince(definition, nowMs)),
    ...(definition.insights && { insights: keptInsights(definition, globalIndexes) }),
    ...(input.TableClass && { tableClass: input.TableClass, tableClassChangedMs: nowMs }),
    ...(warmThroughput && { warmThroughput }),
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

function payPerRequestSince(
  { payPerRequestChangesMs: earlier = [] }: TableDefinition,
  nowMs: number,
): Partial<TableDefinition> {
  return {
    payPerRequestSinceMs: nowMs,
    payPerRequestChangesMs: payPerRequestChanges(earlier, nowMs),
  };
}

/** Insights go with their index. */
function keptInsights(
  { insights = [] }: TableDefinition,
  globalIndexes: readonly GlobalIndexDefinition[],
): InsightsDefinition[] {
  const names = new Set([undefined, ...globalIndexes.map(({ indexName }) => indexName)]);
  return insights.filter(({ indexName }) => names.has(indexName));
}

function updatedThroughput(
  { billingMode: currentMode, throughput: current }: TableDefinition,
  { ProvisionedThroughput: asked, BillingMode: askedMode }: UpdateTableInput,
  billingMode: BillingMode,
  nowMs: number,
): Throughput {
  if (billingMode === 'PAY_PER_REQUEST') {
    if (asked !== undefined) throw unitsWithoutProvisioning();
    return withoutUnits(current);
  }
  if (asked === undefined) {
    if (askedMode === undefined) return current;
    throw invalidParameters(
      'ProvisionedThroughput must be specified when BillingMode is PROVISIONED',
    );
  }
  if (currentMode === billingMode) checkUnitsChange(current, asked, 'table', 'the table');
  return changedUnits(current, asked, nowMs);
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
  checkIndexUpdates(table, input, removed, created, billingMode);
  const asked = new Map(
    updates.flatMap(({ Update: update }) => (update ? [[update.IndexName, update] as const] : [])),
  );
  const change = { billingMode, becomesProvisioned: billingMode !== definition.billingMode, nowMs };
  const kept = definition.globalIndexes
    .filter(({ indexName }) => !removed.includes(indexName))
    .map((index) => updatedIndex(index, asked.get(index.indexName), change));
  const gone = table.indexes.filter(({ name }) => removed.includes(name));
  return {
    globalIndexes: created === undefined ? kept : [...kept, { ...created, backfilling: true }],
    writes: gone.map(({ prefix }) => noteGarbage(prefix)),
  };
}

/** A table that goes over to provisioned units says those of its indexes too. */
function updatedIndex(
  index: GlobalIndexDefinition,
  asked: UpdateGlobalSecondaryIndexAction | undefined,
  change: { billingMode: BillingMode; becomesProvisioned: boolean; nowMs: number },
): GlobalIndexDefinition {
  const { billingMode, nowMs } = change;
  const { indexName, throughput: current, onDemandThroughput, warmThroughput, ...rest } = index;
  const units = asked?.ProvisionedThroughput;
  const onDemand = mergedOnDemand(onDemandThroughput, asked?.OnDemandThroughput, billingMode);
  const warmth = mergedWarmth(
    warmThroughput,
    asked?.WarmThroughput,
    warmUnits({ billingMode }, index),
    `index: ${indexName}`,
  );
  checkIndexThroughput(
    { IndexName: indexName, ProvisionedThroughput: units },
    // Units that stay as they are need not be said.
    change.becomesProvisioned || units !== undefined ? billingMode : 'PAY_PER_REQUEST',
  );
  if (units !== undefined && !change.becomesProvisioned) {
    checkUnitsChange(current, units, 'index', `the index ${indexName}`);
  }
  const provisioned = units === undefined ? current : changedUnits(current, units, nowMs);
  return {
    ...rest,
    indexName,
    throughput: billingMode === 'PAY_PER_REQUEST' ? withoutUnits(current) : provisioned,
    ...(onDemand && { onDemandThroughput: onDemand }),
    ...(warmth && { warmThroughput: warmth }),
  };
}

function checkIndexUpdates(
  { definition, name: tableName }: Table,
  input: UpdateTableInput,
  removed: readonly string[],
  created: NewIndex | undefined,
  billingMode: BillingMode,
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
  const creation = updates.find(({ Create }) => Create)?.Create;
  if (creation !== undefined) {
    checkIndexThroughput(creation, billingMode);
    checkOnDemand(billingMode, creation.OnDemandThroughput);
  }
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
