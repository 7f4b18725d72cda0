/** What users run around reads and writes. */
import type { AnyEntity } from './entity.ts';
import type { Change, UpdateFunctions } from '../expression/update.ts';
import type { Path } from '../expression/path.ts';
import type { Shape } from '../schema/attribute.ts';
import type { ShapeInput, ShapeOutput } from '../schema/infer.ts';

type Awaitable<T> = T | Promise<T>;
type Key = { readonly [name: string]: unknown };

/**
 * A `before` hook that throws stops the write; what it returns takes the place of its input. In a
 * transaction the `before` hooks of writes run when they are planned, and the `after` hooks of writes
 * do not, since DynamoDB does not say what it wrote.
 */
export interface Hooks<S extends Shape> {
  readonly beforeSave?: (item: ShapeInput<S>) => Awaitable<ShapeInput<S> | undefined | void>;
  readonly afterSave?: (item: ShapeOutput<S>) => Awaitable<void>;
  /** May return further changes. */
  readonly beforeUpdate?: (
    update: { readonly key: Key; readonly changes: readonly Change[] },
    item: Path<ShapeOutput<S>, ShapeInput<S>>,
    functions: UpdateFunctions,
  ) => Awaitable<readonly Change[] | undefined | void>;
  readonly afterUpdate?: (item: ShapeOutput<S>) => Awaitable<void>;
  readonly beforeDelete?: (key: Key) => Awaitable<void>;
  readonly afterDelete?: (key: Key) => Awaitable<void>;
  readonly beforeRead?: (key: Key) => Awaitable<void>;
  /** May change the item in place. */
  readonly afterRead?: (item: ShapeOutput<S>) => Awaitable<void>;
}

type Notified = Exclude<keyof Hooks<Shape>, 'beforeSave' | 'beforeUpdate'>;

/** Runs the hooks of this name in turn, for each of these items or keys. */
export async function runHooks(
  { hooks }: AnyEntity,
  name: Notified,
  values: readonly unknown[],
): Promise<void> {
  for (const hook of hooks) for (const value of values) await hook[name]?.(value as never);
}
