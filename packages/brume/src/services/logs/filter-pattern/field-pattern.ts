/** `[ip, user, ..., status = 4*, bytes > 1000]`: conditions on messages of fields between spaces. */
import { invalidFilterPattern } from '../errors.ts';
import { parseAlternatives, parseComparison } from './condition.ts';
import type { Predicate } from './condition.ts';
import type { FilterPattern } from './filter-pattern.ts';
import { Scanner } from './scanner.ts';

interface Field {
  readonly name: string;
  readonly matches: Predicate<string>;
}

const NAME = /[\w-]+/y;
/** Fields of a message: quoted or in brackets they may have spaces. */
const FIELDS = /"(?:\\.|[^"\\])*"|\[[^\]]*\]|\S+/g;

export function fieldPattern(text: string): FilterPattern {
  const { before, after } = parseFields(new Scanner(text.slice(1, -1)));
  const isExact = after === undefined;
  const fixed = before.length + (after?.length ?? 0);
  /** The message's fields that the pattern's stand for; undefined when there are not enough, or more. */
  const align = (message: string): [Field, string][] | undefined => {
    const values = fieldsOf(message);
    if (isExact ? values.length !== fixed : values.length < fixed) return undefined;
    const offset = values.length - fixed;
    return [...before, ...(after ?? [])].map((field, index) => [
      field,
      values[index < before.length ? index : index + offset] ?? '',
    ]);
  };
  return {
    matches: (message) => align(message)?.every(([{ matches }, value]) => matches(value)) ?? false,
    extract: (message) =>
      Object.fromEntries((align(message) ?? []).map(([{ name }, value]) => [name, value])),
  };
}

/** The fields before `...` and behind it; nothing is behind where there is none. */
function parseFields(scanner: Scanner): { before: Field[]; after: Field[] | undefined } {
  const before: Field[] = [];
  let after: Field[] | undefined;
  scanner.skipSpace();
  if (scanner.atEnd) return { before, after: [] };
  do {
    scanner.skipSpace();
    if (scanner.take('...')) {
      if (after) throw invalidFilterPattern();
      after = [];
    } else {
      const target = after ?? before;
      target.push(parseField(scanner, before.length + (after?.length ?? 0) + 1));
    }
    scanner.skipSpace();
  } while (scanner.take(','));
  if (!scanner.atEnd) throw invalidFilterPattern();
  return { before, after };
}

function parseField(scanner: Scanner, position: number): Field {
  let name: string | undefined;
  let isNameAlone = true;
  const matches = parseAlternatives<string>(scanner, () => {
    scanner.skipSpace();
    const word = scanner.takeMatch(NAME);
    const compare = parseComparison(scanner);
    if (word === '' && !compare) throw invalidFilterPattern();
    // Conditions on one field all name the same.
    if (name !== undefined && word !== name) throw invalidFilterPattern();
    name = word;
    isNameAlone &&= compare === undefined;
    return compare ?? (() => true);
  });
  return { name: `$${name || position}`, matches: isNameAlone ? () => true : matches };
}

function fieldsOf(message: string): string[] {
  return (message.match(FIELDS) ?? []).map((field) => {
    const isWrapped = field.length > 1 && /^(?:".*"|\[.*\])$/s.test(field);
    return isWrapped ? field.slice(1, -1) : field;
  });
}
