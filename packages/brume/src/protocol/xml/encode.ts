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

export class XmlEncoder {
  readonly #shapes: ShapeTable;
  readonly #containers: (shapeName: string) => EncodeContent;

  constructor(shapes: ShapeTable) {
    this.#shapes = shapes;
    this.#containers = memoised((shapeName) => this.#container(shapeName));
  }

  /** A whole document of one value. */
  document(reference: ShapeReference): (value: unknown) => string {
    const { locationName } = this.#shapes.of(reference);
    return this.#element(reference.locationName ?? locationName ?? reference.shape, reference);
  }

  /** The content of a structure's element with the given of its members. */
  members(members: readonly Member[]): EncodeContent {
    const attributes = members
      .filter(([, reference]) => reference.xmlAttribute)
      .map((member) => [member[0], this.#attribute(member)] as const);
    const elements = members
      .filter(([, reference]) => !reference.xmlAttribute)
      .map((member) => [member[0], this.#member(member)] as const);
    return (value) => {
      const object = plain(value) as Members;
      return { attributes: written(object, attributes), content: written(object, elements) };
    };
  }

  #container(shapeName: string): EncodeContent {
    const shape = this.#shapes.of({ shape: shapeName });
    if (shape.type === 'structure') return this.members(this.#shapes.members(shape));
    if (shape.type === 'map') {
      const encode = this.#entries('entry', '', shapeName);
      return (value) => ({ attributes: '', content: encode(value) });
    }
    const entry = this.#shapes.element(shape);
    const encode = this.#element(entry.locationName ?? 'member', entry);
    return (value) => ({ attributes: '', content: eachOf(value).map(encode).join('') });
  }

  /** The content of an element that a reference stands for, its namespace included. */
  #content(reference: ShapeReference): EncodeContent {
    const shape = this.#shapes.of(reference);
    const xmlns = namespaceAttribute(reference.xmlNamespace ?? shape.xmlNamespace);
    if (['structure', 'list', 'map'].includes(shape.type)) {
      const encode = this.#containers(reference.shape);
      if (xmlns === '') return encode;
      return (value) => {
        const { attributes, content } = encode(value);
        return { attributes: xmlns + attributes, content };
      };
    }
    const format = scalarFormatter(reference, shape, 'iso8601');
    return (value) => ({ attributes: xmlns, content: escapedText(format(value)) });
  }

  #element(name: string, reference: ShapeReference): EncodeMember {
    const encode = this.#content(reference);
    return (value) => {
      const { attributes, content } = encode(value);
      return element(name, attributes, content);
    };
  }

  /** A map's entries, each in an element of the given name and attributes. */
  #entries(name: string, attributes: string, shapeName: string): EncodeMember {
    const shape = this.#shapes.of({ shape: shapeName });
    const names = entryNames(shape);
    const { key, value } = this.#shapes.entry(shape);
    const encodeKey = this.#element(names.key, key);
    const encodeValue = this.#element(names.value, value);
    return (map) =>
      Object.entries(plain(map) as Members)
        .filter(([, inner]) => inner !== undefined && inner !== null)
        .map(([each, inner]) => element(name, attributes, encodeKey(each) + encodeValue(inner)))
        .join('');
  }

  #member([name, reference]: Member): EncodeMember {
    const shape = this.#shapes.of(reference);
    const wireName = memberName(this.#shapes, name, reference);
    if (!isFlattened(shape, reference)) return this.#element(wireName, reference);
    if (shape.type === 'map') {
      const xmlns = namespaceAttribute(reference.xmlNamespace ?? shape.xmlNamespace);
      return this.#entries(wireName, xmlns, reference.shape);
    }
    const encode = this.#element(wireName, this.#shapes.element(shape));
    return (value) => eachOf(value).map(encode).join('');
  }

  #attribute([name, reference]: Member): EncodeMember {
    const format = scalarFormatter(reference, this.#shapes.of(reference), 'iso8601');
    const wireName = reference.locationName ?? name;
    return (value) => ` ${wireName}="${escapedAttribute(format(value))}"`;
  }
}

/** The text of those members that a structure has. */
function written(
  object: Members,
  members: readonly (readonly [name: string, encode: EncodeMember])[],
): string {
  return members
    .filter(([name]) => object[name] !== undefined && object[name] !== null)
    .map(([name, encode]) => encode(object[name]))
    .join('');
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
