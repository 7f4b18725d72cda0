/** Values for the attributes that an item lacks. */
import { setOwn } from '../../attribute-value.ts';
import { abandon } from '../callback.ts';
import type { Plain } from '../deep-copy.ts';
import type { AttributeNode } from '../schema/attribute-node.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { unknownRule } from '../schema/save-unknown.ts';
import { checkValue, type Choices, chooseVariant, newWalk, typeMismatch } from './check.ts';
import { variantAt } from './visit.ts';

export interface DefaultsOptions {
  /** Leave out defaults for what is missing: only those that always apply. */
  readonly forcedOnly?: boolean;
  /** Leave out attributes of the item itself that are missing. */
  readonly presentOnly?: boolean;
  /** `false`: values as the application knows them, and only for what is missing. */
  readonly convert?: boolean;
}

const everything = unknownRule(true);

/** Sets defaults in `item`; resolves when those that are promises are there too. */
export function applyDefaults(
  { properties, work }: CompiledSchema,
  item: Plain,
  choices: Choices,
  { forcedOnly = false, presentOnly = false, convert = true }: DefaultsOptions = {},
): void | Promise<void> {
  const pending: Promise<void>[] = [];
  try {
    if (work.has('default')) visitProperties(properties, item, []);
  } catch (error) {
    abandon(pending);
    throw error;
  }
  return pending.length > 0 ? Promise.all(pending).then(() => undefined) : undefined;

  function visitProperties(
    children: ReadonlyMap<string, AttributeNode>,
    holder: Plain,
    path: (string | number)[],
  ): void {
    for (const [name, node] of children) {
      if (!node.work.has('default')) continue;
      if (presentOnly && path.length === 0 && !Object.hasOwn(holder, name)) continue;
      const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
      visit(node, value, [...path, name], (fallback) => setOwn(holder, name, fallback));
    }
  }

  function visit(
    node: AttributeNode,
    value: unknown,
    path: (string | number)[],
    place: (value: unknown) => void,
  ): void {
    const absent = value === undefined || value === null;
    const forced = convert && isForced(node);
    const wanted = forced || (absent && !forcedOnly);
    const fallback = wanted ? defaultOf(node) : undefined;
    if (fallback instanceof Promise) {
      pending.push(fallback.then((late) => settle(node, value, late, path, place)));
    } else settle(node, value, fallback, path, place);
  }

  function settle(
    node: AttributeNode,
    value: unknown,
    fallback: unknown,
    path: (string | number)[],
    place: (value: unknown) => void,
  ): void {
    if (fallback === undefined || fallback === null) return visitInside(node, value, path);
    if (!chooseVariant(node, fallback, 'toDynamo')) {
      throw typeMismatch(node, fallback, path.join('.'));
    }
    const walk = newWalk('toDynamo', everything, { convert, choices, path: [...path] });
    const placed = checkValue(node, fallback, walk);
    place(placed);
    visitInside(node, placed, path);
  }

  function visitInside(node: AttributeNode, value: unknown, path: (string | number)[]): void {
    if (typeof value !== 'object' || value === null) return;
    const { properties: children, element } = variantAt(node, value, path, choices);
    if (!Array.isArray(value)) {
      if (children) visitProperties(children, value as Plain, path);
      return;
    }
    if (!element?.work.has('default')) return;
    value.forEach((each, index) => {
      visit(element, each, [...path, index], (fallback) => (value[index] = fallback));
    });
  }
}

function isForced(node: AttributeNode): boolean {
  return node.variants[0].settings.forceDefault === true;
}

/**
 * The default of an attribute. One of several types has a list of defaults, of which the first
 * counts, and none does when one is missing.
 */
function defaultOf({ variants }: AttributeNode): unknown {
  const [{ settings: first }] = variants;
  const shared = variants.every(({ settings }) => settings === first);
  const listed = shared && !(variants.length > 1 && Array.isArray(first.default));
  const all = listed
    ? [first.default]
    : shared
      ? (first.default as unknown[])
      : variants.map(({ settings }) => settings.default);
  if (all.some((one) => one === undefined)) return undefined;
  return typeof all[0] === 'function' ? (all[0] as () => unknown)() : all[0];
}
