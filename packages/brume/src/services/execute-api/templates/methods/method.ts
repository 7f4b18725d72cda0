/** What a method of a Java class is here: chosen by name, and by how its arguments look. */
import type { Budget } from '../budget.ts';
import { printed } from '../printing.ts';
import type { Value } from '../values.ts';

/** Undefined when no such overload exists; null is Java's null. */
export type Method<Receiver> = (
  receiver: Receiver,
  parameters: readonly Value[],
  budget: Budget,
) => Value | undefined;

/** A closed table: what is not in it does not exist, whatever JavaScript's objects have. */
export type MethodTable<Receiver> = ReadonlyMap<string, Method<Receiver>>;

/** All have `toString`. */
export function methodTable<Receiver extends Value>(
  methods: Readonly<Record<string, Method<Receiver>>>,
): MethodTable<Receiver> {
  return new Map([
    ...Object.entries(methods),
    ['toString', (receiver, _parameters, budget) => printed(receiver, budget)],
  ]);
}

export function isSmallInteger(value: Value | undefined): value is number {
  return typeof value === 'number';
}
