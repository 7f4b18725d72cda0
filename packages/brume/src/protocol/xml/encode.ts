/** Compiles shapes into closures that write values as XML: outputs of rest-xml and query. */
import assert from 'node:assert/strict';
import { EncodedJson } from '../../model/encoded-json.ts';
import type { ShapeReference } from '../../model/shapes.ts';
import { scalarFormatter } from '../scalar-text.ts';
import { memoised, type ShapeTable } from '../shape-table.ts';
import { entryNames, isFlattened, memberName, namespaceAttribute } from './names.ts';
import { element, escapedAttribute, escapedText } from './write.ts';

/** What goes into an element: its attributes, each with a space before it, and its content. */
export interface Content {
  readonly attributes: string;
  readonly content: string;
}

type EncodeContent = (value: unknown) => Content;
/** Writes a whole member: one element, or none or many where it is flattened. */
type EncodeMember = (value: unknown) => string;
type Member = readonly [name: string, reference: ShapeReference];
interface Members {
  readonly [name: string]: unknown;
}

export interface XmlEncoder {
  /** The content of a structure's element with the given of its members. */
  members(members: readonly Member[]): EncodeContent;
  /** A whole document of one value. */
  document(reference: ShapeReference): (value: unknown) => string;
}

export function xmlEncoder(shapes: ShapeTable): XmlEncoder {
  const contents = memoised((shapeName: string): EncodeContent => {
    const shape = shapes.of({ shape: shapeName });
    if (shape.type === 'structure') return structure(shapes.members(shape));
    if (shape.type === 'map') return map(shapeName);
    const entry = shapes.element(shape);
    const encode = element_(entry.locationName ?? 'member', entry);
    return (value) => ({ attributes: '', content: eachOf(value).map(encode).join('') });
  });

  /** The content of an element that a reference stands for, its namespace included. */
  function content(reference: ShapeReference): EncodeContent {
    const shape = shapes.of(reference);
    const xmlns = namespaceAttribute(reference.xmlNamespace ?? shape.xmlNamespace);
    if (['structure', 'list', 'map'].includes(shape.type)) {
      const encode = contents(reference.shape);
      if (xmlns === '') return encode;
      return (value) => {
        const { attributes, content: inner } = encode(value);
        return { attributes: xmlns + attributes, content: inner };
      };
    }
    const format = scalarFormatter(reference, shape, 'iso8601');
    return (value) => ({ attributes: xmlns, content: escapedText(format(value)) });
  }

  function element_(name: string, reference: ShapeReference): EncodeMember {
    const encode = content(reference);
    return (value) => {
      const { attributes, content: inner } = encode(value);
      return element(name, attributes, inner);
    };
  }

  function map(shapeName: string): EncodeContent {
    const encode = entries('entry', shapeName);
    return (value) => ({ attributes: '', content: encode(value) });
  }

  function entries(name: string, shapeName: string, attributes = ''): EncodeMember {
    const shape = shapes.of({ shape: shapeName });
    const names = entryNames(shape);
    const { key, value } = shapes.entry(shape);
    const encodeKey = element_(names.key, key);
    const encodeValue = element_(names.value, value);
    return (map_) =>
      Object.entries(plain(map_) as Members)
        .filter(([, each]) => each !== undefined && each !== null)
        .map(([each, inner]) => element(name, attributes, encodeKey(each) + encodeValue(inner)))
        .join('');
  }

  function member([name, reference]: Member): EncodeMember {
    const shape = shapes.of(reference);
    const wireName = memberName(shapes, name, reference);
    if (!isFlattened(shape, reference)) return element_(wireName, reference);
    if (shape.type === 'map') {
      const xmlns = namespaceAttribute(reference.xmlNamespace ?? shape.xmlNamespace);
      return entries(wireName, reference.shape, xmlns);
    }
    const encode = element_(wireName, shapes.element(shape));
    return (value) => eachOf(value).map(encode).join('');
  }

  function structure(members: readonly Member[]): EncodeContent {
    const attributes = members
      .filter(([, reference]) => reference.xmlAttribute)
      .map(([name, reference]) => {
        const format = scalarFormatter(reference, shapes.of(reference), 'iso8601');
        return [name, reference.locationName ?? name, format] as const;
      });
    const elements = members
      .filter(([, reference]) => !reference.xmlAttribute)
      .map((each) => [each[0], member(each)] as const);
    return (value) => {
      const object = plain(value) as Members;
      const present = (name: string) => object[name] !== undefined && object[name] !== null;
      return {
        attributes: attributes
          .filter(([name]) => present(name))
          .map(([name, wireName, format]) => {
            return ` ${wireName}="${escapedAttribute(format(object[name]))}"`;
          })
          .join(''),
        content: elements
          .filter(([name]) => present(name))
          .map(([name, encode]) => encode(object[name]))
          .join(''),
      };
    };
  }

  return {
    members: structure,
    document(reference) {
      const { locationName } = shapes.of(reference);
      return element_(reference.locationName ?? locationName ?? reference.shape, reference);
    },
  };
}

/** A value whose JSON text stands for it is parsed: only JSON protocols can splice it. */
function plain(value: unknown): unknown {
  return value instanceof EncodedJson ? (JSON.parse(value.text) as unknown) : value;
}

function eachOf(value: unknown): unknown[] {
  const list = plain(value);
  assert(Array.isArray(list), 'a list is an array');
  return list.filter((entry) => entry !== undefined && entry !== null);
}
