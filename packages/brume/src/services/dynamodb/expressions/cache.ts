/** Parsed expressions by their text: programs send the same few again and again. */
import { EXPRESSIONS_CACHED_MAX } from '../limits.ts';

/** The function with its latest results kept. What it throws is thrown again by working it out. */
export function cachedByText<Result>(parse: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) {
      results.delete(text);
      results.set(text, known);
      return known;
    }
    const result = parse(text);
    results.set(text, result);
    if (results.size > EXPRESSIONS_CACHED_MAX) {
      for (const oldest of results.keys()) {
        results.delete(oldest);
        break;
      }
    }
    return result;
  };
}
