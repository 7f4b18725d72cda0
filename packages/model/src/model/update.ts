/** Plans updates and deletions. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import type { KeyInput } from '../client/operations.ts';
import { convert, plain } from '../codec/codec.ts';
import type { Codec } from '../codec/codec.ts';
import { numberCodec } from '../codec/scalars.ts';
import type {
  AnyEntity,
  ChangesOf,
  KeyNames,
  KeyOf,
  NewItemOf,
  StoredOf,
} from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';
import { invalidRequest, invalidValue, unknownAttribute } from '../errors.ts';
import { expressed, updateText } from '../expression/compile.ts';
import { conditions } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import { rawPath, storedPath } from '../expression/path.ts';
import type { Path } from '../expression/path.ts';
import { changedAttribute, updates } from '../expression/update.ts';
import type { Change, UpdateFunctions } from '../expression/update.ts';
import { isPlainObject } from '../codec/containers.ts';
import { conditionMember, given, pathsOf } from './context.ts';
import type { ConditionOf, Context } from './context.ts';
import type { Guard, Plan } from './plan.ts';
import { guardsOf } from './unique.ts';

/** New values by attribute (`undefined` removes), or changes made with the update functions. */
export type UpdateOf<E extends AnyEntity> =
  | ChangesOf<E>
  | ((
      item: Path<Omit<StoredOf<E>, KeyNames<E>>, NewItemOf<E>>,
      functions: UpdateFunctions,
    ) => readonly Change[]);

export interface UpdateOptions<E extends AnyEntity> {
  readonly condition?: ConditionOf<E> | undefined;
  /** Create the item if it is not there; without it, that is a failed condition. */
  readonly upsert?: boolean;
  /** The version that the item must still have. */
  readonly version?: number;
}

export async function planUpdate<E extends AnyEntity>(
  context: Context<E>,
  keyValues: KeyOf<E>,
  update: UpdateOf<E>,
  options: UpdateOptions<E>,
): Promise<Plan<'Update'>> {
  const { entity } = context;
  const key = entity.keys.key(keyValues);
  const changes = await withHooks(entity, keyValues, changesOf(entity, update));
  if (changes.length === 0) throw invalidRequest('an update needs a change');
  const { version } = entity;
  if (version !== undefined) {
    if (changes.some((change) => changedAttribute(change) === version)) {
      throw invalidRequest(`${version} counts the writes: an update cannot set it`);
    }
    changes.push(updates.add(rawPath(version, numberCodec) as never, 1));
  }
  const touched = checkedNames(entity, changes);
  const known = await knownValues(entity, keyValues, changes);
  if (options.upsert) changes.push(...(await changesOfNewItem(entity, keyValues, touched)));
  for (const [attribute, value] of entity.keys.changed(known, touched, options.upsert === true)) {
    changes.push(keyChange(attribute, value));
  }
  const guarded = await guardsOf(context, key, known, touched);
  return plan(context, 'Update', key, {
    changes,
    conditions: [
      given(entity, options.condition),
      options.upsert ? undefined : conditions.exists(rawPath(entity.table.partitionKey)),
      versionCondition(entity, options.version),
      ...guarded.conditions,
    ],
    guards: guarded.guards,
    version: options.version,
  });
}

export interface DeleteOptions<E extends AnyEntity> {
  readonly condition?: ConditionOf<E> | undefined;
  readonly version?: number;
}

export async function planDelete<E extends AnyEntity>(
  context: Context<E>,
  keyValues: KeyOf<E>,
  options: DeleteOptions<E>,
): Promise<Plan<'Delete'>> {
  const { entity } = context;
  const key = entity.keys.key(keyValues);
  await runHooks(entity, 'beforeDelete', [keyValues]);
  const guarded = await guardsOf(context, key, {});
  return plan(context, 'Delete', key, {
    conditions: [
      given(entity, options.condition),
      versionCondition(entity, options.version),
      ...guarded.conditions,
    ],
    guards: guarded.guards,
    version: options.version,
  });
}

/** Only a condition, for transactions. */
export function planCheck<E extends AnyEntity>(
  context: Context<E>,
  keyValues: KeyOf<E>,
  condition: ConditionOf<E>,
): Promise<Plan<'ConditionCheck'>> {
  const { entity } = context;
  const key = entity.keys.key(keyValues);
  return plan(context, 'ConditionCheck', key, { conditions: [given(entity, condition)] });
}

