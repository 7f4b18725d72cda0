/** What AWS says that a value should have been. */
import { enumOrder } from './enum-order.ts';
import type { ValueConstraint } from './violation.ts';

/** How AWS calls the parts of a collection of which it says only that one of them is bad. */
export const COLLECTION_PARTS = { element: 'Member', key: 'Map keys', value: 'Map value' } as const;

/** `isReal` for values that are no integers: their bounds are written as Java writes doubles. */
export function constraintText(constraint: ValueConstraint, isReal = false): string {
  switch (constraint.type) {
    case 'required':
      return 'Member must not be null';
    case 'enum':
      return `Member must satisfy enum value set: [${enumOrder(constraint.values).join(', ')}]`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`;
    case 'length':
      return `Member must have length ${boundText(constraint, false)}`;
    case 'range':
      return `Member must have value ${boundText(constraint, isReal)}`;
  }
}

function boundText({ min, max }: { min?: number; max?: number }, isReal: boolean): string {
  const [words, bound] = min === undefined ? ['less', max] : ['greater', min];
  return `${words} than or equal to ${bound}${isReal && Number.isInteger(bound) ? '.0' : ''}`;
}
