/** Everything about a schema that handling an item needs, worked out once. */
import type { Plain } from '../deep-copy.ts';
import {
  type AttributeNode,
  compileProperties,
  declarationsOf,
  isDefinition,
  type WorkFlag,
} from './attribute-node.ts';
import { compileMapping, type NameMapping } from './mapping.ts';
import type { ModelReference } from './model-reference.ts';
import { nestedSchema, type SchemaDeclaration, type SchemaSettings } from './nested-schema.ts';
import { unknownRule, type UnknownRule } from './save-unknown.ts';
import { type TimestampAttribute, timestampAttributes } from './timestamps.ts';

export type ItemFunction = (item: Plain) => unknown;

export interface CompiledSchema {
  readonly properties: ReadonlyMap<string, AttributeNode>;
  readonly work: ReadonlySet<WorkFlag>;
  readonly mapping: NameMapping;
  readonly unknown: UnknownRule;
  readonly timestamps: readonly TimestampAttribute[];
  /** The schema's own functions, those of schemas nested in it included: they get the whole item. */
  readonly set: readonly ItemFunction[];
  readonly get: readonly ItemFunction[];
  readonly validate: readonly ItemFunction[];
}

/** `extra` are attributes that the table adds, such as the one for its time to live. */
export function compileSchema(
  { definition, settings }: SchemaDeclaration,
  owner: () => ModelReference,
  extra: Readonly<Plain> = {},
): CompiledSchema {
  const complete = { ...definition, ...extra };
  const properties = compileProperties('', complete, { owner });
  const work = new Set<WorkFlag>();
  for (const node of properties.values()) for (const flag of node.work) work.add(flag);
  const nested = nestedSettings('', complete);
  const functions = (name: 'set' | 'get' | 'validate'): ItemFunction[] =>
    [settings, ...nested.map((one) => one.settings)].flatMap((one) => one[name] ?? []);
  return {
    properties,
    work,
    mapping: compileMapping(complete),
    unknown: unknownRule(joinSaveUnknown(settings.saveUnknown, nested)),
    timestamps: timestampAttributes(settings.timestamps),
    set: functions('set'),
    get: functions('get'),
    validate: functions('validate'),
  };
}

interface NestedSettings {
  readonly path: string;
  readonly settings: SchemaSettings;
}

function nestedSettings(path: string, definition: Readonly<Plain>): NestedSettings[] {
  return Object.keys(definition).flatMap((name) => {
    const inner = path === '' ? name : `${path}.${name}`;
    return declarationsOf(definition[name]).flatMap((declared) => {
      const schema =
        nestedSchema(declared) ??
        (isDefinition(declared) ? nestedSchema((declared as Plain).schema) : undefined);
      if (!schema) return [];
      return [
        { path: inner, settings: schema.settings },
        ...nestedSettings(inner, schema.definition),
      ];
    });
  });
}

function joinSaveUnknown(
  own: boolean | readonly string[] | undefined,
  nested: readonly NestedSettings[],
): boolean | readonly string[] {
  if (own === true) return true;
  const patterns = nested.flatMap(({ path, settings: { saveUnknown } }) => {
    if (saveUnknown === true) return [`${path}.**`];
    return Array.isArray(saveUnknown) ? saveUnknown.map((one: string) => `${path}.${one}`) : [];
  });
  return [...(Array.isArray(own) ? (own as string[]) : []), ...patterns];
}
