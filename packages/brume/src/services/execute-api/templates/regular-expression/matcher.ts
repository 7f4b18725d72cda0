/**
 * Matches by backtracking, each step charged to the budget: JavaScript's own engine cannot be stopped,
 * and patterns with nested repetitions would let a payload hold the process.
 */
import type { Budget } from '../budget.ts';
import { PATTERN_DEPTH_MAX } from '../limits.ts';
import { limitFault } from '../template-error.ts';
import type { Pattern, PatternNode } from './syntax.ts';

interface Attempt {
  readonly text: string;
  readonly budget: Budget;
  /** Start and end of each group, -1 where it took no part. */
  readonly groups: number[];
  depth: number;
}

/** Where the match ends when `at` and all that follows match; -1 otherwise. */
type Continue = (at: number) => number;
type Matcher = (attempt: Attempt, at: number, next: Continue) => number;

export interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

export interface RegularExpression {
  /** The first match at or after `from`. */
  find(text: string, from: number, budget: Budget): Match | undefined;
  matchesWhole(text: string, budget: Budget): boolean;
  readonly groupNames: ReadonlyMap<string, number>;
}

export function compilePattern(pattern: Pattern): RegularExpression {
  const matcher = compileNode(pattern.node);
  const size = 2 * pattern.groups + 2;
  const attemptOf = (text: string, budget: Budget): Attempt => ({
    text,
    budget,
    groups: Array.from({ length: size }, () => -1),
    depth: 0,
  });
  return {
    groupNames: pattern.groupNames,
    find(text, from, budget) {
      const attempt = attemptOf(text, budget);
      for (let start = from; start <= text.length; start += 1) {
        budget.spend(1);
        attempt.groups.fill(-1);
        const end = matcher(attempt, start, (at) => at);
        if (end < 0) continue;
        const groups = Array.from({ length: pattern.groups + 1 }, (_, index) =>
          index === 0 ? text.slice(start, end) : captured(attempt, index),
        );
        return { start, end, groups };
      }
      return undefined;
    },
    matchesWhole(text, budget) {
      return matcher(attemptOf(text, budget), 0, (at) => (at === text.length ? at : -1)) >= 0;
    },
  };
}

function captured(attempt: Attempt, index: number): string | undefined {
  const start = attempt.groups[2 * index] ?? -1;
  const end = attempt.groups[2 * index + 1] ?? -1;
  return end < 0 ? undefined : attempt.text.slice(start, end);
}

function compileNode(node: PatternNode): Matcher {
  switch (node.kind) {
    case 'character':
      return ({ text, budget }, at, next) => {
        budget.spend(1);
        return at < text.length && node.test(text.charAt(at)) ? next(at + 1) : -1;
      };
    case 'sequence':
      return compileSequence(node.items.map(compileNode));
    case 'choice': {
      const branches = node.branches.map(compileNode);
      return (attempt, at, next) => {
        for (const branch of branches) {
          const end = branch(attempt, at, next);
          if (end >= 0) return end;
        }
        return -1;
      };
    }
    case 'group':
      return compileGroup(node.index, compileNode(node.body));
    case 'back-reference':
      return (attempt, at, next) => {
        const text = captured(attempt, node.index);
        attempt.budget.spend(1 + (text?.length ?? 0));
        return text !== undefined && attempt.text.startsWith(text, at)
          ? next(at + text.length)
          : -1;
      };
    case 'look-ahead': {
      const body = compileNode(node.body);
      return (attempt, at, next) =>
        body(attempt, at, (end) => end) >= 0 === node.negative ? -1 : next(at);
    }
    case 'repeat':
      return node.body.kind === 'character' && node.mode !== 'lazy'
        ? repeatCharacter(node.body.test, node)
        : node.mode === 'possessive'
          ? possessive(compileNode({ ...node, mode: 'greedy' }))
          : repeatGroup(compileNode(node.body), node.min, node.max, node.mode === 'lazy');
    default:
      return ({ text }, at, next) => (holds(node.kind, node.multiline, text, at) ? next(at) : -1);
  }
}

function compileSequence(items: readonly Matcher[]): Matcher {
  const from =
    (index: number): Matcher =>
    (attempt, at, next) => {
      const item = items[index];
      if (item === undefined) return next(at);
      return item(attempt, at, (end) => from(index + 1)(attempt, end, next));
    };
  return items.length === 1 && items[0] !== undefined ? items[0] : from(0);
}

function compileGroup(index: number, body: Matcher): Matcher {
  return (attempt, at, next) => {
    const { groups } = attempt;
    const start = groups[2 * index] ?? -1;
    const end = groups[2 * index + 1] ?? -1;
    const found = body(attempt, at, (after) => {
      groups[2 * index] = at;
      groups[2 * index + 1] = after;
      const rest = next(after);
      if (rest < 0) {
        groups[2 * index] = start;
        groups[2 * index + 1] = end;
      }
      return rest;
    });
    return found;
  };
}

/** The common case, without recursion: `[a-z]+`, `.*`. */
function repeatCharacter(
  test: (character: string) => boolean,
  { min, max, mode }: { min: number; max: number; mode: string },
): Matcher {
  return ({ text, budget }, at, next) => {
    let end = at;
    while (end < text.length && end - at < max && test(text.charAt(end))) {
      budget.spend(1);
      end += 1;
    }
    if (mode === 'possessive') return end - at < min ? -1 : next(end);
    for (; end - at >= min; end -= 1) {
      budget.spend(1);
      const rest = next(end);
      if (rest >= 0) return rest;
    }
    return -1;
  };
}

function repeatGroup(body: Matcher, min: number, max: number, lazy: boolean): Matcher {
  const more = (attempt: Attempt, at: number, count: number, next: Continue): number => {
    if (count >= max) return -1;
    attempt.depth += 1;
    if (attempt.depth > PATTERN_DEPTH_MAX) {
      throw limitFault(`${PATTERN_DEPTH_MAX} repetitions of a group in a regular expression`);
    }
    const end = body(attempt, at, (after) =>
      // A turn that matches nothing ends the repetition.
      after === at && count >= min ? -1 : turn(attempt, after, count + 1, next),
    );
    attempt.depth -= 1;
    return end;
  };
  const turn = (attempt: Attempt, at: number, count: number, next: Continue): number => {
    attempt.budget.spend(1);
    if (count < min) return more(attempt, at, count, next);
    if (lazy) {
      const rest = next(at);
      return rest >= 0 ? rest : more(attempt, at, count, next);
    }
    const end = more(attempt, at, count, next);
    return end >= 0 ? end : next(at);
  };
  return (attempt, at, next) => turn(attempt, at, 0, next);
}

function possessive(body: Matcher): Matcher {
  return (attempt, at, next) => {
    const end = body(attempt, at, (after) => after);
    return end < 0 ? -1 : next(end);
  };
}

function holds(kind: string, multiline: boolean, text: string, at: number): boolean {
  switch (kind) {
    case 'start':
      return at === 0 || (multiline && text.charAt(at - 1) === '\n');
    case 'end':
      if (at === text.length || (at === text.length - 1 && text.endsWith('\n'))) return true;
      return multiline && text.charAt(at) === '\n';
    default:
      return (isWord(text, at - 1) !== isWord(text, at)) === (kind === 'boundary');
  }
}

function isWord(text: string, at: number): boolean {
  return /^\w$/.test(text.charAt(at));
}
