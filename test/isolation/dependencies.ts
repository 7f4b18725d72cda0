/**
 * A graph of what must have come before what, and the cycles in it. Kinds of edges, in Adya's terms
 * ("Weak Consistency", 1999): `write` (wrote the version before), `read` (read what the other wrote),
 * `overwrite` (overwrote what the other read); and `time`: had ended before the other began.
 */

export type Kind = 'write' | 'read' | 'overwrite' | 'time';

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
  /** Says why, for the reader of a report. */
  readonly because: string;
}

export class Dependencies {
  readonly #edges = new Map<number, Edge[]>();

  add(from: number, to: number, kind: Kind, because: string): void {
    if (from === to) return;
    const edges = this.#edges.get(from) ?? [];
    edges.push({ from, to, kind, because });
    this.#edges.set(from, edges);
  }

  /** A shortest cycle of edges of those kinds. */
  cycle(kinds: readonly Kind[]): readonly Edge[] | undefined {
    const next = (node: number) =>
      (this.#edges.get(node) ?? []).filter(({ kind }) => kinds.includes(kind));
    for (const component of components([...this.#edges.keys()], next)) {
      if (component.size < 2) continue;
      let shortest: readonly Edge[] | undefined;
      for (const node of component) {
        const found = wayBack(node, (at) => next(at).filter(({ to }) => component.has(to)));
        if (found && found.length < (shortest?.length ?? Infinity)) shortest = found;
      }
      return shortest;
    }
    return undefined;
  }
}

/** Breadth first from a node to itself. */
function wayBack(start: number, next: (node: number) => readonly Edge[]): Edge[] | undefined {
  const cameBy = new Map<number, Edge>();
  const queue = [start];
  for (const node of queue) {
    for (const edge of next(node)) {
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to !== start) {
        queue.push(edge.to);
        continue;
      }
      const way = [edge];
      for (let at = edge; at.from !== start; way.unshift(at)) at = cameBy.get(at.from) as Edge;
      return way;
    }
  }
  return undefined;
}

/** Strongly connected components (Tarjan, 1972), without recursion: histories are long. */
function* components(
  nodes: readonly number[],
  next: (node: number) => readonly Edge[],
): Iterable<Set<number>> {
  const order = new Map<number, number>();
  const lowest = new Map<number, number>();
  const stack: number[] = [];
  const stacked = new Set<number>();
  const low = (node: number, value: number) =>
    lowest.set(node, Math.min(lowest.get(node) ?? Infinity, value));
  const visit = (node: number) => {
    order.set(node, order.size);
    low(node, order.size - 1);
    stack.push(node);
    stacked.add(node);
    return { node, edges: next(node), at: 0 };
  };
  for (const root of nodes) {
    if (order.has(root)) continue;
    const path = [visit(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.edges[top.at++];
      if (edge !== undefined) {
        if (!order.has(edge.to)) path.push(visit(edge.to));
        else if (stacked.has(edge.to)) low(top.node, order.get(edge.to) as number);
        continue;
      }
      path.pop();
      const reached = lowest.get(top.node) as number;
      const parent = path.at(-1);
      if (parent) low(parent.node, reached);
      if (reached !== order.get(top.node)) continue;
      const component = new Set(stack.splice(stack.lastIndexOf(top.node)));
      for (const node of component) stacked.delete(node);
      yield component;
    }
  }
}
