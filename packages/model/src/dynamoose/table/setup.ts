/** Brings a table into being and up to date, before anything else is asked of it. */
import type { Operation } from '../aws/ddb.ts';
import type { Plain } from '../deep-copy.ts';
import { WaitForActiveTimeout } from '../errors.ts';
import type { TableUpdateOptions } from './options.ts';
import {
  createTableRequest,
  indexChanges,
  streamSpecification,
  tableClass,
  type TableDescription,
  type TableShape,
  tagList,
  throughputUpdate,
} from './requests.ts';

export type Send = <R extends object>(operation: Operation, request: Plain) => Promise<R>;

/** DynamoDB is still turning the time to live off: how long until the next look. */
const TTL_POLL_MS = 1000;

export class TableSetup {
  readonly #table: TableShape;
  readonly #send: Send;
  #described: TableDescription | undefined;

  constructor(table: TableShape, send: Send) {
    this.#table = table;
    this.#send = send;
  }

  /** Create, wait, time to live, update: whichever of these the options want. */
  async run(): Promise<void> {
    const { create, waitForActive, expires } = this.#table.options;
    if (create) await this.create();
    if (waitForActive.enabled) await this.#waitForActive();
    if (expires && (create || this.#updates('ttl'))) await this.#enableTimeToLive();
    await this.#update();
  }

  /** Creates the table unless DescribeTable knows it. */
  async create(): Promise<void> {
    try {
      const { Table } = await this.#describe();
      if (Table?.TableStatus === 'ACTIVE') {
        this.#described = Table;
        return;
      }
    } catch {
      // Not there, or not ours to see: what CreateTable answers decides.
    }
    await this.#send('createTable', createTableRequest(this.#table));
  }

  #describe(): Promise<{ Table?: TableDescription }> {
    return this.#send('describeTable', { TableName: this.#table.name });
  }

  async #current(): Promise<TableDescription> {
    return (this.#described ??= (await this.#describe()).Table ?? {});
  }

  /** Polls until the table and its indexes are active. What is known to be so is not asked again. */
  async #waitForActive(fresh = false): Promise<void> {
    const { timeout, frequency } = this.#table.options.waitForActive.check;
    if (fresh) this.#described = undefined;
    const start = Date.now();
    while (!isActive(await this.#current())) {
      const elapsed = Date.now() - start;
      if (elapsed >= timeout) {
        throw new WaitForActiveTimeout(`Wait for active timed out after ${elapsed} milliseconds.`);
      }
      await (frequency > 0 ? delay(frequency) : new Promise((resolve) => setImmediate(resolve)));
      this.#described = undefined;
    }
  }

  async #enableTimeToLive(): Promise<void> {
    const TableName = this.#table.name;
    for (;;) {
      const { TimeToLiveDescription } = await this.#send<{
        TimeToLiveDescription?: { TimeToLiveStatus?: string };
      }>('describeTimeToLive', { TableName });
      const status = TimeToLiveDescription?.TimeToLiveStatus;
      if (status === 'ENABLED' || status === 'ENABLING') return;
      if (status !== 'DISABLING') break;
      await delay(TTL_POLL_MS);
    }
    const AttributeName = this.#table.options.expires?.attribute;
    await this.#send('updateTimeToLive', {
      TableName,
      TimeToLiveSpecification: { AttributeName, Enabled: true },
    });
  }

  #updates(what: TableUpdateOptions): boolean {
    const { update } = this.#table.options;
    return Array.isArray(update) ? update.includes(what) : update;
  }

  async #update(): Promise<void> {
    if (this.#updates('throughput')) await this.#updateThroughput();
    if (this.#updates('indexes')) await this.#updateIndexes();
    if (this.#updates('tags')) await this.#updateTags();
    if (this.#updates('tableClass')) await this.#updateTableClass();
    if (this.#updates('streams')) await this.#updateStreams();
  }

  async #updateTable(change: Plain): Promise<void> {
    await this.#send('updateTable', { TableName: this.#table.name, ...change });
    await this.#waitForActive(true);
  }

  async #updateThroughput(): Promise<void> {
    const change = throughputUpdate(this.#table.options, await this.#current());
    if (change) await this.#updateTable(change);
  }

  async #updateIndexes(): Promise<void> {
    const existing = (await this.#current()).GlobalSecondaryIndexes ?? [];
    for (const change of indexChanges(this.#table.GlobalSecondaryIndexes ?? [], existing)) {
      const { attributeDefinitions } = this.#table;
      await this.#updateTable({
        ...('Create' in change && { AttributeDefinitions: attributeDefinitions }),
        GlobalSecondaryIndexUpdates: [change],
      });
    }
  }

  async #updateTags(): Promise<void> {
    const { tags } = this.#table.options;
    const ResourceArn = (await this.#current()).TableArn;
    const { Tags = [] } = await this.#send<{ Tags?: { Key: string; Value: string }[] }>(
      'listTagsOfResource',
      { ResourceArn },
    );
    const current = new Map(Tags.map(({ Key, Value }) => [Key, Value]));
    const gone = [...current].filter(([key, value]) => tags[key] !== value).map(([key]) => key);
    const changed = tagList(tags).filter(({ Key, Value }) => current.get(Key) !== Value);
    if (gone.length > 0) await this.#send('untagResource', { ResourceArn, TagKeys: gone });
    if (changed.length > 0) await this.#send('tagResource', { ResourceArn, Tags: changed });
  }

  async #updateTableClass(): Promise<void> {
    const wanted = tableClass(this.#table.options);
    const current = (await this.#current()).TableClassSummary?.TableClass ?? 'STANDARD';
    if (current !== wanted) await this.#updateTable({ TableClass: wanted });
  }

  async #updateStreams(): Promise<void> {
    const wanted = streamSpecification(this.#table.options);
    const current = (await this.#current()).StreamSpecification;
    const same =
      (current?.StreamEnabled ?? false) === wanted.StreamEnabled &&
      (!wanted.StreamEnabled || current?.StreamViewType === wanted.StreamViewType);
    if (!same) await this.#updateTable({ StreamSpecification: wanted });
  }
}

function isActive({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  return (
    TableStatus === 'ACTIVE' &&
    GlobalSecondaryIndexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE')
  );
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
