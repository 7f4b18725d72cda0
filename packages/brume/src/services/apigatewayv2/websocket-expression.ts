/**
 * Selection expressions of WebSocket APIs (developer guide, "WebSocket selection expressions"), and the
 * values of parameter mappings: one variable, or text with `${…}` in it; `\$default` is text.
 */
import { badRequest } from '../gateway/errors.ts';
import type { Expression, WebSocketVariable } from './port.ts';
import { parseJsonPath } from './templates.ts';

type Kind = WebSocketVariable['type'];

const MESSAGE: readonly Kind[] = ['body', 'header', 'querystring', 'context', 'stageVariables'];
const RESPONSE: readonly Kind[] = ['response.status', 'response.header', 'response.body'];

/** Of routes, templates and models: what they choose by is in the request. */
export function parseSelection(text: string): Expression {
  return parse(text, (name) => variable(name, 'request.', MESSAGE));
}

/** Of integration responses' templates. */
export function parseResponseSelection(text: string): Expression {
  return parse(text, (name) =>
    variable(name, 'integration.', [...RESPONSE, 'context', 'stageVariables']),
  );
}

/**
 * Values of `RequestParameters` of integrations: `route.request.body.name`, `context.connectionId`,
 * `stageVariables.name`, or text between single quotes.
 */
export function parseMappedValue(text: string): Expression {
  const quoted = /^'(.*)'$/s.exec(text);
  if (quoted) return [quoted[1] ?? ''];
  const named = variable(text, 'route.request.', MESSAGE);
  if (!named) throw badRequest(`Invalid mapping expression specified: ${text}`);
  return [named];
}

/** Where an authorizer finds what it decides by: `route.request.header.Auth`. */
export function parseWebSocketIdentity(text: string): WebSocketVariable {
  const allowed: readonly Kind[] = ['header', 'querystring', 'context', 'stageVariables'];
  const named = variable(text, 'route.request.', allowed);
  if (!named) throw badRequest(`Invalid identity source specified: ${text}`);
  return named;
}

function parse(text: string, read: (name: string) => WebSocketVariable | undefined): Expression {
  const known = (name: string): WebSocketVariable => {
    const found = read(name);
    if (!found) throw badRequest(`Invalid selection expression specified: ${text}`);
    return found;
  };
  if (/^\\?\$default$/.test(text)) return ['$default'];
  if (/^\$(?!\{)/.test(text)) return [known(text.slice(1))];
  const parts: (string | WebSocketVariable)[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (match.index > at) parts.push(unescaped(text.slice(at, match.index)));
    parts.push(known(match[1] ?? ''));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(unescaped(text.slice(at)));
  return parts;
}

function unescaped(text: string): string {
  return text.replaceAll('\\$', '$');
}

function variable(
  text: string,
  prefix: string,
  allowed: readonly Kind[],
): WebSocketVariable | undefined {
  const found = readVariable(text, prefix);
  return found && allowed.includes(found.type) ? found : undefined;
}

function readVariable(text: string, prefix: string): WebSocketVariable | undefined {
  const [, place, name] = /^(context|stageVariables)\.([\w.-]+)$/.exec(text) ?? [];
  if (name !== undefined && (place === 'context' || place === 'stageVariables')) {
    return { type: place, name };
  }
  if (!text.startsWith(prefix)) return undefined;
  const rest = text.slice(prefix.length);
  if (rest === 'response.statuscode') return { type: 'response.status' };
  const [, from, of = ''] = /^(body|response\.body)(.*)$/s.exec(rest) ?? [];
  if (from === 'body' || from === 'response.body') {
    const path = parseJsonPath(of);
    return path && { type: from, path };
  }
  const [, kind, field = ''] = /^(header|querystring|response\.header)\.([^\s]+)$/.exec(rest) ?? [];
  if (kind === 'querystring') return { type: kind, name: field };
  if (kind === 'header' || kind === 'response.header') {
    return { type: kind, name: field.toLowerCase() };
  }
  return undefined;
}
