/** The keys that operations are given: a hash key's value, or an object with both. */
import type { AttributeMap } from '../../attribute-value.ts';
import { setOwn } from '../../attribute-value.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter } from '../errors.ts';
import { toAttributes } from '../item/attributes.ts';
import { modifyAttributes, modifyItem } from '../item/stages.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';

export interface KeyedModel {
  readonly name: string;
  readonly hashKey: string;
  readonly keyNames: readonly string[];
  schemaFor(item: Plain, direction: 'toDynamo'): CompiledSchema;
}

/** `key` as DynamoDB wants it: by the attributes' own names, with their `set` functions applied. */
export async function keyAttributes(model: KeyedModel, key: unknown): Promise<AttributeMap> {
  const given = keyObject(model, key);
  const schema = model.schemaFor(given, 'toDynamo');
  const plain = pick(schema.mapping.toDynamo(given), model.keyNames);
  for (const name of Object.keys(plain)) {
    const [variant] = schema.properties.get(name)?.variants ?? [];
    if (variant?.type.encode) setOwn(plain, name, variant.type.encode(plain[name]));
  }
  await modifyAttributes(schema, plain, new Map(), 'set', undefined);
  return toAttributes(pick(await modifyItem(schema.set, plain), model.keyNames));
}

function keyObject(model: KeyedModel, key: unknown): Plain {
  if (key === null || Array.isArray(key)) {
    throw new InvalidParameter(
      `A key of model ${model.name} must be a value or an object, not ${key ? 'an array' : 'null'}.`,
    );
  }
  if (typeof key !== 'object' || key instanceof Date || key instanceof Uint8Array) {
    return { [model.hashKey]: key };
  }
  return key as Plain;
}

/** Takes a combined object apart: its key attributes, and everything else. */
export function splitKey(model: KeyedModel, combined: Plain): { key: Plain; rest: Plain } {
  const { mapping } = model.schemaFor(combined, 'toDynamo');
  const [key, rest]: [Plain, Plain] = [{}, {}];
  for (const name of Object.keys(combined)) {
    const isKey = model.keyNames.includes(mapping.attributeOf(name));
    setOwn(isKey ? key : rest, name, combined[name]);
  }
  return { key, rest };
}

function pick(item: Plain, names: readonly string[]): Plain {
  const picked: Plain = {};
  for (const name of names) {
    if (Object.hasOwn(item, name) && item[name] !== undefined) setOwn(picked, name, item[name]);
  }
  return picked;
}
