/** How members, list elements and map entries are named in XML, for reading and for writing. */
import type { Shape, ShapeReference, XmlNamespace } from '../../model/shapes.ts';
import type { ShapeTable } from '../shape-table.ts';

/**
 * The element of a structure's member. A flattened list has no element of its own: its entries stand
 * in the structure, under the member's name or, where the list itself is flattened, the entries' own.
 */
export function memberName(shapes: ShapeTable, name: string, reference: ShapeReference): string {
  const { type, flattened, member } = shapes.of(reference);
  const entryName = type === 'list' && flattened ? member?.locationName : undefined;
  return reference.locationName ?? entryName ?? name;
}

export function isFlattened(shape: Shape, reference: ShapeReference): boolean {
  return shape.flattened === true || reference.flattened === true;
}

export interface EntryNames {
  readonly key: string;
  readonly value: string;
}

export function entryNames(shape: Shape): EntryNames {
  return {
    key: shape.key?.locationName ?? 'key',
    value: shape.value?.locationName ?? 'value',
  };
}

/** ` xmlns="…"`, or nothing. */
export function namespaceAttribute(namespace: string | XmlNamespace | undefined): string {
  if (namespace === undefined) return '';
  if (typeof namespace === 'string') return ` xmlns="${namespace}"`;
  const { uri, prefix } = namespace;
  return prefix === undefined ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`;
}
