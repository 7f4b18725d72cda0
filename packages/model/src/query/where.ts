/** What a query asks for: values and comparisons of top-level attributes. */
import type { AttributeMap } from '../attribute-value.ts';
import { plain } from '../codec/codec.ts';
import type { Pending } from '../codec/codec.ts';
import { isPlainObject } from '../codec/containers.ts';
import type { AnyEntity, IndexNames, PartitionNames, StoredOf } from '../entity/entity.ts';
import { at, invalidRequest, unknownAttribute } from '../errors.ts';
import type { Condition } from '../expression/condition.ts';
import { conditions } from '../expression/condition.ts';
import { rawPath } from '../expression/path.ts';
import type { PathTo } from '../expression/path.ts';

type Scalar = string | number | bigint | boolean | Date | Uint8Array;

/** One comparison. */
export type Comparison<V> =
  | { readonly lt: V }
  | { readonly lte: V }
  | { readonly gt: V }
  | { readonly gte: V }
  | { readonly between: readonly [V, V] }
  | (V extends string ? { readonly beginsWith: string } : never);

type ScalarNames<T> = {
  [K in keyof T]-?: Exclude<T[K], undefined> extends Scalar ? K : never;
}[keyof T];
type Comparisons<T> = {
  readonly [K in ScalarNames<T>]?: Exclude<T[K], undefined> | Comparison<Exclude<T[K], undefined>>;
};
type PartitionOf<E extends AnyEntity, I> = I extends unknown
  ? Readonly<Pick<StoredOf<E>, PartitionNames<E, I> & keyof StoredOf<E>>>
  : never;

/**
 * Values for all attributes of the partition key of the table or of one of its indexes, and
 * comparisons of any others.
 */
export type WhereOf<E extends AnyEntity> = (
  | PartitionOf<E, undefined>
  | AllThere<PartitionOf<E, IndexNames<E>>>
) &
  Comparisons<StoredOf<E>>;
type AllThere<T> = T extends unknown ? { [K in keyof T]-?: Exclude<T[K], undefined> } : never;

export type ComparisonName = 'lt' | 'lte' | 'gt' | 'gte' | 'between' | 'beginsWith';

export interface Asked {
  /** Encoded values of the attributes that must equal them. */
  readonly equal: AttributeMap;
  readonly compared: ReadonlyMap<
    string,
    { readonly by: ComparisonName; readonly values: unknown[] }
  >;
}

const comparisonNames = new Set<string>(['lt', 'lte', 'gt', 'gte', 'between', 'beginsWith']);

export function askedOf(
  entity: AnyEntity,
  where: { readonly [name: string]: unknown },
  pending: Pending,
): Asked {
  const equal: AttributeMap = {};
  const compared = new Map<string, { by: ComparisonName; values: unknown[] }>();
  for (const [name, value] of Object.entries(where)) {
    if (value === undefined) continue;
    const codec = entity.codec.child(name);
    if (!codec) throw unknownAttribute(name, value);
    if (isPlainObject(value)) {
      const [by, ...others] = Object.keys(value);
      if (by === undefined || others.length > 0 || !comparisonNames.has(by)) {
        throw invalidRequest(`${name}: one of ${[...comparisonNames].join(', ')} compares`);
      }
      const operand = value[by];
      const values = by === 'between' ? (operand as unknown[]) : [operand];
      compared.set(name, { by: by as ComparisonName, values });
      continue;
    }
    equal[name] = at(name, () => plain(codec).encode(value, pending));
  }
  return { equal, compared };
}

/** The same comparison as a condition, where no key can serve it. */
export function conditionOf(
  entity: AnyEntity,
  name: string,
  by: ComparisonName | 'eq',
  values: readonly unknown[],
): Condition {
  const path = rawPath(name, entity.codec.child(name));
  const [first, second] = values as [never, never];
  if (by === 'between') return conditions.between(path as never, first, second);
  const compare = conditions[by] as (path: PathTo<unknown>, value: unknown) => Condition;
  return compare(path, first);
}
