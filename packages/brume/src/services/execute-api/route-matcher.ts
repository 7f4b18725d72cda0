/**
 * Finds the route of a request. AWS's order: a full match, then a greedy variable, then `$default`;
 * literals before variables, a method of its own before `ANY`.
 */
import type { PublishedRoute, Segment } from '../apigatewayv2/port.ts';

export interface RouteMatch<Route> {
  readonly route: Route;
  readonly pathParameters: ReadonlyMap<string, string>;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

interface End<Route> {
  readonly route: Route;
  /** Of this route: others that share its place in the tree may name their variables otherwise. */
  readonly segments: readonly Segment[];
}

/** Routes that end at the same place in the tree, by method. */
type Ends<Route> = Map<string, End<Route>>;

class Node<Route> {
  readonly literals = new Map<string, Node<Route>>();
  parameter: Node<Route> | undefined;
  readonly ends: Ends<Route> = new Map();
  readonly greedyEnds: Ends<Route> = new Map();
}

export class RouteMatcher<Route extends Pick<PublishedRoute, 'pattern'>> {
  readonly #root = new Node<Route>();
  readonly #default: Route | undefined;

  constructor(routes: readonly Route[]) {
    this.#default = routes.find((route) => route.pattern.type === 'default');
    for (const route of routes) this.#add(route);
  }

  /** `path` is decoded and begins with a slash. */
  match(method: string, path: string): RouteMatch<Route> | undefined {
    const parts = path.slice(1).split('/');
    const found =
      findFull(this.#root, parts, 0, method) ?? findGreedy(this.#root, parts, 0, method);
    if (found) return { route: found.route, pathParameters: parameters(found.segments, parts) };
    return this.#default && { route: this.#default, pathParameters: NO_PARAMETERS };
  }

  #add(route: Route): void {
    const { pattern } = route;
    if (pattern.type === 'default') return;
    let node = this.#root;
    for (const segment of pattern.segments) {
      if (segment.type === 'greedy') break;
      node = child(node, segment);
    }
    const isGreedy = pattern.segments.at(-1)?.type === 'greedy';
    const ends = isGreedy ? node.greedyEnds : node.ends;
    ends.set(pattern.method, { route, segments: pattern.segments });
  }
}

function child<Route>(node: Node<Route>, segment: Segment): Node<Route> {
  if (segment.type !== 'literal') return (node.parameter ??= new Node());
  let next = node.literals.get(segment.text);
  if (!next) node.literals.set(segment.text, (next = new Node()));
  return next;
}

type Find<Route> = (
  node: Node<Route>,
  parts: readonly string[],
  at: number,
  method: string,
) => End<Route> | undefined;

function findFull<Route>(
  node: Node<Route>,
  parts: readonly string[],
  at: number,
  method: string,
): End<Route> | undefined {
  const part = parts[at];
  if (part === undefined) return endFor(node.ends, method);
  return findBelow(findFull, node, parts, at, method);
}

/** The greedy variable that has the longest path before it. It stands for at least one character. */
function findGreedy<Route>(
  node: Node<Route>,
  parts: readonly string[],
  at: number,
  method: string,
): End<Route> | undefined {
  const part = parts[at];
  if (part === undefined) return undefined;
  const isEmpty = part === '' && at === parts.length - 1;
  return (
    findBelow(findGreedy, node, parts, at, method) ??
    (isEmpty ? undefined : endFor(node.greedyEnds, method))
  );
}

/** Every node is reached by one path only, so a search visits each node of the tree once at most. */
function findBelow<Route>(
  find: Find<Route>,
  node: Node<Route>,
  parts: readonly string[],
  at: number,
  method: string,
): End<Route> | undefined {
  const part = parts[at] ?? '';
  const literal = node.literals.get(part);
  const found = literal && find(literal, parts, at + 1, method);
  if (found || part === '' || !node.parameter) return found;
  return find(node.parameter, parts, at + 1, method);
}

function endFor<Route>(ends: Ends<Route>, method: string): End<Route> | undefined {
  return ends.get(method) ?? ends.get('ANY');
}

function parameters(segments: readonly Segment[], parts: readonly string[]) {
  let found: Map<string, string> | undefined;
  for (const [index, segment] of segments.entries()) {
    if (segment.type === 'literal') continue;
    const isGreedy = segment.type === 'greedy';
    const value = isGreedy ? parts.slice(index).join('/') : (parts[index] ?? '');
    (found ??= new Map()).set(segment.name, value);
  }
  return found ?? NO_PARAMETERS;
}
