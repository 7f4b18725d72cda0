/** The two ways to hear the result of an asynchronous method: its promise, or a Node callback. */

// oxlint-disable-next-line typescript/no-explicit-any -- Dynamoose's own declarations say `any` here
export type CallbackType<R, E = any> = (error?: E | null, response?: R) => void;

/**
 * Hands `promise` to `callback` when there is one. The callback runs outside the promise, so that
 * an error it throws surfaces as uncaught rather than as an unhandled rejection.
 */
export function answer<R>(
  promise: Promise<R>,
  callback?: CallbackType<R> | null,
  withResult: 'result' | 'no result' = 'result',
): Promise<R> | undefined {
  if (typeof callback !== 'function') return promise;
  promise.then(
    (result) => {
      setImmediate(() => (withResult === 'result' ? callback(null, result) : callback()));
    },
    (error: unknown) => {
      setImmediate(() => callback(error));
    },
  );
  return undefined;
}

/** Methods take `(…, settings?, callback?)`: a function in the settings' place is the callback. */
export function splitCallback<S extends object, R>(
  settings: S | CallbackType<R> | null | undefined,
  callback: CallbackType<R> | undefined,
): [S, CallbackType<R> | undefined] {
  if (typeof settings === 'function') return [{} as S, settings];
  return [settings ?? ({} as S), callback];
}

/** Runs `next` now when nothing is to be waited for, so that plain schemas stay synchronous. */
export function whenReady<T, R>(
  value: T | Promise<T>,
  next: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * Runs `run` on each item, in order; a promise only when one of the results is. When one throws,
 * the promises made before it are nobody's to wait for, and must not become unhandled rejections.
 */
export function runAll<T, R>(
  items: readonly T[],
  run: (item: T) => R | Promise<R>,
): R[] | Promise<R[]> {
  const results: (R | Promise<R>)[] = [];
  try {
    for (const item of items) results.push(run(item));
  } catch (error) {
    abandon(results);
    throw error;
  }
  return results.some((result) => result instanceof Promise)
    ? Promise.all(results)
    : (results as R[]);
}

/** Lets promises fail unheard. */
export function abandon(results: readonly unknown[]): void {
  for (const result of results) if (result instanceof Promise) result.catch(() => undefined);
}
