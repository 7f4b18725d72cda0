/** The values behind variables in mappings, addresses and identity sources. */
import type { JsonPath, Template, Variable } from '../../apigatewayv2/port.ts';
import { contextVariable } from './context-variables.ts';
import type { Execution, GatewayResponse } from './execution.ts';
import { JSON_PATH_BODY_BYTES_MAX } from '../limits.ts';

/** The text of a template; a variable without a value is nothing. */
export function render(
  template: Template,
  execution: Execution,
  response?: GatewayResponse,
): string {
  const [only] = template;
  if (template.length === 1 && only?.type === 'text') return only.text;
  let text = '';
  for (const part of template) {
    text += part.type === 'text' ? part.text : (valueOf(part, execution, response) ?? '');
  }
  return text;
}

export function valueOf(
  variable: Variable,
  execution: Execution,
  response?: GatewayResponse,
): string | undefined {
  const { request, stage } = execution;
  switch (variable.type) {
    case 'request.header':
      return joined(request.headers.get(variable.name));
    case 'request.querystring':
      return joined(
        request.query.flatMap(([name, value]) => (name === variable.name ? value : [])),
      );
    case 'request.body':
      return fromBody(execution.body, variable.path);
    case 'request.path':
      return variable.name === undefined
        ? request.routePath
        : execution.pathParameters.get(variable.name);
    case 'response.header':
      return joined(response?.headers.get(variable.name));
    case 'response.body':
      return response && fromBody(Buffer.from(response.body), variable.path);
    case 'context':
      return contextVariable(execution, variable.name);
    case 'stageVariables':
      return stage.stageVariables.get(variable.name);
  }
}

function joined(values: readonly string[] | undefined): string | undefined {
  return values && values.length > 0 ? values.join(',') : undefined;
}

function fromBody(body: Buffer, path: JsonPath): string | undefined {
  if (path.length === 0) return body.toString('utf8');
  // A longer body is cut off and then is no JSON any more, as with AWS.
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8', 0, JSON_PATH_BODY_BYTES_MAX));
  } catch {
    return undefined;
  }
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
