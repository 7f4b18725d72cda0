/**
 * Items from Amazon Ion text: all of its values that DynamoDB has a type for. Timestamps, clobs and
 * s-expressions are refused, and so is what follows the value.
 */
import {
  emptyAttributes,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { ION_DEPTH_MAX } from './limits.ts';

/** Text that is no Ion, or an Ion that is no attribute. */
export class IonProblem extends Error {}

const SETS: ReadonlyMap<string, 'SS' | 'NS' | 'BS'> = new Map([
  ['$dynamodb_SS', 'SS'],
  ['$dynamodb_NS', 'NS'],
  ['$dynamodb_BS', 'BS'],
]);
const MEMBERS = { SS: 'S', NS: 'N', BS: 'B' } as const;

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const SYMBOL = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const NUMBER =
  /-?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[dDeE][+-]?[0-9]+)?)/y;
const TIMESTAMP = /\d{4}(?:T|-\d{2}(?:T|-\d{2}))/y;
const BLOB = /\{\{([\sA-Za-z0-9+/=]*)\}\}/y;
const STRING = /"((?:[^"\\\n]|\\[\s\S])*)"/y;
const QUOTED = /'((?:[^'\\\n]|\\[\s\S])*)'/y;
const LONG = /'''((?:[^'\\]|\\[\s\S]|'(?!''))*)'''/y;

/** The struct that the text is, as the attributes of a map. */
export function parseIonStruct(text: string): AttributeMap {
  return new IonReader(text).readStruct();
}

class IonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readStruct(): AttributeMap {
    this.#skipSpace();
    if (this.#text.startsWith('$ion_1_0', this.#at)) this.#at += '$ion_1_0'.length;
    const value = this.#readValue(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#problem('the end');
    if (value.M === undefined) throw new IonProblem('Not a struct');
    return value.M;
  }

  #readValue(depth: number): AttributeValue {
    if (depth > ION_DEPTH_MAX) throw new IonProblem('Nested too deep');
    let set: 'SS' | 'NS' | 'BS' | undefined;
    for (;;) {
      this.#skipSpace();
      const start = this.#at;
      const name = this.#match(SYMBOL)?.[0] ?? this.#quotedSymbol();
      if (name !== undefined) {
        this.#skipSpace();
        if (this.#text.startsWith('::', this.#at)) {
          this.#at += 2;
          set = SETS.get(name) ?? set;
          continue;
        }
        this.#at = start;
      }
      const value = this.#readPlain(depth);
      return set === undefined ? value : toSet(set, value);
    }
  }

  #readPlain(depth: number): AttributeValue {
    const next = this.#text.charAt(this.#at);
    if (next === '{') {
      const blob = this.#match(BLOB);
      if (blob !== undefined) return { B: (blob[1] ?? '').replaceAll(/\s/g, '') };
      return this.#readFields(depth);
    }
    if (next === '[') return this.#readList(depth);
    if (next === '"') return { S: unescaped(this.#expect(STRING, 'a string')[1] ?? '') };
    if (this.#text.startsWith("'''", this.#at)) return this.#readLongString();
    if (next === "'") return { S: this.#quotedSymbol() ?? '' };
    if (this.#match(TIMESTAMP) !== undefined) throw new IonProblem('Timestamps have no type');
    const number = this.#match(NUMBER)?.[0];
    if (number !== undefined) return { N: numberText(number) };
    return keywordValue(this.#expect(SYMBOL, 'a value')[0], () => {
      // null.string and its like are null too.
      if (this.#text.charAt(this.#at) !== '.') return;
      this.#at++;
      this.#expect(SYMBOL, 'a type');
    });
  }

  #readFields(depth: number): AttributeValue {
    const map = emptyAttributes();
    this.#readElements('{', '}', () => {
      const name =
        this.#match(SYMBOL)?.[0] ??
        this.#quotedSymbol() ??
        unescaped(this.#expect(STRING, 'a name')[1] ?? '');
      this.#skipSpace();
      if (this.#text.charAt(this.#at++) !== ':') throw this.#problem('a colon');
      map[name] = this.#readValue(depth + 1);
    });
    return { M: map };
  }

  #readList(depth: number): AttributeValue {
    const elements: AttributeValue[] = [];
    this.#readElements('[', ']', () => elements.push(this.#readValue(depth + 1)));
    return { L: elements };
  }

  #readElements(open: string, close: string, readElement: () => void): void {
    if (this.#text.charAt(this.#at++) !== open) throw this.#problem(open);
    for (;;) {
      this.#skipSpace();
      if (this.#text.charAt(this.#at) === close) break;
      readElement();
      this.#skipSpace();
      const next = this.#text.charAt(this.#at);
      if (next === ',') this.#at++;
      else if (next !== close) throw this.#problem('a comma');
    }
    this.#at++;
  }

  /** Long strings that follow each other are one. */
  #readLongString(): AttributeValue {
    let text = '';
    while (this.#text.startsWith("'''", this.#at)) {
      text += unescaped(this.#expect(LONG, 'a string')[1] ?? '');
      this.#skipSpace();
    }
    return { S: text };
  }

  #quotedSymbol(): string | undefined {
    if (this.#text.startsWith("'''", this.#at)) return undefined;
    const match = this.#match(QUOTED);
    return match && unescaped(match[1] ?? '');
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }

  #expect(pattern: RegExp, what: string): RegExpExecArray {
    const match = this.#match(pattern);
    if (match === undefined) throw this.#problem(what);
    return match;
  }

  #problem(what: string): IonProblem {
    return new IonProblem(`Not Ion: ${what} was expected at character ${this.#at}`);
  }
}

/** Symbols are strings. */
function keywordValue(word: string, skipType: () => void): AttributeValue {
  if (word === 'true') return { BOOL: true };
  if (word === 'false') return { BOOL: false };
  if (word === 'nan') throw new IonProblem('Not a number');
  if (word !== 'null') return { S: word };
  skipType();
  return { NULL: true };
}

function toSet(type: 'SS' | 'NS' | 'BS', { L: elements }: AttributeValue): AttributeValue {
  const members = elements?.map((element) => element[MEMBERS[type]]);
  if (members === undefined || members.some((member) => member === undefined)) {
    throw new IonProblem(`Not a set of the type ${type}`);
  }
  return { [type]: members };
}

/** As DynamoDB writes numbers: `6d2` is 6e2. */
function numberText(text: string): string {
  const plain = text.replaceAll('_', '');
  const [, sign = '', digits = ''] = /^(-?)(0[xXbB].+)$/.exec(plain) ?? [];
  if (digits !== '') return sign + BigInt(digits).toString();
  return plain.replace(/[dD]/, 'e');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['v', '\v'],
  ['\n', ''],
]);

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (_all, byte?: string, unit?: string, point?: string, other?: string) => {
      const hex = byte ?? unit;
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (point === undefined) return ESCAPES.get(other ?? '') ?? other ?? '';
      const code = Number.parseInt(point, 16);
      if (code > 0x10ffff) throw new IonProblem(`Not a character: ${point}`);
      return String.fromCodePoint(code);
    },
  );
}
