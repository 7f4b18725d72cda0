/** Makes an entity's key attributes from its encoded attributes. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import type { MapCodec } from '../codec/map.ts';
import { convert, isPromise } from '../codec/codec.ts';
import {
  at,
  invalidDefinition,
  invalidRequest,
  missingAttribute,
  refusedValue,
  unknownAttribute,
} from '../errors.ts';
import { parseTemplate, renderTemplate } from '../table/key-template.ts';
import type { KeyTemplate } from '../table/key-template.ts';
import { utf8Bytes } from './item-size.ts';
import { keyAttributes, keySchemas, keyType } from '../table/table.ts';
import type { KeySchema, TableDefinition } from '../table/table.ts';

/** DynamoDB's limits on key values, in bytes. */
const PARTITION_KEY_BYTES_MAX = 2048;
const SORT_KEY_BYTES_MAX = 1024;

export class KeyMaker {
  /** The table's keys first, then the indexes', as far as the entity takes part in them. */
  readonly schemas: readonly KeySchema[];
  /** Names of the attributes that identify an item. */
  readonly names: readonly string[];
  readonly #primary: readonly string[];
  readonly #templates = new Map<string, KeyTemplate>();
  readonly #codec: MapCodec;

  constructor(
    entity: string,
    table: TableDefinition,
    codec: MapCodec,
    optional: ReadonlySet<string>,
    sources: { readonly [attribute: string]: string },
  ) {
    this.#codec = codec;
    for (const [attribute, source] of Object.entries(sources)) {
      this.#templates.set(attribute, parseTemplate(source));
    }
    this.schemas = checkedSchemas(entity, table, codec, this.#templates);
    this.#primary = [table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])];
    this.names = [...new Set(this.#primary.flatMap((attribute) => this.sources(attribute)))];
    for (const name of this.names) {
      if (optional.has(name)) throw invalidDefinition(`${entity}: key ${name} cannot be optional`);
    }
  }

  /** The template of a key attribute, where it is not an attribute of the entity itself. */
  template(keyAttribute: string): KeyTemplate | undefined {
    return this.#templates.get(keyAttribute);
  }

  /** Names of the attributes that a key attribute is made of. */
  sources(keyAttribute: string): readonly string[] {
    return this.#templates.get(keyAttribute)?.names ?? [keyAttribute];
  }

  /** A key attribute as far as these encoded attributes make it; undefined if they do not. */
  value(keyAttribute: string, item: AttributeMap): AttributeValue | undefined {
    const template = this.#templates.get(keyAttribute);
    if (!template) return Object.hasOwn(item, keyAttribute) ? item[keyAttribute] : undefined;
    const { text, complete } = renderTemplate(template, item);
    return complete ? { S: text } : undefined;
  }

  /** The primary key for exactly the attributes that identify an item. */
  key(values: { readonly [name: string]: unknown }): AttributeMap {
    return this.keyOfItem(encodeExactly(values, this.names, this.#codec));
  }

  /** The same from an encoded item, whose other attributes do not matter. */
  keyOfItem(item: AttributeMap): AttributeMap {
    const key: AttributeMap = {};
    for (const [at, attribute] of this.#primary.entries()) {
      const value = this.value(attribute, item);
      if (value === undefined) throw missingAttribute().within(attribute);
      checkSize(attribute, value, at === 0);
      key[attribute] = value;
    }
    return key;
  }

  /** The primary key of a stored item. */
  keyOfStored(item: AttributeMap): AttributeMap {
    return Object.fromEntries(this.#primary.map((name) => [name, item[name]])) as AttributeMap;
  }

  /** Adds the templates' key attributes to an encoded item. */
  complete(item: AttributeMap): void {
    for (const attribute of this.#templates.keys()) {
      const value = this.value(attribute, item);
      if (value) item[attribute] = value;
    }
    this.keyOfItem(item);
  }

  /**
   * The key attributes to write when these attributes change; undefined removes one. A new item
   * also needs those that its primary key determines.
   */
  changed(
    known: AttributeMap,
    touched: ReadonlySet<string>,
    isNew: boolean,
  ): Map<string, AttributeValue | undefined> {
    const keys = new Map<string, AttributeValue | undefined>();
    for (const [attribute, { names }] of this.#templates) {
      const determined = isNew && names.every((name) => this.names.includes(name));
      const affected = names.some((name) => touched.has(name));
      if (this.#primary.includes(attribute) || !(affected || determined)) continue;
      const missing = names.filter((name) => !known[name] && !touched.has(name));
      if (missing.length > 0) {
        throw invalidRequest(
          `the key ${attribute} is made of ${names.join(', ')}: ` +
            `an update must also set ${missing.join(', ')}`,
        );
      }
      keys.set(attribute, this.value(attribute, known));
    }
    return keys;
  }
}

/** The key schemas that the entity can fill, after checking that its key attributes fit. */
function checkedSchemas(
  entity: string,
  table: TableDefinition,
  codec: MapCodec,
  templates: ReadonlyMap<string, KeyTemplate>,
): readonly KeySchema[] {
  const known = keyAttributes(table);
  for (const [attribute, { names }] of templates) {
    const fault =
      (!known.includes(attribute) && 'is no key of the table') ||
      (codec.child(attribute) && 'is an attribute, and so has no template') ||
      (keyType(table, attribute) !== 'S' && 'has a template, and so must be a string') ||
      names
        .map((name) => !codec.child(name) && `names ${name}, which is no attribute`)
        .find(Boolean);
    if (fault) throw invalidDefinition(`${entity}: key ${attribute} ${fault}`);
  }
  for (const attribute of known) {
    const storage = codec.child(attribute)?.storage;
    if (storage !== undefined && storage !== keyType(table, attribute)) {
      throw invalidDefinition(
        `${entity}: ${attribute} is stored as ${storage}, but is a key of type ` +
          keyType(table, attribute),
      );
    }
  }
  const fills = (attribute: string | undefined): boolean =>
    attribute === undefined || templates.has(attribute) || codec.child(attribute) !== undefined;
  const [own, ...indexes] = keySchemas(table) as [KeySchema, ...KeySchema[]];
  for (const attribute of [own.partitionKey, own.sortKey]) {
    if (!fills(attribute)) throw invalidDefinition(`${entity}: nothing makes the key ${attribute}`);
  }
  return [own, ...indexes.filter((keys) => fills(keys.partitionKey) && fills(keys.sortKey))];
}

function encodeExactly(
  values: { readonly [name: string]: unknown },
  names: readonly string[],
  codec: MapCodec,
): AttributeMap {
  for (const name of Object.keys(values)) {
    if (!names.includes(name)) throw unknownAttribute(name, values[name]);
  }
  const encoded: AttributeMap = {};
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw missingAttribute().within(name);
    const child = codec.child(name);
    at(name, () => {
      const part = convert((pending) => (child?.unchecked ?? child)?.encode(value, pending));
      if (isPromise(part)) throw refusedValue('a key cannot be asynchronous', value);
      if (part) encoded[name] = part;
    });
  }
  return encoded;
}

function checkSize(attribute: string, value: AttributeValue, partition: boolean): void {
  const max = partition ? PARTITION_KEY_BYTES_MAX : SORT_KEY_BYTES_MAX;
  const content = 'S' in value ? value.S : 'B' in value ? value.B : undefined;
  if (content === undefined) return;
  if (content.length === 0) throw refusedValue('a key cannot be empty', content).within(attribute);
  const bytes = typeof content === 'string' ? utf8Bytes(content) : content.length;
  if (bytes > max) throw refusedValue(`a key has at most ${max} bytes`, content).within(attribute);
}
