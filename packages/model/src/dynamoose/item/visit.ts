/** Finds the attributes of an item that a setting of the schema concerns, in the schema's order. */
import type { Path, Plain } from '../deep-copy.ts';
import type { AttributeNode, AttributeSettings, WorkFlag } from '../schema/attribute-node.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { Choices } from './check.ts';

export interface Visit {
  readonly path: Path;
  readonly value: unknown;
  readonly settings: AttributeSettings;
}

/** Every attribute that has a value and the setting `flag`. */
export function visitsOf(
  { properties, work }: CompiledSchema,
  item: Plain,
  choices: Choices,
  flag: WorkFlag,
): Visit[] {
  const visits: Visit[] = [];
  if (work.has(flag)) visitProperties(properties, item, []);
  return visits;

  function visitProperties(
    children: ReadonlyMap<string, AttributeNode>,
    holder: Plain,
    path: Path,
  ): void {
    for (const [name, node] of children) {
      if (!node.work.has(flag) || !Object.hasOwn(holder, name)) continue;
      visitValue(node, holder[name], [...path, name]);
    }
  }

  function visitValue(node: AttributeNode, value: unknown, path: Path): void {
    if (value === undefined || value === null) return;
    const { settings, properties: children, element } = variantAt(node, value, path, choices);
    if (settings[flag] !== undefined) visits.push({ path, value, settings });
    if (typeof value !== 'object') return;
    if (Array.isArray(value)) {
      if (element) value.forEach((each, index) => visitValue(element, each, [...path, index]));
    } else if (children) visitProperties(children, value as Plain, path);
  }
}

/** The type that a stored value has: as the check of types chose, or else by what it looks like. */
export function variantAt(
  node: AttributeNode,
  value: unknown,
  path: Path,
  choices: Choices,
): AttributeNode['variants'][0] {
  const { variants } = node;
  if (variants.length === 1) return variants[0];
  return (
    choices.get(path.join('.')) ??
    variants.find(({ type }) => type.matches(value, 'fromDynamo')) ??
    variants[0]
  );
}
