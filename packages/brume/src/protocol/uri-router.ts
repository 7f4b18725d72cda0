/**
 * Finds the operation that a method and a path ask for: a tree of path segments per method. A literal
 * segment wins over a label, a label over a greedy one, and more query literals over fewer.
 */
import type { OperationModel } from '../model/shapes.ts';

export interface Route {
  readonly operation: OperationModel;
  /** Undecoded labels by name. */
  readonly labels: ReadonlyMap<string, string>;
}

interface Leaf {
  readonly operation: OperationModel;
  readonly labelNames: readonly string[];
  /** `name` or `name=value`, undecoded, that the query must have. */
  readonly queryLiterals: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  readonly leaves: Leaf[];
  readonly greedyLeaves: Leaf[];
}

export class UriRouter {
  readonly #roots = new Map<string, Node>();

  constructor(operations: Iterable<OperationModel>) {
    for (const operation of operations) this.#add(operation);
  }

  #add(operation: OperationModel): void {
    const { method, requestUri } = operation.http;
    const { path, query } = splitTarget(requestUri);
    let node = this.#roots.get(method);
    if (!node) this.#roots.set(method, (node = newNode()));
    const labelNames: string[] = [];
    const leaf: Leaf = { operation, labelNames, queryLiterals: query ? query.split('&') : [] };
    for (const segment of segmentsOf(path)) {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
      if (name !== undefined) labelNames.push(name);
      if (greedy) return insert(node.greedyLeaves, leaf);
      node = name === undefined ? literalChild(node, segment) : (node.label ??= newNode());
    }
    insert(node.leaves, leaf);
  }

  find(method: string, target: string): Route | undefined {
    const root = this.#roots.get(method);
    if (!root) return undefined;
    const { path, query } = splitTarget(target);
    const search: Search = { segments: segmentsOf(path), query: new Set(query.split('&')), path };
    const values: string[] = [];
    const leaf = descend(root, 0, search, values);
    if (!leaf) return undefined;
    const labels = leaf.labelNames.map((name, index) => [name, values[index] as string] as const);
    return { operation: leaf.operation, labels: new Map(labels) };
  }
}

interface Search {
  readonly segments: readonly string[];
  readonly query: ReadonlySet<string>;
  readonly path: string;
}

/** Fills `values` with the labels' text on the way that led to the leaf. */
function descend(node: Node, depth: number, search: Search, values: string[]): Leaf | undefined {
  const segment = search.segments[depth];
  if (segment === undefined) return pick(node.leaves, search);
  const literal = node.literals.get(segment);
  const found = literal && descend(literal, depth + 1, search, values);
  if (found) return found;
  if (node.label && segment !== '') {
    values.push(segment);
    const labelled = descend(node.label, depth + 1, search, values);
    if (labelled) return labelled;
    values.pop();
  }
  const greedy = pick(node.greedyLeaves, search);
  if (greedy) values.push(remainder(search.path, depth));
  return greedy;
}

/** The path's text behind its first `depth` segments. */
function remainder(path: string, depth: number): string {
  let start = 1;
  for (let skipped = 0; skipped < depth; skipped++) start = path.indexOf('/', start) + 1;
  return path.slice(start);
}

function pick(leaves: readonly Leaf[], { query }: Search): Leaf | undefined {
  return leaves.find((leaf) => leaf.queryLiterals.every((literal) => query.has(literal)));
}

function insert(leaves: Leaf[], leaf: Leaf): void {
  leaves.push(leaf);
  leaves.sort((left, right) => right.queryLiterals.length - left.queryLiterals.length);
}

function literalChild(node: Node, segment: string): Node {
  let child = node.literals.get(segment);
  if (!child) node.literals.set(segment, (child = newNode()));
  return child;
}

function newNode(): Node {
  return { literals: new Map(), label: undefined, leaves: [], greedyLeaves: [] };
}

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: '' };
  return { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** A slash at the end makes no difference: AWS accepts `/functions` and `/functions/`. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return segments;
}
