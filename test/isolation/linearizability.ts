/**
 * Whether calls to one object could have happened one after the other, each at some moment between its
 * asking and its answer (Herlihy and Wing, 1990). The search goes forward in time, as Lowe's
 * just-in-time linearization does ("Testing for linearizability", 2017): it keeps every state that the
 * object may be in together with the open calls that have happened in it, and only where a call is
 * answered does it have to decide what happened before.
 */
import type { Call } from './history.ts';

/** What an object does. States are text, so that equal ones are found. */
export interface Model<Request, Answer> {
  readonly initial: string;
  /**
   * The state after a request that was answered so; undefined where it cannot be answered so in that
   * state. Without an answer: the state after the request, whatever it would have answered.
   */
  next(state: string, request: Request, answer: Answer | undefined): string | undefined;
}

/** A state, and which of the open calls have happened in it. */
interface Possibility {
  readonly state: string;
  readonly happened: readonly number[];
}

export interface Verdict<Request, Answer> {
  /** The call whose answer nothing explains; undefined where all is well. */
  readonly unexplained: Call<Request, Answer> | undefined;
  /** The states that the object may have been in when it was answered. */
  readonly states: readonly string[];
}

/** The search gives up where a history leaves more than this open at once. */
const POSSIBILITIES_MAX = 200_000;

export function checkLinearizable<Request, Answer>(
  calls: readonly Call<Request, Answer>[],
  model: Model<Request, Answer>,
): Verdict<Request, Answer> {
  let possible: readonly Possibility[] = [{ state: model.initial, happened: [] }];
  const open = new Set<number>();
  for (const { at, ends } of eventsOf(calls)) {
    if (!ends) {
      open.add(at);
      continue;
    }
    const call = calls[at] as Call<Request, Answer>;
    const before = possible;
    const reached = closure(possible, calls, open, model, at);
    // What nobody was told of may have happened until now, or never will.
    const kept =
      call.answer === undefined ? reached : reached.filter(({ happened }) => happened.includes(at));
    possible = distinct(
      kept.map(({ state, happened }) => ({ state, happened: happened.filter((o) => o !== at) })),
    );
    open.delete(at);
    if (possible.length === 0) {
      return { unexplained: call, states: [...new Set(before.map(({ state }) => state))] };
    }
  }
  return { unexplained: undefined, states: possible.map(({ state }) => state) };
}

function eventsOf(calls: readonly Call<unknown, unknown>[]) {
  return calls
    .flatMap(({ invokedAt, endedAt }, at) => [
      { time: invokedAt, at, ends: false },
      { time: endedAt, at, ends: true },
    ])
    .sort((left, right) => left.time - right.time);
}

/** All that may have come about before call `ending` ends. Goes no further where that has happened. */
function closure<Request, Answer>(
  from: readonly Possibility[],
  calls: readonly Call<Request, Answer>[],
  open: ReadonlySet<number>,
  model: Model<Request, Answer>,
  ending: number,
): Possibility[] {
  const found = new Map(from.map((each) => [keyOf(each), each]));
  const waiting = [...from];
  for (;;) {
    const here = waiting.pop();
    if (here === undefined) return [...found.values()];
    if (here.happened.includes(ending)) continue;
    for (const at of open) {
      if (here.happened.includes(at)) continue;
      const { request, answer } = calls[at] as Call<Request, Answer>;
      const state = model.next(here.state, request, answer);
      if (state === undefined) continue;
      const there = { state, happened: [...here.happened, at].sort((a, b) => a - b) };
      const key = keyOf(there);
      if (found.has(key)) continue;
      if (found.size >= POSSIBILITIES_MAX) throw new Error('the history leaves too much open');
      found.set(key, there);
      waiting.push(there);
    }
  }
}

function distinct(possible: readonly Possibility[]): Possibility[] {
  return [...new Map(possible.map((each) => [keyOf(each), each])).values()];
}

function keyOf({ state, happened }: Possibility): string {
  return `${happened.join()}|${state}`;
}
