/** A schema's keys and indexes as CreateTable wants them. */
import type { Plain } from '../deep-copy.ts';
import { UnknownAttribute } from '../errors.ts';
import { isPlainObject } from '../deep-copy.ts';
import { provisionedThroughput, type Throughput } from '../table/throughput.ts';
import { declarationsOf, settingsOf } from './attribute-node.ts';

export interface IndexDefinition {
  name?: string;
  type?: 'global' | 'local';
  rangeKey?: string;
  project?: boolean | string[];
  throughput?: Throughput;
}

export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface TableIndex {
  KeySchema: KeyElement[];
}

export interface IndexItem extends TableIndex {
  IndexName: string;
  Projection: {
    ProjectionType: 'KEYS_ONLY' | 'INCLUDE' | 'ALL';
    NonKeyAttributes?: string[];
  };
  ProvisionedThroughput?: { ReadCapacityUnits: number; WriteCapacityUnits: number };
}

export interface ModelIndexes {
  TableIndex?: TableIndex;
  GlobalSecondaryIndexes?: IndexItem[];
  LocalSecondaryIndexes?: IndexItem[];
}

export interface IndexAttribute {
  attribute: string;
  index: IndexDefinition;
}

export interface KeyNames {
  hashKey: string;
  rangeKey?: string | undefined;
}

/** Every index that the definition declares, in the order of the attributes. */
export function indexAttributes(definition: Readonly<Plain>): IndexAttribute[] {
  return Object.keys(definition).flatMap((attribute) =>
    declarationsOf(definition[attribute])
      .map((declared) => settingsOf(declared).index)
      .flatMap((index) => (Array.isArray(index) ? (index as unknown[]) : index ? [index] : []))
      .map((index) => ({ attribute, index: isPlainObject(index) ? index : {} })),
  );
}

function keySchema({ hashKey, rangeKey }: KeyNames): KeyElement[] {
  const hash: KeyElement = { AttributeName: hashKey, KeyType: 'HASH' };
  return rangeKey ? [hash, { AttributeName: rangeKey, KeyType: 'RANGE' }] : [hash];
}

/** `throughput` is the table's: an index without its own has the same. */
export function indexesOf(
  definition: Readonly<Plain>,
  keys: KeyNames,
  throughput: Throughput | undefined,
): ModelIndexes {
  const indexes: ModelIndexes = { TableIndex: { KeySchema: keySchema(keys) } };
  for (const { attribute, index } of indexAttributes(definition)) {
    const item = indexItem(attribute, index, keys);
    if (index.type === 'local') {
      (indexes.LocalSecondaryIndexes ??= []).push(item);
      continue;
    }
    const capacity = provisionedThroughput(index.throughput ?? throughput);
    if ('ProvisionedThroughput' in capacity) {
      item.ProvisionedThroughput = capacity.ProvisionedThroughput;
    }
    (indexes.GlobalSecondaryIndexes ??= []).push(item);
  }
  return indexes;
}

/**
 * The indexes of several schemas or models, each name once. The kind that is declared first comes
 * first: that is the order in which a query considers them.
 */
export function mergeIndexes(keys: KeyNames, all: readonly ModelIndexes[]): ModelIndexes {
  const merged: ModelIndexes = { TableIndex: { KeySchema: keySchema(keys) } };
  for (const indexes of all) {
    for (const kind of indexKinds(indexes)) {
      const known = (merged[kind] ??= []);
      const fresh = (indexes[kind] ?? []).filter(
        ({ IndexName }) => !known.some((index) => index.IndexName === IndexName),
      );
      known.push(...fresh);
    }
  }
  return merged;
}

type IndexKind = 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes';

export function indexKinds(indexes: ModelIndexes): IndexKind[] {
  return Object.keys(indexes).filter((kind): kind is IndexKind => kind !== 'TableIndex');
}

function indexItem(attribute: string, index: IndexDefinition, keys: KeyNames): IndexItem {
  const local = index.type === 'local';
  return {
    IndexName: index.name ?? `${attribute}${local ? 'LocalIndex' : 'GlobalIndex'}`,
    KeySchema: keySchema(
      local
        ? { hashKey: keys.hashKey, rangeKey: attribute }
        : { hashKey: attribute, rangeKey: index.rangeKey },
    ),
    Projection: projection(index.project ?? true),
  };
}

function projection(project: boolean | string[]): IndexItem['Projection'] {
  if (Array.isArray(project)) return { ProjectionType: 'INCLUDE', NonKeyAttributes: project };
  return { ProjectionType: project ? 'ALL' : 'KEYS_ONLY' };
}

/** Every attribute that is part of a key, with its type: the table's, then the indexes'. */
export function attributeDefinitions(
  definition: Readonly<Plain>,
  keys: KeyNames,
  typeOf: (attribute: string) => string | string[] | undefined,
): { AttributeName: string; AttributeType: string }[] {
  const names = new Set([keys.hashKey]);
  if (keys.rangeKey) names.add(keys.rangeKey);
  for (const { attribute, index } of indexAttributes(definition)) {
    names.add(attribute);
    if (index.rangeKey) names.add(index.rangeKey);
  }
  return [...names].map((name) => {
    const type = typeOf(name);
    if (type === undefined) throw new UnknownAttribute(`Invalid Attribute: ${name}`);
    return { AttributeName: name, AttributeType: type as string };
  });
}
