/** Serializers: named views of a model's items. */
import { deepCopy, deleteAt, getAt, isPlainObject, type Plain, setAt } from './deep-copy.ts';
import { InvalidParameter } from './errors.ts';
import type { ObjectType } from './public-types.ts';

export interface SerializerOptions {
  include?: string[];
  exclude?: string[];
  modify?: (serialized: ObjectType, original: ObjectType) => ObjectType;
}

const defaultName = '_default';

export class Serializer {
  readonly #serializers = new Map<string, SerializerOptions>([[defaultName, {}]]);
  #defaultName = defaultName;

  readonly default = {
    /** Without a name, back to the one that leaves items as they are. */
    set: (name?: string): void => {
      if (name === undefined || name === null) this.#defaultName = defaultName;
      else if (this.#serializers.has(name)) this.#defaultName = name;
    },
  };

  add(name: string, options: SerializerOptions | string[]): void {
    checkName(name);
    checkOptions(options);
    this.#serializers.set(name, toOptions(options));
  }

  delete(name: string): void {
    checkName(name);
    if (name === defaultName) {
      throw new InvalidParameter('Can not delete primary default serializer');
    }
    this.#serializers.delete(name);
    if (this.#defaultName === name) this.#defaultName = defaultName;
  }

  /** For `Model.serializeMany` and `item.serialize`, where people call them. */
  serialize(item: object, nameOrOptions?: SerializerOptions | string[] | string): ObjectType {
    const chosen = nameOrOptions === undefined ? this.#defaultName : nameOrOptions;
    const options = typeof chosen === 'string' ? this.#serializers.get(chosen) : chosen;
    checkOptions(options);
    return apply(item as Plain, toOptions(options));
  }
}

/** Names are paths (`address.city`); what an item lacks is left out. */
function apply(item: Plain, { include, exclude = [], modify }: SerializerOptions): Plain {
  const copy = deepCopy({ ...item });
  let serialized = copy;
  if (include) {
    serialized = {};
    for (const path of include.map(parts)) {
      const value = getAt(copy, path);
      if (value !== undefined && value !== null) setAt(serialized, path, value);
    }
  }
  for (const path of exclude.map(parts)) deleteAt(serialized, path);
  return modify ? modify(serialized, item) : serialized;
}

function parts(name: string): string[] {
  return name.split('.');
}

function toOptions(options: SerializerOptions | string[]): SerializerOptions {
  return Array.isArray(options) ? { include: options } : options;
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new InvalidParameter('Field name is required and should be of type string');
}

function checkOptions(options: unknown): asserts options is SerializerOptions | string[] {
  if (Array.isArray(options) || isPlainObject(options)) return;
  throw new InvalidParameter('Field options is required and should be an object or array');
}
