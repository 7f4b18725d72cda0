/** One table in memory: its items, and its keys and indexes as ways to read them. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { keySchemas, keyType } from '../table/table.ts';
import type { KeySchema, TableDefinition } from '../table/table.ts';
import { validation } from './errors.ts';
import { compareKeys, typeOf } from './evaluate.ts';

/** What a change of an item looks like in a stream. */
export interface Change {
  readonly keys: AttributeMap;
  readonly before: AttributeMap | undefined;
  readonly after: AttributeMap | undefined;
  /** Counts the changes of the table from 1. */
  readonly number: number;
}

/** How many changes a stream remembers. */
const CHANGES_KEPT_MAX = 10_000;

/** Throws where there is no such table. */
export type FindTable = (name: string) => MemoryTable;

export class MemoryTable {
  readonly definition: TableDefinition;
  /** The latest changes; `changeCount` counts all. */
  readonly #changes: Change[] = [];
  #changeCount = 0;
  private readonly items = new Map<string, AttributeMap>();
  private readonly schemas: readonly KeySchema[];

  constructor(definition: TableDefinition) {
    this.definition = definition;
    this.schemas = keySchemas(definition);
  }

  schema(index: string | undefined): KeySchema {
    const found = this.schemas.find((keys) => keys.index === index);
    if (!found) throw validation(`The table does not have the specified index: ${index}`);
    return found;
  }

  get(key: AttributeMap): AttributeMap | undefined {
    return this.items.get(this.identity(key, true));
  }

  /** Stores the item, or deletes what has its keys where there is none. */
  write(key: AttributeMap, after: AttributeMap | undefined): void {
    const identity = this.identity(key, false);
    const before = this.items.get(identity);
    if (after) {
      this.checkIndexKeys(after);
      this.items.set(identity, structuredClone(after));
    } else this.items.delete(identity);
    if (!before && !after) return;
    if (this.#changes.length === CHANGES_KEPT_MAX) this.#changes.shift();
    this.#changes.push({ keys: this.keyOf(key), before, after, number: ++this.#changeCount });
  }

  keyOf(item: AttributeMap): AttributeMap {
    const { partitionKey, sortKey } = this.definition;
    const key: AttributeMap = { [partitionKey]: item[partitionKey] as AttributeValue };
    if (sortKey !== undefined) key[sortKey] = item[sortKey] as AttributeValue;
    return key;
  }

  get changeCount(): number {
    return this.#changeCount;
  }

  get size(): number {
    return this.items.size;
  }

  changesAfter(number: number): Change[] {
    return this.#changes.filter((change) => change.number > number);
  }

  /** Every item that the index holds, in the order of its keys. */
  sorted(keys: KeySchema): AttributeMap[] {
    const held = [...this.items.values()].filter(
      (item) => item[keys.partitionKey] && (keys.sortKey === undefined || item[keys.sortKey]),
    );
    return held.sort((left, right) => this.compare(keys, left, right));
  }

  compare(keys: KeySchema, left: AttributeMap, right: AttributeMap): number {
    const { partitionKey, sortKey } = this.definition;
    for (const name of [keys.partitionKey, keys.sortKey, partitionKey, sortKey]) {
      if (name === undefined) continue;
      const order = compareKeys(left[name] as AttributeValue, right[name] as AttributeValue) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }

  all(): AttributeMap[] {
    return structuredClone(this.sorted(this.schema(undefined)));
  }

  clear(): void {
    this.items.clear();
    this.#changes.length = 0;
  }

  /** `exact`: a key must have nothing but the key attributes. */
  private identity(item: AttributeMap, exact: boolean): string {
    const { partitionKey, sortKey } = this.definition;
    const names = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
    if (exact && Object.keys(item).length !== names.length) {
      throw validation('The provided key element does not match the schema');
    }
    const parts = names.map((name) => {
      const value = item[name];
      const type = keyType(this.definition, name);
      if (!value || typeOf(value) !== type) {
        if (exact) throw validation('The provided key element does not match the schema');
        throw validation(
          value
            ? `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`
            : `One or more parameter values were invalid: Missing the key ${name} in the item`,
        );
      }
      const content = 'B' in value ? [...value.B].join() : Object.values(value)[0];
      if (content === '') {
        throw validation(
          'One or more parameter values are not valid. The AttributeValue for a key attribute ' +
            `cannot contain an empty string value. Key: ${name}`,
        );
      }
      return content as string;
    });
    return JSON.stringify(parts);
  }

  private checkIndexKeys(item: AttributeMap): void {
    for (const { index, partitionKey, sortKey } of this.schemas) {
      for (const name of [partitionKey, sortKey]) {
        const value = name === undefined ? undefined : item[name];
        if (name === undefined || !value) continue;
        const type = keyType(this.definition, name);
        if (typeOf(value) !== type) {
          throw validation(
            'One or more parameter values were invalid: Type mismatch for Index Key ' +
              `${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`,
          );
        }
      }
    }
  }
}
