/** Reads a regular expression in the syntax of `java.util.regex`, as far as templates use it. */
import { PATTERN_LENGTH_MAX, SYNTAX_DEPTH_MAX } from '../limits.ts';
import { limitFault, runtimeFault } from '../template-error.ts';
import { literal, negated, property, range, shorthand } from './character-class.ts';
import type { CharacterTest, Pattern, PatternFlags, PatternNode } from './syntax.ts';

const CONTROLS = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
  ['a', '\x07'],
  ['e', '\x1b'],
  ['0', '\0'],
]);
const REPEAT = /(?:[*+?]|\{(\d{1,5})(?:(,)(\d{1,5})?)?\})([?+])?/y;
const FLAGS = /\(\?([ismx]+)(-[ismx]+)?\)/y;
const LINE_ENDS = '\n\r\u0085\u2028\u2029';

/** @throws a `runtime` fault for what Java refuses or this engine does not support. */
export function parsePattern(source: string, ignoreCase = false): Pattern {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw limitFault(`${PATTERN_LENGTH_MAX} characters of a regular expression`);
  }
  return new PatternParser(source, ignoreCase).parse();
}

class PatternParser {
  readonly #source: string;
  readonly #names = new Map<string, number>();
  #at = 0;
  #groups = 0;
  #depth = 0;
  #flags: PatternFlags;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#flags = { ignoreCase, dotAll: false, multiline: false };
  }

  parse(): Pattern {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#fault('Unmatched closing parenthesis');
    return { node, groups: this.#groups, groupNames: this.#names };
  }

  #choice(): PatternNode {
    this.#depth += 1;
    if (this.#depth > SYNTAX_DEPTH_MAX) throw limitFault(`${SYNTAX_DEPTH_MAX} groups in groups`);
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    this.#depth -= 1;
    const [first] = branches;
    return branches.length === 1 && first !== undefined ? first : { kind: 'choice', branches };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#peek())) {
      if (this.#takeFlags()) continue;
      if (this.#take('\\Q')) {
        const end = this.#source.indexOf('\\E', this.#at);
        const text = this.#source.slice(this.#at, end < 0 ? undefined : end);
        this.#at = end < 0 ? this.#source.length : end + 2;
        for (const unit of text.split('')) items.push(this.#character(unit));
        continue;
      }
      items.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', items };
  }

  #repeated(body: PatternNode): PatternNode {
    REPEAT.lastIndex = this.#at;
    const match = REPEAT.exec(this.#source);
    if (match === null) return body;
    this.#at = REPEAT.lastIndex;
    const [text, least, comma, most, suffix] = match;
    const sign = text.charAt(0);
    const min = least === undefined ? (sign === '+' ? 1 : 0) : Number(least);
    const open = least === undefined ? sign !== '?' : comma !== undefined;
    const max = open ? Number(most ?? Infinity) : least === undefined ? 1 : min;
    if (max < min) throw this.#fault('Illegal repetition range');
    const mode = suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy';
    return { kind: 'repeat', body, min, max, mode };
  }

  #atom(): PatternNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', test: this.#class() };
      case '.': {
        const { dotAll } = this.#flags;
        return { kind: 'character', test: (unit) => dotAll || !LINE_ENDS.includes(unit) };
      }
      case '^':
        return { kind: 'start', multiline: this.#flags.multiline };
      case '$':
        return { kind: 'end', multiline: this.#flags.multiline };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.#fault(`Dangling meta character '${character}'`);
      default:
        return this.#character(character);
    }
  }

  #group(): PatternNode {
    let node: (body: PatternNode) => PatternNode;
    if (this.#take('?:')) node = (body) => body;
    else if (this.#take('?=')) node = (body) => ({ kind: 'look-ahead', negative: false, body });
    else if (this.#take('?!')) node = (body) => ({ kind: 'look-ahead', negative: true, body });
    else if (this.#take('?>')) {
      node = (body) => ({ kind: 'repeat', body, min: 1, max: 1, mode: 'possessive' });
    } else {
      const name = /\?<([a-zA-Z][a-zA-Z0-9]*)>/y;
      name.lastIndex = this.#at;
      const match = name.exec(this.#source);
      if (match !== null) this.#at = name.lastIndex;
      else if (this.#peek() === '?')
        throw this.#fault('Group construct not supported in templates');
      this.#groups += 1;
      const index = this.#groups;
      if (match?.[1] !== undefined) this.#names.set(match[1], index);
      node = (body) => ({ kind: 'group', index, body });
    }
    const flags = this.#flags;
    const body = this.#choice();
    this.#flags = flags;
    if (!this.#take(')')) throw this.#fault('Unclosed group');
    return node(body);
  }

  #escape(): PatternNode {
    const letter = this.#next();
    if (/[1-9]/.test(letter)) return { kind: 'back-reference', index: Number(letter) };
    switch (letter) {
      case 'b':
        return { kind: 'boundary', multiline: false };
      case 'B':
        return { kind: 'no-boundary', multiline: false };
      case 'A':
        return { kind: 'start', multiline: false };
      case 'Z':
      case 'z':
        return { kind: 'end', multiline: false };
      default:
        return { kind: 'character', test: this.#escapedTest(letter) };
    }
  }

  /** What an escape matches, in a class or outside. */
  #escapedTest(letter: string): CharacterTest {
    const short = shorthand(letter);
    if (short !== undefined) return short;
    if (letter === 'p' || letter === 'P') {
      const name = /\{(\w+)\}|(\w)/y;
      name.lastIndex = this.#at;
      const match = name.exec(this.#source);
      if (match === null) throw this.#fault('Unknown character property');
      this.#at = name.lastIndex;
      const test = property(match[1] ?? match[2] ?? '');
      return letter === 'p' ? test : negated(test);
    }
    return literal(this.#escapedCharacter(letter), this.#flags.ignoreCase);
  }

  #escapedCharacter(letter: string): string {
    const control = CONTROLS.get(letter);
    if (control !== undefined) return control;
    if (letter === 'u' || letter === 'x') {
      const digits = this.#source.slice(this.#at, this.#at + (letter === 'u' ? 4 : 2));
      if (!/^(?:[0-9a-fA-F]{2}){1,2}$/.test(digits)) throw this.#fault('Illegal Unicode escape');
      this.#at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (/[a-zA-Z]/.test(letter)) throw this.#fault('Illegal/unsupported escape sequence');
    return letter;
  }

  /** After `[`: a union of characters, ranges and classes, cut by `&&`. */
  #class(): CharacterTest {
    this.#depth += 1;
    if (this.#depth > SYNTAX_DEPTH_MAX) throw limitFault(`${SYNTAX_DEPTH_MAX} classes in classes`);
    const inverted = this.#take('^');
    const cuts: CharacterTest[] = [];
    let tests: CharacterTest[] = [];
    for (let first = true; first || !this.#take(']'); first = false) {
      if (this.#at >= this.#source.length) throw this.#fault('Unclosed character class');
      if (this.#take('&&')) {
        cuts.push(anyOf(tests));
        tests = [];
      } else if (this.#take('[')) tests.push(this.#class());
      else tests.push(this.#classItem());
    }
    this.#depth -= 1;
    cuts.push(anyOf(tests));
    const test: CharacterTest = (character) => cuts.every((cut) => cut(character));
    return inverted ? negated(test) : test;
  }

  #classItem(): CharacterTest {
    let from = this.#next();
    if (from === '\\') {
      const letter = this.#next();
      if (shorthand(letter) !== undefined || letter === 'p' || letter === 'P') {
        return this.#escapedTest(letter);
      }
      from = this.#escapedCharacter(letter);
    }
    if (this.#peek() !== '-' || ']['.includes(this.#source.charAt(this.#at + 1))) {
      return literal(from, this.#flags.ignoreCase);
    }
    this.#at += 1;
    const last = this.#next();
    const to = last === '\\' ? this.#escapedCharacter(this.#next()) : last;
    if (to < from) throw this.#fault('Illegal character range');
    return range(from, to, this.#flags.ignoreCase);
  }

  #takeFlags(): boolean {
    FLAGS.lastIndex = this.#at;
    const match = FLAGS.exec(this.#source);
    if (match === null) return false;
    this.#at = FLAGS.lastIndex;
    const [, on = '', off = ''] = match;
    if (on.includes('x')) throw this.#fault('The flag x is not supported in templates');
    const flag = (letter: string, now: boolean): boolean =>
      on.includes(letter) || (now && !off.includes(letter));
    this.#flags = {
      ignoreCase: flag('i', this.#flags.ignoreCase),
      dotAll: flag('s', this.#flags.dotAll),
      multiline: flag('m', this.#flags.multiline),
    };
    return true;
  }

  #character(unit: string): PatternNode {
    return { kind: 'character', test: literal(unit, this.#flags.ignoreCase) };
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #next(): string {
    if (this.#at >= this.#source.length) throw this.#fault('Unexpected end of pattern');
    this.#at += 1;
    return this.#source.charAt(this.#at - 1);
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #fault(what: string): Error {
    return runtimeFault(`${what} near index ${this.#at} of the regular expression ${this.#source}`);
  }
}

function anyOf(tests: readonly CharacterTest[]): CharacterTest {
  return (character) => tests.some((test) => test(character));
}
