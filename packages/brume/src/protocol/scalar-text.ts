/** Scalars as text: how they stand in URIs, queries, headers, forms and XML, read strictly. */
import assert from 'node:assert/strict';
import type { Shape, ShapeReference, TimestampFormat } from '../model/shapes.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

/** Reads a scalar; undefined when the text is not one. */
export type ParseScalar = (text: string) => unknown;
export type FormatScalar = (value: unknown) => string;

const INTEGER = /^[+-]?\d{1,19}$/;
const REAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export function scalarParser(
  reference: ShapeReference,
  shape: Shape,
  timestampDefault: TimestampFormat,
): ParseScalar {
  switch (shape.type) {
    case 'boolean':
      return (text) => BOOLEANS.get(text);
    case 'integer':
      return (text) => parseInteger(text, 2 ** 31);
    case 'long':
      return (text) => parseInteger(text, 2 ** 63);
    case 'float':
    case 'double':
      return parseReal;
    case 'timestamp': {
      const format = timestampFormat(reference, shape, timestampDefault);
      return (text) => parseTimestamp(text, format);
    }
    case 'blob':
      return shape.base64Text
        ? (text) => (decodeBase64(text) === undefined ? undefined : text)
        : decodeBase64;
    default:
      return (text) => text;
  }
}

function parseInteger(text: string, magnitude: number): number | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return value >= -magnitude && value < magnitude ? value : undefined;
}

function parseReal(text: string): number | undefined {
  if (!REAL.test(text)) return NON_FINITE.get(text);
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function scalarFormatter(
  reference: ShapeReference,
  shape: Shape,
  timestampDefault: TimestampFormat,
): FormatScalar {
  switch (shape.type) {
    case 'timestamp': {
      const format = timestampFormat(reference, shape, timestampDefault);
      return (value) => {
        assert(value instanceof Date, 'a timestamp is a Date');
        return formatTimestamp(value, format);
      };
    }
    case 'blob':
      return shape.base64Text ? String : formatBlob;
    default:
      return formatSimple;
  }
}

function formatBlob(value: unknown): string {
  assert(value instanceof Uint8Array, 'a blob is a Uint8Array');
  return encodeBase64(value);
}

function formatSimple(value: unknown): string {
  assert(['string', 'number', 'boolean'].includes(typeof value), 'a scalar is a scalar');
  return String(value);
}

function timestampFormat(
  reference: ShapeReference,
  shape: Shape,
  otherwise: TimestampFormat,
): TimestampFormat {
  return reference.timestampFormat ?? shape.timestampFormat ?? otherwise;
}
