/** Compiles shapes into closures that read an input's XML: the bodies of rest-xml. */
import type { ShapeReference } from '../../model/shapes.ts';
import { scalarParser } from '../scalar-text.ts';
import { memoised, type ShapeTable } from '../shape-table.ts';
import { malformedXml } from './errors.ts';
import { entryNames, isFlattened, memberName } from './names.ts';
import type { XmlElement } from './parse.ts';

type Decode = (element: XmlElement) => unknown;
/** Reads a member from all elements of its name in the structure: many where it is flattened. */
type DecodeMember = (elements: readonly XmlElement[]) => unknown;
type Member = readonly [name: string, reference: ShapeReference];
export type Members = Record<string, unknown>;

export class XmlDecoder {
  readonly #shapes: ShapeTable;
  readonly #containers: (shapeName: string) => Decode;

  constructor(shapes: ShapeTable) {
    this.#shapes = shapes;
    this.#containers = memoised((shapeName) => this.#container(shapeName));
  }

  value(reference: ShapeReference): Decode {
    const shape = this.#shapes.of(reference);
    if (['structure', 'list', 'map'].includes(shape.type)) return this.#containers(reference.shape);
    const parse = scalarParser(reference, shape, 'iso8601');
    const isText = shape.type === 'string';
    return ({ children, text }) => {
      const decoded = children.length > 0 ? undefined : parse(isText ? text : text.trim());
      if (decoded === undefined) throw malformedXml();
      return decoded;
    };
  }

  /** A structure of the given members. */
  members(members: readonly Member[], isUnion = false): (element: XmlElement) => Members {
    const attributes = members.filter(([, reference]) => reference.xmlAttribute);
    const decoders = members
      .filter(([, reference]) => !reference.xmlAttribute)
      .map(([name, reference]) => ({
        name,
        wireName: localName(memberName(this.#shapes, name, reference)),
        decode: this.#member(reference),
      }));
    return (element) => {
      const decoded = this.#attributes(element, attributes);
      const byName = Map.groupBy(element.children, (child) => child.name);
      for (const { name, wireName, decode } of decoders) {
        const elements = byName.get(wireName);
        if (elements) decoded[name] = decode(elements);
      }
      if (isUnion && Object.keys(decoded).length !== 1) throw malformedXml();
      return decoded;
    };
  }

  #attributes(element: XmlElement, members: readonly Member[]): Members {
    const decoded: Members = {};
    for (const [name, reference] of members) {
      const text = element.attributes.get(reference.locationName ?? name);
      if (text === undefined) continue;
      const value = scalarParser(reference, this.#shapes.of(reference), 'iso8601')(text);
      if (value === undefined) throw malformedXml();
      decoded[name] = value;
    }
    return decoded;
  }

  #container(shapeName: string): Decode {
    const shape = this.#shapes.of({ shape: shapeName });
    if (shape.type === 'structure') return this.members(this.#shapes.members(shape), shape.union);
    if (shape.type === 'map') {
      const decode = this.#entries(shapeName);
      return (element) => decode(named(element, 'entry'));
    }
    const entry = this.#shapes.element(shape);
    const decode = this.value(entry);
    return (element) => named(element, entry.locationName ?? 'member').map(decode);
  }

  /** A map from its entries' elements; `fromEntries` makes own properties of any names. */
  #entries(shapeName: string): (elements: readonly XmlElement[]) => Members {
    const shape = this.#shapes.of({ shape: shapeName });
    const names = entryNames(shape);
    const { key, value } = this.#shapes.entry(shape);
    const decodeKey = this.value(key);
    const decodeValue = this.value(value);
    const pair = (element: XmlElement): [string, unknown] => {
      const [keyElement] = named(element, names.key);
      const [valueElement] = named(element, names.value);
      if (!keyElement || !valueElement) throw malformedXml();
      return [decodeKey(keyElement) as string, decodeValue(valueElement)];
    };
    return (elements) => Object.fromEntries(elements.map(pair));
  }

  #member(reference: ShapeReference): DecodeMember {
    const shape = this.#shapes.of(reference);
    if (isFlattened(shape, reference)) {
      if (shape.type === 'map') return this.#entries(reference.shape);
      const decode = this.value(this.#shapes.element(shape));
      return (elements) => elements.map(decode);
    }
    const decode = this.value(reference);
    return (elements) => {
      if (elements.length > 1) throw malformedXml();
      return decode(elements[0] as XmlElement);
    };
  }
}

function named(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
