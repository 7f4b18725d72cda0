/** Which attributes that no schema defines may be kept: `saveUnknown`. */

export interface UnknownRule {
  /** Whether `path`, which the schema does not define, is kept. */
  allows(path: readonly (string | number)[]): boolean;
  /** Whether everything inside `path` is kept without asking again. */
  allowsAll: boolean;
}

const none: UnknownRule = { allows: () => false, allowsAll: false };
const all: UnknownRule = { allows: () => true, allowsAll: true };

/**
 * `*` stands for one level, `**` for one or more. A path that a pattern goes through is kept too,
 * or there would be nothing to keep the rest in.
 */
export function unknownRule(saveUnknown: boolean | readonly string[] | undefined): UnknownRule {
  if (saveUnknown === true) return all;
  if (!Array.isArray(saveUnknown) || saveUnknown.length === 0) return none;
  const patterns = saveUnknown.map((pattern: string) => pattern.split('.'));
  return {
    allows: (path) => patterns.some((pattern) => follows(pattern, path)),
    allowsAll: false,
  };
}

/** Whether `path` matches `pattern` or lies on the way to it. */
export function follows(pattern: readonly string[], path: readonly (string | number)[]): boolean {
  for (let depth = 0; depth < path.length; depth += 1) {
    const part = pattern[depth];
    if (part === '**') return true;
    if (part === undefined || (part !== '*' && part !== String(path[depth]))) return false;
  }
  return true;
}
