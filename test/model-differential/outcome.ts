/** What an operation came to, in a form in which the two libraries can be compared. */

type Plain = { [name: string]: unknown };

export interface Outcome {
  result?: unknown;
  error?: string;
  /** The library fell over its own feet: what it should have said is not known. */
  crashed?: boolean;
}

/** What Dynamoose says when its own parts do not fit. */
const accidental =
  /Please submit an issue on the Dynamoose GitHub repository|does not have a valid type|Invalid Attribute: \w+\./;

/** Kinds of error that Dynamoose never raises on purpose. */
const accidents = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError']);

export async function outcomeOf(run: () => unknown, startMs: number): Promise<Outcome> {
  try {
    return { result: normal(await run(), startMs) };
  } catch (error) {
    const { name, message } = error as Error;
    const crashed = accidents.has(name) || accidental.test(message);
    return { error: `${name}: ${message}`, ...(crashed && { crashed }) };
  }
}

/** Differences that are not: when it happened, functions, and one documented count. */
export function normal(value: unknown, startMs: number): unknown {
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'symbol') return String(value);
  if (typeof value === 'number') return isNow(value, startMs) ? 'NOW' : value;
  if (typeof value === 'string') return normalText(value, startMs);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return { date: normal(value.getTime(), startMs) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Set) return { set: [...value].map((each) => normal(each, startMs)) };
  const entries = Object.entries(value as Plain)
    .filter(([name, inner]) => inner !== undefined && name !== 'queriedCount')
    .map(([name, inner]) => [name, normal(inner, startMs)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  if (Array.isArray(value)) return { list: Object.fromEntries(entries), length: value.length };
  const className = value.constructor?.name ?? 'Object';
  return className === 'Object'
    ? Object.fromEntries(entries)
    : { className, ...Object.fromEntries(entries) };
}

function normalText(text: string, startMs: number): string {
  if (/^\d{10,13}$/.test(text) && isNow(Number(text), startMs)) return 'NOW';
  return /^\d{4}-\d\d-\d\dT/.test(text) && isNow(Date.parse(text), startMs) ? 'NOW' : text;
}

/** In milliseconds or, for times to live, in seconds. */
function isNow(value: number, startMs: number): boolean {
  return Math.abs(value - startMs) < 120_000 || Math.abs(value * 1000 - startMs) < 120_000;
}
