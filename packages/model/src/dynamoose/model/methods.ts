/** `Model.methods`: functions that people add to a model or its items. */
import type { FunctionType } from '../public-types.ts';

export interface MethodStore {
  set(name: string, fn: FunctionType): void;
  delete(name: string): void;
}

type Target = { [name: string]: unknown };

/** Methods on `target`. Those that are there already are the library's and stay. */
export function methodStore(target: object): MethodStore {
  const holder = target as Target;
  const added = new Set<string>();
  return {
    set(name, fn) {
      if (name in holder && !added.has(name)) return;
      added.add(name);
      Object.defineProperty(holder, name, {
        value: promised(fn),
        configurable: true,
        enumerable: false,
        writable: true,
      });
    },
    delete(name) {
      if (added.delete(name)) delete holder[name];
    },
  };
}

/**
 * A function that answers by promise or callback, whichever way it is called, from one that does
 * either. It always gets a callback as its last argument.
 */
function promised(fn: FunctionType): FunctionType {
  return function method(this: unknown, ...args: unknown[]): unknown {
    const last = args.at(-1);
    const callback = typeof last === 'function' ? (last as FunctionType) : undefined;
    const given = callback ? args.slice(0, -1) : args;
    const result = new Promise<unknown>((resolve, reject) => {
      const done = (error: unknown, value: unknown): void =>
        error ? reject(error) : resolve(value);
      const returned: unknown = fn.apply(this, [...given, done]);
      // A function that takes no callback answers by what it returns.
      const takesCallback = fn.length > given.length || returned === undefined;
      if (returned instanceof Promise || !takesCallback) resolve(returned);
    });
    if (!callback) return result;
    result.then(
      (value) => callback(null, value),
      (error: unknown) => callback(error),
    );
    return undefined;
  };
}
