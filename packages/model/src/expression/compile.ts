/** Expressions written out in DynamoDB's language, with their names and values. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import type { Codec, Pending } from '../codec/codec.ts';
import { at, pathText } from '../errors.ts';
import type { PathSegment } from '../errors.ts';
import type { Condition, Operand } from './condition.ts';
import type { PathNode } from './path.ts';
import type { Change } from './update.ts';

export interface ScopeMembers {
  ExpressionAttributeNames?: { [name: string]: string };
  ExpressionAttributeValues?: AttributeMap;
}

/** The names and values that the expressions of one request share. */
export class ExpressionScope {
  readonly pending: Pending;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #values: AttributeMap = {};
  #valueCount = 0;

  constructor(pending: Pending) {
    this.pending = pending;
  }

  /** `#status` for `status`: every name is a placeholder, since hundreds of words are reserved. */
  name(attribute: string): string {
    const known = this.#names.get(attribute);
    if (known) return known;
    const readable = `#${attribute.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
    const placeholder = this.#taken.has(readable) ? `${readable}_${this.#names.size}` : readable;
    this.#names.set(attribute, placeholder);
    this.#taken.add(placeholder);
    return placeholder;
  }

  path(segments: readonly PathSegment[]): string {
    return pathText(segments, (name) => this.name(name));
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${this.#valueCount++}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  encoded(codec: Codec, value: unknown, place: readonly PathSegment[]): string {
    const encode = (): string => this.value(codec.encode(value, this.pending));
    return place.reduceRight((run, segment) => () => at(segment, run), encode)();
  }

  /** The members of the request; absent where empty, since DynamoDB refuses empty ones. */
  members(): ScopeMembers {
    const names = Object.fromEntries(
      [...this.#names].map(([name, placeholder]) => [placeholder, name]),
    );
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: names }),
      ...(this.#valueCount > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }
}

/** What `build` writes with a scope, and the scope's names and values, once all are there. */
export function expressed<T extends object>(
  build: (scope: ExpressionScope) => T,
): (T & ScopeMembers) | Promise<T & ScopeMembers> {
  return convert((pending) => {
    const scope = new ExpressionScope(pending);
    const made = build(scope);
    return { ...made, ...scope.members() };
  });
}

export function conditionText(condition: Condition, scope: ExpressionScope): string {
  const group = (part: Condition): string => `(${conditionText(part, scope)})`;
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.map(group).join(` ${condition.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${group(condition.condition)}`;
    default:
      break;
  }
  const left = condition.operands[0] as Operand;
  const place = left.kind === 'value' ? [] : left.path.segments;
  const operands = condition.operands.map((operand) => operandText(operand, scope, place));
  const [first, second, third] = operands;
  switch (condition.kind) {
    case 'compare':
      return `${first} ${condition.by} ${second}`;
    case 'between':
      return `${first} BETWEEN ${second} AND ${third}`;
    case 'in':
      return `${first} IN (${operands.slice(1).join(', ')})`;
    case 'call':
      return `${condition.name}(${operands.join(', ')})`;
  }
}

function operandText(
  operand: Operand,
  scope: ExpressionScope,
  place: readonly PathSegment[],
): string {
  switch (operand.kind) {
    case 'path':
      return scope.path(operand.path.segments);
    case 'size':
      return `size(${scope.path(operand.path.segments)})`;
    case 'value':
      return scope.encoded(operand.codec, operand.value, place);
  }
}

/** `SET … ADD … REMOVE … DELETE …`, with the clauses in the order of their first change. */
export function updateText(changes: readonly Change[], scope: ExpressionScope): string {
  const clauses = new Map<string, string[]>();
  for (const change of changes) {
    const [clause, text] = changeText(change, scope);
    const texts = clauses.get(clause);
    if (texts) texts.push(text);
    else clauses.set(clause, [text]);
  }
  return [...clauses].map(([clause, texts]) => `${clause} ${texts.join(', ')}`).join(' ');
}

type Clause = 'SET' | 'ADD' | 'REMOVE' | 'DELETE';

function changeText({ kind, path: node, value }: Change, scope: ExpressionScope): [Clause, string] {
  const { segments, codec } = node;
  const path = scope.path(segments);
  const operand = (of: Codec = codec): string => scope.encoded(of, value, segments);
  // What is added is not the sum: a validator of the one says nothing of the other.
  const amount = (): string => operand(codec.unchecked);
  switch (kind) {
    case 'set':
      return ['SET', `${path} = ${operand()}`];
    case 'copy':
      return ['SET', `${path} = ${scope.path((value as PathNode).segments)}`];
    case 'setIfAbsent':
      return ['SET', `${path} = if_not_exists(${path}, ${operand()})`];
    case 'increment':
      return ['SET', `${path} = ${path} + ${amount()}`];
    case 'append':
      return ['SET', `${path} = list_append(${path}, ${operand()})`];
    case 'prepend':
      return ['SET', `${path} = list_append(${operand()}, ${path})`];
    case 'add':
      return ['ADD', `${path} ${amount()}`];
    case 'delete':
      return ['DELETE', `${path} ${operand()}`];
    case 'remove':
      return ['REMOVE', path];
  }
}

export function projectionText(names: readonly string[], scope: ExpressionScope): string {
  return names.map((name) => scope.name(name)).join(', ');
}
