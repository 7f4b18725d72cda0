/** The parameters of a request's statements, read as AWS reads them: not quite as attributes. */
import {
  decimalProblemMessage,
  nestedTooDeep,
  normalizeValue,
} from '../items/attribute-validation.ts';
import type { AttributeValue } from '../items/attribute-value.ts';
import { parseDecimal } from '../items/decimal.ts';
import { validation } from '../errors.ts';
import { NESTING_LEVELS_MAX } from '../limits.ts';
import { olderLayer } from '../validation.ts';
import { fitsBigDecimal } from './literal-values.ts';

/** Reports what comes first in the order of the document, as AWS does. */
export function parameterValues(parameters: readonly AttributeValue[] = []): AttributeValue[] {
  return parameters.map((value) => {
    checkNumbers(value, 1);
    return normalizeValue(value, olderLayer);
  });
}

function checkNumbers(value: AttributeValue, level: number): void {
  if (level > NESTING_LEVELS_MAX) throw nestedTooDeep();
  for (const text of [...(value.N === undefined ? [] : [value.N]), ...(value.NS ?? [])]) {
    checkNumber(text);
  }
  for (const inner of [...(value.L ?? []), ...Object.values(value.M ?? {})]) {
    checkNumbers(inner, level + 1);
  }
}

/**
 * AWS subtracts the scale from the precision in 32 bits, where 1e2147483647 comes out as tiny (Parity
 * Suite, against AWS, October 2026).
 */
function checkNumber(text: string): void {
  if (!fitsBigDecimal(text)) throw validation(decimalProblemMessage('not-a-number', text));
  const read = /[eE]\+?2147483647$/.test(text) ? 'underflow' : parseDecimal(text);
  if (typeof read === 'string') throw validation(decimalProblemMessage(read, text));
}
