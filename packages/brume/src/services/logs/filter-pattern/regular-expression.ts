/**
 * Regular expressions of filter patterns (`%…%`): no groups, so a sequence of repeated characters per
 * alternative. Run over all states at once, in time linear in the message, whatever the expression is.
 */
import { invalidCharacters, invalidFilterPattern } from '../errors.ts';
import { EXPRESSION_STATES_MAX } from '../limits.ts';

type CharacterTest = (character: string) => boolean;

/** One character that may be skipped, or taken again and again. */
interface State {
  readonly test: CharacterTest;
  readonly optional: boolean;
  readonly repeats: boolean;
}

interface Alternative {
  readonly states: readonly State[];
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

/** Characters that AWS allows (user guide, "Supported regular expressions syntax", 2026-11). */
const ALLOWED = /^[A-Za-z0-9:_#=@/;, ^$?[\]{}|\\*+.-]$/;

/** Whether some part of a text matches the expression. */
export function regularExpression(source: string): (text: string) => boolean {
  for (const character of source) {
    if (!ALLOWED.test(character)) throw invalidCharacters(source);
  }
  const alternatives = splitAlternatives(source).map(parseAlternative);
  const states = alternatives.reduce((sum, alternative) => sum + alternative.states.length, 0);
  if (source === '' || states > EXPRESSION_STATES_MAX) throw invalidFilterPattern();
  return (text) => alternatives.some((alternative) => isIn(alternative, text));
}

function splitAlternatives(source: string): string[] {
  // Escaped characters and classes keep their bars.
  const pieces = source.match(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\]|\\$/gs) ?? [];
  const alternatives = [''];
  for (const piece of pieces) {
    if (piece === '|') alternatives.push('');
    else alternatives[alternatives.length - 1] += piece;
  }
  return alternatives;
}

const ATOM =
  /(\\x[0-9a-fA-F]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\*+?{}[\]])(\*|\+|\?|\{(\d{1,3})(,(\d{0,3}))?\})?/sy;

function parseAlternative(source: string): Alternative {
  const fromStart = source.startsWith('^');
  const toEnd = source.endsWith('$') && !source.endsWith('\\$');
  const body = source.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const states: State[] = [];
  ATOM.lastIndex = 0;
  while (ATOM.lastIndex < body.length) {
    const match = ATOM.exec(body);
    if (!match || states.length > EXPRESSION_STATES_MAX) throw invalidFilterPattern();
    const [, atom = '', quantifier = '', min = '', comma, max = ''] = match;
    states.push(...repeated(characterTest(atom), quantifier, min, comma === undefined ? min : max));
  }
  return { states, fromStart, toEnd };
}

function repeated(test: CharacterTest, quantifier: string, min: string, max: string): State[] {
  const once = { test, optional: false, repeats: false };
  if (quantifier === '') return [once];
  if (quantifier === '?') return [{ ...once, optional: true }];
  if (quantifier === '*') return [{ ...once, optional: true, repeats: true }];
  if (quantifier === '+') return [{ ...once, repeats: true }];
  const least = Array.from({ length: Number(min) }, () => once);
  if (max === '') return [...least, { ...once, optional: true, repeats: true }];
  if (Number(max) < least.length) throw invalidFilterPattern();
  const more = Array.from({ length: Number(max) - least.length }, () => ({
    ...once,
    optional: true,
  }));
  return [...least, ...more];
}

/** A test for one character. JavaScript's own expressions know the classes; one character is safe. */
function characterTest(atom: string): CharacterTest {
  if (atom === '.') return (character) => character !== '\n';
  if (/^[^\\[]$/s.test(atom)) return (character) => character === atom;
  try {
    const expression = new RegExp(`^(?:${atom})$`, 's');
    return (character) => expression.test(character);
  } catch {
    throw invalidFilterPattern();
  }
}

function isIn({ states, fromStart, toEnd }: Alternative, text: string): boolean {
  const final = states.length;
  let active = new Uint8Array(final + 1);
  let next = new Uint8Array(final + 1);
  for (let at = 0; at <= text.length; at++) {
    if (at === 0 || !fromStart) enter(states, active, 0);
    if (active[final] === 1 && (!toEnd || at === text.length)) return true;
    const character = text[at];
    if (character === undefined) return false;
    for (let index = 0; index < final; index++) {
      const state = states[index];
      if (active[index] !== 1 || !state?.test(character)) continue;
      if (state.repeats) enter(states, next, index);
      enter(states, next, index + 1);
    }
    [active, next] = [next, active];
    next.fill(0);
    if (fromStart && !active.includes(1)) return false;
  }
  return false;
}

/** Marks a state, and those behind it that are reached without a character. */
function enter(states: readonly State[], marks: Uint8Array, from: number): void {
  let index = from;
  while (marks[index] !== 1) {
    marks[index] = 1;
    if (states[index]?.optional !== true) return;
    index++;
  }
}
