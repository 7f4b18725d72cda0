/**
 * Whether transactions over lists that only grow could have happened one after the other, in an order
 * that agrees with time: strict serializability. Every appended value is there once, so a list that
 * was read tells in which order its values came, and whose transaction each read depends on (the idea
 * of Elle: Kingsbury and Alvaro, 2020). What is left to find is a cycle.
 */
import type { Call } from './history.ts';
import { Dependencies, type Edge, type Kind } from './dependencies.ts';

export interface Transaction {
  /** The value that is appended to each of these lists. */
  readonly appends: ReadonlyMap<string, string>;
}

/** Lists as they were just before the transaction's own appends. */
export type Reads = ReadonlyMap<string, readonly string[]>;

export interface Anomaly {
  readonly name: string;
  readonly explanation: string;
}

type TransactionCall = Call<Transaction, Reads>;

/** The first anomaly that there is, by the names of Adya; undefined where all is well. */
export function findAnomaly(calls: readonly TransactionCall[]): Anomaly | undefined {
  const writers = new Map<string, number>();
  for (const [at, { request }] of calls.entries()) {
    for (const [list, value] of request.appends) writers.set(nameOf(list, value), at);
  }
  const orders = new Map<string, readonly string[]>();
  for (const { list, values } of readsOf(calls)) {
    const anomaly = impossibleRead(list, values, orders.get(list) ?? [], writers);
    if (anomaly) return anomaly;
    if (values.length > (orders.get(list)?.length ?? 0)) orders.set(list, values);
  }
  const graph = new Dependencies();
  addAppends(graph, calls, orders, writers);
  addTime(graph, calls, orders);
  return worstCycle(graph, calls);
}

function* readsOf(calls: readonly TransactionCall[]) {
  for (const [at, { answer }] of calls.entries()) {
    for (const [list, values] of answer ?? []) yield { at, list, values };
  }
}

/** Lists only grow, at their ends, by values that somebody appended. */
function impossibleRead(
  list: string,
  values: readonly string[],
  longest: readonly string[],
  writers: ReadonlyMap<string, number>,
): Anomaly | undefined {
  const explanation = `${list} was read as [${values.join()}], elsewhere as [${longest.join()}]`;
  if (new Set(values).size < values.length) return { name: 'value twice', explanation };
  const dirty = values.find((value) => !writers.has(nameOf(list, value)));
  // Appends that were refused are no calls, so what they left behind has no writer.
  if (dirty !== undefined)
    return { name: 'dirty read (G1a)', explanation: `${explanation}: ${dirty}` };
  const [shorter, longer] = values.length < longest.length ? [values, longest] : [longest, values];
  const agrees = shorter.every((value, at) => value === longer[at]);
  return agrees ? undefined : { name: 'incompatible orders', explanation };
}

function addAppends(
  graph: Dependencies,
  calls: readonly TransactionCall[],
  orders: ReadonlyMap<string, readonly string[]>,
  writers: ReadonlyMap<string, number>,
): void {
  const writerOf = (list: string, value: string | undefined) =>
    value === undefined ? undefined : writers.get(nameOf(list, value));
  for (const [list, order] of orders) {
    for (const [at, value] of order.entries()) {
      const [from, to] = [writerOf(list, value), writerOf(list, order[at + 1])];
      if (from === undefined || to === undefined) continue;
      graph.add(from, to, 'write', `appended to ${list} after its ${value}`);
    }
  }
  const unread = unreadAppends(calls, orders);
  for (const { at, list, values } of readsOf(calls)) {
    const last = writerOf(list, values.at(-1));
    if (last !== undefined) graph.add(last, at, 'read', `read its ${values.at(-1)} in ${list}`);
    const next = orders.get(list)?.[values.length];
    const overwriter = writerOf(list, next);
    const because = (value: string) => `appended ${value} to ${list}, which it had read without`;
    if (overwriter !== undefined) graph.add(at, overwriter, 'overwrite', because(next as string));
    // What nobody has read came after all that anybody has.
    for (const late of unread.get(list) ?? []) {
      graph.add(at, late.at, 'overwrite', because(late.value));
    }
  }
}

