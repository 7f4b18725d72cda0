/** Where an authorizer finds what it decides by: `$request.header.Authorization`. */
import type { Variable } from './port.ts';
import { badRequest } from '../gateway/errors.ts';
import { parseVariable } from './templates.ts';

const ALLOWED: ReadonlySet<Variable['type']> = new Set([
  'request.header',
  'request.querystring',
  'context',
  'stageVariables',
]);

export function parseIdentitySource(source: string): Variable {
  if (!source.startsWith('$')) {
    throw badRequest(`Invalid identity source specified: ${source}`);
  }
  return parseVariable(source.slice(1), (variable) => ALLOWED.has(variable.type));
}
