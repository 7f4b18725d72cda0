/** Expressions written out in DynamoDB's language, with their names and values. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import type { Codec, Pending } from '../codec/codec.ts';
import { pathText, within } from '../errors.ts';
import type { PathSegment } from '../errors.ts';
import type { Condition, Operand } from './condition.ts';
import type { Change } from './update.ts';

export interface ScopeMembers {
  ExpressionAttributeNames?: { [name: string]: string };
  ExpressionAttributeValues?: AttributeMap;
}

/** The names and values that the expressions of one request share. */
export class ExpressionScope {
  readonly pending: Pending;
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly values: AttributeMap = {};
  private valueCount = 0;

  constructor(pending: Pending) {
    this.pending = pending;
  }

  /** `#status` for `status`: every name is a placeholder, since hundreds of words are reserved. */
  name(attribute: string): string {
    const known = this.names.get(attribute);
    if (known) return known;
    const readable = `#${attribute.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
    const placeholder = this.taken.has(readable) ? `${readable}_${this.names.size}` : readable;
    this.names.set(attribute, placeholder);
    this.taken.add(placeholder);
    return placeholder;
  }

  path(segments: readonly PathSegment[]): string {
    let text = '';
    for (const segment of segments) {
      if (typeof segment === 'number') text += `[${segment}]`;
      else text += (text === '' ? '' : '.') + this.name(segment);
    }
    return text;
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${this.valueCount++}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  encoded(codec: Codec, value: unknown, at: readonly PathSegment[]): string {
    try {
      return this.value(codec.encode(value, this.pending));
    } catch (error) {
      throw at.length === 0 ? error : within(pathText(at), error);
    }
  }

  /** The members of the request; absent where empty, since DynamoDB refuses empty ones. */
  members(): ScopeMembers {
    const names = Object.fromEntries(
      [...this.names].map(([name, placeholder]) => [placeholder, name]),
    );
    return {
      ...(this.names.size > 0 && { ExpressionAttributeNames: names }),
      ...(this.valueCount > 0 && { ExpressionAttributeValues: this.values }),
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
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions
        .map((part) => `(${conditionText(part, scope)})`)
        .join(condition.kind === 'and' ? ' AND ' : ' OR ');
    case 'not':
      return `NOT (${conditionText(condition.condition, scope)})`;
    default:
      break;
  }
  const left = condition.operands[0] as Operand;
  const at = left.kind === 'value' ? [] : left.path.segments;
  const operands = condition.operands.map((operand) => operandText(operand, scope, at));
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

function operandText(operand: Operand, scope: ExpressionScope, at: readonly PathSegment[]): string {
  switch (operand.kind) {
    case 'path':
      return scope.path(operand.path.segments);
    case 'size':
      return `size(${scope.path(operand.path.segments)})`;
    case 'value':
      return scope.encoded(operand.codec, operand.value, at);
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

function changeText(change: Change, scope: ExpressionScope): [Clause, string] {
  const path = scope.path(change.path.segments);
  const operand = (value: unknown): string =>
    scope.encoded(change.path.codec, value, change.path.segments);
  const { codec } = change.path;
  switch (change.kind) {
    case 'set':
      return ['SET', `${path} = ${operand(change.value)}`];
    case 'copy':
      return ['SET', `${path} = ${scope.path(change.from.segments)}`];
    case 'setIfAbsent':
      return ['SET', `${path} = if_not_exists(${path}, ${operand(change.value)})`];
    case 'increment': {
      // The sum is not the amount: a validator of the one says nothing of the other.
      const amount = scope.encoded(codec.unchecked ?? codec, change.value, change.path.segments);
      return ['SET', `${path} = ${path} + ${amount}`];
    }
    case 'append':
      return ['SET', `${path} = list_append(${path}, ${operand(change.value)})`];
    case 'prepend':
      return ['SET', `${path} = list_append(${operand(change.value)}, ${path})`];
    case 'add': {
      const amount = scope.encoded(codec.unchecked ?? codec, change.value, change.path.segments);
      return ['ADD', `${path} ${amount}`];
    }
    case 'delete':
      return ['DELETE', `${path} ${operand(change.value)}`];
    case 'remove':
      return ['REMOVE', path];
  }
}

export function projectionText(
  paths: readonly (readonly PathSegment[])[],
  scope: ExpressionScope,
): string {
  return paths.map((segments) => scope.path(segments)).join(', ');
}
