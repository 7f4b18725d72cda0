/** Java's `matches`, `replaceAll`, `replaceFirst` and `split`, bounded. */
import type { Budget } from '../budget.ts';
import { PATTERNS_CACHED_MAX } from '../limits.ts';
import { runtimeFault } from '../template-error.ts';
import { compilePattern, type Match, type RegularExpression } from './matcher.ts';
import { parsePattern } from './parse.ts';

const cache = new Map<string, RegularExpression>();

/** The compiled pattern; a bounded cache drops the oldest. */
export function regularExpression(source: string, ignoreCase = false): RegularExpression {
  const key = ignoreCase ? `i${source}` : `c${source}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = compilePattern(parsePattern(source, ignoreCase));
    const [oldest] = cache.keys();
    if (cache.size >= PATTERNS_CACHED_MAX && oldest !== undefined) cache.delete(oldest);
    cache.set(key, compiled);
  }
  return compiled;
}

export function matches(text: string, pattern: string, budget: Budget): boolean {
  return regularExpression(pattern).matchesWhole(text, budget);
}

export function replace(
  text: string,
  pattern: string,
  replacement: string,
  limit: number,
  budget: Budget,
): string {
  const expression = regularExpression(pattern);
  let out = '';
  let from = 0;
  for (const match of allMatches(expression, text, limit, budget)) {
    out += text.slice(from, match.start) + expanded(replacement, match, expression.groupNames);
    budget.text(out);
    from = match.end;
  }
  return budget.text(out + text.slice(from));
}

/** Java's rules: empty parts at the end are dropped, unless `limit` is not zero. */
export function split(text: string, pattern: string, limit: number, budget: Budget): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of allMatches(regularExpression(pattern), text, Infinity, budget)) {
    if (limit > 0 && parts.length === limit - 1) break;
    if (match.end === 0) continue;
    budget.collection(parts.length + 1);
    parts.push(text.slice(from, match.start));
    from = match.end;
  }
  if (from === 0 && parts.length === 0) return [text];
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts;
}

function* allMatches(
  expression: RegularExpression,
  text: string,
  limit: number,
  budget: Budget,
): Generator<Match> {
  let from = 0;
  for (let count = 0; count < limit && from <= text.length; count += 1) {
    const match = expression.find(text, from, budget);
    if (match === undefined) return;
    yield match;
    from = match.end > match.start ? match.end : match.end + 1;
  }
}

/** `$1`, `${name}` and `\` in a replacement, as `Matcher.appendReplacement` reads them. */
function expanded(
  replacement: string,
  match: Match,
  groupNames: ReadonlyMap<string, number>,
): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  let out = '';
  for (let at = 0; at < replacement.length; at += 1) {
    const character = replacement.charAt(at);
    if (character === '\\') {
      at += 1;
      if (at >= replacement.length) throw runtimeFault('character to be escaped is missing');
      out += replacement.charAt(at);
    } else if (character === '$') {
      const reference = /\$(?:(\d)|\{(\w+)\})/y;
      reference.lastIndex = at;
      const [whole, digit, name = ''] = reference.exec(replacement) ?? [];
      const index = digit === undefined ? groupNames.get(name) : Number(digit);
      if (whole === undefined) throw runtimeFault('Illegal group reference');
      if (index === undefined || index >= match.groups.length) {
        throw runtimeFault(`No group ${digit ?? name}`);
      }
      out += match.groups[index] ?? '';
      at += whole.length - 1;
    } else out += character;
  }
  return out;
}
