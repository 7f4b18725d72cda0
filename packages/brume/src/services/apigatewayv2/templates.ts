/**
 * Values with variables in them, as parameter mappings and integration addresses use them: a value
 * that is one variable (`$request.header.name`), or text with `${…}` in it, or plain text.
 */
import { badRequest } from '../gateway/errors.ts';
import type { JsonPath, Template, TemplatePart, Variable } from './port.ts';

export function parseTemplate(text: string, isAllowed: (variable: Variable) => boolean): Template {
  if (/^\$(request|response|context|stageVariables)\b/.test(text)) {
    return [parseVariable(text.slice(1), isAllowed)];
  }
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (match.index > at) parts.push({ type: 'text', text: text.slice(at, match.index) });
    parts.push(parseVariable(match[1] ?? '', isAllowed));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ type: 'text', text: text.slice(at) });
  return parts;
}

/** `expression` is without `$` and braces: `request.header.name`. */
export function parseVariable(
  expression: string,
  isAllowed: (variable: Variable) => boolean,
): Variable {
  const variable = readVariable(expression);
  if (!variable || !isAllowed(variable)) {
    throw badRequest(`Invalid mapping expression specified: ${expression}`);
  }
  return variable;
}

function readVariable(expression: string): Variable | undefined {
  const dot = /^(?:request|response)\.\w+|^context|^stageVariables/.exec(expression);
  if (!dot) return undefined;
  const [source] = dot;
  const rest = expression.slice(source.length);
  const name = rest.startsWith('.') ? rest.slice(1) : undefined;
  switch (source) {
    case 'request.path':
      return rest === '' || name ? { type: source, name } : undefined;
    case 'request.header':
    case 'response.header':
      return name ? { type: source, name: name.toLowerCase() } : undefined;
    case 'request.querystring':
    case 'stageVariables':
      return name ? { type: source, name } : undefined;
    case 'context':
      return name && /^[\w.-]+$/.test(name) ? { type: source, name } : undefined;
    case 'request.body':
    case 'response.body': {
      const path = parseJsonPath(rest);
      return path && { type: source, path };
    }
    default:
      return undefined;
  }
}

/** `.name`, `['name']` and `[0]`; AWS has neither recursion nor filters here. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const path: (string | number)[] = [];
  const step = /\.([^.[\]?*()]+)|\[(\d{1,9})\]|\['([^']*)'\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (!match) return undefined;
    const [, member, position, quoted] = match;
    path.push(position === undefined ? (member ?? quoted ?? '') : Number(position));
  }
  return path;
}
