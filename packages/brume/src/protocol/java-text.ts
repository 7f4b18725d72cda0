/** Values as Java's `toString` prints them, which is how AWS repeats a refused value. */
import type { ShapeReference } from '../model/shapes.ts';
import { DEPTH_MAX } from './limits.ts';
import type { ShapeTable } from './shape-table.ts';

/** `null`, or the value in quotes. */
export function shownValue(shapes: ShapeTable, reference: ShapeReference, value: unknown): string {
  return value === undefined ? 'null' : `'${javaText(shapes, reference, value, 0)}'`;
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
      const texts = shapes.members(shape).map(([name, member]) => {
        return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}=${inner(member, members[name])}`;
      });
      return `${reference.shape}(${texts.join(', ')})`;
    }
    case 'list':
      return `[${(value as unknown[]).map((each) => inner(shapes.element(shape), each)).join(', ')}]`;
    case 'map': {
      const entry = shapes.entry(shape);
      const texts = Object.keys(members).map((key) => `${key}=${inner(entry.value, members[key])}`);
      return `{${texts.join(', ')}}`;
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

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : 0;
}
