/**
 * The table that a restore makes. Keys, indexes, billing and encryption are the source's, or what the
 * request says instead; tags, streams, time to live and recovery have to be set anew (Developer Guide,
 * "Restoring a table").
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
  RestoreTableFromBackupInput,
  VectorIndex,
} from '../../../model/generated/dynamodb.types.ts';
import { validation } from '../errors.ts';
import type { IndexDefinition, TableDefinition } from '../tables/table.ts';
import { givenVectorIndex, searchedAttributes } from '../vectors/vector-index-resource.ts';

export type RestoreOverrides = Omit<RestoreTableFromBackupInput, 'BackupArn'>;

/** What CreateTable would be given for it. */
export function restoredTable(source: TableDefinition, asked: RestoreOverrides): CreateTableInput {
  const billingMode = asked.BillingModeOverride ?? source.billingMode;
  const throughput = asked.ProvisionedThroughputOverride ?? sourceThroughput(source, billingMode);
  const local = localIndexes(source, asked.LocalSecondaryIndexOverride);
  const global = globalIndexes(source, asked.GlobalSecondaryIndexOverride, throughput);
  const vectors = vectorIndexes(source, asked.VectorIndexOverride);
  const onDemand = asked.OnDemandThroughputOverride ?? source.onDemandThroughput;
  const keySchema = [...source.keySchema];
  const schemas = [...local, ...global].map(({ KeySchema }) => KeySchema);
  const attributes = [...keySchema, ...schemas.flat(), ...searchedAttributes(vectors)];
  const used = new Set(attributes.map(({ AttributeName }) => AttributeName));
  return {
    TableName: asked.TargetTableName,
    AttributeDefinitions: source.attributeDefinitions.filter(({ AttributeName: name }) =>
      used.has(name),
    ),
    KeySchema: keySchema,
    BillingMode: billingMode,
    ProvisionedThroughput: throughput,
    LocalSecondaryIndexes: local.length === 0 ? undefined : local,
    GlobalSecondaryIndexes: global.length === 0 ? undefined : global,
    VectorIndexes: vectors.length === 0 ? undefined : vectors,
    OnDemandThroughput: billingMode === 'PAY_PER_REQUEST' ? onDemand : undefined,
    SSESpecification: asked.SSESpecificationOverride ?? source.encryption,
    TableClass: source.tableClass,
  };
}

function sourceThroughput(
  { throughput: { readUnits, writeUnits } }: Pick<TableDefinition, 'throughput'>,
  billingMode: string,
): ProvisionedThroughput | undefined {
  if (billingMode !== 'PROVISIONED' || readUnits === 0) return undefined;
  return { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits };
}

function localIndexes(
  source: TableDefinition,
  asked: readonly LocalSecondaryIndex[] | undefined,
): LocalSecondaryIndex[] {
  if (asked === undefined) return source.localIndexes.map(described);
  for (const index of asked) checkSame(index, source.localIndexes);
  return [...asked];
}

/** Units that the request does not say are the source's, or those of the restored table. */
function globalIndexes(
  source: TableDefinition,
  asked: readonly GlobalSecondaryIndex[] | undefined,
  throughput: ProvisionedThroughput | undefined,
): GlobalSecondaryIndex[] {
  for (const index of asked ?? []) checkSame(index, source.globalIndexes);
  const all = source.globalIndexes.map((index): GlobalSecondaryIndex => {
    const own = throughput && (sourceThroughput(index, 'PROVISIONED') ?? throughput);
    return { ...described(index), ...(own && { ProvisionedThroughput: own }) };
  });
  if (asked === undefined) return all;
  return asked.map((index) => ({
    ...all.find(({ IndexName }) => IndexName === index.IndexName),
    ...index,
  }));
}

/** Each asked one must be as it was. */
function vectorIndexes(
  { vectorIndexes: definitions = [] }: TableDefinition,
  asked: readonly VectorIndex[] | undefined,
): VectorIndex[] {
  const all = definitions.map(givenVectorIndex);
  const unlike = asked?.find((index) => !all.some((each) => isDeepStrictEqual(each, index)));
  if (unlike !== undefined) throw unlikeSource(unlike.IndexName);
  return asked === undefined ? all : [...asked];
}

function described({ indexName, keySchema, projection }: IndexDefinition): LocalSecondaryIndex {
  return { IndexName: indexName, KeySchema: [...keySchema], Projection: projection };
}

/** Indexes can be left out, but not added (API Reference, RestoreTableFromBackup). */
function checkSame(
  asked: {
    readonly IndexName: string;
    readonly KeySchema: readonly KeySchemaElement[];
    readonly Projection: Projection;
  },
  indexes: readonly IndexDefinition[],
): void {
  const index = indexes.find(({ indexName }) => indexName === asked.IndexName);
  const same =
    index !== undefined &&
    schemaText(index.keySchema) === schemaText(asked.KeySchema) &&
    projectionText(index.projection) === projectionText(asked.Projection);
  if (!same) throw unlikeSource(asked.IndexName);
}

function unlikeSource(indexName: string): Error {
  return validation(
    `One or more parameter values were invalid: The index ${indexName} does not match an index ` +
      'of the source table',
  );
}

function schemaText(schema: readonly KeySchemaElement[]): string {
  return JSON.stringify(schema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]));
}

function projectionText({ ProjectionType, NonKeyAttributes = [] }: Projection): string {
  return JSON.stringify([ProjectionType, NonKeyAttributes.toSorted()]);
}
