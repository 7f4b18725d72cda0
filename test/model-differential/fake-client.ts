/** A plain object in the place of the SDK's client: it records requests and keeps items in memory. */
import type { AttributeMap } from '../../packages/model/src/attribute-value.ts';

export interface RecordedRequest {
  operation: string;
  request: unknown;
}

interface Request {
  TableName: string;
  Item?: AttributeMap;
  Key?: AttributeMap;
  ExclusiveStartKey?: AttributeMap;
  Select?: string;
  RequestItems?: { [table: string]: never };
  TransactItems?: { Get?: Request }[];
}

const PAGE_SIZE = 3;

/** Reads answer from what was put; expressions are recorded and not evaluated. */
export class FakeClient {
  readonly requests: RecordedRequest[] = [];
  readonly #tables = new Map<string, Map<string, AttributeMap>>();
  readonly #keyNames: readonly string[];

  constructor(keyNames: readonly string[], items: readonly [table: string, item: AttributeMap][]) {
    this.#keyNames = keyNames;
    for (const [table, item] of items) this.#put(table, item);
  }

  #table(name: string): Map<string, AttributeMap> {
    const table = this.#tables.get(name) ?? new Map<string, AttributeMap>();
    this.#tables.set(name, table);
    return table;
  }

  #put(table: string, item: AttributeMap): void {
    this.#table(table).set(this.#key(item), structuredClone(item));
  }

  #key(item: AttributeMap): string {
    return JSON.stringify(this.#keyNames.map((name) => item[name] ?? null));
  }

  #record(operation: string, request: unknown): void {
    this.requests.push({ operation, request: structuredClone(request) });
  }

  #find({ TableName, Key = {} }: Request): AttributeMap | undefined {
    const found = this.#table(TableName).get(this.#key(Key));
    return found && structuredClone(found);
  }

  async getItem(request: Request): Promise<object> {
    this.#record('getItem', request);
    const Item = this.#find(request);
    return Item ? { Item } : {};
  }

  async putItem(request: Request): Promise<object> {
    this.#record('putItem', request);
    this.#put(request.TableName, request.Item ?? {});
    return {};
  }

  async updateItem(request: Request): Promise<object> {
    this.#record('updateItem', request);
    const Attributes = this.#find(request);
    return Attributes ? { Attributes } : {};
  }

  async deleteItem(request: Request): Promise<object> {
    this.#record('deleteItem', request);
    this.#table(request.TableName).delete(this.#key(request.Key ?? {}));
    return {};
  }

  async batchGetItem(request: Request): Promise<object> {
    this.#record('batchGetItem', request);
    const tables = Object.entries(request.RequestItems ?? {}) as [
      string,
      { Keys: AttributeMap[] },
    ][];
    const Responses: { [table: string]: AttributeMap[] } = {};
    const UnprocessedKeys: { [table: string]: { Keys: AttributeMap[] } } = {};
    for (const [TableName, { Keys }] of tables) {
      // The last of several keys is left for another time, as DynamoDB may do.
      const left = Keys.length > 2 ? Keys.slice(-1) : [];
      if (left.length > 0) UnprocessedKeys[TableName] = { Keys: left };
      const found = Keys.slice(0, Keys.length - left.length).map((Key) =>
        this.#find({ TableName, Key }),
      );
      Responses[TableName] = found.filter((item) => item !== undefined).reverse();
    }
    return { Responses, UnprocessedKeys };
  }

  async batchWriteItem(request: Request): Promise<object> {
    this.#record('batchWriteItem', request);
    const tables = Object.entries(request.RequestItems ?? {}) as [string, unknown[]][];
    // Dynamoose forgets unprocessed items that have more than plain values: see the differences.
    const left = tables.filter(
      ([, writes]) =>
        writes.length > 2 && writes.every((write) => 'DeleteRequest' in (write as object)),
    );
    return {
      UnprocessedItems: Object.fromEntries(left.map(([name, writes]) => [name, writes.slice(-1)])),
    };
  }

  async query(request: Request): Promise<object> {
    return this.#page('query', request);
  }

  async scan(request: Request): Promise<object> {
    return this.#page('scan', request);
  }

  #page(operation: string, request: Request): object {
    this.#record(operation, request);
    const items = [...this.#table(request.TableName).values()];
    const start = request.ExclusiveStartKey;
    const from = start ? items.findIndex((item) => this.#key(item) === this.#key(start)) + 1 : 0;
    const page = structuredClone(items.slice(from, from + PAGE_SIZE));
    const last = page.at(-1);
    const more = last && from + PAGE_SIZE < items.length;
    const key = more && Object.fromEntries(this.#keyNames.map((name) => [name, last[name]]));
    return {
      ...(request.Select !== 'COUNT' && { Items: page }),
      Count: page.length,
      ScannedCount: page.length + 1,
      ...(key && { LastEvaluatedKey: key }),
    };
  }

  async transactGetItems(request: Request): Promise<object> {
    this.#record('transactGetItems', request);
    const found = (request.TransactItems ?? []).map(({ Get }) => Get && this.#find(Get));
    return { Responses: found.filter(Boolean).map((Item) => ({ Item })) };
  }

  async transactWriteItems(request: Request): Promise<object> {
    this.#record('transactWriteItems', request);
    return {};
  }
}
