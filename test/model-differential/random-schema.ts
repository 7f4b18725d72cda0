/** Random schemas, described so that each library can make its own of them. */
import type { Chance } from './chance.ts';
import type { Library } from './library.ts';

export type Kind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'buffer'
  | 'date'
  | 'dateIso'
  | 'dateSeconds'
  | 'null'
  | 'any'
  | 'constant'
  | 'stringSet'
  | 'numberSet'
  | 'union'
  | 'dateUnion'
  | 'object'
  | 'openObject'
  | 'bareObject'
  | 'array'
  | 'objectUnion'
  | 'reference';

export interface Attribute {
  name: string;
  kind: Kind;
  properties?: Attribute[];
  element?: Attribute;
  settings: {
    required?: boolean | undefined;
    default?: 'value' | 'function' | 'promise';
    force?: boolean;
    enum?: boolean | undefined;
    set?: undefined | 'mark' | 'promise' | 'nothing';
    get?: undefined | 'mark' | 'promise';
    validate?: undefined | 'value' | 'function' | 'promise' | 'pattern';
    map?: string | string[];
    index?: undefined | 'global' | 'local' | 'ranged';
  };
}

export interface SchemaPlan {
  attributes: Attribute[];
  hasRange: boolean;
  combine: boolean;
  saveUnknown: boolean | string[];
  timestamps: boolean;
  set: boolean;
  get: boolean;
  validate: boolean;
  /** Whether items have only values of the right types. */
  exact: boolean;
}

const scalars = [
  'string',
  'number',
  'boolean',
  'buffer',
  'date',
  'dateIso',
  'dateSeconds',
  'null',
  'any',
  'constant',
  'stringSet',
  'numberSet',
  'union',
  'dateUnion',
  'reference',
] as const;
const containers = ['object', 'openObject', 'bareObject', 'array', 'objectUnion'] as const;

/** Names are single letters: Dynamoose confuses paths of which one is the start of another. */
export function randomSchema(chance: Chance): SchemaPlan {
  const names = 'abcdefgh'.slice(0, 2 + chance.below(6)).split('');
  const hasRange = chance.odds(0.3);
  const attributes: Attribute[] = [
    { name: 'id', kind: 'string', settings: chance.odds(0.1) ? { set: 'mark' } : {} },
    ...(hasRange ? [{ name: 'rk', kind: 'number' as const, settings: {} }] : []),
    ...names.map((name) => randomAttribute(chance, name, 2)),
  ];
  return {
    attributes,
    hasRange,
    combine: chance.odds(0.1),
    saveUnknown: chance.odds(0.2) || (chance.odds(0.2) && ['y', 'z.*', 'x.**']),
    timestamps: chance.odds(0.2),
    set: chance.odds(0.1) && !attributes.some(({ settings }) => settings.force),
    get: chance.odds(0.1),
    validate: chance.odds(0.1),
    exact: false,
  };
}

function randomAttribute(chance: Chance, name: string, depth: number): Attribute {
  if (name === '0') return randomElement(chance, depth);
  const kind = depth > 0 && chance.odds(0.4) ? chance.pick(containers) : chance.pick(scalars);
  const attribute: Attribute = { name, kind, settings: randomSettings(chance, kind, depth) };
  // What comes first, `set`, `validate` or `required` or the default, differs from case to case; and
  // a date among `enum` never equals the date as it is stored, which then is no default to be forced.
  if (attribute.settings.force) {
    delete attribute.settings.set;
    delete attribute.settings.validate;
    delete attribute.settings.enum;
  }
  if (attribute.settings.default) delete attribute.settings.required;
  if (kind === 'object') {
    const names = 'pqr'.slice(0, 1 + chance.below(3)).split('');
    attribute.properties = names.map((inner) => randomAttribute(chance, inner, depth - 1));
  }
  if (kind === 'array') attribute.element = randomAttribute(chance, '0', depth - 1);
  return attribute;
}

