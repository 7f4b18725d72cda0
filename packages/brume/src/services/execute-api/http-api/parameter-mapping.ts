/** Applies parameter mappings: to a request before its integration, to the answer after it. */
import type { ParameterMapping } from '../../apigatewayv2/port.ts';
import type { Execution, GatewayResponse } from './execution.ts';
import { internalServerError } from './gateway-error.ts';
import type { RequestParts } from './incoming-request.ts';
import { isHeaderValue } from '../header-rules.ts';
import { render } from './variables.ts';

/** Step: what the integration is told. */
export function mapRequest(execution: Execution): void {
  const mappings = execution.integration?.requestMappings ?? [];
  if (mappings.length > 0) execution.outgoing = mappedRequest(execution, mappings);
}

function mappedRequest(execution: Execution, mappings: readonly ParameterMapping[]): RequestParts {
  const { request } = execution;
  const headers = new Map([...request.headers].map(([name, values]) => [name, [...values]]));
  let query = [...request.query];
  let overwrittenPath: string | undefined;
  for (const { action, target, value } of mappings) {
    const text = render(value, execution);
    if (target.type === 'header') {
      changeHeader(headers, action, target.name, text);
    } else if (target.type === 'querystring') {
      const { name } = target;
      if (action !== 'append') query = query.filter(([each]) => each !== name);
      if (action !== 'remove') query.push([name, text]);
    } else if (target.type === 'path') {
      overwrittenPath = text.startsWith('/') ? text : `/${text}`;
    }
  }
  const rawQuery = query
    .map(([name, value]) => `${encodeURIComponent(well(name))}=${encodeURIComponent(well(value))}`)
    .join('&');
  return { path: overwrittenPath ?? request.path, overwrittenPath, rawQuery, query, headers };
}

/** `encodeURIComponent` throws for half of a surrogate pair. */
function well(text: string): string {
  return text.toWellFormed();
}

/** Step, backwards: what the client is told. */
export function mapResponse(execution: Execution): void {
  const { response, integration, integrationStatus } = execution;
  if (!response || integrationStatus === undefined) return;
  for (const mapping of integration?.responseMappings.get(integrationStatus) ?? []) {
    const text = render(mapping.value, execution, response);
    if (mapping.target.type === 'statuscode') changeStatus(response, text);
    else if (mapping.target.type === 'header') {
      changeHeader(response.headers, mapping.action, mapping.target.name, text);
    }
  }
}

function changeStatus(response: GatewayResponse, text: string): void {
  if (!/^[2-5]\d\d$/.test(text)) throw internalServerError(`mapped status code: ${text}`);
  response.status = Number(text);
}

function changeHeader(
  headers: Map<string, string[]>,
  action: ParameterMapping['action'],
  name: string,
  text: string,
): void {
  if (action === 'remove') {
    headers.delete(name);
    return;
  }
  if (!isHeaderValue(text)) throw internalServerError(`value mapped to the header ${name}`);
  const before = action === 'append' ? headers.get(name) : undefined;
  headers.set(name, [...(before ?? []), text]);
}
