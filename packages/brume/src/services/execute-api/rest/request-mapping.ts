/** What an integration's request begins with: the parameters that the integration maps. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { internalFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { compileSource } from './parameter-source.ts';
import type { Source } from './parameter-source.ts';
import type { RestExecution } from './rest-execution.ts';

export interface OutgoingRequest {
  readonly headers: HeaderFields;
  readonly query: Map<string, readonly string[]>;
  /** For the variables of the integration's address. */
  readonly path: Map<string, string>;
}

export type RequestMapping = (execution: RestExecution) => OutgoingRequest;

/** Mapping these makes every request fail (recorded 2025, test_apigateway_header_remapping_*). */
const REFUSED = [
  'content-length',
  'transfer-encoding',
  'x-amzn-trace-id',
  'x-amzn-apigateway-api-id',
];
const REFUSED_BY_AWS = ['authorization', 'connection', 'expect', 'proxy-authenticate', 'te'];

interface Mapping {
  readonly place: string;
  readonly name: string;
  readonly source: Source;
}

export function compileRequestMapping({ type, requestParameters }: Integration): RequestMapping {
  const isAws = type === 'AWS' || type === 'AWS_PROXY';
  const refused = new Set(isAws ? [...REFUSED, ...REFUSED_BY_AWS] : REFUSED);
  const mappings: Mapping[] = Object.entries(requestParameters ?? {}).map(
    ([target, expression]) => {
      const [, place = '', name = ''] =
        /^integration\.request\.([a-z]+)\.(.+)$/s.exec(target) ?? [];
      return { place, name, source: compileSource(expression) };
    },
  );
  const bad = mappings.find(
    ({ place, name }) => place === 'header' && refused.has(name.toLowerCase()),
  );
  return (execution) => {
    if (bad) throw internalFailure(`the header ${bad.name} cannot be mapped`);
    const outgoing = { headers: new HeaderFields(), query: new Map(), path: new Map() };
    for (const mapping of mappings) apply(mapping, execution, outgoing);
    return outgoing;
  };
}

/** A parameter without a value is left out. */
function apply(
  { place, name, source }: Mapping,
  execution: RestExecution,
  outgoing: OutgoingRequest,
) {
  const value = source(execution);
  if (value === undefined) return;
  const values = typeof value === 'string' ? [value] : value;
  if (place === 'header') outgoing.headers.set(name, ...values);
  else if (place === 'querystring') outgoing.query.set(name, values);
  else outgoing.path.set(name, values.at(-1) ?? '');
}
