/** What becomes of an integration's answer on a route that answers its client. */
import type { WebSocketIntegration } from '../../apigatewayv2/port.ts';
import { Budget } from '../templates/budget.ts';
import { regularExpression } from '../templates/regular-expression/regular-expression.ts';
import { TemplateError, TemplateFault } from '../templates/template-error.ts';
import type { MessageBody } from './connection.ts';
import { JsonText } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import { misconfigured } from './failure.ts';
import type { Findings } from './findings.ts';
import { converted } from './integration.ts';
import type { IntegrationAnswer } from './integration.ts';
import type { WebSocketRuntime } from './runtime.ts';
import { chosenTemplate, renderTemplate } from './templates.ts';

/** The message for the client. Throws a `WebSocketFailure`. */
export function answerBody(
  integration: WebSocketIntegration,
  answer: IntegrationAnswer,
  scope: ExpressionScope,
  findings: Findings,
  { templates }: WebSocketRuntime,
): MessageBody {
  const { body } = answer;
  if (integration.type === 'AWS_PROXY' || integration.type === 'HTTP_PROXY') return body;
  const text = typeof body === 'string' ? body : body.toString('base64');
  const json = new JsonText(text);
  const isFunction = integration.type === 'AWS' && !integration.service;
  const selector = isFunction ? (json.at(['errorMessage']) ?? '') : String(answer.status);
  const response = chosenResponse(integration, selector);
  if (!response) return body;
  const responding = { ...scope, response: { ...answer, body: json } };
  const template = chosenTemplate(response.templates, responding);
  if (template === undefined) return converted(body, response.contentHandling);
  try {
    findings.renderedResponse = renderTemplate(templates, template, text, responding);
    return converted(findings.renderedResponse, response.contentHandling);
  } catch (error) {
    if (error instanceof TemplateError) throw misconfigured(`response template: ${error.message}`);
    throw error;
  }
}

/** By its key as text, then by one that is a regular expression, then the one for all else. */
function chosenResponse({ responses }: WebSocketIntegration, selector: string) {
  return (
    responses.find(({ key }) => key === selector) ??
    responses.find(({ key }) => matches(key, selector)) ??
    responses.find(({ key }) => key === '$default')
  );
}

function matches(key: string, text: string): boolean {
  const source = /^\/(.*)\/$/s.exec(key)?.[1];
  if (source === undefined) return false;
  try {
    return regularExpression(source).matchesWhole(text, new Budget());
  } catch (error) {
    if (error instanceof TemplateFault)
      throw misconfigured(`response key ${key}: ${error.message}`);
    throw error;
  }
}
