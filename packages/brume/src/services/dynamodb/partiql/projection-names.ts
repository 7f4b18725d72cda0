/** PartiQL answers what it selects from within an attribute beside the attributes, not inside them. */
import { attributeOf, emptyAttributes, type AttributeMap } from '../items/attribute-value.ts';
import type { Path } from '../expressions/ast.ts';
import { project } from '../expressions/projection.ts';

/** `b` for `a.b`, `b[0]` for `a.b[0]` and all that is below it (DynamoDB Local 3.3.1, 2026). */
export function shownName(path: Path): string {
  const index = path.findIndex((part) => typeof part === 'number');
  if (index < 0) return String(path.at(-1));
  return `${path[index - 1]}[${path[index]}]`;
}

export function selectedAttributes(item: AttributeMap, paths: readonly Path[]): AttributeMap {
  const selected = emptyAttributes();
  for (const path of paths) {
    const projected = project(item, [path]);
    let value = attributeOf(projected, path[0]);
    for (const part of path.slice(1)) {
      // A projected list holds the one element that was asked for.
      value = typeof part === 'number' ? value?.L?.[0] : value?.M && attributeOf(value.M, part);
      if (typeof part === 'number') break;
    }
    if (value !== undefined) selected[shownName(path)] = value;
  }
  return selected;
}
