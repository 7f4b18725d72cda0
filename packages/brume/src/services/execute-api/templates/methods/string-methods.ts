/** `java.lang.String`, as of Java 8: what templates call on texts. */
import { matches, replace, split } from '../regular-expression/regular-expression.ts';
import { runtimeFault } from '../template-error.ts';
import { VtlList, type Value } from '../values.ts';
import { isSmallInteger, methodTable, type Method, type MethodTable } from './method.ts';

type StringMethod = Method<string>;

/** A method of strings only, with as many arguments as `run` takes. */
function ofStrings(run: (text: string, ...others: string[]) => Value): StringMethod {
  return (text, parameters) =>
    parameters.length === run.length - 1 && parameters.every((one) => typeof one === 'string')
      ? run(text, ...parameters)
      : undefined;
}

function checkIndex(text: string, from: number, to = text.length): void {
  if (from < 0 || to > text.length || from > to) {
    const what = to === text.length ? from : `${from}, end ${to}`;
    throw runtimeFault(`String index out of range: ${what}, length ${text.length}`);
  }
}

const substring: StringMethod = (text, [from, to]) => {
  if (!isSmallInteger(from) || (to !== undefined && !isSmallInteger(to))) return undefined;
  checkIndex(text, from, to);
  return text.slice(from, to);
};

const charAt: StringMethod = (text, [at]) => {
  if (!isSmallInteger(at)) return undefined;
  checkIndex(text, at, at + 1);
  return text.charAt(at);
};

/** A character is an int to Java, and a text of one here. */
function sought(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return isSmallInteger(value) ? String.fromCharCode(value) : undefined;
}

const indexOf: StringMethod = (text, [value, from = 0], budget) => {
  const what = sought(value);
  if (what === undefined || !isSmallInteger(from)) return undefined;
  budget.search(text.length, what.length);
  return text.indexOf(what, from);
};

const lastIndexOf: StringMethod = (text, [value, from = text.length], budget) => {
  const what = sought(value);
  if (what === undefined || !isSmallInteger(from)) return undefined;
  budget.search(text.length, what.length);
  return from < 0 ? -1 : text.lastIndexOf(what, from);
};

const replaceMethod: StringMethod = (text, parameters, budget) => {
  const [from, to] = parameters;
  if (parameters.length !== 2 || typeof from !== 'string' || typeof to !== 'string')
    return undefined;
  budget.search(text.length, from.length);
  budget.length(text.length + Math.max(0, to.length - from.length) * occurrences(text, from));
  return text.replaceAll(from, () => to);
};

function occurrences(text: string, part: string): number {
  if (part === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
function replacing(limit: number): StringMethod {
  return (text, parameters, budget) => {
    const [pattern, to] = parameters;
    if (parameters.length !== 2 || typeof pattern !== 'string' || typeof to !== 'string') {
      return undefined;
    }
    return replace(text, pattern, to, limit, budget);
  };
}

function hashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

function compareTo(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Java's trim takes all up to the space, and nothing of Unicode's. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charAt(from) <= ' ') from += 1;
  while (to > from && text.charAt(to - 1) <= ' ') to -= 1;
  return text.slice(from, to);
}

export const STRING_METHODS: MethodTable<string> = methodTable<string>({
  charAt,
  codePointAt: (text, [at]) => {
    if (!isSmallInteger(at)) return undefined;
    checkIndex(text, at, at + 1);
    return text.codePointAt(at) ?? null;
  },
  compareTo: ofStrings((text, other) => compareTo(text, other ?? '')),
  compareToIgnoreCase: ofStrings((text, other) =>
    compareTo(text.toLowerCase(), (other ?? '').toLowerCase()),
  ),
  concat: (text, [other], budget) =>
    typeof other === 'string' ? budget.text(text + other) : undefined,
  contains: (text, [part], budget) => {
    if (typeof part !== 'string') return undefined;
    budget.search(text.length, part.length);
    return text.includes(part);
  },
  endsWith: ofStrings((text, part) => text.endsWith(part ?? '')),
  equals: (text, [other]) => text === other,
  equalsIgnoreCase: (text, [other]) =>
    typeof other === 'string' && text.toLowerCase() === other.toLowerCase(),
  hashCode: (text) => hashCode(text),
  indexOf,
  intern: (text) => text,
  isEmpty: (text) => text === '',
  lastIndexOf,
  length: (text) => text.length,
  matches: (text, [pattern], budget) =>
    typeof pattern === 'string' ? matches(text, pattern, budget) : undefined,
  replace: replaceMethod,
  replaceAll: replacing(Infinity),
  replaceFirst: replacing(1),
  split: (text, [pattern, limit = 0], budget) => {
    if (typeof pattern !== 'string' || !isSmallInteger(limit)) return undefined;
    return new VtlList(split(text, pattern, limit, budget));
  },
  startsWith: (text, [part, from = 0]) =>
    typeof part === 'string' && isSmallInteger(from) ? text.startsWith(part, from) : undefined,
  subSequence: substring,
  substring,
  toCharArray: (text, _parameters, budget) => {
    budget.collection(text.length);
    return new VtlList(text.split(''));
  },
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim,
});
