/** `{ $.status >= 500 && $.user.name = "a*" }`: conditions on messages that are JSON. */
import { invalidFilterPattern } from '../errors.ts';
import { parseAlternatives, parseComparison, type Comparable } from './condition.ts';
import type { Predicate } from './condition.ts';
import type { FilterPattern } from './filter-pattern.ts';
import { Scanner } from './scanner.ts';

/** From a message's root to a value: member names, positions, or every position. */
type Step = string | number | typeof EVERY;
const EVERY = Symbol('every element');

interface Selector {
  /** As it is written, without spaces. */
  readonly text: string;
  readonly steps: readonly Step[];
}

const MEMBER = /[^\s.[\](){}=<>!&|,"']+/y;
const POSITION = /\d+|\*/y;

export function jsonPattern(text: string): FilterPattern {
  const scanner = new Scanner(text.slice(1, -1));
  const selectors: Selector[] = [];
  const matches = parseAlternatives(scanner, () => parseCondition(scanner, selectors));
  scanner.skipSpace();
  if (!scanner.atEnd) throw invalidFilterPattern();
  return {
    matches(message) {
      const document = parseDocument(message);
      return document !== undefined && matches(document);
    },
    extract(message) {
      const document = parseDocument(message);
      const values = selectors.map(({ text: name, steps }): [string, string] | undefined => {
        const [value] = select(document, steps);
        return value === undefined ? undefined : [name, shown(value)];
      });
      return Object.fromEntries(values.filter((value) => value !== undefined));
    },
  };
}

function parseCondition(scanner: Scanner, selectors: Selector[]): Predicate<object> {
  const selector = parseSelector(scanner);
  selectors.push(selector);
  const { steps } = selector;
  const test = parseTest(scanner);
  return (document) => test([...select(document, steps)]);
}

function parseTest(scanner: Scanner): Predicate<readonly unknown[]> {
  const compare = parseComparison(scanner);
  if (compare) return (values) => values.some((value) => compare(comparable(value)));
  if (scanner.takeWord('NOT')) {
    scanner.skipSpace();
    if (scanner.takeWord('EXISTS')) return (values) => values.length === 0;
  } else if (scanner.takeWord('IS')) {
    scanner.skipSpace();
    const literals = { NULL: null, TRUE: true, FALSE: false };
    for (const [word, literal] of Object.entries(literals)) {
      if (scanner.takeWord(word)) return (values) => values.includes(literal);
    }
  } else if (scanner.takeWord('EXISTS')) return (values) => values.length > 0;
  throw invalidFilterPattern();
}

/** `$.a.b[0]`, `$['a.b']`, `$.a[*].b`. */
function parseSelector(scanner: Scanner): Selector {
  scanner.skipSpace();
  scanner.expect('$');
  const steps: Step[] = [];
  let text = '$';
  while (scanner.next === '.' || scanner.next === '[') {
    scanner.take('.');
    const step = scanner.take('[') ? parseBracket(scanner) : scanner.takeMatch(MEMBER);
    if (step === '') throw invalidFilterPattern();
    steps.push(step);
    if (typeof step === 'string') text += `.${step}`;
    else text += step === EVERY ? '[*]' : `[${step}]`;
  }
  if (steps.length === 0) throw invalidFilterPattern();
  return { text, steps };
}

function parseBracket(scanner: Scanner): Step {
  const quote = ["'", '"'].find((each) => scanner.take(each));
  if (quote !== undefined) {
    const name = scanner.takeQuoted(quote);
    scanner.expect(']');
    return name;
  }
  const position = scanner.takeMatch(POSITION);
  if (position === '') throw invalidFilterPattern();
  scanner.expect(']');
  return position === '*' ? EVERY : Number(position);
}

/** The values that a selector leads to: one, none, or one for each element. */
function select(document: unknown, steps: readonly Step[]): unknown[] {
  let values: unknown[] = [document];
  for (const step of steps) values = values.flatMap((value) => children(value, step));
  return values;
}

function children(value: unknown, step: Step): readonly unknown[] {
  if (Array.isArray(value)) {
    if (step === EVERY) return value;
    return typeof step === 'number' && step < value.length ? [value[step]] : [];
  }
  if (typeof value !== 'object' || value === null || typeof step !== 'string') return [];
  return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}

function comparable(value: unknown): Comparable {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? (value as Comparable) : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseDocument(message: string): object | undefined {
  // Most messages are no JSON, and parsing is slow to say so.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}
