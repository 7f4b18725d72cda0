/** What a compiled attribute can do. */
import { within } from '../errors.ts';
import type { AttributeValue } from '../attribute-value.ts';

/**
 * What is still awaited of a conversion. A codec that meets a promise (of a default, validator or
 * transformation) leaves a hole and pushes a promise that fills it; whoever started the conversion
 * awaits the list if it is not empty. A schema without such functions never makes a promise.
 */
export type Pending = Promise<unknown>[];

export interface Codec {
  /** Throws a ModelError with the path from here to the value that it refuses. */
  encode(value: unknown, pending: Pending): AttributeValue;
  /** `Promise` where a transformation is asynchronous: the container awaits it into its hole. */
  decode(value: AttributeValue, pending: Pending): unknown;
  /** The letter under which DynamoDB holds it, where that is certain. */
  readonly storage: StorageType | undefined;
  /** The codec of a map's attribute or of a list's element; undefined where there is none. */
  child(segment: string | number): Codec | undefined;
  /** Its `decode` may give a promise. */
  readonly defers?: boolean;
  /** The codec of a set's members. */
  readonly element?: Codec;
  /** The same without validators, where there are any: for values that are only compared. */
  readonly unchecked?: Codec;
}

export type StorageType = 'S' | 'N' | 'B' | 'BOOL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** A hole that is filled once the promise gives its value, and `encode` has encoded that. */
export function later<T>(
  promise: Promise<T>,
  pending: Pending,
  encode: (value: T, pending: Pending) => AttributeValue,
): AttributeValue {
  const hole = {} as AttributeValue;
  pending.push(
    promise.then(async (value) => {
      const more: Pending = [];
      const encoded = encode(value, more);
      await Promise.all(more);
      Object.assign(hole, encoded);
    }),
  );
  return hole;
}

/** Encodes a value that a user's function gave, now or once it is there. */
export function encodeSettled(codec: Codec, value: unknown, pending: Pending): AttributeValue {
  return isPromise(value)
    ? later(value, pending, (settled, more) => codec.encode(settled, more))
    : codec.encode(value, pending);
}

/** Adds the segment to what the promises from `start` on may refuse. */
export function locate(pending: Pending, start: number, segment: string | number): void {
  for (let index = start; index < pending.length; index++) {
    pending[index] = (pending[index] as Promise<unknown>).catch((error: unknown) => {
      throw within(segment, error);
    });
  }
}

/** Waits for everything; where nothing is pending the value itself comes back, not a promise. */
function settle<T>(value: T, pending: Pending): T | Promise<T> {
  return pending.length === 0 ? value : Promise.all(pending).then(() => value);
}

/** Runs a conversion; if it throws, what it left pending must not become unhandled rejections. */
export function convert<T>(run: (pending: Pending) => T): T | Promise<T> {
  const pending: Pending = [];
  try {
    return settle(run(pending), pending);
  } catch (error) {
    for (const promise of pending) promise.catch(() => {});
    throw error;
  }
}

/** For operands that are compared, not stored: validators have no say. */
export function plain(codec: Codec): Codec {
  return codec.unchecked ?? codec;
}

export const noChild = (): undefined => undefined;
