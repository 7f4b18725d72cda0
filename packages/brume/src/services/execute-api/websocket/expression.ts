/** Selection expressions and mapped values, evaluated. */
import type {
  Expression,
  JsonPath,
  WebSocketStage,
  WebSocketVariable,
} from '../../apigatewayv2/port.ts';
import { variableText } from '../rest/context-variables.ts';

/** What an expression may ask for, as far as there is such a thing at the moment. */
export interface ExpressionScope {
  readonly stage: WebSocketStage;
  /** As events have it. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly body?: JsonText | undefined;
  readonly headers?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly query?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly response?: ResponseScope | undefined;
}

export interface ResponseScope {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: JsonText;
}

/** Text that may be JSON, parsed when somebody asks. */
export class JsonText {
  readonly text: string;
  #parsed: { readonly value: unknown } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The member at a path as text; undefined where there is none, or no JSON. */
  at(path: JsonPath): string | undefined {
    if (path.length === 0) return this.text;
    this.#parsed ??= { value: parsed(this.text) };
    let { value } = this.#parsed;
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
        return undefined;
      }
      value = (value as Record<string | number, unknown>)[step];
    }
    return textOf(value);
  }
}

/** Undefined when a part of the expression has no value. */
export function evaluate(expression: Expression, scope: ExpressionScope): string | undefined {
  let text = '';
  for (const part of expression) {
    const value = typeof part === 'string' ? part : valueOf(part, scope);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

export function valueOf(variable: WebSocketVariable, scope: ExpressionScope): string | undefined {
  switch (variable.type) {
    case 'body':
      return scope.body?.at(variable.path);
    case 'header':
      return scope.headers?.get(variable.name)?.join(',');
    case 'querystring':
      return scope.query?.get(variable.name)?.join(',');
    case 'context':
      return variableText(scope.context, variable.name);
    case 'stageVariables':
      return scope.stage.stageVariables.get(variable.name);
    case 'response.status':
      return scope.response && String(scope.response.status);
    case 'response.header':
      return scope.response?.headers.get(variable.name)?.join(',');
    case 'response.body':
      return scope.response?.body.at(variable.path);
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
