/** Tables: how a definition is stored, and what is worked out from it once for every request. */
import { encodeKey } from '../../../storage/key-encoding.ts';
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  OnDemandThroughput,
  Projection,
  SSESpecification,
  TableClass,
  Tag,
  WarmThroughput,
} from '../../../model/generated/dynamodb.types.ts';
import type { ScalarType } from '../items/attribute-value.ts';
import type { InsightsDefinition } from '../insights/insights.ts';
import type { KeyAttribute, KeyAttributes } from '../items/key.ts';
import type { DestinationDefinition } from '../kinesis/destinations.ts';
import type { AutoScalingDefinition } from '../replication/auto-scaling.ts';
import { isLeaving, isStrong, otherReplicas } from '../replication/global-table.ts';
import type { GlobalDefinition } from '../replication/global-table.ts';
import { replicationKeys, type ReplicationKeys } from '../replication/replication-keys.ts';
import {
  historyKeys,
  type HistoryDefinition,
  type HistoryKeys,
  type RecoveryDefinition,
} from '../recovery/history.ts';
import {
  streamArn,
  streamKeys,
  type StreamDefinition,
  type TableStream,
} from '../streams/stream.ts';
import {
  compileVectorIndex,
  type VectorIndex,
  type VectorIndexDefinition,
} from '../vectors/vector-index.ts';

/** The stored form, as JSON. Times are milliseconds since the epoch. */
export interface TableDefinition {
  readonly tableId: string;
  readonly tableName: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdMs: number;
  readonly attributeDefinitions: readonly AttributeDefinition[];
  readonly keySchema: readonly KeySchemaElement[];
  readonly localIndexes: readonly IndexDefinition[];
  readonly globalIndexes: readonly GlobalIndexDefinition[];
  readonly vectorIndexes?: readonly VectorIndexDefinition[];
  readonly billingMode: BillingMode;
  /** When the table last became PAY_PER_REQUEST. */
  readonly payPerRequestSinceMs?: number;
  /** When it did lately, oldest first. */
  readonly payPerRequestChangesMs?: readonly number[];
  readonly throughput: Throughput;
  readonly onDemandThroughput?: OnDemandThroughput;
  readonly warmThroughput?: WarmThroughput;
  readonly tableClass?: TableClass;
  readonly tableClassChangedMs?: number;
  readonly deletionProtection: boolean;
  readonly encryption?: SSESpecification;
  /** The latest stream, enabled or not. */
  readonly stream?: StreamDefinition;
  readonly timeToLive?: TimeToLive;
  /** Absent where the table's history is not kept. */
  readonly history?: HistoryDefinition;
  /** Absent without point-in-time recovery. */
  readonly recovery?: RecoveryDefinition;
  /** Where the table was restored from. */
  readonly restored?: RestoredTable;
  /** True until the items that the table is restored or imported with are all there. */
  readonly filling?: boolean;
  readonly tags: readonly Tag[];
  readonly insights?: readonly InsightsDefinition[];
  readonly destinations?: readonly DestinationDefinition[];
  readonly autoScaling?: AutoScalingDefinition;
  /** Absent for a table that is in one region alone. */
  readonly global?: GlobalDefinition;
  /** Where the items are that a STRONG global table has in common: those of its first table. */
  readonly storage?: { readonly region: string; readonly tableId: string };
}

export interface IndexDefinition {
  readonly indexId: string;
  readonly indexName: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: Projection;
}

export interface GlobalIndexDefinition extends IndexDefinition {
  readonly throughput: Throughput;
  readonly onDemandThroughput?: OnDemandThroughput;
  readonly warmThroughput?: WarmThroughput;
  /** True until every item that was there before the index has been added to it. */
  readonly backfilling: boolean;
}

/** Zero units where the table is billed by request. */
export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly increasedMs?: number;
  readonly decreasedMs?: number;
  /** All decreases of the day (UTC) of the last one, oldest first. */
  readonly decreasesMs?: readonly number[];
}

export interface TimeToLive {
  readonly attributeName: string;
  readonly changedMs: number;
  readonly enabled: boolean;
}

export interface RestoredTable {
  readonly sourceTableArn: string;
  readonly sourceBackupArn?: string;
  /** The time that the items are of. */
  readonly dateMs: number;
}

export interface Table {
  readonly definition: TableDefinition;
  /** The stored form: while the catalog holds these bytes, this object is right. */
  readonly bytes: Buffer;
  readonly catalogKey: Buffer;
  readonly name: string;
  readonly arn: string;
  readonly key: KeyAttributes;
  readonly keyNames: readonly string[];
  readonly sortName: string | undefined;
  /** Before the keys of its items. */
  readonly prefix: Buffer;
  /** Before the keys of the sizes of its item collections; undefined without local indexes. */
  readonly collectionPrefix: Buffer | undefined;
  readonly indexes: readonly Index[];
  readonly vectorIndexes: readonly VectorIndex[];
  /** True where operations on items do not find the table: while it is filled, and when it goes. */
  readonly closed: boolean;
  /** Undefined where changes are not recorded. */
  readonly stream: TableStream | undefined;
  /** Those of replicas that have the same items. */
  readonly siblingStreams: readonly TableStream[];
  /** Undefined where changes go to no other region. */
  readonly replication: ReplicationKeys | undefined;
  /** Undefined where what items were is not kept. */
  readonly history: HistoryKeys | undefined;
}

