/** Other names for attributes: `map`, `alias` and `aliases`, for the attributes of the item itself. */
import { setOwn } from '../../attribute-value.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter } from '../errors.ts';
import { type AttributeSettings, declarationsOf, settingsOf } from './attribute-node.ts';

export interface NameMapping {
  /** The attribute that `name` stands for. */
  attributeOf(name: string): string;
  /** From the application's names to DynamoDB's. */
  toDynamo(item: Plain): Plain;
  /** From DynamoDB's names to the application's. */
  fromDynamo(item: Plain): Plain;
}

export function mapNames(settings: AttributeSettings): string[] {
  const declared = settings.map ?? settings.alias ?? settings.aliases;
  if (declared === undefined || declared === null) return [];
  return (Array.isArray(declared) ? declared : [declared]) as string[];
}

export function compileMapping(definition: Readonly<Plain>): NameMapping {
  const attributes = new Map<string, string>();
  const shown = new Map<string, string>();
  for (const name of Object.keys(definition)) {
    const settings = settingsOf(declarationsOf(definition[name])[0]);
    const maps = mapNames(settings);
    for (const map of maps) attributes.set(map, name);
    const chosen = (settings.defaultMap ?? settings.defaultAlias ?? maps[0]) as string | undefined;
    if (chosen !== undefined && chosen !== name) shown.set(name, chosen);
  }
  return {
    attributeOf: (name) => attributes.get(name) ?? name,
    toDynamo(item) {
      if (attributes.size === 0) return item;
      for (const [map, name] of attributes) {
        if (Object.hasOwn(item, map) && Object.hasOwn(item, name)) {
          throw new InvalidParameter(
            `Cannot map attribute ${map} to ${name} because both are defined`,
          );
        }
      }
      return rename(item, attributes);
    },
    fromDynamo: (item) => (shown.size === 0 ? item : rename(item, shown)),
  };
}

function rename(item: Plain, names: ReadonlyMap<string, string>): Plain {
  const renamed: Plain = {};
  for (const name of Object.keys(item)) {
    setOwn(renamed, names.get(name) ?? name, item[name]);
  }
  return renamed;
}
