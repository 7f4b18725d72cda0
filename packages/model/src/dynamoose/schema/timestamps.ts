/** `timestamps`: the attributes that a schema sets itself when an item is made or changed. */
import { isPlainObject, type Plain } from '../deep-copy.ts';
import { InvalidParameter } from '../errors.ts';

export type TimestampKind = 'createdAt' | 'updatedAt';

export interface TimestampAttribute {
  readonly name: string;
  readonly kind: TimestampKind;
  readonly declared: unknown;
}

const kinds = ['createdAt', 'updatedAt'] as const;

export function timestampAttributes(setting: unknown): TimestampAttribute[] {
  if (setting === true) return kinds.map((kind) => ({ name: kind, kind, declared: Date }));
  if (typeof setting !== 'object' || setting === null) return [];
  return kinds.flatMap((kind) => {
    const declared = (setting as Plain)[kind];
    if (isPlainObject(declared)) {
      return Object.keys(declared).map((name) => ({ name, kind, declared: declared[name] }));
    }
    const names = (Array.isArray(declared) ? declared : [declared]).filter(Boolean) as string[];
    return names.map((name) => ({ name, kind, declared: Date }));
  });
}

/** The definition with its timestamp attributes. */
export function withTimestamps(
  definition: Plain,
  attributes: readonly TimestampAttribute[],
): Plain {
  const extended = { ...definition };
  for (const { name, declared } of attributes) {
    if (Object.hasOwn(extended, name)) {
      throw new InvalidParameter('Timestamp attributes must not be defined in schema.');
    }
    extended[name] = declared;
  }
  return extended;
}
