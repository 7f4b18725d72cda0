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
    if (shape.type === 'map') return map(compile(shapes.entry(shape).value));
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

export function structure(members: readonly EncodedMember[]): Encode {
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    assert(typeof value === 'object' && value !== null, 'a structure is an object');
    let text = '';
    for (const [name, prefix, encode] of members) {
      const member = (value as JsonObject)[name];
      if (member === undefined || member === null) continue;
      text += (text === '' ? prefix : ',' + prefix) + encode(member);
    }
    return '{' + text + '}';
  };
}

function list(element: Encode): Encode {
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    assert(Array.isArray(value), 'a list is an array');
    let text = '';
    for (const entry of value) {
      if (entry === undefined || entry === null) continue;
      text += (text === '' ? '' : ',') + element(entry);
    }
    return '[' + text + ']';
  };
}

function map(entry: Encode): Encode {
  return (value) => {
    if (value instanceof EncodedJson) return value.text;
    assert(typeof value === 'object' && value !== null, 'a map is an object');
    let text = '';
    for (const key of Object.keys(value)) {
      const inner = (value as JsonObject)[key];
      if (inner === undefined || inner === null) continue;
      text += (text === '' ? '' : ',') + quoted(key) + ':' + entry(inner);
    }
    return '{' + text + '}';
  };
}

function leaf(reference: ShapeReference, shape: Shape): Encode {
  switch (shape.type) {
    case 'boolean':
      return (value) => {
        assert(typeof value === 'boolean', 'a boolean is a boolean');
        return value ? 'true' : 'false';
      };
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
  assert(typeof value === 'number', 'a number is a number');
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function timestamp(reference: ShapeReference, shape: Shape): Encode {
  const format = reference.timestampFormat ?? shape.timestampFormat ?? 'unixTimestamp';
  return (value) => {
    assert(value instanceof Date, 'a timestamp is a Date');
    return format === 'unixTimestamp'
      ? formatSeconds(value)
      : `"${formatTimestamp(value, format)}"`;
  };
}

function blob(value: unknown): string {
  assert(value instanceof Uint8Array, 'a blob is a Uint8Array');
  return `"${encodeBase64(value)}"`;
}

/** Characters that JSON escapes, and lone surrogates, which need `JSON.stringify`'s care. */
// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(value: unknown): string {
  assert(typeof value === 'string', 'a string is a string');
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}
