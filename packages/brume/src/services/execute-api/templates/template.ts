/** Mapping templates, as AWS renders them: Velocity 1.7 with `$input`, `$context`, `$util`, `$stageVariables`. */
import { Input } from './input.ts';
import { toMap } from './json-values.ts';
import type { TemplateScope } from './scope.ts';
import { UTIL } from './template-functions.ts';
import type { Value } from './values.ts';
import { compileVelocity, type Dialect } from './velocity.ts';

export type RenderTemplate = (scope: TemplateScope) => string;

const AWS: Dialect<TemplateScope> = {
  variables: new Map<string, (scope: TemplateScope) => Value>([
    ['input', (scope: TemplateScope) => new Input(scope)],
    ['context', (scope: TemplateScope) => scope.context],
    ['util', () => UTIL],
    ['stageVariables', (scope: TemplateScope) => toMap(scope.stageVariables, true)],
  ]),
  // Recorded from AWS, 2023-08-07 and -13: `Hello $name` is `Hello `, and `#if($a)` of what is not there
  // is true, as an empty text is.
  missing: '',
};

/**
 * Compiles once what is rendered often. Rendering changes nothing but the overrides of `scope.context`.
 *
 * @throws TemplateError, here for a text that is no template, and from the result when it is rendered.
 */
export function compileTemplate(text: string): RenderTemplate {
  return compileVelocity(text, AWS);
}
