/** From the application's item to the stored one and back: the stages in Dynamoose's order. */
import { whenReady } from '../callback.ts';
import { deleteAt, type Plain } from '../deep-copy.ts';
import { setOwn } from '../../attribute-value.ts';
import type { Direction } from '../schema/attribute-types.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { type TimestampKind } from '../schema/timestamps.ts';
import { type Choices, checkItem, fitness } from './check.ts';
import { applyDefaults } from './defaults.ts';
import {
  checkEnums,
  checkRequired,
  combineAttributes,
  modifyAttributes,
  modifyItem,
  validate,
} from './stages.ts';

export interface StoreOptions {
  /** What DynamoDB had; null when nothing was read, undefined when that is not known. */
  readonly original: Plain | null | undefined;
  /**
   * `part` is some attributes, as an update sets them, each complete in itself; `path` is
   * something inside one, of which the rest is not known.
   */
  readonly extent: 'item' | 'part' | 'path';
}

/** The schema that fits an item best; the first of several that fit equally well. */
export function bestSchema(
  schemas: readonly [CompiledSchema, ...CompiledSchema[]],
  item: Plain,
  direction: Direction,
): CompiledSchema {
  if (schemas.length === 1) return schemas[0];
  const scores = schemas.map((schema) => fitness(schema, item, direction));
  return schemas[scores.indexOf(Math.max(...scores))] ?? schemas[0];
}

/** The item as it is stored, in plain values. */
export function toStored(
  schema: CompiledSchema,
  given: Plain,
  { original, extent }: StoreOptions,
): Plain | Promise<Plain> {
  const named = schema.mapping.toDynamo(given);
  const { item, choices, undefinedAt } = checkItem(schema, named, 'toDynamo');
  const defaults = applyDefaults(
    schema,
    item,
    choices,
    extent === 'item' ? {} : { forcedOnly: true, presentOnly: true },
  );
  return whenReady(defaults, () => {
    for (const path of undefinedAt) deleteAt(item, path);
    if (extent === 'item') combineAttributes(schema, item);
    const modified = whenReady(modifyAttributes(schema, item, choices, 'set', original), () =>
      modifyItem(schema.set, item),
    );
    return whenReady(modified, (ready) => checkStored(schema, ready, choices, extent));
  });
}

function checkStored(
  schema: CompiledSchema,
  item: Plain,
  choices: Choices,
  extent: StoreOptions['extent'],
): Plain | Promise<Plain> {
  return whenReady(validate(schema, item, choices), () => {
    if (extent !== 'path') checkRequired(schema, item, extent === 'item' ? 'all' : 'nested');
    checkEnums(schema, item, choices);
    return item;
  });
}

/** Sets timestamps of `item` to now, as they are stored. */
export function stamp(
  { timestamps, properties }: CompiledSchema,
  item: Plain,
  kinds: readonly TimestampKind[],
): void {
  const now = new Date();
  for (const { name, kind } of timestamps) {
    if (!kinds.includes(kind)) continue;
    const encode = properties.get(name)?.variants[0].type.encode;
    setOwn(item, name, encode ? encode(now) : now.getTime());
  }
}

/** The item as the application knows it, from the plain values that were stored. */
export function fromStored(
  schema: CompiledSchema,
  stored: Plain,
  applied: 'all' | 'types',
): Plain | Promise<Plain> {
  const { item, choices } = checkItem(schema, stored, 'fromDynamo');
  if (applied === 'types') return item;
  return whenReady(modifyAttributes(schema, item, choices, 'get', stored), () => item);
}
