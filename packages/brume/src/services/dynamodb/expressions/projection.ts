/** Projections: the parts of an item that an answer shows. */
import {
  attributeOf,
  emptyAttributes,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import type { Path } from './ast.ts';
import type { Bindings } from './bindings.ts';
import { checkMeetings } from './paths.ts';
import type { PathSyntax } from './syntax.ts';

export function bindProjection(syntax: readonly PathSyntax[], bindings: Bindings): Path[] {
  const paths = syntax.map((path) => bindings.path(path));
  checkMeetings(paths);
  return paths;
}

/** The parts of an item at the paths. Elements of lists keep their order and close up. */
export function project(item: AttributeMap, paths: readonly Path[]): AttributeMap {
  const projected = projectMap(item, branchesOf(paths));
  return projected ?? emptyAttributes();
}

/** What is asked for below a part: all of it, or parts of it. */
type Branches = Map<string | number, Branches | 'all'>;

function branchesOf(paths: readonly Path[]): Branches {
  const root: Branches = new Map();
  for (const path of paths) {
    let branches = root;
    for (const [index, part] of path.entries()) {
      const below = branches.get(part);
      if (below === 'all') break;
      if (index === path.length - 1) {
        branches.set(part, 'all');
        break;
      }
      const next: Branches = below ?? new Map();
      branches.set(part, next);
      branches = next;
    }
  }
  return root;
}

function projectMap(map: AttributeMap, branches: Branches): AttributeMap | undefined {
  let projected: AttributeMap | undefined;
  for (const [name, below] of branches) {
    const value = typeof name === 'string' ? attributeOf(map, name) : undefined;
    const part = value && projectValue(value, below);
    if (part === undefined) continue;
    projected ??= emptyAttributes();
    projected[String(name)] = part;
  }
  return projected;
}

function projectValue(value: AttributeValue, below: Branches | 'all'): AttributeValue | undefined {
  if (below === 'all') return value;
  if (value.M !== undefined) {
    const map = projectMap(value.M, below);
    return map && { M: map };
  }
  if (value.L === undefined) return undefined;
  const list = value.L.flatMap((element, index) => {
    const asked = below.get(index);
    const part = asked && projectValue(element, asked);
    return part === undefined ? [] : [part];
  });
  return list.length === 0 ? undefined : { L: list };
}
