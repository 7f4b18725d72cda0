/** Every error that the library itself raises, made by named factories with stable names. */

export type PathSegment = string | number;

export type ModelErrorName =
  | 'InvalidValue'
  | 'UnknownAttribute'
  | 'MissingAttribute'
  | 'InvalidDefinition'
  | 'InvalidRequest'
  | 'ItemTooLarge'
  | 'InvalidCursor'
  | 'ConditionFailed'
  | 'VersionConflict'
  | 'NotUnique'
  | 'TransactionCanceled'
  | 'UnprocessedItems';

/**
 * `path` says where in the item, `valueType` what stood there; both are absent from errors that
 * are not about one value.
 */
export class ModelError extends Error {
  override readonly name: ModelErrorName;
  readonly path: readonly PathSegment[];
  readonly valueType: string | undefined;
  readonly #problem: string;

  constructor(
    name: ModelErrorName,
    problem: string,
    path: readonly PathSegment[] = [],
    valueType?: string,
    cause?: unknown,
  ) {
    super(path.length === 0 ? problem : `${pathText(path)}: ${problem}`, { cause });
    this.name = name;
    this.#problem = problem;
    this.path = path;
    this.valueType = valueType;
  }

  /** The same error one level further out: codecs add their segment while it passes. */
  within(segment: PathSegment): ModelError {
    const path = [segment, ...this.path];
    return new ModelError(this.name, this.#problem, path, this.valueType, this.cause);
  }
}

/** Adds the segment to our own errors; others (of user functions) pass as they are. */
export function within(segment: PathSegment, error: unknown): unknown {
  return error instanceof ModelError ? error.within(segment) : error;
}

/** Runs what concerns this place of the item, or of a list of items. */
export function at<T>(segment: PathSegment, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw within(segment, error);
  }
}

export function invalidValue(expected: string, value: unknown): ModelError {
  const type = typeOf(value);
  return new ModelError('InvalidValue', `expected ${expected}, found ${type}`, [], type);
}

export function refusedValue(problem: string, value: unknown): ModelError {
  return new ModelError('InvalidValue', problem, [], typeOf(value));
}

export function unknownAttribute(name: string, value: unknown): ModelError {
  return new ModelError('UnknownAttribute', 'is not in the schema', [name], typeOf(value));
}

export function missingAttribute(): ModelError {
  return new ModelError('MissingAttribute', 'is required', [], 'undefined');
}

export function invalidDefinition(problem: string): ModelError {
  return new ModelError('InvalidDefinition', problem);
}

export function invalidRequest(problem: string): ModelError {
  return new ModelError('InvalidRequest', problem);
}

/** A word for the kind of a value, as error messages use it. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity || value === -Infinity) return 'an infinite number';
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? name : 'object';
}

/** `address.lines[0]`, or the same of what stands for the names. */
export function pathText(
  path: readonly PathSegment[],
  write: (name: string) => string = (name) => name,
): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else text += (text === '' ? '' : '.') + write(segment);
  }
  return text;
}
