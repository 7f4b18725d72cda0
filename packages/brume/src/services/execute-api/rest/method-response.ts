/** How what an integration answers becomes the method's response: selection, parameters, template. */
import type {
  Integration,
  IntegrationResponse,
} from '../../../model/generated/apigateway.types.ts';
import { isHeaderName, isHeaderValue } from '../header-rules.ts';
import { Budget } from '../templates/budget.ts';
import { regularExpression } from '../templates/regular-expression/regular-expression.ts';
import { TemplateFault } from '../templates/template-error.ts';
import { internalFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { mediaType, responsePayload } from './media-types.ts';
import { compileResponseSource } from './parameter-source.ts';
import type { ResponseSource } from './parameter-source.ts';
import { asText, compileTemplates, renderWith, texts } from './request-body.ts';
import type { CompiledTemplate } from './request-body.ts';
import type { RestExecution, RestResponse } from './rest-execution.ts';

/** What an integration that is no proxy answered. */
export interface IntegrationAnswer {
  readonly headers: HeaderFields;
  readonly body: Buffer;
  /** What patterns are matched with: a status, or a function's `errorMessage`; empty for its success. */
  readonly selector: string;
}

export type RespondWith = (execution: RestExecution, answer: IntegrationAnswer) => RestResponse;

interface CompiledResponse {
  readonly status: number;
  readonly pattern: string | undefined;
  readonly parameters: readonly { readonly name: string; readonly source: ResponseSource }[];
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  readonly contentHandling: IntegrationResponse['contentHandling'];
}

export function compileResponses({ integrationResponses = {} }: Integration): RespondWith {
  const responses = Object.values(integrationResponses).map(compileResponse);
  return (execution, answer) => {
    const response = select(responses, answer.selector);
    if (!response) throw internalFailure(noMapping(answer.selector));
    return respond(execution, answer, response);
  };
}

/** As AWS's users show it in their logs, with a service's status. */
function noMapping(selector: string): string {
  return `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${selector || '200'}`;
}

function compileResponse(response: IntegrationResponse): CompiledResponse {
  const { statusCode, selectionPattern, responseParameters = {} } = response;
  return {
    status: Number(statusCode),
    pattern: selectionPattern || undefined,
    parameters: Object.entries(responseParameters).map(([target, expression]) => ({
      name: target.replace(/^method\.response\.header\./, ''),
      source: compileResponseSource(expression),
    })),
    templates: compileTemplates(response.responseTemplates),
    contentHandling: response.contentHandling,
  };
}

/**
 * "The error patterns are matched against the entire string" (developer guide, "Set up Lambda custom
 * integrations"); without a match it is the response that has no pattern.
 */
function select(
  responses: readonly CompiledResponse[],
  selector: string,
): CompiledResponse | undefined {
  const matching = responses.find(
    ({ pattern }) => pattern !== undefined && isMatch(pattern, selector),
  );
  return matching ?? responses.find(({ pattern }) => pattern === undefined);
}

function isMatch(pattern: string, selector: string): boolean {
  try {
    return regularExpression(pattern).matchesWhole(selector, new Budget());
  } catch (error) {
    if (error instanceof TemplateFault)
      throw internalFailure(`pattern ${pattern}: ${error.message}`);
    throw error;
  }
}

function respond(
  execution: RestExecution,
  answer: IntegrationAnswer,
  { status, parameters, templates, contentHandling }: CompiledResponse,
): RestResponse {
  const { request, served } = execution;
  const headers = new HeaderFields();
  const accept = request.headers.get('accept');
  const { template, type } = chooseTemplate(templates, accept);
  headers.set('Content-Type', type ?? 'application/json');
  const payload = responsePayload(
    answer.body,
    served.binaryTypes.has(answer.headers.get('content-type')),
    served.binaryTypes.has(accept),
    contentHandling,
  );
  const mapped = { headers: answer.headers, body: typeof payload === 'string' ? payload : '' };
  for (const { name, source } of parameters) setHeader(headers, name, source(execution, mapped));
  if (template) execution.renderedResponse = renderWith(template, execution, asText(payload));
  const body = execution.renderedResponse ?? payload;
  const response = { status, headers, body };
  applyOverrides(execution, response);
  return response;
}

/** The template of the type that the client accepts, else the first. */
function chooseTemplate(templates: CompiledResponse['templates'], accept: string | undefined) {
  if (templates.size === 0) return { template: undefined, type: undefined };
  const accepted = accept === undefined ? 'application/json' : mediaType(accept);
  const [first = accepted] = templates.keys();
  const type = templates.has(accepted) ? accepted : first;
  return { template: templates.get(type), type: type === '$default' ? undefined : type };
}

function applyOverrides({ overrides }: RestExecution, response: RestResponse): void {
  if (!overrides) return;
  response.status = overrides.response.status ?? response.status;
  for (const [name, value] of overrides.response.header) {
    setHeader(response.headers, name, texts(value));
  }
}

function setHeader(
  headers: HeaderFields,
  name: string,
  value: string | readonly string[] | undefined,
): void {
  if (value === undefined) return;
  const values = typeof value === 'string' ? [value] : value;
  if (!isHeaderName(name) || !values.every(isHeaderValue)) {
    throw internalFailure(`no header can be ${name}: ${values.join()}`);
  }
  headers.set(name, ...values);
}
