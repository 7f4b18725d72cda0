/**
 * A DynamoDB in memory, for the unit tests of code that uses this library or the SDK: no server, no
 * network, no waiting. It evaluates all expressions, and refuses what DynamoDB refuses as far as a
 * correct program meets it; it has no capacity, TTL or access control.
 */
import type { AttributeMap } from '../attribute-value.ts';
import type { Executor } from '../client/client.ts';
import type { Operation, Operations } from '../client/operations.ts';
import type { TableDefinition } from '../table/table.ts';
import { tableNotFound, validation } from './errors.ts';
import { MemoryTable } from './memory-table.ts';
import type { FindTable } from './memory-table.ts';
import { batchGet, batchWrite, transactGet, transactWrite } from './many-operations.ts';
import { deleteItem, getItem, putItem, query, scan, updateItem } from './single-operations.ts';
import { describeTable, describeTimeToLive } from './describe-table.ts';
import { memoryStreams } from './memory-streams.ts';
import { streamEventOf } from './stream-event.ts';
import type { StreamEvent } from '../streams/event.ts';
import type { StreamsClient } from '../streams/stream-reader.ts';

export interface MemoryOptions {
  /**
   * Sees every request first. What it returns is the answer, and what it throws the error, of that
   * request; with undefined the request goes on.
   */
  readonly intercept?: (operation: Operation, input: unknown) => object | undefined;
}

export interface SentRequest {
  readonly operation: Operation;
  readonly input: unknown;
}

/** How many requests are remembered for assertions. */
const REQUESTS_KEPT_MAX = 10_000;

export class MemoryDynamoDB implements Executor {
  /** What was sent, oldest first. */
  readonly requests: SentRequest[] = [];
  private readonly tables = new Map<string, MemoryTable>();
  private readonly options: MemoryOptions;
  /** How many changes of a table were taken. */
  private readonly taken = new Map<string, number>();

  constructor(tables: readonly TableDefinition[], options: MemoryOptions = {}) {
    for (const table of tables) this.tables.set(table.name, new MemoryTable(table));
    this.options = options;
  }

  /** Everything in the table, in the order of its keys. */
  items(table: string): AttributeMap[] {
    return this.table(table).all();
  }

  /** The changes since the last call, as Lambda receives them from the table's stream. */
  takeStreamEvent(table: string): StreamEvent {
    const { changeCount } = this.table(table);
    const changes = this.table(table).changesAfter(this.taken.get(table) ?? 0);
    this.taken.set(table, changeCount);
    return streamEventOf(table, changes);
  }

  /** The tables' streams, for `watch` and `live`: in the place of the SDK's `DynamoDBStreams`. */
  get streams(): StreamsClient {
    return memoryStreams((name) => this.table(name));
  }

  /** Empties all tables and forgets the requests. */
  clear(): void {
    for (const table of this.tables.values()) table.clear();
    this.requests.length = 0;
  }

  async execute<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
  ): Promise<Operations[O]['output']> {
    if (this.requests.length === REQUESTS_KEPT_MAX) this.requests.shift();
    this.requests.push({ operation, input });
    const answer = this.options.intercept?.(operation, input);
    if (answer) return answer;
    const run = operations[operation];
    if (!run) throw validation(`The table in memory does not support ${operation}`);
    const find: FindTable = (name) => this.table(name);
    return structuredClone(run(find, structuredClone(input) as never));
  }

  /** Takes the commands of the SDK's client and document-free packages: `new GetItemCommand(…)`. */
  async send(command: { readonly input: object }): Promise<unknown> {
    const name = command.constructor.name.replace(/Command$/, '');
    return this.execute(name as Operation, command.input as never);
  }

  private table(name: string): MemoryTable {
    const table = this.tables.get(name);
    if (!table) throw tableNotFound();
    return table;
  }
}

const operations: {
  readonly [O in Operation]?: (find: FindTable, input: Operations[O]['input']) => object;
} = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGet,
  BatchWriteItem: batchWrite,
  TransactGetItems: transactGet,
  TransactWriteItems: transactWrite,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
};
