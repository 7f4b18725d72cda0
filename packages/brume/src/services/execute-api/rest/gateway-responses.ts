/** What an API answers by itself: AWS's words, or those that the API put in their place. */
import type {
  GatewayResponse,
  GatewayResponseType,
} from '../../../model/generated/apigateway.types.ts';
import { isGatewayHeader, isHeaderName, isHeaderValue } from '../header-rules.ts';
import { contextVariables, errorVariables, variableText } from './context-variables.ts';
import { FAILURE_KINDS } from './gateway-failure.ts';
import type { GatewayFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { mediaType } from './media-types.ts';
import { compileSource } from './parameter-source.ts';
import type { Source } from './parameter-source.ts';
import type { RestExecution, RestResponse } from './rest-execution.ts';

const JSON_TYPE = 'application/json';
const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';
/** Recorded facts: these have a capital of their own. */
const ACCESS_DENIED_TEMPLATE = '{"Message":$context.error.messageString}';

interface Customized {
  readonly status: number | undefined;
  readonly parameters: readonly { readonly name: string; readonly source: Source }[];
  /** By media type, in the API's order; undefined where AWS's own stands. */
  readonly templates: readonly (readonly [string, string])[] | undefined;
}

export class GatewayResponses {
  readonly #customized: ReadonlyMap<GatewayResponseType, Customized>;

  constructor(responses: readonly GatewayResponse[]) {
    this.#customized = new Map(
      responses.flatMap((response) =>
        response.responseType ? [[response.responseType, compile(response)]] : [],
      ),
    );
  }

  answer(failure: GatewayFailure, execution: RestExecution): RestResponse {
    const { type, said } = failure;
    const kind = FAILURE_KINDS[type];
    const ownStatus = said.status ?? kind.status ?? 500;
    if (said.plain !== undefined) return plainAnswer(ownStatus, said.plain);
    const customized =
      this.#customized.get(type) ??
      this.#customized.get(ownStatus >= 500 ? 'DEFAULT_5XX' : 'DEFAULT_4XX');
    const headers = new HeaderFields();
    const [contentType, template] = chooseTemplate(customized, execution) ?? [
      JSON_TYPE,
      type === 'ACCESS_DENIED' ? ACCESS_DENIED_TEMPLATE : DEFAULT_TEMPLATE,
    ];
    headers.set('Content-Type', contentType);
    headers.set('x-amzn-ErrorType', said.errorType ?? kind.errorType);
    for (const { name, source } of customized?.parameters ?? []) {
      const value = source(execution);
      const values = typeof value === 'string' ? [value] : (value ?? []);
      const isPossible = isHeaderName(name) && !isGatewayHeader(name.toLowerCase());
      if (isPossible && values.length > 0 && values.every(isHeaderValue)) {
        headers.set(name, ...values);
      }
    }
    const status = customized?.status ?? ownStatus;
    return { status, headers, body: substitute(template, execution) };
  }
}

function plainAnswer(status: number, body: string): RestResponse {
  const headers = new HeaderFields();
  headers.set('Content-Type', 'text/plain');
  return { status, headers, body };
}

function compile({
  statusCode,
  responseParameters,
  responseTemplates,
}: GatewayResponse): Customized {
  const templates = Object.entries(responseTemplates ?? {});
  return {
    status: statusCode === undefined ? undefined : Number(statusCode),
    parameters: Object.entries(responseParameters ?? {}).map(([target, expression]) => ({
      name: target.replace(/^gatewayresponse\.header\./, ''),
      source: compileSource(expression),
    })),
    templates: templates.length === 0 ? undefined : templates,
  };
}

/** The template of the type that the client accepts, else JSON's, else the first. */
function chooseTemplate(customized: Customized | undefined, { request }: RestExecution) {
  const templates = customized?.templates;
  if (!templates) return undefined;
  const accepted = mediaType(request.headers.get('accept') ?? JSON_TYPE);
  const of = (type: string) => templates.find(([each]) => mediaType(each) === type);
  return of(accepted) ?? of(JSON_TYPE) ?? templates[0];
}

/** No Velocity: variables are put in their places, and nothing where there is none. */
function substitute(template: string, execution: RestExecution): string {
  const variables = { ...contextVariables(execution), error: errorVariables(execution) };
  return template.replaceAll(
    /\$(?:\{(context|stageVariables)\.([\w.-]+)\}|(context|stageVariables)\.([\w-]+(?:\.[\w-]+)*))/g,
    (_, braced?: string, bracedName?: string, plain?: string, plainName?: string) => {
      const name = bracedName ?? plainName ?? '';
      const isStage = (braced ?? plain) === 'stageVariables';
      return (isStage ? execution.variables[name] : variableText(variables, name)) ?? '';
    },
  );
}