export interface Index {
  readonly name: string;
  readonly local: boolean;
  readonly key: KeyAttributes;
  /** Names of the index's own key attributes, then of the table's, each once. */
  readonly keyNames: readonly string[];
  readonly prefix: Buffer;
  /** Names of the attributes that an entry has; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
  readonly backfilling: boolean;
}

export function compileTable(definition: TableDefinition): Table {
  const types = new Map<string, ScalarType>();
  for (const { AttributeName, AttributeType } of definition.attributeDefinitions) {
    types.set(AttributeName, AttributeType);
  }
  const { accountId, region, tableName } = definition;
  const key = keyAttributes(definition.keySchema, types);
  const keyNames = namesOf(key);
  const storage = definition.storage ?? { region, tableId: definition.tableId };
  const prefixOf = (kind: string, id: string) =>
    encodeKey(['dynamodb', accountId, storage.region, kind, idBytes(id)]);
  const compileIndex = (index: IndexDefinition, local: boolean, backfilling: boolean): Index => {
    const indexKey = keyAttributes(index.keySchema, types);
    const indexKeyNames = [...new Set([...namesOf(indexKey), ...keyNames])];
    return {
      name: index.indexName,
      local,
      key: indexKey,
      keyNames: indexKeyNames,
      prefix: prefixOf('index', index.indexId),
      projected: projectedNames(index.projection, indexKeyNames),
      backfilling,
    };
  };
  return {
    definition,
    bytes: Buffer.from(JSON.stringify(definition)),
    catalogKey: catalogKey(accountId, region, tableName),
    name: tableName,
    arn: tableArn(accountId, region, tableName),
    key,
    keyNames,
    sortName: key.sort[0]?.name,
    prefix: prefixOf('item', storage.tableId),
    collectionPrefix:
      definition.localIndexes.length === 0 ? undefined : prefixOf('collection', storage.tableId),
    indexes: [
      ...definition.localIndexes.map((index) => compileIndex(index, true, false)),
      ...definition.globalIndexes.map((index) => compileIndex(index, false, index.backfilling)),
    ],
    vectorIndexes: (definition.vectorIndexes ?? []).map((index) =>
      compileVectorIndex(index, prefixOf('index', index.indexId), keyNames, types),
    ),
    closed: definition.filling === true || isLeaving(definition),
    stream: compileStream(definition, definition.stream),
    siblingStreams: compileSiblingStreams(definition),
    replication: replicationKeys(definition),
    history: definition.history && historyKeys(definition, definition.history.id),
  };
}

function compileStream(
  definition: TableDefinition,
  stream: StreamDefinition | undefined,
): TableStream | undefined {
  const { accountId, region, tableName } = definition;
  if (stream?.enabled !== true) return undefined;
  return {
    arn: streamArn(tableArn(accountId, region, tableName), stream.label),
    viewType: stream.viewType,
    keys: streamKeys(definition, stream.id),
  };
}

const NO_STREAMS: readonly TableStream[] = [];

function compileSiblingStreams(definition: TableDefinition): readonly TableStream[] {
  if (!isStrong(definition)) return NO_STREAMS;
  return otherReplicas(definition).flatMap(
    ({ region, stream }) => compileStream({ ...definition, region }, stream) ?? [],
  );
}

export function catalogKey(accountId: string, region: string, tableName: string): Buffer {
  return encodeKey(['dynamodb', accountId, region, 'table', tableName]);
}

export function tableArn(accountId: string, region: string, tableName: string): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`;
}

function keyAttributes(
  schema: readonly KeySchemaElement[],
  types: ReadonlyMap<string, ScalarType>,
): KeyAttributes {
  const ofKeyType = (keyType: string): KeyAttribute[] =>
    schema
      .filter((element) => element.KeyType === keyType)
      .map(({ AttributeName: name }) => ({ name, type: types.get(name) ?? 'S' }));
  return { partition: ofKeyType('HASH'), sort: ofKeyType('RANGE') };
}

function namesOf({ partition, sort }: KeyAttributes): string[] {
  return [...partition, ...sort].map(({ name }) => name);
}

function projectedNames(
  { ProjectionType, NonKeyAttributes = [] }: Projection,
  keyNames: readonly string[],
): ReadonlySet<string> | undefined {
  if (ProjectionType === 'ALL') return undefined;
  return new Set([...keyNames, ...(ProjectionType === 'INCLUDE' ? NonKeyAttributes : [])]);
}

/** A UUID's bytes: all ids are of one length, so no prefix can be the beginning of another. */
function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
