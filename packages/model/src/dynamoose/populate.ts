/** Puts the items that an item refers to in the place of their keys. */
import { type Path, type Plain, setAt } from './deep-copy.ts';
import { Item } from './item/item.ts';
import type { PopulateSettings } from './public-types.ts';
import type { AttributeNode } from './schema/attribute-node.ts';
import type { ModelReference } from './schema/model-reference.ts';
import { follows } from './schema/save-unknown.ts';

/** Where the populated item is: under which path, and which items lead to it. */
interface Place {
  readonly path: Path;
  readonly ancestors: ReadonlySet<string>;
}

interface Reference {
  readonly path: Path;
  readonly model: ModelReference;
  readonly value: unknown;
}

export async function populateItem<T extends Item>(
  item: T,
  settings: PopulateSettings = {},
): Promise<T> {
  const wanted = patternsOf(settings.properties ?? true);
  await populate(item, wanted, { path: [], ancestors: new Set([identity(item)]) });
  return item;
}

function patternsOf(properties: string | string[] | boolean): string[][] {
  if (typeof properties === 'boolean') return properties ? [['**']] : [];
  return [properties].flat().map((property) => property.split('.'));
}

async function populate(item: Item, wanted: readonly string[][], place: Place): Promise<void> {
  const references = referencesOf(item).filter(({ path }) =>
    wanted.some((pattern) => follows(pattern, [...place.path, ...path])),
  );
  await Promise.all(
    references.map(async ({ path, model, value }) => {
      const keys = value instanceof Set ? [...(value as Set<unknown>)] : [value];
      const found = await Promise.all(
        keys.map((key) => fetch(model, key, wanted, { ...place, path: [...place.path, ...path] })),
      );
      setAt(item, path, value instanceof Set ? found : found[0]);
    }),
  );
}

/** The item behind `key`, populated itself; `key` where there is none, or it is already on the way. */
async function fetch(
  model: ModelReference,
  key: unknown,
  wanted: readonly string[][],
  { path, ancestors }: Place,
): Promise<unknown> {
  const found = await model.fetch(key);
  if (!(found instanceof Item)) return key;
  const name = identity(found);
  if (ancestors.has(name)) return key;
  await populate(found, wanted, { path, ancestors: new Set(ancestors).add(name) });
  return found;
}

/** Every reference in `item` that is not an item yet. */
function referencesOf(item: Item): Reference[] {
  const model = Item.modelOf(item);
  const values = item as unknown as Plain;
  const references: Reference[] = [];
  for (const [name, node] of model.schemaFor(values, 'fromDynamo').properties) {
    const shown = model.shownName(name, values);
    if (Object.hasOwn(values, shown)) visit(node, values[shown], [shown]);
  }
  return references;

  function visit(node: AttributeNode, value: unknown, path: Path): void {
    if (value === undefined || value === null || value instanceof Item) return;
    for (const { type, properties, element } of node.variants) {
      if (type.model) references.push({ path, model: type.model, value });
      if (element && Array.isArray(value)) {
        value.forEach((each, index) => visit(element, each, [...path, index]));
      }
      for (const [name, child] of properties ?? []) {
        if (typeof value === 'object' && Object.hasOwn(value, name)) {
          visit(child, (value as Plain)[name], [...path, name]);
        }
      }
    }
  }
}

function identity(item: Item): string {
  const model = Item.modelOf(item);
  const values = item as unknown as Plain;
  return JSON.stringify([
    model.name,
    ...model.keyNames.map((name) => values[model.shownName(name, values)]),
  ]);
}
