/** The requests that create a table and keep it as its options say. */
import type { Plain } from '../deep-copy.ts';
import type { IndexItem, ModelIndexes } from '../schema/indexes.ts';
import type { EffectiveOptions } from './options.ts';
import { provisionedThroughput } from './throughput.ts';

/** What DescribeTable says, as far as it is looked at. */
export interface TableDescription {
  TableStatus?: string;
  TableArn?: string;
  ProvisionedThroughput?: { ReadCapacityUnits?: number; WriteCapacityUnits?: number };
  BillingModeSummary?: { BillingMode?: string };
  GlobalSecondaryIndexes?: (Partial<IndexItem> & { IndexStatus?: string })[];
  TableClassSummary?: { TableClass?: string };
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: string };
}

export interface TableShape extends Omit<ModelIndexes, 'TableIndex'> {
  readonly name: string;
  readonly options: EffectiveOptions;
  readonly attributeDefinitions: { AttributeName: string; AttributeType: string }[];
  readonly keySchema: object[];
}

export function createTableRequest(table: TableShape): Plain {
  const { options } = table;
  const { streamOptions, tags } = options;
  const request: Plain = {
    TableName: table.name,
    ...provisionedThroughput(options.throughput),
    AttributeDefinitions: table.attributeDefinitions,
    KeySchema: table.keySchema,
  };
  if (table.GlobalSecondaryIndexes) request.GlobalSecondaryIndexes = table.GlobalSecondaryIndexes;
  if (table.LocalSecondaryIndexes) request.LocalSecondaryIndexes = table.LocalSecondaryIndexes;
  if (options.tableClass === 'infrequentAccess') request.TableClass = tableClass(options);
  if (Object.keys(tags).length > 0) request.Tags = tagList(tags);
  if (streamOptions?.enabled) request.StreamSpecification = streamSpecification(options);
  return request;
}

/** The members of an UpdateTable request for the capacity; undefined when it is right already. */
export function throughputUpdate(
  { throughput }: EffectiveOptions,
  current: TableDescription,
): Plain | undefined {
  const wanted = provisionedThroughput(throughput);
  if ('BillingMode' in wanted) {
    const same = current.BillingModeSummary?.BillingMode === wanted.BillingMode;
    return same ? undefined : wanted;
  }
  if (!('ProvisionedThroughput' in wanted)) return undefined;
  const { ReadCapacityUnits, WriteCapacityUnits } = wanted.ProvisionedThroughput;
  const now = current.ProvisionedThroughput;
  const same =
    now?.ReadCapacityUnits === ReadCapacityUnits && now.WriteCapacityUnits === WriteCapacityUnits;
  return same ? undefined : wanted;
}

export type IndexChange = { Delete: { IndexName: string } } | { Create: IndexItem };

/** An index that changed goes first and is then made anew: DynamoDB cannot change one. */
export function indexChanges(
  wanted: readonly IndexItem[],
  existing: NonNullable<TableDescription['GlobalSecondaryIndexes']>,
): IndexChange[] {
  const kept = existing.filter((index) => wanted.some((one) => sameIndex(one, index)));
  const gone = existing.filter((index) => !kept.includes(index));
  const made = wanted.filter((one) => !kept.some((index) => index.IndexName === one.IndexName));
  return [
    ...gone.map(({ IndexName = '' }) => ({ Delete: { IndexName } })),
    ...made.map((Create) => ({ Create })),
  ];
}

function sameIndex(wanted: IndexItem, existing: Partial<IndexItem>): boolean {
  const { ProvisionedThroughput: capacity } = wanted;
  const now = existing.ProvisionedThroughput;
  return (
    wanted.IndexName === existing.IndexName &&
    keysOf(wanted) === keysOf(existing) &&
    projectionOf(wanted) === projectionOf(existing) &&
    (capacity === undefined ||
      (now?.ReadCapacityUnits === capacity.ReadCapacityUnits &&
        now.WriteCapacityUnits === capacity.WriteCapacityUnits))
  );
}

function keysOf({ KeySchema = [] }: Partial<IndexItem>): string {
  return JSON.stringify(
    KeySchema.map(({ AttributeName, KeyType }) => [KeyType, AttributeName]).sort(
      ([one = ''], [other = '']) => (one < other ? -1 : 1),
    ),
  );
}

function projectionOf({ Projection }: Partial<IndexItem>): string {
  return JSON.stringify([
    Projection?.ProjectionType,
    [...(Projection?.NonKeyAttributes ?? [])].sort(),
  ]);
}

export function tagList(tags: EffectiveOptions['tags']): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tableClass({ tableClass: wanted }: EffectiveOptions): string {
  return wanted === 'infrequentAccess' ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD';
}

export function streamSpecification({ streamOptions }: EffectiveOptions): Plain {
  return streamOptions?.enabled
    ? { StreamEnabled: true, StreamViewType: streamOptions.type }
    : { StreamEnabled: false };
}
