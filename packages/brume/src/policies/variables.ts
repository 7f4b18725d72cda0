/**
 * Policy variables (IAM user guide, "IAM policy elements: Variables and tags"): `${aws:username}`,
 * `${aws:username, 'a default'}`, and `${*}`, `${?}` and `${$}` for the characters themselves.
 */
import type { Pattern } from './glob.ts';

/** In lower case, `aws:sourceip`: undefined for what a request has not, no entry for what is not known. */
export type ConditionKeys = ReadonlyMap<string, string | undefined>;

/** Undefined where a variable has no value: "this might cause the entire statement to be invalid". */
export type Template = (keys: ConditionKeys) => Pattern | undefined;

type Part = (keys: ConditionKeys) => readonly string[] | undefined;

const VARIABLE = /^\s*([\w:/+=.@-]+)\s*(?:,\s*'((?:[^']|'')*)'\s*)?$/;
const CHARACTERS = ['*', '?', '$'];

/** Policies of versions before 2012-10-17 have no variables: there it is text. */
export function templateOf(written: string, hasVariables: boolean): Template {
  if (!hasVariables || !written.includes('${')) return () => written;
  const [first = '', ...rest] = written.split('${');
  const parts = [textPart(first), ...rest.flatMap(variableParts)];
  return (keys) => {
    const characters: string[] = [];
    for (const part of parts) {
      const found = part(keys);
      if (!found) return undefined;
      characters.push(...found);
    }
    return characters;
  };
}

/** What begins within a variable, and goes on behind it. */
function variableParts(written: string): Part[] {
  const end = written.indexOf('}');
  return [variablePart(written.slice(0, Math.max(end, 0))), textPart(written.slice(end + 1))];
}

function textPart(text: string): Part {
  const characters = text.split('');
  return () => characters;
}

function variablePart(inside: string): Part {
  if (CHARACTERS.includes(inside)) return () => literally(inside);
  const [, key, fallback] = VARIABLE.exec(inside) ?? [];
  if (key === undefined) return () => undefined;
  const name = key.toLowerCase();
  return (keys) => {
    const value = keys.get(name) ?? fallback?.replaceAll("''", "'");
    return value === undefined ? undefined : literally(value);
  };
}

/** What a request says is no pattern. */
function literally(text: string): string[] {
  return text.split('').map((each) => (each === '*' || each === '?' ? `\${${each}}` : each));
}
