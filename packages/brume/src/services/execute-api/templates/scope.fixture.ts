/** Scopes for tests: a request with little in it, and whatever the test adds. */
import { templateContext, type TemplateScope } from './scope.ts';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

const NONE = { path: {}, querystring: {}, header: {} };

export function scopeOf(given: Partial<TemplateScope> = {}): TemplateScope {
  return {
    body: '',
    parameters: NONE,
    context: templateContext({ httpMethod: 'GET', identity: { sourceIp: '192.0.2.1' } }),
    stageVariables: {},
    ...given,
  };
}

/** Renders with a payload of JSON, whose members are variables of the template. */
export function renderWith(
  template: string,
  variables: Readonly<Record<string, unknown>> = {},
): string {
  const sets = Object.keys(variables).map((name) => `#set($${name} = $all.${name})`);
  const body = JSON.stringify(variables);
  return compileTemplate(`#set($all = $input.path('$'))${sets.join('')}\n${template}`)(
    scopeOf({ body }),
  );
}

export function render(template: string, given: Partial<TemplateScope> = {}): string {
  return compileTemplate(template)(scopeOf(given));
}

/** The error of compiling and rendering; undefined when there is none. Anything else is thrown. */
export function errorOf(
  template: string,
  given: Partial<TemplateScope> = {},
): TemplateError | undefined {
  try {
    render(template, given);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}
