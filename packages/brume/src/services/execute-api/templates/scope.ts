/** What a template is rendered with, and what its overrides leave behind. */
import { toMap } from './json-values.ts';
import { VtlMap, type Value } from './values.ts';

type Strings = Readonly<Record<string, string>>;

export interface TemplateScope {
  /** The payload as text, `''` when there is none; `$input.body` and what JSON paths read. */
  readonly body: string;
  /** `$input.params()`: of names that came several times, the last. */
  readonly parameters: {
    readonly path: Strings;
    readonly querystring: Strings;
    readonly header: Strings;
  };
  /**
   * `$context`, made once a request by `templateContext`: what the request's template overrides, the
   * response's sees.
   */
  readonly context: VtlMap;
  readonly stageVariables: Strings;
}

/**
 * `$context` of plain data (strings, numbers, booleans, arrays and objects of them). A template may
 * change `requestOverride` and `responseOverride` only.
 */
export function templateContext(variables: Readonly<Record<string, unknown>>): VtlMap {
  const context = toMap(variables, true);
  const parts = (...names: string[]): VtlMap =>
    new VtlMap(new Map(names.map((name) => [name, new VtlMap()])));
  context.entries.set('requestOverride', parts('path', 'header', 'querystring'));
  context.entries.set('responseOverride', parts('header'));
  return context;
}

/** Values of overrides: text, or a list where a template set one. */
export interface TemplateOverrides {
  readonly request: {
    readonly header: ReadonlyMap<string, Value>;
    readonly path: ReadonlyMap<string, Value>;
    readonly querystring: ReadonlyMap<string, Value>;
  };
  readonly response: {
    readonly header: ReadonlyMap<string, Value>;
    /** Only an integer from 100 to 599 counts; AWS ignores anything else. */
    readonly status: number | undefined;
  };
}

/** What templates have set in this context so far. */
export function overridesOf(context: VtlMap): TemplateOverrides {
  const request = context.entries.get('requestOverride') ?? null;
  const response = context.entries.get('responseOverride') ?? null;
  return {
    request: {
      header: part(request, 'header'),
      path: part(request, 'path'),
      querystring: part(request, 'querystring'),
    },
    response: {
      header: part(response, 'header'),
      status:
        response instanceof VtlMap ? status(response.entries.get('status') ?? null) : undefined,
    },
  };
}

function part(override: Value, name: string): ReadonlyMap<string, Value> {
  const values = override instanceof VtlMap ? override.entries.get(name) : undefined;
  if (!(values instanceof VtlMap)) return new Map();
  const named = [...values.entries].filter(
    (entry): entry is [string, Value] => typeof entry[0] === 'string',
  );
  return new Map(named);
}

function status(value: Value): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-5]\d\d$/.test(text) ? Number(text) : undefined;
}
