/**
 * Text with `*` for any characters and `?` for one. As a list it is one of characters, where `${*}` and
 * `${?}` stand for those characters themselves.
 */
export type Pattern = string | readonly string[];

/** Matches text against a pattern, in time n·m at most. */
export function matchesGlob(pattern: Pattern, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === '*') {
      starAt = patternAt++;
      resumeAt = at;
    } else if (wanted === '?' || (wanted !== undefined && characterOf(wanted) === text[at])) {
      patternAt++;
      at++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt++;
  return patternAt === pattern.length;
}

/** The text that a pattern is where it has no wildcards. */
export function literalOf(pattern: Pattern): string {
  return typeof pattern === 'string' ? pattern : pattern.map(characterOf).join('');
}

function characterOf(element: string): string | undefined {
  return element.length === 1 ? element : element[2];
}
