/** What an integration's request says: a template of the body's type, or the body as it came. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { compileTemplate } from '../templates/template.ts';
import type { RenderTemplate } from '../templates/template.ts';
import { printed } from '../templates/printing.ts';
import { Budget } from '../templates/budget.ts';
import { TemplateError } from '../templates/template-error.ts';
import { VtlList } from '../templates/values.ts';
import type { Value } from '../templates/values.ts';
import { GatewayFailure, internalFailure } from './gateway-failure.ts';
import { mediaType, requestPayload } from './media-types.ts';
import type { OutgoingRequest } from './request-mapping.ts';
import { lastValues } from './rest-request.ts';
import type { Payload, RestExecution } from './rest-execution.ts';

export interface RequestBody {
  readonly payload: Payload;
  /** The template's type, or the body's own. */
  readonly contentType: string;
}

export type RenderRequest = (execution: RestExecution, outgoing: OutgoingRequest) => RequestBody;

const JSON_TYPE = 'application/json';

export function compileRequestBody(integration: Integration): RenderRequest {
  const { contentHandling, passthroughBehavior } = integration;
  const templates = compileTemplates(integration.requestTemplates);
  return (execution, outgoing) => {
    const { request, served, body } = execution;
    const given = request.headers.get('content-type');
    const type = given === undefined ? JSON_TYPE : mediaType(given);
    const payload = requestPayload(body, served.binaryTypes.has(given), contentHandling);
    const template = templates.get(type) ?? templates.get('$default');
    if (template) {
      const text = renderWith(template, execution, asText(payload));
      execution.renderedRequest = text;
      applyOverrides(execution, outgoing);
      return { payload: text, contentType: type };
    }
    if (
      passthroughBehavior === 'NEVER' ||
      (passthroughBehavior === 'WHEN_NO_TEMPLATES' && templates.size > 0)
    ) {
      throw new GatewayFailure('UNSUPPORTED_MEDIA_TYPE', `no template for ${type}`);
    }
    return { payload, contentType: given ?? JSON_TYPE };
  };
}

export interface CompiledTemplate {
  readonly render: RenderTemplate;
  /** Whether it says so at all: looking for overrides costs time. */
  readonly overrides: boolean;
}

/**
 * By media type, without those that are null: they are as if they were not there. A text that is no
 * template fails where it is used, as on AWS.
 */
export function compileTemplates(
  templates: Readonly<Record<string, string | null>> = {},
): Map<string, CompiledTemplate> {
  return new Map(
    Object.entries(templates).flatMap(([type, text]) =>
      text === null ? [] : [[type === '$default' ? type : mediaType(type), lazily(text)] as const],
    ),
  );
}

function lazily(text: string): CompiledTemplate {
  let compiled: RenderTemplate | undefined;
  return {
    render: (scope) => (compiled ??= compileTemplate(text))(scope),
    overrides: text.includes('Override'),
  };
}

/** Bytes that a template would make text of are refused (developer guide, "Content type conversions"). */
export function asText(payload: Payload): string {
  if (typeof payload === 'string') return payload;
  throw internalFailure('a template cannot be rendered with a body that is bytes');
}

export function renderWith(
  { render, overrides }: CompiledTemplate,
  execution: RestExecution,
  body: string,
): string {
  const { request, pathParameters, variables } = execution;
  execution.overridden ||= overrides;
  try {
    return render({
      body,
      context: execution.context,
      stageVariables: variables,
      parameters: {
        get path() {
          return Object.assign(Object.create(null), Object.fromEntries(pathParameters));
        },
        get querystring() {
          return lastValues(request.query);
        },
        get header() {
          return lastValues([...request.headers].map(({ name, values }) => [name, values]));
        },
      },
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const reason = `template, line ${error.line}: ${error.message}`;
    // Recorded facts: a payload that is no JSON is the client's fault.
    if (error.kind === 'body') {
      throw new GatewayFailure('BAD_REQUEST_BODY', reason, { message: error.message });
    }
    throw internalFailure(reason);
  }
}

function applyOverrides(execution: RestExecution, outgoing: OutgoingRequest): void {
  const { request } = execution.overrides ?? {};
  if (!request) return;
  for (const [name, value] of request.header) outgoing.headers.set(name, ...texts(value));
  for (const [name, value] of request.querystring) outgoing.query.set(name, texts(value));
  for (const [name, value] of request.path) outgoing.path.set(name, texts(value).at(-1) ?? '');
}

export function texts(value: Value): string[] {
  const budget = new Budget();
  const items = value instanceof VtlList ? value.items : [value];
  return items.map((item) => printed(item, budget));
}
