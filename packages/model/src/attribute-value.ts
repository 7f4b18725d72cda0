/**
 * DynamoDB's attribute values, and the conversion of plain JavaScript values to and from them.
 *
 * `marshall`, `unmarshall`, `convertToAttr` and `convertToNative` answer like the functions of the
 * same names in `@aws-sdk/util-dynamodb` 3.996 (results, options and messages), with three
 * differences, all on input which that package mishandles: a key named `__proto__` stays an
 * ordinary key, a cyclic value is refused instead of exhausting the stack, and with
 * `requireWellFormed` a string that UTF-8 cannot carry is refused instead of silently altered.
 */

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: true }
  | { M: AttributeMap }
  | { L: AttributeValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] };

/** An item, a key, or the content of an `M`. */
export type AttributeMap = { [name: string]: AttributeValue };

export interface MarshallOptions {
  /** Leave `undefined` out of maps, lists and sets; without it, `undefined` is an error. */
  removeUndefinedValues?: boolean;
  /** Turn empty strings, binaries and sets into `NULL`. */
  convertEmptyValues?: boolean;
  /** Treat class instances as maps of their enumerable properties. */
  convertClassInstanceToMap?: boolean;
  /** Let numbers beyond ±(2^53 − 1) pass. */
  allowImpreciseNumbers?: boolean;
  /** `marshall` only: keep the `M` or `L` around a top-level map or list. */
  convertTopLevelContainer?: boolean;
  /** Refuse strings with lone surrogates. Not in the SDK, which sends U+FFFD in their place. */
  requireWellFormed?: boolean;
}

export interface UnmarshallOptions {
  /** `true` wraps every number in `NumberValue`; a function makes the number itself. */
  wrapNumbers?: boolean | ((digits: string) => unknown);
  /** `unmarshall` only: the input is one attribute value, not a map of them. */
  convertWithoutMapWrapper?: boolean;
}

/** A number of up to 38 digits, kept as its digits. */
export class NumberValue {
  readonly value: string;

  constructor(value: string | number | bigint) {
    if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
      throw new Error(
        'NumberValue should not be initialized with an imprecise number=' +
          `${value}. Use a string instead.`,
      );
    }
    this.value = String(value);
  }

  toBigInt(): bigint {
    return BigInt(this.value);
  }

  toString(): string {
    return this.value;
  }

  valueOf(): string {
    return this.value;
  }
}

/** DynamoDB refuses documents nested deeper than 32 levels (service quota); a cycle ends here. */
const DEPTH_MAX = 64;
const UNDEFINED =
  'Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.';
const noOptions: MarshallOptions & UnmarshallOptions = {};

export function marshall(
  data: { [name: string]: unknown } | Map<string, unknown>,
  options?: MarshallOptions & { convertTopLevelContainer?: false },
): AttributeMap;
export function marshall(data: unknown, options?: MarshallOptions): unknown;
export function marshall(data: unknown, options: MarshallOptions = noOptions): unknown {
  const value = convertToAttr(data, options);
  if (options.convertTopLevelContainer) return value;
  if ('M' in value) return value.M;
  return 'L' in value ? value.L : value;
}

export function unmarshall(
  data: { [name: string]: unknown },
  options: UnmarshallOptions = noOptions,
): { [name: string]: unknown } {
  if (options.convertWithoutMapWrapper) {
    return convertToNative(data as AttributeValue, options) as { [name: string]: unknown };
  }
  return mapToNative(data as AttributeMap, options);
}

/** The attribute value of a plain JavaScript value. */
export function convertToAttr(data: unknown, options: MarshallOptions = noOptions): AttributeValue {
  return toAttribute(data, options, 0);
}

function toAttribute(data: unknown, options: MarshallOptions, depth: number): AttributeValue {
  switch (typeof data) {
    case 'string':
      return stringToAttribute(data, options);
    case 'number':
      return { N: numberToDigits(data, options) };
    case 'boolean':
      return { BOOL: data };
    case 'bigint':
      return { N: data.toString() };
    case 'undefined':
      throw new Error(UNDEFINED);
    case 'object':
      return data === null ? { NULL: true } : objectToAttribute(data, options, depth);
    default:
      throw unsupported(data);
  }
}

function objectToAttribute(data: object, options: MarshallOptions, depth: number): AttributeValue {
  if (depth > DEPTH_MAX) {
    throw new RangeError(
      `Values nested deeper than ${DEPTH_MAX} levels are not allowed (a cycle?)`,
    );
  }
  if (Array.isArray(data)) return { L: listToAttributes(data, options, depth + 1) };
  const prototype: unknown = Object.getPrototypeOf(data);
  if (prototype === Object.prototype || prototype === null) {
    return { M: mapToAttributes(Object.entries(data), options, depth + 1) };
  }
  const className = (data.constructor as { name?: unknown } | undefined)?.name;
  switch (className) {
    case 'Object':
      return { M: mapToAttributes(Object.entries(data), options, depth + 1) };
    case 'Map':
      return { M: mapToAttributes(data as Map<string, unknown>, options, depth + 1) };
    case 'Set':
      return setToAttribute(data as Set<unknown>, options);
    case 'Boolean':
      return { BOOL: (data as { valueOf(): boolean }).valueOf() };
    case 'Number':
      return { N: numberToDigits(Number(data), options) };
    case 'String':
      return stringToAttribute((data as { valueOf(): string }).valueOf(), options);
    case 'NumberValue':
      return { N: (data as NumberValue).value };
  }
  if (isBinary(data)) {
    const empty = (data as { length?: number }).length === 0;
    return empty && options.convertEmptyValues ? { NULL: true } : { B: data };
  }
  if (!options.convertClassInstanceToMap) throw unsupported(data);
  const entries: [string, unknown][] = [];
  // Getters that a class declares enumerable count too, as they do in the SDK.
  for (const key in data) entries.push([key, (data as Record<string, unknown>)[key]]);
  return { M: mapToAttributes(entries, options, depth + 1) };
}

