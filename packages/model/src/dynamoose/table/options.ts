/** The options of a table: what can be said of it, and what holds when nothing is said. */
import { deepCopy, isPlainObject, type Plain } from '../deep-copy.ts';
import type { DeepPartial } from '../public-types.ts';
import type { Throughput } from './throughput.ts';

export interface TableWaitForActiveSettings {
  enabled: boolean;
  check: { timeout: number; frequency: number };
}

export interface TableExpiresSettings {
  /** How long an item lives, in milliseconds. */
  ttl: number;
  attribute: string;
  items?: { returnExpired: boolean };
}

export const TableUpdateOptions = {
  ttl: 'ttl',
  indexes: 'indexes',
  throughput: 'throughput',
  tags: 'tags',
  tableClass: 'tableClass',
  streams: 'streams',
} as const;
export type TableUpdateOptions = keyof typeof TableUpdateOptions;

export const TableClass = {
  standard: 'standard',
  infrequentAccess: 'infrequentAccess',
} as const;
export type TableClass = keyof typeof TableClass;

export interface TableStreamOptions {
  enabled: boolean;
  type?: 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY' | undefined;
}

export interface TableOptions {
  create: boolean;
  throughput: Throughput;
  prefix: string;
  suffix: string;
  waitForActive: boolean | TableWaitForActiveSettings;
  update: boolean | TableUpdateOptions[];
  populate: string | string[] | boolean;
  expires: number | TableExpiresSettings;
  tags: { [key: string]: string };
  tableClass: TableClass;
  initialize: boolean;
  streamOptions?: TableStreamOptions;
}

/** Everything optional at every depth; lists and unions stay what they are. */
export type TableOptionsOptional = DeepPartial<
  Omit<TableOptions, 'update' | 'populate' | 'throughput' | 'tags'>
> &
  Partial<Pick<TableOptions, 'update' | 'populate' | 'throughput' | 'tags'>>;

const waitForActive: TableWaitForActiveSettings = {
  enabled: true,
  check: { timeout: 180_000, frequency: 1000 },
};

const original: Omit<TableOptions, 'expires' | 'populate'> & {
  expires: undefined;
  populate: boolean;
} = {
  create: true,
  throughput: { read: 1, write: 1 },
  prefix: '',
  suffix: '',
  waitForActive,
  update: false,
  populate: false,
  expires: undefined,
  tags: {},
  tableClass: TableClass.standard,
  initialize: true,
  streamOptions: { enabled: false, type: undefined },
};

/** What `Table.defaults.set` was given: later tables take it before the library's own defaults. */
let custom: TableOptionsOptional = {};

export interface TableOptionsAccessor {
  set(options: TableOptionsOptional): void;
  get(): TableOptionsOptional;
}

export const tableDefaults: TableOptionsAccessor = {
  set: (options) => {
    custom = options;
  },
  get: () => deepCopy(custom),
};

export type EffectiveOptions = Omit<TableOptions, 'expires' | 'waitForActive'> & {
  expires: TableExpiresSettings | undefined;
  waitForActive: TableWaitForActiveSettings;
};

export function effectiveOptions(given: TableOptionsOptional = {}): EffectiveOptions {
  const merged = merge(merge(original, custom), given) as unknown as TableOptions;
  const wait = merged.waitForActive;
  return {
    ...merged,
    expires: expiresSettings(merged.expires),
    waitForActive: {
      ...waitForActive,
      ...(typeof wait === 'boolean' ? { enabled: wait } : wait),
      check: { ...waitForActive.check, ...(typeof wait === 'object' && wait.check) },
    },
  };
}

function expiresSettings(
  expires: number | Partial<TableExpiresSettings> | undefined | null,
): TableExpiresSettings | undefined {
  if (expires === undefined || expires === null) return undefined;
  const settings = typeof expires === 'number' ? { ttl: expires } : expires;
  return { attribute: 'ttl', ...settings } as TableExpiresSettings;
}

/** `over` wins; objects are merged with objects at every depth. */
function merge(base: Plain, over: Plain): Plain {
  const merged = { ...base };
  for (const name of Object.keys(over)) {
    const [before, after] = [merged[name], over[name]];
    if (after === undefined || name === '__proto__') continue;
    merged[name] =
      isPlainObject(before) && isPlainObject(after) && name !== 'tags'
        ? merge(before, after)
        : after;
  }
  return merged;
}
