/** `#foreach`: what it goes through, and `$foreach`. */
import { FOREACH_ITERATIONS_MAX } from './limits.ts';
import { VtlIterator } from './methods/collection-methods.ts';
import type { Outcome, Rendering, Run } from './rendering.ts';
import { VtlList, VtlMap, VtlObject, type Value } from './values.ts';

/** The numbers of the variables that a loop sets. */
export interface LoopVariables {
  readonly element: number;
  readonly foreach: number;
  readonly count: number;
  readonly hasNext: number;
}

class Loop extends VtlObject {
  readonly #parent: Value;
  index = 0;
  hasNext = false;

  constructor(parent: Value) {
    super();
    this.#parent = parent;
  }

  override property(name: string): Value {
    switch (name) {
      case 'index':
        return this.index;
      case 'count':
        return this.index + 1;
      case 'hasNext':
        return this.hasNext;
      case 'first':
        return this.index === 0;
      case 'last':
        return !this.hasNext;
      case 'parent':
        return this.#parent;
      default:
        return null;
    }
  }

  /** `hasNext()`, `getIndex()`, `isFirst()`. */
  override call(name: string): Value {
    if (name === 'hasNext') return this.hasNext;
    const property = /^(?:get|is)([A-Z])(\w*)$/.exec(name);
    if (property === null) return null;
    return this.property(`${property[1]?.toLowerCase()}${property[2]}`);
  }

  text(): string {
    return `foreach ${this.index}`;
  }
}

/** The values of a map; nothing for what cannot be gone through. */
function iteratorOf(value: Value): VtlIterator | undefined {
  if (value instanceof VtlIterator) return value;
  if (value instanceof VtlList) return new VtlIterator(value.items);
  if (value instanceof VtlMap) return new VtlIterator([...value.entries.values()]);
  return undefined;
}

/** A loop ends after 1,000 turns without an error, as Velocity's `maxloops` has it. */
export function runLoop(
  rendering: Rendering,
  list: Value,
  variables: LoopVariables,
  body: Run,
): Outcome {
  const iterator = iteratorOf(list);
  if (iterator === undefined) return 'next';
  const { variables: slots } = rendering;
  const { element, foreach, count, hasNext } = variables;
  const before = [slots[element], slots[foreach], slots[count], slots[hasNext]];
  const loop = new Loop(slots[foreach] ?? null);
  let outcome: Outcome = 'next';
  for (let turn = 0; turn < FOREACH_ITERATIONS_MAX && iterator.hasNext(); turn += 1) {
    slots[element] = iterator.next();
    loop.index = turn;
    loop.hasNext = iterator.hasNext();
    slots[foreach] = loop;
    slots[count] = turn + 1;
    slots[hasNext] = loop.hasNext;
    rendering.budget.spend(1);
    outcome = body(rendering);
    if (outcome !== 'next') break;
  }
  // The names mean again what they meant before (recorded 2023-08-13).
  [slots[element], slots[foreach], slots[count], slots[hasNext]] = before;
  return outcome === 'stop' ? 'stop' : 'next';
}
