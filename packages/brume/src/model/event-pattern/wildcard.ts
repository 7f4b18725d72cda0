/** `*` stands for any text; `\*` and `\\` for themselves. */
import { InvalidPattern } from './invalid-pattern.ts';

/** Takes time in the length of the text times the pattern's, never more. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = literals(pattern);
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const literal of others) {
      const found = text.indexOf(literal, at);
      if (found < 0 || found + literal.length > end) return false;
      at = found + literal.length;
    }
    return at <= end;
  };
}

/** The literal texts before, between and after the wildcards. */
function literals(pattern: string): string[] {
  const found = [''];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (pattern[at + 1] === '*') {
        throw new InvalidPattern(`Consecutive wildcard characters at pos ${at}`);
      }
      found.push('');
      continue;
    }
    const escaped = character === '\\' ? pattern[++at] : character;
    if (escaped === undefined || (character === '\\' && escaped !== '*' && escaped !== '\\')) {
      throw new InvalidPattern(`Invalid escape character at pos ${at - 1}`);
    }
    found.push(`${found.pop()}${escaped}`);
  }
  return found;
}
