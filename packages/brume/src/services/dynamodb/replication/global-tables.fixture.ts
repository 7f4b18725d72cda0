/** A table in several regions, for tests. */
import { AwsError } from '../../../model/aws-error.ts';
import type { DynamoDBOperations } from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED } from '../database.fixture.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';
import { outboxRange } from './replication-keys.ts';

export const TableName = 'table';
export const EAST = 'us-east-1';
export const WEST = 'us-west-2';
export const EUROPE = 'eu-west-1';

/** A `TimedDatabase` that is spoken to region by region. */
export class Regions {
  readonly database: TimedDatabase;

  constructor(store?: OrderedStore) {
    this.database = new TimedDatabase(store);
  }

  call<Name extends keyof DynamoDBOperations>(
    region: string,
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ) {
    return this.database.call(name, input, { region });
  }

  put(region: string, sk: number, rest: AttributeMap = {}) {
    const Item = { pk: { S: 'a' }, sk: { N: String(sk) }, ...rest };
    return this.call(region, 'PutItem', { TableName, Item });
  }

  remove(region: string, sk: number) {
    const Key = { pk: { S: 'a' }, sk: { N: String(sk) } };
    return this.call(region, 'DeleteItem', { TableName, Key });
  }

  async items(region: string, IndexName?: string) {
    const { Items: items = [] } = await this.call(region, 'Scan', { TableName, IndexName });
    return items;
  }

  async describe(region: string) {
    const { Table: table } = await this.call(region, 'DescribeTable', { TableName });
    return table;
  }

  /** Makes a replica from the table of a region, and waits until it takes part. */
  async replicate(from: string, to: string): Promise<void> {
    const ReplicaUpdates = [{ Create: { RegionName: to } }];
    await this.call(from, 'UpdateTable', { TableName, ReplicaUpdates });
    await this.database.until(
      () => this.describe(to),
      (table) => table?.TableStatus === 'ACTIVE',
    );
  }

  /** The ARN of a region's stream. */
  async stream(region: string): Promise<string> {
    return (await this.describe(region))?.LatestStreamArn ?? '';
  }

  /** What a stream has recorded so far. */
  async records(arn: string) {
    const stream = await this.database.service.streams.find(arn);
    const [shard] = (await stream?.shards(undefined, 1)) ?? [];
    const page = await shard?.read(shard.startingSequenceNumber, { records: 1000, bytes: 1e6 });
    return page?.records ?? [];
  }

  rehearse(faults: readonly object[]): void {
    this.database.service.rehearsal.change({ faults });
  }

  /** Until nothing is on its way any more. */
  arrived(): Promise<unknown> {
    return this.database.until(
      () => this.database.store.range({ ...outboxRange(), limit: 1 }),
      (waiting) => waiting.length === 0,
    );
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** A table in the east with replicas elsewhere. */
export async function openRegions(...others: readonly string[]): Promise<Regions> {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', INDEXED);
  for (const other of others) await regions.replicate(EAST, other);
  return regions;
}

/** Items are the same in whatever order their attributes come. */
export function sortedAttributes(item: AttributeMap) {
  const names = Object.keys(item).toSorted();
  return names.map((name) => [name, item[name]]);
}

/** The code and the message of what is to be refused. */
export async function refusal(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('not refused');
}
