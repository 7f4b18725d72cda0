/** `ERROR "out of memory" -debug`, `?ERROR ?WARN`, `%ERR[0-9]+%`: terms that a message has or has not. */
import { invalidCharacters } from '../errors.ts';
import { regularExpression } from './regular-expression.ts';
import { Scanner } from './scanner.ts';

interface Term {
  readonly kind: 'required' | 'excluded' | 'optional';
  readonly isIn: (message: string) => boolean;
}

const BARE_TERM = /[^\s"%]+/y;
const WORD = /^[\p{L}\p{N}_]+$/u;

/**
 * Terms are found anywhere in a message, inside words too, and case counts. Optional terms count only
 * where there are no others (user guide, "Match terms using filter patterns", 2026-11).
 */
export function termPattern(text: string): (message: string) => boolean {
  const scanner = new Scanner(text);
  const terms: Term[] = [];
  for (scanner.skipSpace(); !scanner.atEnd; scanner.skipSpace()) terms.push(parseTerm(scanner));
  if (terms.every(({ kind }) => kind === 'optional')) {
    return (message) => terms.some(({ isIn }) => isIn(message));
  }
  const decisive = terms.filter(({ kind }) => kind !== 'optional');
  return (message) => decisive.every(({ kind, isIn }) => isIn(message) === (kind === 'required'));
}

function parseTerm(scanner: Scanner): Term {
  const kind = scanner.take('-') ? 'excluded' : scanner.take('?') ? 'optional' : 'required';
  if (scanner.take('%')) return { kind, isIn: regularExpression(scanner.takeQuoted('%')) };
  const isQuoted = scanner.take('"');
  const term = isQuoted ? scanner.takeQuoted('"') : scanner.takeMatch(BARE_TERM);
  const isPossible = isQuoted ? term !== '' : WORD.test(term);
  if (!isPossible) throw invalidCharacters(isQuoted ? `"${term}"` : term);
  return { kind, isIn: (message) => message.includes(term) };
}
