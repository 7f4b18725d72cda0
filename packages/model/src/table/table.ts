/** A table's definition: its keys and indexes. Nothing is asked of DynamoDB to use it. */
import { invalidDefinition } from '../errors.ts';

export type KeyType = 'S' | 'N' | 'B';
export type Capacity = 'on-demand' | { readonly read: number; readonly write: number };

export interface TableDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Types of the key attributes that are not strings. */
  readonly keyTypes?: { readonly [attribute: string]: KeyType };
  readonly indexes?: { readonly [name: string]: IndexDefinition };
  /** Where each item says which entity it is: needed by several entities, or unique attributes. */
  readonly entityAttribute?: string;
  /** The attribute, a date in seconds, after which DynamoDB deletes the item. */
  readonly ttl?: string;
  readonly stream?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  /** On demand unless it says otherwise. */
  readonly capacity?: Capacity;
  readonly deletionProtection?: boolean;
}

/** Without a partition key of its own, the index is local: it shares the table's. */
export interface IndexDefinition {
  readonly partitionKey?: string;
  readonly sortKey?: string;
  /** The attributes that it holds besides the keys; all unless it says otherwise. */
  readonly projection?: 'ALL' | 'KEYS_ONLY' | readonly string[];
  readonly capacity?: Capacity;
}

/** The keys of the table (name undefined) or of one of its indexes. */
export interface KeySchema {
  readonly index: string | undefined;
  readonly local: boolean;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

/** DynamoDB's rule for names of tables and indexes: 3 to 255 of these characters. */
const NAME = /^[A-Za-z0-9_.-]{3,255}$/;

export function table<const T extends TableDefinition>(definition: T): T {
  if (!NAME.test(definition.name)) {
    throw invalidDefinition(`a table cannot be named ${JSON.stringify(definition.name)}`);
  }
  for (const [name, index] of Object.entries(definition.indexes ?? {})) {
    if (!NAME.test(name)) {
      throw invalidDefinition(`an index cannot be named ${JSON.stringify(name)}`);
    }
    if (!index.partitionKey && (!index.sortKey || !definition.sortKey)) {
      throw invalidDefinition(
        `index ${name}: a local index needs a sort key, of its own and of its table`,
      );
    }
  }
  return Object.freeze(definition);
}

/** The table's own keys first, then those of its indexes. */
export function keySchemas(definition: TableDefinition): readonly KeySchema[] {
  const { partitionKey, sortKey } = definition;
  const own: KeySchema = {
    index: undefined,
    local: false,
    partitionKey,
    sortKey,
    projection: 'ALL',
  };
  const indexes = Object.entries(definition.indexes ?? {}).map(([index, keys]): KeySchema => ({
    index,
    local: keys.partitionKey === undefined,
    partitionKey: keys.partitionKey ?? partitionKey,
    sortKey: keys.sortKey,
    projection: keys.projection ?? 'ALL',
  }));
  return [own, ...indexes];
}

/** The attributes that say where a page of the table or of an index ended. */
export function startKeyNames(table: TableDefinition, keys: KeySchema): readonly string[] {
  const names = [table.partitionKey, table.sortKey, keys.partitionKey, keys.sortKey];
  return [...new Set(names.filter((name) => name !== undefined))];
}

export function keyType(definition: TableDefinition, attribute: string): KeyType {
  return definition.keyTypes?.[attribute] ?? 'S';
}

/** Every attribute that is a key of the table or of an index. */
export function keyAttributes(definition: TableDefinition): readonly string[] {
  return [...new Set(keySchemas(definition).flatMap((keys) => startKeyNames(definition, keys)))];
}
