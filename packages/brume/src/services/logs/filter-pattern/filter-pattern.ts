/**
 * The language in which FilterLogEvents and Live Tail are told what to find. Each of its three forms
 * is compiled into a test of messages, whose time is linear in the message's length.
 */
import { unclosedFilterPattern } from '../errors.ts';
import { fieldPattern } from './field-pattern.ts';
import { jsonPattern } from './json-pattern.ts';
import { termPattern } from './term-pattern.ts';

export interface FilterPattern {
  matches(message: string): boolean;
  /** The values that the pattern names, by `$` and their names. */
  extract(message: string): Record<string, string>;
}

/** Throws AWS's `InvalidParameterException` for what is no pattern. Nothing, or spaces, match all. */
export function compileFilterPattern(text: string | undefined): FilterPattern {
  const pattern = (text ?? '').trim();
  if (pattern === '') return { matches: () => true, extract: () => ({}) };
  if (pattern.startsWith('{')) {
    if (!pattern.endsWith('}')) throw unclosedFilterPattern('{', '}');
    return jsonPattern(pattern);
  }
  if (pattern.startsWith('[')) {
    if (!pattern.endsWith(']')) throw unclosedFilterPattern('[', ']');
    return fieldPattern(pattern);
  }
  return { matches: termPattern(pattern), extract: () => ({}) };
}
