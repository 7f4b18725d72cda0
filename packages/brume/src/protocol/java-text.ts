/** Values as Java's `toString` prints them, which is how AWS repeats a refused value. */
import type { ShapeReference } from '../model/shapes.ts';
import { DEPTH_MAX, SHOWN_VALUE_LENGTH_MAX } from './limits.ts';
import type { ShapeTable } from './shape-table.ts';

/** `null`, or the value in quotes. */
export function shownValue(shapes: ShapeTable, reference: ShapeReference, value: unknown): string {
  if (value === undefined) return 'null';
  return `'${javaText(shapes, reference, value, 0).slice(0, SHOWN_VALUE_LENGTH_MAX)}'`;
}

function javaText(
  shapes: ShapeTable,
  reference: ShapeReference,
  value: unknown,
  depth: number,
): string {
  const shape = shapes.of(reference);
  if (value === undefined || value === null) return 'null';
  if (shape.sensitive || depth > DEPTH_MAX) return '***';
  const inner = (part: ShapeReference, partValue: unknown) =>
    javaText(shapes, part, partValue, depth + 1);
  const members = value as { readonly [name: string]: unknown };
  switch (shape.type) {
    case 'structure': {
      const text = joined(shapes.members(shape), ([name, member]) => {
        return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}=${inner(member, members[name])}`;
      });
      return `${reference.shape}(${text})`;
    }
    case 'list': {
      const element = shapes.element(shape);
      return `[${joined(value as unknown[], (each) => inner(element, each))}]`;
    }
    case 'map': {
      const entry = shapes.entry(shape);
      return `{${joined(Object.keys(members), (key) => `${key}=${inner(entry.value, members[key])}`)}}`;
    }
    case 'float':
    case 'double':
      return `${value as number}${Number.isInteger(value) ? '.0' : ''}`;
    case 'blob':
      return `java.nio.HeapByteBuffer[pos=0 lim=${sizeOf(value)} cap=${sizeOf(value)}]`;
    case 'timestamp':
      return (value as Date).toUTCString();
    default:
      return `${value as string | number | boolean}`;
  }
}

/** Stops where enough is there to be cut off. */
function joined<Part>(parts: readonly Part[], textOf: (part: Part) => string): string {
  let text = '';
  for (const part of parts) {
    if (text.length > SHOWN_VALUE_LENGTH_MAX) break;
    text += (text === '' ? '' : ', ') + textOf(part);
  }
  return text;
}

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : 0;
}
