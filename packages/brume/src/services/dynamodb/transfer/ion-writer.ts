/** Items as Amazon Ion text, in the types that AWS's exports have (Developer Guide, "Amazon Ion"). */
import type { AttributeMap, AttributeValue } from '../items/attribute-value.ts';
import { decimal } from '../items/decimal.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const KEYWORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'nan']);

export function ionStruct(map: AttributeMap): string {
  const fields = Object.keys(map).map(
    (name) => `${ionSymbol(name)}:${ionValue(map[name] as AttributeValue)}`,
  );
  return `{${fields.join(',')}}`;
}

/** `103.`, `6d2`, `1.5`: a number as the shortest decimal. */
export function ionDecimal(text: string): string {
  const { sign, digits, exponent } = decimal(text);
  if (sign === 0) return '0.';
  const prefix = sign < 0 ? '-' : '';
  // The value is digits × 10^scale.
  const scale = exponent - digits.length;
  if (scale === 0) return `${prefix}${digits}.`;
  if (exponent <= 0 || scale > 0) return `${prefix}${digits}d${scale}`;
  return `${prefix}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

function ionValue(value: AttributeValue): string {
  if (value.S !== undefined) return JSON.stringify(value.S);
  if (value.N !== undefined) return ionDecimal(value.N);
  if (value.B !== undefined) return ionBlob(value.B);
  if (value.BOOL !== undefined) return String(value.BOOL);
  if (value.M !== undefined) return ionStruct(value.M);
  if (value.L !== undefined) return ionList(value.L.map(ionValue));
  if (value.SS !== undefined)
    return `$dynamodb_SS::${ionList(value.SS.map((S) => JSON.stringify(S)))}`;
  if (value.NS !== undefined) return `$dynamodb_NS::${ionList(value.NS.map(ionDecimal))}`;
  if (value.BS !== undefined) return `$dynamodb_BS::${ionList(value.BS.map(ionBlob))}`;
  return 'null';
}

function ionList(elements: readonly string[]): string {
  return `[${elements.join(',')}]`;
}

function ionBlob(base64: string): string {
  return `{{${base64}}}`;
}

/** JSON's escapes are all Ion's too. */
function ionSymbol(name: string): string {
  if (IDENTIFIER.test(name) && !KEYWORDS.has(name)) return name;
  const escaped = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
