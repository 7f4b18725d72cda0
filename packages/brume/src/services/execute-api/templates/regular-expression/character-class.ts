/** Classes of characters as `java.util.regex` writes them: `\d`, `\p{Alpha}`, `[a-z&&[^q]]`. */
import { runtimeFault } from '../template-error.ts';
import type { CharacterTest } from './syntax.ts';

const SHORTHANDS = new Map<string, RegExp>([
  ['d', /^[0-9]$/],
  ['w', /^[a-zA-Z0-9_]$/],
  ['s', /^[ \t\n\v\f\r]$/],
  ['h', /^[ \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]$/],
]);

const PROPERTIES = new Map<string, RegExp>([
  ['Lower', /^[a-z]$/],
  ['Upper', /^[A-Z]$/],
  ['ASCII', /^[\0-\x7f]$/],
  ['Alpha', /^[a-zA-Z]$/],
  ['Digit', /^[0-9]$/],
  ['Alnum', /^[a-zA-Z0-9]$/],
  ['Punct', /^[!-/:-@[-`{-~]$/],
  ['Graph', /^[!-~]$/],
  ['Print', /^[ -~]$/],
  ['Blank', /^[ \t]$/],
  ['Cntrl', /^[^ -~\x80-\uffff]$/],
  ['XDigit', /^[0-9a-fA-F]$/],
  ['Space', /^[ \t\n\v\f\r]$/],
  ['L', /^\p{L}$/u],
  ['Lu', /^\p{Lu}$/u],
  ['Ll', /^\p{Ll}$/u],
  ['M', /^\p{M}$/u],
  ['N', /^\p{N}$/u],
  ['Nd', /^\p{Nd}$/u],
  ['P', /^\p{P}$/u],
  ['S', /^\p{S}$/u],
  ['Z', /^\p{Z}$/u],
  ['C', /^\p{C}$/u],
  ['IsAlphabetic', /^\p{Alphabetic}$/u],
  ['IsDigit', /^\p{Nd}$/u],
]);

export function negated(test: CharacterTest): CharacterTest {
  return (character) => !test(character);
}

/** `\d`, `\W`, …; undefined when the letter is no shorthand. */
export function shorthand(letter: string): CharacterTest | undefined {
  const pattern = SHORTHANDS.get(letter.toLowerCase());
  if (pattern === undefined) return undefined;
  const test: CharacterTest = (character) => pattern.test(character);
  return letter === letter.toLowerCase() ? test : negated(test);
}

export function property(name: string): CharacterTest {
  const pattern = PROPERTIES.get(name);
  if (pattern === undefined) {
    throw runtimeFault(`The character property \\p{${name}} is not supported in a template`);
  }
  return (character) => pattern.test(character);
}

export function literal(character: string, ignoreCase: boolean): CharacterTest {
  if (!ignoreCase) return (other) => other === character;
  const folded = character.toLowerCase();
  return (other) => other.toLowerCase() === folded;
}

export function range(from: string, to: string, ignoreCase: boolean): CharacterTest {
  const inside: CharacterTest = (character) => character >= from && character <= to;
  if (!ignoreCase) return inside;
  return (character) => inside(character.toLowerCase()) || inside(character.toUpperCase());
}
