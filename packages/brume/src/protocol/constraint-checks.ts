/** The constraints of one shape on a value of it, as predicates that say when they are broken. */
import type { Shape, ShapeType } from '../model/shapes.ts';
import type { ValueConstraint } from '../model/violation.ts';
import { PATTERN_INPUT_LENGTH_MAX } from './limits.ts';

export interface Check {
  readonly constraint: ValueConstraint;
  readonly breaks: (value: unknown) => boolean;
}

/**
 * In the order in which AWS lists what one value breaks: the pattern before the length (events,
 * recorded 2025: `… regular expression pattern: [\.\-_A-Za-z0-9]+; … length less than or equal to 64`).
 */
export function compileChecks(shape: Shape): readonly Check[] {
  const { min, max, pattern } = shape;
  const checks: Check[] = [];
  if (shape.enum) {
    const values = new Set<unknown>(shape.enum);
    checks.push({
      constraint: { type: 'enum', values: shape.enum },
      breaks: (value) => !values.has(value),
    });
  }
  if (pattern !== undefined) checks.push(patternCheck(pattern, max));
  const isNumber = ['integer', 'long', 'float', 'double'].includes(shape.type);
  const type = isNumber ? 'range' : 'length';
  const size = SIZES[shape.type] ?? ((value: unknown) => value as number);
  if (min !== undefined && (isNumber || min > 0)) {
    checks.push({ constraint: { type, min }, breaks: (value) => size(value) < min });
  }
  if (max !== undefined) {
    checks.push({ constraint: { type, max }, breaks: (value) => size(value) > max });
  }
  return checks;
}

function patternCheck(pattern: string, lengthMax = Infinity): Check {
  const expression = compilePattern(pattern);
  return {
    constraint: { type: 'pattern', pattern },
    breaks: (value) => {
      const text = value as string;
      // What is far too long breaks its length already: no time for the pattern.
      if (text.length > lengthMax && text.length > PATTERN_INPUT_LENGTH_MAX) return false;
      return !expression.test(text);
    },
  };
}

/** Java's classes that JavaScript lacks. */
const POSIX_CLASSES: readonly (readonly [string, string])[] = [
  [String.raw`\p{Graph}`, String.raw`[\x21-\x7e]`],
  [String.raw`\p{Print}`, String.raw`[\x20-\x7e]`],
];

/** A model's pattern, in Java's dialect, as an expression that a value must match as a whole. */
export function compilePattern(pattern: string): RegExp {
  let whole = `^(?:${pattern})$`;
  for (const [java, javascript] of POSIX_CLASSES) whole = whole.replaceAll(java, javascript);
  // Classes by property and characters beyond U+FFFF need the `u` flag, which forbids the needless
  // escapes that other patterns have.
  return new RegExp(whole, /\\p\{|\\u[dD][89abAB]/.test(whole) ? 'u' : '');
}

/** What `min` and `max` mean: numbers are their own size. */
const SIZES: Partial<Readonly<Record<ShapeType, (value: unknown) => number>>> = {
  // In UTF-16 units, as in Java.
  string: (value) => (value as string).length,
  list: (value) => (value as readonly unknown[]).length,
  map: (value) => Object.keys(value as object).length,
  // A stream has no length yet, and base64 text that of the bytes it stands for.
  blob: (value) => {
    if (typeof value === 'string') return Buffer.byteLength(value, 'base64');
    return value instanceof Uint8Array ? value.byteLength : NaN;
  },
};
