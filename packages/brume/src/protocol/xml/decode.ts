/** Compiles shapes into closures that read an input's XML: the bodies of rest-xml. */
import type { ShapeReference } from '../../model/shapes.ts';
import { scalarParser } from '../scalar-text.ts';
import { memoised, type ShapeTable } from '../shape-table.ts';
import { malformedXml } from './errors.ts';
import { entryNames, isFlattened, memberName } from './names.ts';
import type { XmlElement } from './parse.ts';

type Decode = (element: XmlElement) => unknown;
type Member = readonly [name: string, reference: ShapeReference];

export interface XmlDecoder {
  /** A structure of the given members. */
  members(members: readonly Member[], isUnion?: boolean): (element: XmlElement) => Members;
  value(reference: ShapeReference): Decode;
}

export type Members = Record<string, unknown>;

export function xmlDecoder(shapes: ShapeTable): XmlDecoder {
  const contents = memoised((shapeName: string): Decode => {
    const shape = shapes.of({ shape: shapeName });
    if (shape.type === 'structure') return structure(shapes.members(shape), shape.union);
    if (shape.type === 'map') return (element) => entries(shapeName)(named(element, 'entry'));
    const entry = shapes.element(shape);
    const decode = value(entry);
    return (element) => named(element, entry.locationName ?? 'member').map(decode);
  });

  function value(reference: ShapeReference): Decode {
    const shape = shapes.of(reference);
    if (['structure', 'list', 'map'].includes(shape.type)) return contents(reference.shape);
    const parse = scalarParser(reference, shape, 'iso8601');
    const isText = shape.type === 'string';
    return ({ children, text }) => {
      const decoded = children.length > 0 ? undefined : parse(isText ? text : text.trim());
      if (decoded === undefined) throw malformedXml();
      return decoded;
    };
  }

  /** A map from its entries' elements; the names in it are the user's: own properties, all. */
  function entries(shapeName: string): (elements: readonly XmlElement[]) => Members {
    const shape = shapes.of({ shape: shapeName });
    const names = entryNames(shape);
    const reference = shapes.entry(shape);
    const decodeKey = value(reference.key);
    const decodeValue = value(reference.value);
    const pair = (element: XmlElement): [string, unknown] => {
      const key = named(element, names.key)[0];
      const inner = named(element, names.value)[0];
      if (!key || !inner) throw malformedXml();
      return [String(decodeKey(key)), decodeValue(inner)];
    };
    return (elements) => Object.fromEntries(elements.map(pair));
  }

  /** Reads a member from the elements of its name in the structure: many where it is flattened. */
  function member(reference: ShapeReference): (elements: readonly XmlElement[]) => unknown {
    const shape = shapes.of(reference);
    if (isFlattened(shape, reference)) {
      if (shape.type === 'map') return entries(reference.shape);
      const decode = value(shapes.element(shape));
      return (elements) => elements.map(decode);
    }
    const decode = value(reference);
    return (elements) => {
      if (elements.length > 1) throw malformedXml();
      return decode(elements[0] as XmlElement);
    };
  }

  function structure(members: readonly Member[], isUnion = false) {
    const attributes = members.filter(([, reference]) => reference.xmlAttribute);
    const decoders = members
      .filter(([, reference]) => !reference.xmlAttribute)
      .map(([name, reference]) => ({
        name,
        wireName: localName(memberName(shapes, name, reference)),
        decode: member(reference),
      }));
    return (element: XmlElement): Members => {
      const decoded: Members = {};
      for (const [name, reference] of attributes) {
        const text = element.attributes.get(reference.locationName ?? name);
        if (text !== undefined) {
          decoded[name] = scalarParser(reference, shapes.of(reference), 'iso8601')(text);
        }
      }
      const byName = Map.groupBy(element.children, (child) => child.name);
      for (const { name, wireName, decode } of decoders) {
        const elements = byName.get(wireName);
        if (elements) decoded[name] = decode(elements);
      }
      if (isUnion && Object.keys(decoded).length !== 1) throw malformedXml();
      return decoded;
    };
  }

  return { members: structure, value };
}

function named(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
