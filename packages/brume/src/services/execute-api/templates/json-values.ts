/** JSON text read into a template's values: objects in order, integers apart from doubles, exact. */
import { VALUE_DEPTH_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';
import { integer, JavaDouble, VtlList, VtlMap, type MapKey, type Value } from './values.ts';

/** Text in which some number may not be what `JSON.parse` makes of it; strings may look so too. */
const DELICATE_NUMBER = /\d(?:[.eE]|\d{15})|-0/;

/** Shorter texts are parsed unseen: however deep they nest, it costs little. */
const UNSEEN_LENGTH_MAX = 65_536;

/** @throws SyntaxError when the text is no JSON, a `limit` fault when it nests too deep. */
export function parseJson(text: string): Value {
  if (text.length > UNSEEN_LENGTH_MAX) checkDepth(text);
  const delicate = DELICATE_NUMBER.test(text);
  return toValue(delicate ? JSON.parse(text, keepNumber) : JSON.parse(text));
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

export function toMap(json: object, frozen = false, depth = 0): VtlMap {
  const entries = new Map<MapKey, Value>();
  for (const [key, item] of Object.entries(json))
    entries.set(key, toValue(item, frozen, depth + 1));
  return new VtlMap(entries, frozen);
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  if (/[.eE]/.test(context.source)) return new JavaDouble(value);
  return Number.isSafeInteger(value) ? value : BigInt(context.source);
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
