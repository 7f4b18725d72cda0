/**
 * Compiles shapes into closures that write an operation's output as JSON text. Members stand in the
 * model's order; undefined and null ones are left out, and so are those that the model does not know.
 */
import assert from 'node:assert/strict';
import { EncodedJson } from '../model/encoded-json.ts';
import type { Shape, ShapeReference } from '../model/shapes.ts';
import { encodeBase64 } from './base64.ts';
import { memoised, type ShapeTable } from './shape-table.ts';
import { formatSeconds, formatTimestamp } from './timestamps.ts';

/** Writes a value that is neither null nor undefined. Asserts what the service must get right. */
export type Encode = (value: unknown) => string;

interface JsonObject {
  readonly [name: string]: unknown;
}

export function encoderCompiler(shapes: ShapeTable): (reference: ShapeReference) => Encode {
  const compile = (reference: ShapeReference): Encode => {
    const shape = shapes.of(reference);
    if (shape.document) return (value) => JSON.stringify(value);
    switch (shape.type) {
      case 'structure':
      case 'list':
      case 'map':
        return containers(reference.shape);
      default:
        return leaf(reference, shape);
    }
  };
  const containers = memoised((shapeName: string): Encode => {
    const shape = shapes.of({ shape: shapeName });
    if (shape.type === 'list') return list(compile(shapes.element(shape)));
    if (shape.type === 'map') return map(compile(shapes.entry(shape).value), shape.sparse);
    return structure(shapes.members(shape).map((member) => encodedMember(member, compile)));
  });
  return compile;
}

/** A member's name, its text with the colon, and how its value is written. */
export type EncodedMember = readonly [name: string, prefix: string, encode: Encode];

export function encodedMember(
  [name, reference]: readonly [string, ShapeReference],
  compile: (reference: ShapeReference) => Encode,
): EncodedMember {
  return [name, `${JSON.stringify(reference.locationName ?? name)}:`, compile(reference)];
}

/**
 * Looks at the members that the value has, not at all that the model knows: an attribute value has
 * one of ten. Names that the model does not know, inherited ones too, are not written.
 */
export function structure(members: readonly EncodedMember[]): Encode {
  const known = new Map(members.map((member) => [member[0], member]));
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    if (!isObject(value)) return unfit('a structure', value);
    let text = '';
    for (const name in value) {
      const member = value[name];
      const encoded = known.get(name);
      if (encoded === undefined || member === undefined || member === null) continue;
      text += (text === '' ? encoded[1] : ',' + encoded[1]) + encoded[2](member);
    }
    return '{' + text + '}';
  };
}

function list(element: Encode): Encode {
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    if (!Array.isArray(value)) return unfit('a list', value);
    let text = '';
    for (const entry of value) {
      if (entry === undefined || entry === null) continue;
      text += (text === '' ? '' : ',') + element(entry);
    }
    return '[' + text + ']';
  };
}

function map(entry: Encode, sparse = false): Encode {
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    if (!isObject(value)) return unfit('a map', value);
    let text = '';
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (inner === undefined || (inner === null && !sparse)) continue;
      const written = inner === null ? 'null' : entry(inner);
      text += (text === '' ? '' : ',') + quoted(key) + ':' + written;
    }
    return '{' + text + '}';
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

/** A service answered what its model does not allow: our defect. */
function unfit(expected: string, value: unknown): never {
  assert.fail(`${expected} was to be encoded, not ${typeof value}`);
}

function leaf(reference: ShapeReference, shape: Shape): Encode {
  switch (shape.type) {
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : unfit('a boolean', value));
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return number;
    case 'timestamp':
      return timestamp(reference, shape);
    case 'blob':
      return shape.base64Text ? quoted : blob;
    default:
      return quoted;
  }
}

function number(value: unknown): string {
  if (typeof value !== 'number') return unfit('a number', value);
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function timestamp(reference: ShapeReference, shape: Shape): Encode {
  const format = reference.timestampFormat ?? shape.timestampFormat ?? 'unixTimestamp';
  return (value) => {
    if (!(value instanceof Date)) return unfit('a timestamp', value);
    return format === 'unixTimestamp'
      ? formatSeconds(value)
      : `"${formatTimestamp(value, format)}"`;
  };
}

function blob(value: unknown): string {
  if (!(value instanceof Uint8Array)) return unfit('a blob', value);
  return `"${encodeBase64(value)}"`;
}

/** Characters that JSON escapes, and lone surrogates, which need `JSON.stringify`'s care. */
// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(value: unknown): string {
  if (typeof value !== 'string') return unfit('a string', value);
  return ESCAPED.test(value) ? JSON.stringify(value) : '"' + value + '"';
}
