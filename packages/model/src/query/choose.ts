/** Chooses the index that serves a query with the narrowest key condition. */
import { plain } from '../codec/codec.ts';
import type { AnyEntity } from '../entity/entity.ts';
import { invalidRequest } from '../errors.ts';
import { conditions, isStored } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import { rawPath } from '../expression/path.ts';
import { renderTemplate } from '../table/key-template.ts';
import type { KeyTemplate } from '../table/key-template.ts';
import type { KeySchema } from '../table/table.ts';
import { conditionOf } from './where.ts';
import type { Asked, ComparisonName } from './where.ts';

export interface Access {
  readonly keys: KeySchema;
  readonly keyConditions: readonly Condition[];
  /** What the keys could not serve. */
  readonly filters: readonly Condition[];
}

interface Candidate {
  readonly keys: KeySchema;
  readonly keyConditions: readonly Condition[];
  /** The names whose values the keys match exactly. */
  readonly served: ReadonlySet<string>;
  /** 3: one sort key; 2: a range of them; 1: those with a prefix; 0: the whole partition. */
  readonly narrowness: number;
}

export function chooseAccess(
  entity: AnyEntity,
  asked: Asked,
  wanted: { readonly using: string | undefined; readonly consistent: boolean },
): Access {
  let best: Candidate | undefined;
  for (const keys of entity.keys.schemas) {
    if (
      wanted.using === undefined ? !serves(keys, wanted.consistent) : keys.index !== wanted.using
    ) {
      continue;
    }
    const candidate = candidateOf(entity, keys, asked);
    if (candidate && (!best || rank(candidate) > rank(best))) best = candidate;
  }
  if (!best) throw noAccess(entity, asked, wanted.using);
  return {
    keys: best.keys,
    keyConditions: best.keyConditions,
    filters: filtersBeside(entity, asked, best.served),
  };
}

/** An index that lacks attributes, or cannot be read consistently, is used only on request. */
function serves(keys: KeySchema, consistent: boolean): boolean {
  return keys.projection === 'ALL' && !(consistent && keys.index !== undefined && !keys.local);
}

/** The narrower first; among equals the table itself, which comes first. */
function rank({ narrowness, served }: Candidate): number {
  return narrowness * 100 + served.size;
}

function candidateOf(entity: AnyEntity, keys: KeySchema, asked: Asked): Candidate | undefined {
  const partition = entity.keys.value(keys.partitionKey, asked.equal);
  if (!partition) return undefined;
  const served = new Set(entity.keys.sources(keys.partitionKey));
  const condition = isStored(keys.partitionKey, partition);
  const sort = keys.sortKey === undefined ? undefined : sortCondition(entity, keys.sortKey, asked);
  if (!sort) return { keys, keyConditions: [condition], served, narrowness: 0 };
  for (const name of sort.served) served.add(name);
  return { keys, keyConditions: [condition, sort.condition], served, narrowness: sort.narrowness };
}

interface SortCondition {
  readonly condition: Condition;
  readonly served: readonly string[];
  readonly narrowness: number;
}

function sortCondition(
  entity: AnyEntity,
  attribute: string,
  asked: Asked,
): SortCondition | undefined {
  const template = entity.keys.template(attribute);
  const whole = entity.keys.value(attribute, asked.equal);
  if (whole) {
    const condition = isStored(attribute, whole);
    return { condition, served: entity.keys.sources(attribute), narrowness: 3 };
  }
  if (template) return templateCondition(entity, attribute, template, asked);
  const compared = asked.compared.get(attribute);
  if (!compared) return undefined;
  const condition = conditionOf(entity, attribute, compared.by, compared.values);
  return { condition, served: [attribute], narrowness: compared.by === 'beginsWith' ? 1 : 2 };
}

/** Sorts after every string that DynamoDB compares by its UTF-8 bytes. */
const LAST_CHARACTER = '\u{10ffff}';

/** The attributes that are given begin the key; a comparison of the next may end it. */
function templateCondition(
  entity: AnyEntity,
  attribute: string,
  template: KeyTemplate,
  { equal, compared }: Asked,
): SortCondition | undefined {
  const { text: prefix, used } = renderTemplate(template, equal);
  const served = template.names.slice(0, used);
  const next = template.names[used] as string;
  const comparison = compared.get(next);
  const codec = entity.codec.child(next);
  // Only the last attribute's text orders the key as its value orders it.
  const ordered =
    comparison !== undefined &&
    used === template.names.length - 1 &&
    template.texts.at(-1) === '' &&
    codec?.storage === 'S';
  if (!ordered) {
    if (prefix === '') return undefined;
    const condition = conditions.beginsWith(rawPath(attribute) as never, prefix);
    return { condition, served, narrowness: used > 0 ? 2 : 1 };
  }
  const texts = comparison.values.map(
    (value) => (plain(codec).encode(value, []) as { S: string }).S,
  );
  const { condition, exact } = prefixedRange(attribute, prefix, comparison.by, texts);
  return { condition, served: exact ? [...served, next] : served, narrowness: 2 };
}

/** A range within a prefix; where it is not exact a filter must do the rest. */
function prefixedRange(
  attribute: string,
  prefix: string,
  by: ComparisonName,
  texts: readonly string[],
): { condition: Condition; exact: boolean } {
  const path = rawPath(attribute) as never;
  const [first = '', second = ''] = texts.map((text) => prefix + text);
  switch (by) {
    case 'beginsWith':
      return { condition: conditions.beginsWith(path, first), exact: true };
    case 'between':
      return { condition: conditions.between(path, first, second), exact: true };
    case 'gt':
    case 'gte': {
      const condition = conditions.between(path, first, prefix + LAST_CHARACTER);
      return { condition, exact: by === 'gte' };
    }
    case 'lt':
    case 'lte': {
      const low = (prefix === '' ? '\u0000' : prefix) as never;
      const condition = conditions.between(path, low, first);
      return { condition, exact: by === 'lte' && prefix !== '' };
    }
  }
}

function filtersBeside(
  entity: AnyEntity,
  { equal, compared }: Asked,
  served: ReadonlySet<string>,
): readonly Condition[] {
  const filters: Condition[] = [];
  for (const [name, value] of Object.entries(equal)) {
    if (!served.has(name)) filters.push(isStored(name, value));
  }
  for (const [name, { by, values }] of compared) {
    if (!served.has(name)) filters.push(conditionOf(entity, name, by, values));
  }
  return filters;
}

function noAccess(entity: AnyEntity, asked: Asked, using: string | undefined): Error {
  const given = [...Object.keys(asked.equal), ...asked.compared.keys()].join(', ') || 'nothing';
  const needs = entity.keys.schemas
    .filter(({ index }) => using === undefined || index === using)
    .map(
      ({ index, partitionKey }) =>
        `${index ?? 'the table'}: ${entity.keys.sources(partitionKey).join(' and ') || 'nothing'}`,
    );
  return invalidRequest(
    `no key serves a query of ${entity.name} by ${given}. Equal values are needed for ` +
      (needs.join('; ') || `an index named ${using}`),
  );
}
