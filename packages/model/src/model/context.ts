/** What every operation of a model needs: the entity, and the way to DynamoDB. */
import { executorOf } from '../client/client.ts';
import type { Client, Commands, Executor } from '../client/client.ts';
import type { AnyEntity } from '../entity/entity.ts';
import type { ExpressionScope } from '../expression/compile.ts';
import { conditionText } from '../expression/compile.ts';
import { allOf, conditions } from '../expression/condition.ts';
import type { Condition, ConditionFunctions } from '../expression/condition.ts';
import { pathOf } from '../expression/path.ts';
import type { Path } from '../expression/path.ts';
import type { StoredOf } from '../entity/entity.ts';

export interface ModelOptions {
  readonly client: Client;
  /** The SDK's command classes, to spare the import of the SDK on the first request. */
  readonly commands?: Commands;
  /** Instead of the definition's, for stages that share one definition. */
  readonly tableName?: string;
  /** Waits between the tries of a batch. */
  readonly wait?: (ms: number) => Promise<void>;
  /** From 0 to 1: spreads the tries of a batch. */
  readonly random?: () => number;
}

export interface Context<E extends AnyEntity = AnyEntity> {
  readonly entity: E;
  readonly executor: Executor;
  readonly tableName: string;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
}

export function contextOf<E extends AnyEntity>(entity: E, options: ModelOptions): Context<E> {
  return {
    entity,
    executor: executorOf(options.client, options.commands),
    tableName: options.tableName ?? entity.table.name,
    wait: options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
    random: options.random ?? Math.random,
  };
}

/** A condition on the entity's item, from its paths and the condition functions. */
export type ConditionOf<E extends AnyEntity> = (
  item: Path<StoredOf<E>>,
  functions: ConditionFunctions,
) => Condition | undefined;

export function pathsOf<E extends AnyEntity>(entity: E): Path<StoredOf<E>> {
  return pathOf(entity.codec) as Path<StoredOf<E>>;
}

export function given<E extends AnyEntity>(
  entity: E,
  condition: ConditionOf<E> | undefined,
): Condition | undefined {
  return condition?.(pathsOf(entity), conditions);
}

/** All conditions together, in the member of the request that holds them. */
export function conditionMember(
  all: readonly (Condition | undefined)[],
  scope: ExpressionScope,
): { ConditionExpression?: string } {
  const condition = allOf(all);
  return condition ? { ConditionExpression: conditionText(condition, scope) } : {};
}
