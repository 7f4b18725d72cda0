/** JSON text read into a template's values: objects in order, integers apart from doubles, exact. */
import { VALUE_DEPTH_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';
import { integer, JavaDouble, VtlList, VtlMap, type MapKey, type Value } from './values.ts';

/**
 * Text in which `JSON.parse` may lose something: whether a number is a double, digits of a large one, the
 * place of a member whose name is a number. Texts within quotes may look so too, which costs time only.
 */
const DELICATE = /\d(?:[.eE]|\d{15}|"\s*:)|-0/;

/** Shorter texts are parsed unseen: however deep they nest, it costs little. */
const UNSEEN_LENGTH_MAX = 65_536;

/** @throws SyntaxError when the text is no JSON, a `limit` fault when it nests too deep. */
export function parseJson(text: string): Value {
  if (text.length > UNSEEN_LENGTH_MAX) checkDepth(text);
  const json: unknown = JSON.parse(text);
  return DELICATE.test(text) ? new ExactReader(text).read(0) : toValue(json);
}

/** Plain JSON data, as a caller has it, as a value. Numbers with a fraction become doubles. */
export function toValue(json: unknown, frozen = false, depth = 0): Value {
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json : new JavaDouble(json);
  if (typeof json === 'bigint') return integer(json);
  if (json === null || typeof json !== 'object') return null;
  if (json instanceof JavaDouble) return json;
  if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
  if (Array.isArray(json)) {
    return new VtlList(
      json.map((item) => toValue(item, frozen, depth + 1)),
      true,
    );
  }
  return toMap(json, frozen, depth);
}

/** A member that is undefined is not there. */
export function toMap(json: object, frozen = false, depth = 0): VtlMap {
  const entries = new Map<MapKey, Value>();
  const members = json as Readonly<Record<string, unknown>>;
  // Keys only: pairs of `Object.entries` cost a third of reading a payload.
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member !== undefined) entries.set(key, toValue(member, frozen, depth + 1));
  }
  return new VtlMap(entries, frozen);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s"[\]{}:,]+|[[\]{}:,]/gs;

/** Reads text that is known to be JSON. */
class ExactReader {
  readonly #tokens: Iterator<RegExpExecArray>;

  constructor(text: string) {
    this.#tokens = text.matchAll(TOKEN);
  }

  read(depth: number, token = this.#next()): Value {
    if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
    if (token === '{') return this.#map(depth);
    if (token === '[') return this.#list(depth);
    if (token.startsWith('"')) return JSON.parse(token) as string;
    if (!/^[-\d]/.test(token)) return token === 'null' ? null : token === 'true';
    return /[.eE]/.test(token) ? new JavaDouble(Number(token)) : integer(BigInt(token));
  }

  #map(depth: number): VtlMap {
    const entries = new Map<MapKey, Value>();
    for (let token = this.#next(); token !== '}'; token = this.#next()) {
      if (token === ',') continue;
      const key = JSON.parse(token) as string;
      this.#next();
      entries.set(key, this.read(depth + 1));
    }
    return new VtlMap(entries);
  }

  #list(depth: number): VtlList {
    const items: Value[] = [];
    for (let token = this.#next(); token !== ']'; token = this.#next()) {
      if (token !== ',') items.push(this.read(depth + 1, token));
    }
    return new VtlList(items, true);
  }

  #next(): string {
    const next = this.#tokens.next();
    if (next.done === true) throw new SyntaxError('Unexpected end of JSON input');
    return next.value[0];
  }
}

/** Megabytes of brackets cost `JSON.parse` seconds. */
function checkDepth(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
  }
}
