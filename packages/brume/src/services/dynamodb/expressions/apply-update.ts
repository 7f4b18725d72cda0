/** What the actions of an update make of an item. Every read sees the item as it was before. */
import {
  attributeOf,
  copyAttributes,
  typeOf,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { decimalProblemMessage, nestedTooDeep } from '../items/attribute-validation.ts';
import { addDecimals, decimal, formatDecimal, subtractDecimals } from '../items/decimal.ts';
import { validation } from '../errors.ts';
import { NESTING_LEVELS_MAX } from '../limits.ts';
import type { Action, Assigned, Path } from './ast.ts';
import { childOf, valueAt } from './paths.ts';

/** `mismatch` makes the error for a value of the wrong type: old parameters have other words. */
export function applyUpdate(
  before: AttributeMap,
  actions: readonly Action[],
  mismatch: () => Error = incorrectDataType,
): AttributeMap {
  const draft = new Draft(before);
  for (const action of actions) {
    const { path } = action;
    if (action.type === 'set') {
      draft.set(path, valueOf(action.assigned, before, mismatch));
    } else if (action.type === 'remove') {
      draft.remove(path);
    } else {
      const old = valueAt(before, path);
      const next = action.type === 'add' ? sum(old, action.value, mismatch) : undefined;
      const value = next ?? difference(old, action.value, mismatch);
      if (value === undefined) draft.remove(path);
      else draft.set(path, value);
    }
  }
  return draft.finish();
}

function incorrectDataType(): Error {
  return validation('An operand in the update expression has an incorrect data type');
}

/** Of AttributeUpdates. */
export function typeMismatch(): Error {
  return validation('Type mismatch for attribute to update');
}

function valueOf(assigned: Assigned, before: AttributeMap, mismatch: () => Error): AttributeValue {
  switch (assigned.type) {
    case 'value':
      return assigned.value;
    case 'path': {
      const value = valueAt(before, assigned.path);
      if (value !== undefined) return value;
      throw validation(
        'The provided expression refers to an attribute that does not exist in the item',
      );
    }
    case 'if-not-exists':
      return valueAt(before, assigned.path) ?? valueOf(assigned.otherwise, before, mismatch);
    case 'list-append': {
      const left = valueOf(assigned.left, before, mismatch).L;
      const right = valueOf(assigned.right, before, mismatch).L;
      if (left === undefined || right === undefined) throw mismatch();
      return { L: [...left, ...right] };
    }
    case '+':
    case '-': {
      const left = valueOf(assigned.left, before, mismatch).N;
      const right = valueOf(assigned.right, before, mismatch).N;
      if (left === undefined || right === undefined) throw mismatch();
      return arithmetic(assigned.type, left, right);
    }
  }
}

function arithmetic(operator: '+' | '-', left: string, right: string): AttributeValue {
  const compute = operator === '+' ? addDecimals : subtractDecimals;
  const result = compute(decimal(left), decimal(right));
  if (typeof result === 'string') throw validation(decimalProblemMessage(result));
  return { N: formatDecimal(result) };
}

type SetType = 'SS' | 'NS' | 'BS';

function sum(
  old: AttributeValue | undefined,
  added: AttributeValue,
  mismatch: () => Error,
): AttributeValue {
  if (old === undefined) return added;
  const type = typeOf(added);
  if (typeOf(old) !== type) throw mismatch();
  if (old.N !== undefined && added.N !== undefined) return arithmetic('+', old.N, added.N);
  if (old.L !== undefined && added.L !== undefined) return { L: [...old.L, ...added.L] };
  const members = new Set([...membersOf(old, type), ...membersOf(added, type)]);
  return { [type as SetType]: [...members] };
}

/** Undefined where nothing is left: sets are never empty. */
function difference(
  old: AttributeValue | undefined,
  removed: AttributeValue,
  mismatch: () => Error,
): AttributeValue | undefined {
  if (old === undefined) return undefined;
  const type = typeOf(removed);
  if (typeOf(old) !== type) throw mismatch();
  const gone = new Set(membersOf(removed, type));
  const members = membersOf(old, type).filter((member) => !gone.has(member));
  return members.length === 0 ? undefined : { [type as SetType]: members };
}

function membersOf(value: AttributeValue, type: string): readonly string[] {
  return value[type as SetType] ?? [];
}

/** A removed element keeps its place until the end, so that positions mean what they meant before. */
const REMOVED: AttributeValue = Object.freeze({});

/** A copy of an item that is made as far as it changes. */
class Draft {
  readonly #root: AttributeMap;
  readonly #owned = new Set<object>();
  readonly #lists = new Set<AttributeValue[]>();
  /** What SET puts beyond the end of lists: it is appended, in the order of the positions. */
  readonly #appended = new Map<AttributeValue[], [index: number, value: AttributeValue][]>();

  constructor(before: AttributeMap) {
    this.#root = copyAttributes(before);
  }

  set(path: Path, value: AttributeValue): void {
    if (path.length - 1 + levelsOf(value) > NESTING_LEVELS_MAX) throw nestedTooDeep();
    const last = path.at(-1) as string | number;
    const parent = this.#parent(path);
    if (typeof last === 'string') {
      mapOf(parent)[last] = value;
      return;
    }
    const list = listOf(parent);
    if (last < list.length) {
      list[last] = value;
      return;
    }
    const appended = this.#appended.get(list) ?? [];
    appended.push([last, value]);
    this.#appended.set(list, appended);
    this.#lists.add(list);
  }

  remove(path: Path): void {
    const last = path.at(-1) as string | number;
    const parent = this.#parent(path);
    if (typeof last === 'string') {
      delete mapOf(parent)[last];
      return;
    }
    const list = listOf(parent);
    if (last < list.length) list[last] = REMOVED;
    this.#lists.add(list);
  }

  finish(): AttributeMap {
    for (const list of this.#lists) {
      const kept = list.filter((element) => element !== REMOVED);
      const appended = (this.#appended.get(list) ?? []).toSorted(([a], [b]) => a - b);
      list.splice(0, list.length, ...kept, ...appended.map(([, value]) => value));
    }
    return this.#root;
  }

  /** The map or list that a path's last part is in, the draft's own from the root down. */
  #parent(path: Path): AttributeValue {
    let parent: AttributeValue = { M: this.#root };
    for (let at = 0; at < path.length - 1; at++) {
      const part = path[at] as string | number;
      const child = childOf(parent, part);
      if (child === undefined || child === REMOVED) throw invalidPath();
      const own = this.#own(child);
      if (own !== child) {
        if (typeof part === 'string') mapOf(parent)[part] = own;
        else listOf(parent)[part] = own;
      }
      parent = own;
    }
    const last = path.at(-1);
    if (typeof last === 'string' ? parent.M === undefined : parent.L === undefined) {
      throw invalidPath();
    }
    return parent;
  }

  #own(value: AttributeValue): AttributeValue {
    if (this.#owned.has(value)) return value;
    const { M, L } = value;
    const own: AttributeValue =
      M !== undefined ? { M: copyAttributes(M) } : L !== undefined ? { L: [...L] } : value;
    this.#owned.add(own);
    return own;
  }
}

function mapOf(value: AttributeValue): AttributeMap {
  if (value.M === undefined) throw invalidPath();
  return value.M;
}

function listOf(value: AttributeValue): AttributeValue[] {
  if (value.L === undefined) throw invalidPath();
  return value.L;
}

function invalidPath(): Error {
  return validation('The document path provided in the update expression is invalid for update');
}

/** How many levels of maps and lists a value has, itself counted. */
function levelsOf(value: AttributeValue): number {
  let deepest = 0;
  if (value.M !== undefined) {
    for (const name of Object.keys(value.M)) {
      deepest = Math.max(deepest, levelsOf(attributeOf(value.M, name) as AttributeValue));
    }
  }
  for (const element of value.L ?? []) deepest = Math.max(deepest, levelsOf(element));
  return deepest + 1;
}