async function plan<K extends 'Update' | 'Delete' | 'ConditionCheck'>(
  { tableName }: Context,
  kind: K,
  key: AttributeMap,
  {
    changes = [],
    conditions: all,
    guards = [],
    version,
  }: {
    readonly changes?: readonly Change[];
    readonly conditions: readonly (Condition | undefined)[];
    readonly guards?: readonly Guard[];
    readonly version?: number | undefined;
  },
): Promise<Plan<K>> {
  const expressions = await expressed((scope) => ({
    ...(changes.length > 0 && { UpdateExpression: updateText(changes, scope) }),
    ...conditionMember(all, scope),
  }));
  const main: KeyInput = { TableName: tableName, Key: key, ...expressions };
  const failure = version === undefined ? 'ConditionFailed' : 'VersionConflict';
  return { kind, main, guards, failure };
}

function changesOf<E extends AnyEntity>(entity: E, update: UpdateOf<E>): Change[] {
  const paths = pathsOf(entity);
  if (typeof update === 'function') return [...update(paths as never, updates)];
  if (!isPlainObject(update)) throw invalidValue('an object or a function', update);
  return Object.entries(update).map(([name, value]) => {
    const codec = entity.codec.child(name);
    if (!codec) throw unknownAttribute(name, value);
    const path = rawPath(name, codec);
    return value === undefined ? updates.remove(path) : updates.set(path, value);
  });
}

async function withHooks<E extends AnyEntity>(
  entity: E,
  key: KeyOf<E>,
  changes: Change[],
): Promise<Change[]> {
  for (const { beforeUpdate } of entity.hooks) {
    const more = await beforeUpdate?.({ key, changes }, pathsOf(entity) as never, updates);
    if (more) changes.push(...more);
  }
  return changes;
}

/** The names of the changed attributes, none of which may be part of the key. */
function checkedNames(entity: AnyEntity, changes: readonly Change[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const change of changes) {
    const name = changedAttribute(change);
    if (entity.keys.names.includes(name)) {
      throw invalidRequest(`${name} is part of the key: an update cannot change it`);
    }
    const whole = change.path.segments.length === 1;
    if (change.kind === 'remove' && whole && !entity.optional.has(name)) {
      throw invalidRequest(`${name} is not optional: an update cannot remove it`);
    }
    names.add(name);
  }
  return names;
}

/** The encoded values that the update makes known: the key's, and those it sets. */
async function knownValues(
  entity: AnyEntity,
  key: { readonly [name: string]: unknown },
  changes: readonly Change[],
): Promise<AttributeMap> {
  const matters = new Set(entity.unique);
  for (const { partitionKey, sortKey } of entity.keys.schemas) {
    for (const attribute of [partitionKey, sortKey]) {
      if (attribute === undefined || !entity.keys.template(attribute)) continue;
      for (const name of entity.keys.sources(attribute)) matters.add(name);
    }
  }
  const known: AttributeMap = {};
  const add = async (name: string, value: unknown): Promise<void> => {
    const codec = plain(entity.codec.child(name) as Codec);
    known[name] = await convert((pending) => codec.encode(value, pending));
  };
  for (const name of entity.keys.names) if (matters.has(name)) await add(name, key[name]);
  for (const change of changes) {
    const name = changedAttribute(change);
    if (!matters.has(name) || change.kind === 'remove') continue;
    if (change.kind !== 'set') {
      throw invalidRequest(`${name} makes up a key or is unique: an update can only set it`);
    }
    await add(name, change.value);
  }
  return known;
}

/** What an item must have besides the changes, if it is not there yet. */
async function changesOfNewItem(
  entity: AnyEntity,
  key: { readonly [name: string]: unknown },
  touched: ReadonlySet<string>,
): Promise<Change[]> {
  const { partitionKey, sortKey, entityAttribute } = entity.table;
  const changes: Change[] = [];
  const path = (name: string) => rawPath(name, entity.codec.child(name));
  for (const name of entity.keys.names) {
    if (name !== partitionKey && name !== sortKey) changes.push(updates.set(path(name), key[name]));
  }
  for (const [name, value] of entity.defaults) {
    if (touched.has(name) || entity.keys.names.includes(name)) continue;
    const settled: unknown = await (typeof value === 'function' ? value() : value);
    changes.push(updates.setIfAbsent(path(name), settled));
  }
  if (entityAttribute !== undefined) changes.push(keyChange(entityAttribute, { S: entity.name }));
  return changes;
}

/** A change of an attribute that the schema does not have. */
function keyChange(attribute: string, value: AttributeValue | undefined): Change {
  return value
    ? updates.set(storedPath(attribute, value), null)
    : updates.remove(rawPath(attribute));
}

function versionCondition(entity: AnyEntity, version: number | undefined) {
  if (version === undefined) return undefined;
  if (entity.version === undefined) throw invalidRequest(`${entity.name} has no version`);
  return conditions.eq(rawPath(entity.version, numberCodec), version);
}
