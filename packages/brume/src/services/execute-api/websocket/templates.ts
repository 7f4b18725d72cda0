/** Mapping templates of WebSocket APIs: chosen by an expression, compiled once, rendered often. */
import type { WebSocketTemplates } from '../../apigatewayv2/port.ts';
import { templateContext } from '../templates/scope.ts';
import { compileTemplate } from '../templates/template.ts';
import type { RenderTemplate } from '../templates/template.ts';
import { evaluate } from './expression.ts';
import type { ExpressionScope } from './expression.ts';

const COMPILED_MAX = 1_000;

/** Compiled templates by their text; the oldest go first. */
export class TemplateCache {
  readonly #compiled = new Map<string, RenderTemplate>();

  /** Throws a `TemplateError` for a text that is no template. */
  get(text: string): RenderTemplate {
    const known = this.#compiled.get(text);
    if (known) return known;
    const compiled = compileTemplate(text);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size >= COMPILED_MAX && oldest !== undefined) this.#compiled.delete(oldest);
    this.#compiled.set(text, compiled);
    return compiled;
  }
}

/** The template that the expression names, or the one for all else; undefined where neither is there. */
export function chosenTemplate(
  { selection, byKey }: WebSocketTemplates,
  scope: ExpressionScope,
): string | undefined {
  return byKey.get(evaluate(selection, scope) ?? '$default') ?? byKey.get('$default');
}

/** Throws a `TemplateError`. */
export function renderTemplate(
  cache: TemplateCache,
  template: string,
  body: string,
  { stage, context, headers, query }: ExpressionScope,
): string {
  return cache.get(template)({
    body,
    parameters: { path: {}, querystring: lastOfEach(query), header: lastOfEach(headers) },
    context: templateContext(context),
    stageVariables: Object.fromEntries(stage.stageVariables),
  });
}

function lastOfEach(all: ReadonlyMap<string, readonly string[]> = new Map()) {
  return Object.fromEntries([...all].map(([name, values]) => [name, values.at(-1) ?? '']));
}
