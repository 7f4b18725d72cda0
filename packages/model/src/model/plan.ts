/** Writes before they are sent: one request, or several that must succeed together. */
import type { AttributeMap } from '../attribute-value.ts';
import type {
  DeleteInput,
  KeyInput,
  PutInput,
  TransactWrite,
  UpdateInput,
} from '../client/operations.ts';
import type { AnyEntity } from '../entity/entity.ts';
import { ModelError } from '../errors.ts';
import type { Context } from './context.ts';

export interface Plan<K extends keyof Mains = keyof Mains> {
  readonly kind: K;
  readonly main: Mains[K];
  /** What keeps unique attributes unique; where there is any, all is one transaction. */
  readonly guards: readonly Guard[];
  /** What a failed condition of the main write means. */
  readonly failure: 'ConditionFailed' | 'VersionConflict';
}

interface Mains {
  readonly Put: PutInput;
  readonly Update: UpdateInput;
  readonly Delete: DeleteInput;
  readonly ConditionCheck: KeyInput;
}

/** A read that is planned: for transactions. */
export interface PlannedGet<E extends AnyEntity> {
  readonly entity: E;
  readonly main: KeyInput;
}

export interface Guard {
  readonly attribute: string;
  readonly write: { Put: PutInput } | { Delete: DeleteInput };
}

export function transactWrites({ kind, main, guards }: Plan): TransactWrite[] {
  return [{ [kind]: main } as TransactWrite, ...guards.map(({ write }) => write)];
}

/** Sends the plan, and gives the attributes that DynamoDB returned, if it was a single request. */
export async function carryOut<K extends 'Put' | 'Update' | 'Delete'>(
  { executor }: Context,
  plan: Plan<K>,
): Promise<{ Attributes?: AttributeMap }> {
  try {
    if (plan.guards.length === 0) {
      return await executor.execute(`${plan.kind}Item`, plan.main);
    }
    await executor.execute('TransactWriteItems', { TransactItems: transactWrites(plan) });
    return {};
  } catch (error) {
    throw explained(error, [plan]);
  }
}

interface CancellationReason {
  readonly Code?: string;
  readonly Message?: string;
}

/** Our named errors for DynamoDB's refusals of these plans; other errors pass. */
export function explained(error: unknown, plans: readonly Plan[]): unknown {
  const { name, message } = error as Error;
  if (name === 'ConditionalCheckFailedException') {
    return failed(plans[0]?.failure ?? 'ConditionFailed', error);
  }
  if (name !== 'TransactionCanceledException') return error;
  const reasons =
    (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
  let at = 0;
  for (const plan of plans) {
    if (reasons[at]?.Code === 'ConditionalCheckFailed') return failed(plan.failure, error);
    for (const [index, { attribute }] of plan.guards.entries()) {
      if (reasons[at + 1 + index]?.Code === 'ConditionalCheckFailed') {
        const problem = 'has the value of another item, but is unique';
        return new ModelError('NotUnique', problem, [attribute], undefined, error);
      }
    }
    at += 1 + plan.guards.length;
  }
  return new ModelError('TransactionCanceled', message, [], undefined, error);
}

const failures = {
  ConditionFailed: 'the condition of the write does not hold',
  VersionConflict: 'another write came first: read the item again',
};

function failed(name: 'ConditionFailed' | 'VersionConflict', cause: unknown): ModelError {
  return new ModelError(name, failures[name], [], undefined, cause);
}