/**
 * Dynamoose puts an element's default into empty lists, and takes what is in sets, lists and unions
 * that are elements for unknown unless the element is the first: see the differences.
 */
function randomElement(chance: Chance, depth: number): Attribute {
  const plain = scalars.filter((kind) => !kind.endsWith('Set') && kind !== 'reference');
  const kind = depth > 0 && chance.odds(0.4) ? 'object' : chance.pick(plain);
  const settings = randomSettings(chance, kind, depth);
  delete settings.default;
  delete settings.set;
  if (kind !== 'object') return { name: '0', kind, settings };
  const properties = ['p', 'q'].map((name) => ({ name, kind: chance.pick(plain), settings: {} }));
  return { name: '0', kind, properties, settings };
}

const modifiable = new Set<Kind>(['string', 'number', 'date', 'dateIso', 'dateSeconds', 'boolean']);

function randomSettings(chance: Chance, kind: Kind, depth: number): Attribute['settings'] {
  const settings: Attribute['settings'] = {};
  if (chance.odds(0.15)) settings.required = true;
  if (kind === 'union' || !modifiable.has(kind)) return settings;
  if (chance.odds(0.25)) settings.default = chance.pick(['value', 'function', 'promise']);
  // Below the item itself Dynamoose writes forced defaults into updates under impossible names,
  // and leaves out what else there is to do with them when they are promises.
  const forcible = settings.default !== undefined && settings.default !== 'promise';
  if (forcible && depth === 2 && chance.odds(0.2)) settings.force = true;
  if (chance.odds(0.15)) settings.enum = true;
  if (chance.odds(0.2)) settings.set = chance.pick(['mark', 'promise', 'nothing']);
  if (chance.odds(0.2)) settings.get = chance.pick(['mark', 'promise']);
  if (chance.odds(0.2))
    settings.validate = chance.pick(['value', 'function', 'promise', 'pattern']);
  if (depth === 2 && chance.odds(0.2)) settings.index = chance.pick(['global', 'local', 'ranged']);
  return settings;
}

const kinds: Record<
  Exclude<Kind, 'object' | 'array' | 'reference'>,
  (library: Library) => object
> = {
  string: () => ({ type: String }),
  number: () => ({ type: Number }),
  boolean: () => ({ type: Boolean }),
  buffer: () => ({ type: Buffer }),
  date: () => ({ type: Date }),
  dateIso: () => ({ type: { value: Date, settings: { storage: 'iso' } } }),
  dateSeconds: () => ({ type: { value: Date, settings: { storage: 'seconds' } } }),
  null: ({ type }) => ({ type: type.NULL }),
  any: ({ type }) => ({ type: type.ANY }),
  constant: ({ type }) => ({ type: type.CONSTANT('fixed') }),
  stringSet: () => ({ type: Set, schema: [String] }),
  numberSet: () => ({ type: Set, schema: [Number] }),
  union: () => ({ type: [String, Number] }),
  dateUnion: () => ({ type: [Date, String] }),
  openObject: ({ type }) => ({ type: Object, schema: type.ANY }),
  bareObject: () => ({ type: Object }),
  objectUnion: () => ({}),
};

/** The attribute's definition for one library. */
function definitionOf(attribute: Attribute, library: Library, reference: unknown): unknown {
  const { kind, properties = [], element } = attribute;
  if (kind === 'objectUnion') {
    return [
      { type: Object, schema: { p: String, q: Number } },
      { type: Object, schema: { p: String, r: Boolean } },
    ];
  }
  const base =
    kind === 'reference'
      ? { type: reference }
      : kind === 'object'
        ? { type: Object, schema: definitionsOf(properties, library, reference) }
        : kind === 'array'
          ? { type: Array, schema: [definitionOf(element as Attribute, library, reference)] }
          : kinds[kind](library);
  return { ...base, ...settingsOf(attribute) };
}

