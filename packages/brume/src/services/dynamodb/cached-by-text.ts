/** Pure functions of a text, for texts that come again and again: expressions, partition keys. */

/** The function with its latest results kept. What it throws is thrown again by working it out. */
export function cachedByText<Result>(
  resultsMax: number,
  parse: (text: string) => Result,
): (text: string) => Result {
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
    if (results.size > resultsMax) {
      for (const oldest of results.keys()) {
        results.delete(oldest);
        break;
      }
    }
    return result;
  };
}