function listToAttributes(
  list: readonly unknown[],
  options: MarshallOptions,
  depth: number,
): AttributeValue[] {
  const values: AttributeValue[] = [];
  for (const element of list) {
    if (typeof element === 'function') continue;
    if (element === undefined && options.removeUndefinedValues) continue;
    values.push(toAttribute(element, options, depth));
  }
  return values;
}

function mapToAttributes(
  entries: Iterable<readonly [string, unknown]>,
  options: MarshallOptions,
  depth: number,
): AttributeMap {
  const map: AttributeMap = {};
  for (const [key, value] of entries) {
    if (typeof value === 'function') continue;
    if (value === undefined && options.removeUndefinedValues) continue;
    setOwn(map, key, toAttribute(value, options, depth));
  }
  return map;
}

function setToAttribute(set: Set<unknown>, options: MarshallOptions): AttributeValue {
  const values = [...set].filter((value) => value !== undefined);
  if (values.length < set.size && !options.removeUndefinedValues) throw new Error(UNDEFINED);
  const first = values[0];
  if (first === undefined) {
    if (options.convertEmptyValues) return { NULL: true };
    throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  }
  if (typeof first === 'string') {
    return { SS: values.map((value) => checkedString(value as string, options)) };
  }
  if (typeof first === 'number') {
    return { NS: values.map((value) => numberToDigits(value as number, options)) };
  }
  if (typeof first === 'bigint' || isNumberValue(first)) return { NS: values.map(String) };
  if (isBinary(first)) return { BS: values as Uint8Array[] };
  throw new Error('Only Number Set (NS), Binary Set (BS) or String Set (SS) are allowed.');
}

function stringToAttribute(text: string, options: MarshallOptions): AttributeValue {
  if (text.length === 0 && options.convertEmptyValues) return { NULL: true };
  return { S: checkedString(text, options) };
}

function checkedString(text: string, options: MarshallOptions): string {
  if (options.requireWellFormed && !text.isWellFormed()) {
    throw new Error('A string with a lone surrogate is not allowed: UTF-8 cannot carry it');
  }
  return text;
}

function numberToDigits(value: number, options: MarshallOptions): string {
  if (!Number.isFinite(value)) {
    throw new Error(`Special numeric value ${String(value)} is not allowed`);
  }
  if (!options.allowImpreciseNumbers && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const side = value > 0 ? 'greater than Number.MAX' : 'lesser than Number.MIN';
    const remedy = 'Use NumberValue from @aws-sdk/lib-dynamodb.';
    throw new Error(`Number ${String(value)} is ${side}_SAFE_INTEGER. ${remedy}`);
  }
  return String(value);
}

/** The plain JavaScript value of an attribute value. */
export function convertToNative(
  data: AttributeValue,
  options: UnmarshallOptions = noOptions,
): unknown {
  for (const type in data) {
    const value = (data as Record<string, unknown>)[type];
    if (value === undefined) continue;
    switch (type) {
      case 'S':
      case 'B':
        return value;
      case 'N':
        return digitsToNumber(value as string, options);
      case 'BOOL':
        return Boolean(value);
      case 'NULL':
        return null;
      case 'M':
        return mapToNative(value as AttributeMap, options);
      case 'L':
        return (value as AttributeValue[]).map((element) => convertToNative(element, options));
      case 'SS':
      case 'BS':
        return new Set(value as unknown[]);
      case 'NS':
        return new Set((value as string[]).map((digits) => digitsToNumber(digits, options)));
      default:
        throw new Error(`Unsupported type passed: ${type}`);
    }
  }
  throw new Error(`No value defined: ${JSON.stringify(data)}`);
}

function mapToNative(map: AttributeMap, options: UnmarshallOptions): { [name: string]: unknown } {
  const native: { [name: string]: unknown } = {};
  for (const name of Object.keys(map)) {
    setOwn(native, name, convertToNative(map[name] as AttributeValue, options));
  }
  return native;
}

function digitsToNumber(digits: string, options: UnmarshallOptions): unknown {
  if (options.wrapNumbers) {
    return typeof options.wrapNumbers === 'function'
      ? options.wrapNumbers(digits)
      : new NumberValue(digits);
  }
  const value = Number(digits);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(value)) return value;
  try {
    return BigInt(digits);
  } catch {
    // BigInt's own message does not name the remedy.
    throw new Error(
      `${digits} can't be converted to BigInt. Set options.wrapNumbers to get string value.`,
    );
  }
}

/** Sets a property of user data: `__proto__` becomes an ordinary key, never the prototype. */
export function setOwn<T>(target: { [name: string]: T }, key: string, value: T): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

const otherBinaryNames = new Set(['ArrayBuffer', 'Blob', 'File']);

function isBinary(data: unknown): data is Uint8Array {
  if (ArrayBuffer.isView(data)) return true;
  return otherBinaryNames.has((data as object | null)?.constructor?.name ?? '');
}

/** The SDK's own NumberValue is another class of the same name and shape. */
function isNumberValue(data: unknown): data is NumberValue {
  return (data as object | null)?.constructor?.name === 'NumberValue';
}

function unsupported(data: unknown): Error {
  return new Error(
    `Unsupported type passed: ${String(data)}. ` +
      'Pass options.convertClassInstanceToMap=true to marshall typeof object as map attribute.',
  );
}