function definitionsOf(
  attributes: readonly Attribute[],
  library: Library,
  reference: unknown,
): { [name: string]: unknown } {
  return Object.fromEntries(
    attributes.map((attribute) => [attribute.name, definitionOf(attribute, library, reference)]),
  );
}

const later = async <T>(value: T): Promise<T> => value;
const mark = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value}!`;
  return typeof value === 'number' ? value + 1 : value;
};

function settingsOf({ name, kind, settings }: Attribute): object {
  const fallback = usualValue(kind);
  const defaults = { value: fallback, function: () => fallback, promise: () => later(fallback) };
  const setters = {
    mark,
    promise: (value: unknown) => later(mark(value)),
    nothing: () => undefined,
  };
  const getters = { mark, promise: (value: unknown) => later(mark(value)) };
  const isRight = (value: unknown): boolean => value !== 'bad' && value !== 13;
  const validators = {
    value: fallback,
    function: isRight,
    promise: (value: unknown) => later(isRight(value)),
    pattern: /^[^b]/,
  };
  const indexes = {
    global: true,
    local: { type: 'local' },
    ranged: { name: `ranged-${name}`, rangeKey: 'id', project: ['id'] },
  };
  return {
    ...(settings.required && { required: true }),
    ...(settings.default && { default: defaults[settings.default] }),
    ...(settings.force && { forceDefault: true }),
    ...(settings.enum && { enum: [fallback, 'other', 7] }),
    ...(settings.set && { set: setters[settings.set] }),
    ...(settings.get && { get: getters[settings.get] }),
    ...(settings.validate && { validate: validators[settings.validate] }),
    ...(settings.map && { map: settings.map }),
    ...(settings.index && { index: indexes[settings.index] }),
  };
}

function usualValue(kind: Kind): unknown {
  switch (kind) {
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'date':
    case 'dateIso':
    case 'dateSeconds':
      return new Date(1_000_000_000_000);
    default:
      return 'usual';
  }
}

/** The whole schema for one library. */
export function schemaOf(plan: SchemaPlan, library: Library, reference: unknown): object {
  const definition = definitionsOf(plan.attributes, library, reference);
  if (plan.hasRange) definition.rk = { type: Number, rangeKey: true };
  if (plan.combine) definition.k = library.type.COMBINE(['id', 'a'], '-');
  return new library.Schema(definition as never, {
    saveUnknown: plan.saveUnknown,
    timestamps: plan.timestamps,
    ...(plan.set && {
      set: (item: { [name: string]: unknown }) =>
        typeof item.a === 'string' ? { ...item, a: 'set' } : item,
    }),
    ...(plan.get && {
      get: async (item: { [name: string]: unknown }) => ({ ...item, a: `${String(item.a)}?` }),
    }),
    ...(plan.validate && { validate: (item: { [name: string]: unknown }) => item.a !== 'bad' }),
  });
}

/**
 * A schema to be one of several. Dynamoose chooses among them as if what is inside a reference were
 * unknown to all, as if what is read were to be written (where a list may stand for a set), by other
 * rules when no schema fits, and anew at every stage, so that another schema than the one that
 * converted the item may set and check it.
 */
export function forSeveral(plan: SchemaPlan): SchemaPlan {
  const unsettled = {
    required: undefined,
    enum: undefined,
    validate: undefined,
    index: undefined,
    set: undefined,
    get: undefined,
  };
  const mistaken = new Set<Kind>(['reference', 'stringSet', 'numberSet']);
  const plain = (attribute: Attribute): Attribute => ({
    ...attribute,
    kind: mistaken.has(attribute.kind) ? 'string' : attribute.kind,
    settings: { ...attribute.settings, ...unsettled },
    ...(attribute.properties && { properties: attribute.properties.map(plain) }),
    ...(attribute.element && { element: plain(attribute.element) }),
  });
  return { ...plan, exact: true, attributes: plan.attributes.map(plain) };
}
