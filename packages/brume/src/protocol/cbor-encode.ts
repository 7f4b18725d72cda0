/** Compiles shapes into closures that write values as CBOR, with definite lengths. */
import assert from 'node:assert/strict';
import { EncodedJson } from '../model/encoded-json.ts';
import type { Shape, ShapeReference } from '../model/shapes.ts';
import { decodeBase64 } from './base64.ts';
import { memoised, type ShapeTable } from './shape-table.ts';

/** Appends the encoding of a value to the pieces of a message. */
export type Write = (value: unknown, pieces: Uint8Array[]) => void;

interface Members {
  readonly [name: string]: unknown;
}

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
const FALSE = Buffer.of(0xf4);
const TRUE = Buffer.of(0xf5);
const EPOCH_TAG = 1;

export function cborCompiler(shapes: ShapeTable): (reference: ShapeReference) => Write {
  const containers = memoised((shapeName: string): Write => {
    const shape = shapes.of({ shape: shapeName });
    if (shape.type === 'list') return list(compile(shapes.element(shape)));
    if (shape.type === 'map') return map(compile(shapes.entry(shape).value));
    const members = shapes.members(shape).map(([name, reference]) => {
      return [name, textBytes(name), compile(reference)] as const;
    });
    return (value, pieces) => {
      const object = plain(value) as Members;
      const present = members.filter(([name]) => isPresent(object[name]));
      pieces.push(head(MAJOR.map, present.length));
      for (const [name, encodedName, write] of present) {
        pieces.push(encodedName);
        write(object[name], pieces);
      }
    };
  });

  function compile(reference: ShapeReference): Write {
    const shape = shapes.of(reference);
    assert(!shape.document, 'CBOR has no documents');
    if (['structure', 'list', 'map'].includes(shape.type)) return containers(reference.shape);
    return leaf(shape);
  }
  return compile;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function list(element: Write): Write {
  return (value, pieces) => {
    const entries = (plain(value) as unknown[]).filter(isPresent);
    pieces.push(head(MAJOR.array, entries.length));
    for (const entry of entries) element(entry, pieces);
  };
}

function map(inner: Write): Write {
  return (value, pieces) => {
    const entries = Object.entries(plain(value) as Members).filter(([, each]) => isPresent(each));
    pieces.push(head(MAJOR.map, entries.length));
    for (const [key, each] of entries) {
      pieces.push(textBytes(key));
      inner(each, pieces);
    }
  };
}

/** A value whose JSON text stands for it is parsed: only JSON protocols can splice it. */
function plain(value: unknown): unknown {
  return value instanceof EncodedJson ? (JSON.parse(value.text) as unknown) : value;
}

function leaf(shape: Shape): Write {
  switch (shape.type) {
    case 'boolean':
      return (value, pieces) => pieces.push(value === true ? TRUE : FALSE);
    case 'integer':
    case 'long':
      return (value, pieces) => pieces.push(integer(value as number));
    case 'float':
    case 'double':
      return (value, pieces) => pieces.push(double(value as number));
    case 'timestamp':
      return (value, pieces) => {
        assert(value instanceof Date, 'a timestamp is a Date');
        const seconds = value.getTime() / 1000;
        pieces.push(head(MAJOR.tag, EPOCH_TAG));
        pieces.push(Number.isInteger(seconds) ? integer(seconds) : double(seconds));
      };
    case 'blob':
      return (value, pieces) => {
        const bytes = shape.base64Text ? decodeBase64(value as string) : value;
        assert(bytes instanceof Uint8Array, 'a blob is a Uint8Array');
        pieces.push(head(MAJOR.bytes, bytes.byteLength), bytes);
      };
    default:
      return (value, pieces) => {
        assert(typeof value === 'string', 'a string is a string');
        pieces.push(textBytes(value));
      };
  }
}

export function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([head(MAJOR.text, bytes.length), bytes]);
}

function integer(value: number): Buffer {
  assert(Number.isInteger(value), 'an integer is whole');
  return value >= 0 ? head(MAJOR.unsigned, value) : head(MAJOR.negative, -1 - value);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.of(type | argument);
  if (argument < 2 ** 8) return Buffer.of(type | 24, argument);
  if (argument < 2 ** 16) {
    const bytes = Buffer.alloc(3, type | 25);
    bytes.writeUInt16BE(argument, 1);
    return bytes;
  }
  if (argument < 2 ** 32) {
    const bytes = Buffer.alloc(5, type | 26);
    bytes.writeUInt32BE(argument, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9, type | 27);
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}
