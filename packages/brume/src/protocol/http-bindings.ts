/**
 * Members of an operation's input that are bound to the request's path, query and headers, compiled
 * into readers; and those of its output that are bound to the response's status and headers.
 */
import assert from 'node:assert/strict';
import type { HttpRequest } from '../http/message.ts';
import type { Shape, ShapeReference } from '../model/shapes.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { headerListItems, headerListText } from './header-list.ts';
import { scalarFormatter, scalarParser } from './scalar-text.ts';
import { mismatch, serializationException } from './serialization-error.ts';
import type { ShapeTable } from './shape-table.ts';

/* `Object.fromEntries` makes own properties of any names that the client chose: `__proto__` too. */

/** What of a request is bound, parsed once. */
export interface RequestParts {
  readonly labels: ReadonlyMap<string, string>;
  /** Decoded query parameters, in order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: HttpRequest['headers'];
}

/** Reads one bound member; undefined when the request does not have it. */
export type ReadMember = (parts: RequestParts) => unknown;
export type WriteMember = (value: unknown, response: ResponseParts) => void;

export interface ResponseParts {
  status: number;
  readonly headers: Record<string, string | readonly string[]>;
}

type Member = readonly [name: string, reference: ShapeReference];

export function memberReader(
  shapes: ShapeTable,
  [name, reference]: Member,
  boundQueryNames: ReadonlySet<string>,
): ReadMember {
  const wireName = reference.locationName ?? name;
  switch (reference.location) {
    case 'uri': {
      const parse = strict(shapes, reference, 'iso8601');
      return ({ labels }) => {
        const text = labels.get(wireName);
        return text === undefined ? undefined : parse(decodeUri(text));
      };
    }
    case 'querystring':
      return queryReader(shapes, reference, wireName, boundQueryNames);
    case 'header': {
      const read = headerReader(shapes, reference);
      return ({ headers }) => {
        const text = headers.get(wireName.toLowerCase());
        return text === undefined ? undefined : read(text);
      };
    }
    case 'headers':
      return prefixHeaders(wireName.toLowerCase());
    default:
      throw new TypeError(`not bound to the request: ${name}`);
  }
}

function queryReader(
  shapes: ShapeTable,
  reference: ShapeReference,
  wireName: string,
  boundNames: ReadonlySet<string>,
): ReadMember {
  const shape = shapes.of(reference);
  if (shape.type === 'map') return queryMap(shapes, shape, boundNames);
  const values = ({ query }: RequestParts) =>
    query.filter(([name]) => name === wireName).map(([, value]) => value);
  if (shape.type === 'list') {
    const parse = strict(shapes, shapes.element(shape), 'iso8601');
    return (parts) => {
      const texts = values(parts);
      return texts.length === 0 ? undefined : texts.map(parse);
    };
  }
  const parse = strict(shapes, reference, 'iso8601');
  return (parts) => {
    const text = values(parts).at(-1);
    return text === undefined ? undefined : parse(text);
  };
}

/** All parameters that are not spoken for, each with its value or its list of values. */
function queryMap(shapes: ShapeTable, shape: Shape, boundNames: ReadonlySet<string>): ReadMember {
  const isMulti = shapes.of(shapes.entry(shape).value).type === 'list';
  return ({ query }) => {
    const found = new Map<string, string[]>();
    for (const [name, value] of query) {
      if (boundNames.has(name)) continue;
      const values = found.get(name);
      if (values) values.push(value);
      else found.set(name, [value]);
    }
    if (found.size === 0) return undefined;
    return Object.fromEntries(
      [...found].map(([name, list]) => [name, isMulti ? list : list.at(-1)]),
    );
  };
}

function headerReader(shapes: ShapeTable, reference: ShapeReference): (text: string) => unknown {
  const shape = shapes.of(reference);
  if (reference.jsonvalue) return decodeJsonValue;
  if (shape.type !== 'list') {
    const parse = strict(shapes, reference, 'rfc822');
    return (text) => parse(text.trim());
  }
  const element = shapes.element(shape);
  const parse = strict(shapes, element, 'rfc822');
  const { type, timestampFormat } = shapes.of(element);
  const hasCommas = type === 'timestamp' && (timestampFormat ?? 'rfc822') === 'rfc822';
  return (text) => headerListItems(text, hasCommas).map(parse);
}

/** The text of a JSON value travels as base64 in a header. */
function decodeJsonValue(text: string): string {
  const bytes = decodeBase64(text.trim());
  if (bytes === undefined) throw serializationException();
  return bytes.toString();
}

function prefixHeaders(prefix: string): ReadMember {
  return ({ headers }) => {
    const { raw } = headers;
    const entries = new Map<string, string>();
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const name = (raw[index] as string).toLowerCase();
      if (name.startsWith(prefix)) entries.set(name.slice(prefix.length), raw[index + 1] as string);
    }
    return entries.size === 0 ? undefined : Object.fromEntries(entries);
  };
}

/** A scalar's parser that throws for text that is none of the shape's. */
function strict(
  shapes: ShapeTable,
  reference: ShapeReference,
  timestampDefault: 'iso8601' | 'rfc822',
): (text: string) => unknown {
  const shape = shapes.of(reference);
  const parse = scalarParser(reference, shape, timestampDefault);
  const wording = shapes.model.metadata.serializationWording ?? 'coral';
  const expected = { shapeName: reference.shape, shape, inCollection: false };
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw mismatch(wording, expected, text);
    return value;
  };
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape, or escapes that are no UTF-8.
    throw serializationException();
  }
}

/** The parameters of a query or a form, decoded; a `+` is a space. */
export function parseQuery(query: string): (readonly [string, string])[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      const value = equals === -1 ? '' : pair.slice(equals + 1);
      return [decodeUri(name.replaceAll('+', ' ')), decodeUri(value.replaceAll('+', ' '))] as const;
    });
}

/** Writes one bound member of an output or an error. */
export function memberWriter(shapes: ShapeTable, [name, reference]: Member): WriteMember {
  const wireName = reference.locationName ?? name;
  switch (reference.location) {
    case 'statusCode':
      return (value, response) => {
        assert(typeof value === 'number', 'a status is a number');
        response.status = value;
      };
    case 'headers':
      return (value, { headers }) => {
        for (const [key, text] of Object.entries(value as Record<string, string>)) {
          headers[wireName + key] = headerText(text);
        }
      };
    default: {
      const format = headerFormatter(shapes, reference);
      return (value, { headers }) => {
        const text = format(value);
        if (text !== '') headers[wireName] = headerText(text);
      };
    }
  }
}

function headerFormatter(
  shapes: ShapeTable,
  reference: ShapeReference,
): (value: unknown) => string {
  const shape = shapes.of(reference);
  if (reference.jsonvalue) return (value) => encodeBase64(Buffer.from(String(value)));
  if (shape.type !== 'list') return scalarFormatter(reference, shape, 'rfc822');
  const element = shapes.element(shape);
  const format = scalarFormatter(element, shapes.of(element), 'rfc822');
  const quotes = shapes.of(element).type === 'string';
  return (value) => headerListText((value as unknown[]).map(format), quotes);
}

/** No value may end its header: controls become spaces. What is not Latin-1 goes out as UTF-8. */
function headerText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' ');
  return /[\u0100-\uffff]/.test(line) ? Buffer.from(line).toString('latin1') : line;
}
