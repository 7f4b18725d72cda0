/** What a schema's definition must not be, said when the schema is made. */
import { InvalidParameter, InvalidParameterType } from '../errors.ts';
import { isPlainObject, type Plain } from '../deep-copy.ts';
import {
  type AttributeSettings,
  declarationsOf,
  isDefinition,
  settingsOf,
} from './attribute-node.ts';
import { mapNames } from './mapping.ts';
import { nestedSchema } from './nested-schema.ts';

export function checkDefinition(definition: unknown): asserts definition is Plain {
  if (typeof definition !== 'object' || definition === null) {
    throw new InvalidParameterType('Schema initialization parameter must be an object.');
  }
  const names = Object.keys(definition);
  if (names.length === 0) {
    throw new InvalidParameter('Schema initialization parameter must not be an empty object.');
  }
  const root = definition as Plain;
  checkNames(root);
  checkKeys(names, root);
  for (const name of names) checkNested(root[name]);
  checkMaps(names, root);
}

function checkKeys(names: readonly string[], definition: Plain): void {
  const settings = names.map((name) => declarationsOf(definition[name]).map(settingsOf));
  for (const key of ['hashKey', 'rangeKey'] as const) {
    if (settings.filter((each) => each.some((one) => one[key])).length > 1) {
      throw new InvalidParameter(`Only one ${key} allowed per schema.`);
    }
  }
  names.forEach((name, index) => {
    if (settings[index]?.some((one) => one.hashKey && one.rangeKey)) {
      throw new InvalidParameter(`Attribute ${name} must not be both hashKey and rangeKey`);
    }
  });
}

function checkNames(definition: Plain): void {
  for (const [name, declared] of Object.entries(definition)) {
    if (name.includes('.')) throw new InvalidParameter('Attributes must not contain dots.');
    for (const inner of innerDefinitions(declared)) checkNames(inner);
  }
}

/** Keys and indexes belong to the item, not to what is inside it. */
function checkNested(declared: unknown): void {
  for (const definition of innerDefinitions(declared)) {
    for (const inner of Object.values(definition)) {
      for (const one of declarationsOf(inner)) checkNestedSettings(settingsOf(one));
      checkNested(inner);
    }
  }
}

function checkNestedSettings(settings: AttributeSettings): void {
  for (const [setting, called] of [
    ['hashKey', 'hashKey'],
    ['rangeKey', 'rangeKey'],
    ['index', 'Index'],
  ] as const) {
    if (settings[setting]) {
      throw new InvalidParameter(
        `${called} must be at root object and not nested in object or array.`,
      );
    }
  }
}

/** The definitions of the attributes inside one: of an object, or of a list's elements. */
function innerDefinitions(declared: unknown): Plain[] {
  return declarationsOf(declared).flatMap((one) => {
    // A nested schema was checked when it was made; its keys count for nothing here.
    if (nestedSchema(one) || !isDefinition(one)) return [];
    const inside = (one as { schema?: unknown }).schema;
    if (Array.isArray(inside)) return inside.flatMap((element) => innerDefinitions(element));
    return isPlainObject(inside) && !nestedSchema(inside) ? [inside] : [];
  });
}

function checkMaps(names: readonly string[], definition: Plain): void {
  const taken = new Set<string>();
  for (const name of names) {
    const settings = settingsOf(declarationsOf(definition[name])[0]);
    if (['map', 'alias', 'aliases'].filter((setting) => settings[setting]).length > 1) {
      throw new InvalidParameter(
        'Only one of map, alias, or aliases can be specified per attribute.',
      );
    }
    const maps = mapNames(settings);
    const chosen = settings.defaultMap ?? settings.defaultAlias;
    if (chosen !== undefined && chosen !== name && !maps.includes(chosen as string)) {
      throw new InvalidParameter(
        'defaultMap must exist in map, alias, or aliases property or be equal to attribute name.',
      );
    }
    for (const map of maps) {
      if (taken.has(map)) {
        throw new InvalidParameter(
          'Each properties map, alias, or aliases properties must be unique across the entire schema.',
        );
      }
      taken.add(map);
      if (names.includes(map)) {
        throw new InvalidParameter(
          'Each properties map, alias, or aliases properties must be not be used as a property name in the schema.',
        );
      }
    }
  }
}
