/** Document paths in items: reading, showing, and telling whether two of them meet. */
import { attributeOf, type AttributeMap, type AttributeValue } from '../items/attribute-value.ts';
import type { Path } from './ast.ts';
import { ExpressionProblem } from './syntax.ts';

export function valueAt(item: AttributeMap, path: Path): AttributeValue | undefined {
  let value = attributeOf(item, path[0]);
  for (let at = 1; at < path.length && value !== undefined; at++) {
    value = childOf(value, path[at] as string | number);
  }
  return value;
}

export function childOf(value: AttributeValue, part: string | number): AttributeValue | undefined {
  if (typeof part === 'number') return value.L?.[part];
  return value.M === undefined ? undefined : attributeOf(value.M, part);
}

/** As AWS's messages show it: `[a, [0], b]`. */
export function shownPath(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

/** 'overlap' where one path leads into or to the other; 'conflict' where they disagree on a type. */
function meeting(one: Path, two: Path): 'overlap' | 'conflict' | undefined {
  const length = Math.min(one.length, two.length);
  for (let at = 0; at < length; at++) {
    if (typeof one[at] !== typeof two[at]) return 'conflict';
    if (one[at] !== two[at]) return undefined;
  }
  return 'overlap';
}

/** Throws where two paths of one expression meet: overlaps come before conflicts. */
export function checkMeetings(paths: readonly Path[]): void {
  let conflict: string | undefined;
  for (const [index, two] of paths.entries()) {
    for (const one of paths.slice(0, index)) {
      const kind = meeting(one, two);
      if (kind === undefined) continue;
      const detail =
        `must remove or rewrite one of these paths; path one: ${shownPath(one)}, ` +
        `path two: ${shownPath(two)}`;
      if (kind === 'overlap') {
        throw new ExpressionProblem(`Two document paths overlap with each other; ${detail}`);
      }
      conflict ??= `Two document paths conflict with each other; ${detail}`;
    }
  }
  if (conflict !== undefined) throw new ExpressionProblem(conflict);
}
