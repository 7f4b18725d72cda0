/** `$util`: the functions that AWS gives to mapping templates. */
import type { Budget } from './budget.ts';
import { parseJson } from './json-values.ts';
import { printed } from './printing.ts';
import { runtimeFault } from './template-error.ts';
import { VtlMap, VtlObject, type Value } from './values.ts';

type UtilFunction = (text: string, budget: Budget) => Value;

const ESCAPES = new Map([
  ['\b', '\\b'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ["'", "\\'"],
  ['\\', '\\\\'],
  ['/', '\\/'],
]);

const SPECIAL = /["'\\/]|[^ -~\x7f]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');

/** Commons Lang's `escapeJavaScript`: quotes, slashes, controls and all that is not ASCII. */
function escapeJavaScript(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(ALL_SPECIAL, escaped) : text;
}

function escaped(unit: string): string {
  const escape = ESCAPES.get(unit);
  if (escape !== undefined) return escape;
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** As forms are encoded (recorded 2025-03-19: `{"some": "value"}` is `%7B%22some%22%3A+%22value%22%7D`). */
function urlEncode(text: string): string {
  // Java writes a question mark for half a pair of surrogates.
  const whole = text.replaceAll(/\p{Surrogate}/gu, '?');
  return encodeURIComponent(whole)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`);
}

function urlDecode(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) {
    throw runtimeFault('URLDecoder: Illegal hex characters in escape (%) pattern');
  }
  const bytes = text.replaceAll('+', ' ').replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    // What is no UTF-8 becomes replacement characters, as in Java.
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
  return bytes;
}

function parse(text: string, budget: Budget): Value {
  // A value may be two characters, and takes far more room than they.
  budget.spend(text.length / 8);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeFault(`$util.parseJson: ${error.message}`);
    throw error;
  }
}

const FUNCTIONS = new Map<string, UtilFunction>([
  ['escapeJavaScript', (text, budget) => budget.text(escapeJavaScript(text))],
  ['parseJson', parse],
  ['urlEncode', (text, budget) => budget.text(urlEncode(text))],
  ['urlDecode', urlDecode],
  ['base64Encode', (text, budget) => budget.text(Buffer.from(text).toString('base64'))],
  ['base64Decode', (text) => Buffer.from(text, 'base64').toString()],
]);

class Util extends VtlObject {
  override call(name: string, parameters: readonly Value[], budget: Budget): Value {
    const [value = null] = parameters;
    // Recorded 2025-05-20 (test_sqs_amz_json_protocol): of a map, `escapeJavaScript` makes nothing.
    if (parameters.length !== 1 || value === null || value instanceof VtlMap) return null;
    const text = printed(value, budget);
    budget.handle(text.length);
    return FUNCTIONS.get(name)?.(text, budget) ?? null;
  }

  text(): string {
    return '$util';
  }
}

/** It has no state, so one serves all. */
export const UTIL = new Util();
