/**
 * Compiles shapes into closures that turn what `JSON.parse` gave into an operation's input.
 *
 * The parsed value belongs to the decoder alone, so it is checked and converted in place: a member
 * that needs no conversion is not copied. This is safe for any member name. `JSON.parse` makes every
 * member, `__proto__` too, an own data property; assigning to or deleting an own property never
 * reaches a setter or the prototype; and names that the model does not know are deleted from
 * structures. Maps keep what the user named, so who reads one must look with `Object.hasOwn`.
 */
import type { SerializationWording, Shape, ShapeReference } from '../model/shapes.ts';
import { DEPTH_MAX } from './limits.ts';
import {
  type Expectation,
  javaClass,
  mismatch,
  nestedTooDeeply,
  nullFound,
  serializationException,
} from './serialization-error.ts';
import { memoised, type ShapeTable } from './shape-table.ts';

/** Decodes a value that is neither null nor undefined, `depth` levels below the message's root. */
export type Decode = (value: unknown, depth: number) => unknown;

/** The error for a value of the wrong kind. */
export type Fault = (value: unknown) => Error;

/** How leaves stand on the wire, where protocols of the same tree differ (JSON and CBOR). */
export type CompileLeaf = (reference: ShapeReference, shape: Shape, fault: Fault) => Decode;

export interface DecoderCompiler {
  readonly compile: (reference: ShapeReference, inCollection?: boolean) => Decode;
  /** Decodes a structure that has only some of a shape's members. */
  readonly compileMembers: (
    shapeName: string,
    members: Iterable<readonly [string, ShapeReference]>,
  ) => Decode;
}

interface JsonObject {
  [name: string]: unknown;
}

export function decoderCompiler(
  shapes: ShapeTable,
  compileLeaf: CompileLeaf,
  wording: SerializationWording,
): DecoderCompiler {
  const faultOf = (reference: ShapeReference, inCollection: boolean) => {
    const shape = shapes.of(reference);
    const value = shape.value && shapes.of(shape.value);
    const expected: Expectation = {
      shapeName: reference.shape,
      shape,
      inCollection,
      ...(shape.value && value && { valueType: javaClass(shape.value.shape, value) }),
    };
    return (found: unknown) => mismatch(wording, expected, found);
  };

  const compile = (reference: ShapeReference, inCollection = false): Decode => {
    const shape = shapes.of(reference);
    if (shape.document) return document;
    switch (shape.type) {
      case 'structure':
      case 'list':
      case 'map':
        return (inCollection ? inCollections : inStructures)(reference.shape);
      default:
        return compileLeaf(reference, shape, faultOf(reference, inCollection));
    }
  };

  const compileContainer = (shapeName: string, inCollection: boolean): Decode => {
    const shape = shapes.of({ shape: shapeName });
    const fault = faultOf({ shape: shapeName }, inCollection);
    const nullFault = (key?: string) => nullFound(wording, shapeName, shape, key);
    if (shape.type === 'list') return list(compile(shapes.element(shape), true), fault, nullFault);
    if (shape.type === 'map') {
      const entry = compile(shapes.entry(shape).value, true);
      return map(entry, fault, shape.sparse ? undefined : nullFault);
    }
    const decode = structure(shapes.members(shape), compile, fault);
    return shape.union ? union(decode) : decode;
  };
  const inStructures = memoised((name) => compileContainer(name, false));
  const inCollections = memoised((name) => compileContainer(name, true));
  return {
    compile,
    compileMembers: (shapeName, members) =>
      structure(members, compile, faultOf({ shape: shapeName }, false)),
  };
}

interface Member {
  readonly name: string;
  readonly decode: Decode;
}

function structure(
  entries: Iterable<readonly [string, ShapeReference]>,
  compile: (reference: ShapeReference) => Decode,
  fault: Fault,
): Decode {
  const members = new Map<string, Member>();
  for (const [name, reference] of entries) {
    members.set(reference.locationName ?? name, { name, decode: compile(reference) });
  }
  const renamed = [...members].some(([wireName, { name }]) => wireName !== name);
  return renamed ? renamedStructure(members, fault) : structureInPlace(members, fault);
}

function structureInPlace(members: ReadonlyMap<string, Member>, fault: Fault): Decode {
  return (value, depth) => {
    if (!isObject(value)) throw fault(value);
    if (depth > DEPTH_MAX) throw nestedTooDeeply();
    for (const name in value) {
      const member = members.get(name);
      const raw = value[name];
      if (member === undefined || raw === null) {
        delete value[name];
        continue;
      }
      const decoded = member.decode(raw, depth + 1);
      if (decoded !== raw) value[name] = decoded;
    }
    return value;
  };
}

/** Where a wire name is not the member's name, one may stand in the other's way: build anew. */
function renamedStructure(members: ReadonlyMap<string, Member>, fault: Fault): Decode {
  return (value, depth) => {
    if (!isObject(value)) throw fault(value);
    if (depth > DEPTH_MAX) throw nestedTooDeeply();
    const decoded: JsonObject = {};
    for (const wireName in value) {
      const member = members.get(wireName);
      const raw = value[wireName];
      if (member !== undefined && raw !== null)
        decoded[member.name] = member.decode(raw, depth + 1);
    }
    return decoded;
  };
}

function union(decode: Decode): Decode {
  return (value, depth) => {
    const decoded = decode(value, depth) as JsonObject;
    if (Object.keys(decoded).length !== 1) {
      throw serializationException('A union must have exactly one member set.');
    }
    return decoded;
  };
}

function list(element: Decode, fault: Fault, nullFault: () => Error): Decode {
  return (value, depth) => {
    if (!Array.isArray(value)) throw fault(value);
    if (depth > DEPTH_MAX) throw nestedTooDeeply();
    const elements: unknown[] = value;
    for (let index = 0; index < elements.length; index++) {
      const raw = elements[index];
      if (raw === null) throw nullFault();
      const decoded = element(raw, depth + 1);
      if (decoded !== raw) elements[index] = decoded;
    }
    return elements;
  };
}

/** Without a fault for them, values may be null. */
function map(entry: Decode, fault: Fault, nullFault?: (key: string) => Error): Decode {
  return (value, depth) => {
    if (!isObject(value)) throw fault(value);
    if (depth > DEPTH_MAX) throw nestedTooDeeply();
    for (const key in value) {
      const raw = value[key];
      if (raw === null) {
        if (nullFault) throw nullFault(key);
        continue;
      }
      const decoded = entry(raw, depth + 1);
      if (decoded !== raw) value[key] = decoded;
    }
    return value;
  };
}

/** Any JSON, as deep as other messages may be. */
function document(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX) throw nestedTooDeeply();
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) document(inner, depth + 1);
  }
  return value;
}

/** By the prototype, so that lists, and CBOR's bytes and times, are told apart too. */
function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
