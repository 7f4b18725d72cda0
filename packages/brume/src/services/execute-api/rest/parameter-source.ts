/** Where mapped parameters come from: `method.request.header.Accept`, `context.requestId`, `'text'` …. */
import { JsonPathError } from '../templates/json-path/json-path-error.ts';
import { evaluateJsonPath } from '../templates/json-path/json-path.ts';
import { Budget } from '../templates/budget.ts';
import { parseJson } from '../templates/json-values.ts';
import { toJson } from '../templates/printing.ts';
import { TemplateFault } from '../templates/template-error.ts';
import { contextVariables, variableText } from './context-variables.ts';
import { internalFailure } from './gateway-failure.ts';
import type { HeaderFields } from './header-fields.ts';
import type { RestExecution } from './rest-execution.ts';

/** Undefined for what is not there; a list from the `multivalue` forms. */
export type Source = (execution: RestExecution) => string | readonly string[] | undefined;

/** The same with an integration's answer at hand. */
export type ResponseSource = (
  execution: RestExecution,
  answer: { readonly headers: HeaderFields; readonly body: string },
) => string | readonly string[] | undefined;

export function compileSource(expression: string): Source {
  const fixed = /^'(.*)'$/s.exec(expression)?.[1];
  if (fixed !== undefined) return () => fixed;
  const [, place = '', name = ''] =
    /^(method\.request\.[a-z]+|context|stageVariables)\.?(.*)$/s.exec(expression) ?? [];
  switch (place) {
    case 'method.request.header':
      return ({ request }) => request.headers.get(name);
    case 'method.request.multivalueheader':
      return ({ request }) => request.headers.all(name);
    case 'method.request.querystring':
      return ({ request }) => request.query.get(name)?.at(-1);
    case 'method.request.multivaluequerystring':
      return ({ request }) => request.query.get(name);
    case 'method.request.path':
      return ({ pathParameters }) => pathParameters.get(name);
    case 'method.request.body':
      return ({ body }) => fromBody(body.toString('utf8'), name);
    case 'context':
      return (execution) => variableText(contextVariables(execution), name);
    case 'stageVariables':
      return ({ variables }) => variables[name];
    default:
      return () => {
        throw internalFailure(`no such parameter: ${expression}`);
      };
  }
}

export function compileResponseSource(expression: string): ResponseSource {
  const [, place, name = ''] = /^integration\.response\.([a-z]+)\.?(.*)$/s.exec(expression) ?? [];
  switch (place) {
    case 'header':
      return (_, { headers }) => headers.get(name);
    case 'multivalueheader':
      return (_, { headers }) => headers.all(name);
    case 'body':
      return (_, { body }) => fromBody(body, name);
    default:
      return compileSource(expression);
  }
}

/** The whole, or what a JSON path without its `$.` finds: texts as they are, anything else as JSON. */
function fromBody(body: string, path: string): string | undefined {
  if (path === '') return body;
  try {
    const found = evaluateJsonPath(`$.${path}`, parseJson(body));
    if (found === undefined || found === null) return undefined;
    return typeof found === 'string' ? found : toJson(found, new Budget());
  } catch (error) {
    const isTheirs =
      error instanceof SyntaxError ||
      error instanceof JsonPathError ||
      error instanceof TemplateFault;
    if (isTheirs) return undefined;
    throw error;
  }
}