/** Appends that did happen and are in no list that was read. */
function unreadAppends(
  calls: readonly TransactionCall[],
  orders: ReadonlyMap<string, readonly string[]>,
): Map<string, { at: number; value: string }[]> {
  const read = new Set<string>();
  for (const [list, order] of orders) for (const value of order) read.add(nameOf(list, value));
  const unread = new Map<string, { at: number; value: string }[]>();
  for (const [at, call] of calls.entries()) {
    if (!happened(call, read)) continue;
    for (const [list, value] of call.request.appends) {
      if (read.has(nameOf(list, value))) continue;
      unread.set(list, [...(unread.get(list) ?? []), { at, value }]);
    }
  }
  return unread;
}

/** A transaction without an answer has happened where somebody read what it appended. */
function happened({ answer, request }: TransactionCall, read: ReadonlySet<string>): boolean {
  if (answer !== undefined) return true;
  return [...request.appends].some(([list, value]) => read.has(nameOf(list, value)));
}

/**
 * What had ended comes before what began later. Not an edge for each pair, but a chain of moments
 * (negative numbers) at which calls had ended: from a call to its moment, from moment to moment, and
 * from the last moment before a call to the call.
 */
function addTime(
  graph: Dependencies,
  calls: readonly TransactionCall[],
  orders: ReadonlyMap<string, readonly string[]>,
): void {
  const read = new Set<string>();
  for (const [list, order] of orders) for (const value of order) read.add(nameOf(list, value));
  const events = calls
    .flatMap((call, at) =>
      happened(call, read)
        ? [
            { time: call.invokedAt, at, ends: false },
            { time: call.endedAt, at, ends: true },
          ]
        : [],
    )
    .sort((left, right) => left.time - right.time);
  let moment = 0;
  for (const { at, ends } of events) {
    if (!ends) {
      if (moment < 0) graph.add(moment, at, 'time', 'began after that');
      continue;
    }
    const next = moment - 1;
    if (moment < 0) graph.add(moment, next, 'time', 'passed');
    graph.add(at, next, 'time', 'ended');
    moment = next;
  }
}

/** Kinds of edges by how bad a cycle of only these is. */
const SEARCHES: readonly (readonly Kind[])[] = [
  ['write'],
  ['write', 'read'],
  ['write', 'read', 'overwrite'],
  ['write', 'read', 'overwrite', 'time'],
];

function worstCycle(graph: Dependencies, calls: readonly TransactionCall[]): Anomaly | undefined {
  for (const kinds of SEARCHES) {
    const cycle = graph.cycle(kinds);
    if (cycle) return { name: nameCycle(cycle), explanation: explain(cycle, calls) };
  }
  return undefined;
}

function nameCycle(cycle: readonly Edge[]): string {
  const count = (kind: Kind) => cycle.filter((edge) => edge.kind === kind).length;
  const overwrites = count('overwrite');
  const name =
    overwrites > 1
      ? 'write skew (G2)'
      : overwrites === 1
        ? 'lost update or torn read (G-single)'
        : count('read') > 0
          ? 'circular information (G1c)'
          : 'circular writes (G0)';
  return count('time') > 0 ? `${name}, against time` : name;
}

function explain(cycle: readonly Edge[], calls: readonly TransactionCall[]): string {
  const lines = cycle
    .filter(({ to }) => to >= 0)
    .map(({ from, to, because }) => {
      const before = from < 0 ? 'what had ended' : describe(from, calls);
      return `${describe(to, calls)} comes after ${before}: ${because}`;
    });
  return lines.join('\n');
}

function describe(at: number, calls: readonly TransactionCall[]): string {
  const { client, request, answer } = calls[at] as TransactionCall;
  const reads = [...(answer ?? [])].map(([list, values]) => `${list}=[${values.join()}]`);
  const appends = [...request.appends].map(([list, value]) => `${list}+${value}`);
  return `T${at} of ${client} {${[...reads, ...appends].join(' ')}}`;
}

function nameOf(list: string, value: string): string {
  return `${list}/${value}`;
}
