/** The maps that change a request on its way to an integration, and the answer on its way back. */
import { badRequest } from '../gateway/errors.ts';
import { MAPPINGS_MAX } from './limits.ts';
import type { MappingTarget, ParameterMapping, Variable } from './port.ts';
import { parseTemplate } from './templates.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * Headers that no mapping may name: AWS's list (developer guide, "Reserved headers"), and what else
 * concerns one connection only and would have no effect (`expect`, `proxy-connection`, `trailer`).
 */
const RESERVED_HEADERS =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|expect|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|proxy-connection|te|trailers?|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via)$/;

/** Tokens of RFC 9110 §5.6.2: a header's name goes into a message as it is. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

export function parseRequestMappings(parameters: Parameters = {}): ParameterMapping[] {
  return entriesOf(parameters).map(([key, value]) =>
    parseMapping(key, value, 'request', (variable) => !variable.type.startsWith('response.')),
  );
}

/** By status code. A code with an empty map has no mappings. */
export function parseResponseMappings(
  byStatus: Readonly<Record<string, Parameters>> = {},
): Map<number, ParameterMapping[]> {
  const mappings = new Map<number, ParameterMapping[]>();
  for (const [status, parameters] of entriesOf(byStatus)) {
    if (!/^[1-5]\d\d$/.test(status)) {
      throw badRequest(`Invalid response parameters status code specified: ${status}`);
    }
    const parsed = entriesOf(parameters).map(([key, value]) =>
      parseMapping(key, value, 'response', isResponseVariable),
    );
    mappings.set(Number(status), parsed);
  }
  return mappings;
}

function entriesOf<Value>(parameters: Readonly<Record<string, Value>>): [string, Value][] {
  const entries = Object.entries(parameters);
  if (entries.length > MAPPINGS_MAX) {
    throw badRequest(`An integration can have at most ${MAPPINGS_MAX} mappings of a kind`);
  }
  return entries;
}

/** AWS lists response headers, body, context and stage variables as values for responses. */
function isResponseVariable(variable: Variable): boolean {
  return !variable.type.startsWith('request.') || variable.type === 'request.header';
}

function parseMapping(
  key: string,
  value: string,
  side: 'request' | 'response',
  isAllowed: (variable: Variable) => boolean,
): ParameterMapping {
  const match = /^(append|overwrite|remove):(.+)$/.exec(key);
  const action = match?.[1] as ParameterMapping['action'] | undefined;
  const target = match && parseTarget(match[2] ?? '', side);
  if (!action || !target) throw invalidKey(key);
  if (!('name' in target) && action !== 'overwrite') throw invalidKey(key);
  return { action, target, value: action === 'remove' ? [] : parseTemplate(value, isAllowed) };
}

function parseTarget(text: string, side: 'request' | 'response'): MappingTarget | undefined {
  if (side === 'request' && text === 'path') return { type: 'path' };
  if (side === 'response' && text === 'statuscode') return { type: 'statuscode' };
  const [, place, name = ''] = /^(header|querystring)\.(.+)$/.exec(text) ?? [];
  if (place === 'header') {
    const lower = name.toLowerCase();
    if (RESERVED_HEADERS.test(lower)) {
      throw badRequest(`Operations on header ${name} are restricted`);
    }
    return HEADER_NAME.test(lower) ? { type: 'header', name: lower } : undefined;
  }
  if (place === 'querystring' && side === 'request') return { type: 'querystring', name };
  return undefined;
}

/** Wording unverified: the developer guide gives the syntax only. */
function invalidKey(key: string) {
  return badRequest(`Invalid mapping expression specified: ${key}`);
}
