/** Models of APIs, JSON Schema of draft 4, as checks of bodies. Loaded where a method validates bodies. */
import type { ValidateFunction } from 'ajv';
import draft04 from 'ajv-draft-04';
import type { Model } from '../../../model/generated/apigateway.types.ts';
import { Budget } from '../templates/budget.ts';
import { VALUE_DEPTH_MAX } from '../templates/limits.ts';
import { regularExpression } from '../templates/regular-expression/regular-expression.ts';
import { TemplateFault } from '../templates/template-error.ts';
import { ModelSteps } from './model-steps.ts';
import { NO_JSON, ownSchemas, validationTexts } from './validation-texts.ts';

const { default: Ajv } = draft04;

/** What is wrong with a body; undefined where nothing is. */
export type BodyCheck = (body: string) => readonly string[] | undefined;

/** Ours: what is wrong with longer bodies is told by the first thing alone. */
const DETAILED_LENGTH_MAX = 65_536;

/** Why the model cannot be used, where it cannot. `$ref`s name models by AWS's addresses of them. */
export function compileModel(
  models: readonly Model[],
  name: string,
  apiId: string,
): BodyCheck | string {
  const address = (model: string) =>
    `https://apigateway.amazonaws.com/restapis/${apiId}/models/${model}`;
  const compile = (allErrors: boolean) => new CompiledModel(models, name, address, allErrors);
  let whole: CompiledModel | undefined;
  try {
    const model = compile(false);
    if (!model.isThere) return 'there is no such model';
    return (body) => {
      const value = parse(body);
      if (value === undefined) return [NO_JSON];
      const problems = model.problems(value, body.length);
      if (!problems || problems === TOO_LONG || body.length > DETAILED_LENGTH_MAX) return problems;
      whole ??= compile(true);
      return whole.problems(value, body.length);
    };
  } catch (error) {
    return String(error);
  }
}

const TOO_LONG: readonly string[] = ['the body takes too long to validate'];

class CompiledModel {
  readonly #steps = new ModelSteps();
  readonly #validate: ValidateFunction | undefined;
  readonly #own: ReadonlySet<unknown>;

  constructor(
    models: readonly Model[],
    name: string,
    address: (model: string) => string,
    allErrors: boolean,
  ) {
    const schemas = new Ajv({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      allErrors,
      // What of the body and the model it is.
      verbose: true,
      logger: false,
      // JavaScript's cannot be stopped: a pattern could hold the process.
      code: { regExp: Object.assign(boundedRegExp, { code: 'boundedRegExp' }) },
    });
    this.#steps.addTo(schemas);
    const roots = new Map<string, object>();
    for (const model of models) {
      if (model.name === undefined || model.schema === undefined) continue;
      const root = this.#steps.counted(JSON.parse(model.schema));
      roots.set(address(model.name), root);
      schemas.addSchema(root, address(model.name));
    }
    this.#validate = schemas.getSchema(address(name)) as ValidateFunction | undefined;
    const resolve = (reference: string, base: unknown) => referred(reference, base, roots);
    this.#own = ownSchemas(roots.get(address(name)), resolve);
  }

  get isThere(): boolean {
    return this.#validate !== undefined;
  }

  /** Undefined where there are none. */
  problems(value: unknown, length: number): readonly string[] | undefined {
    const validate = this.#validate;
    if (!validate) throw new Error('there is no such model');
    const isValid = this.#steps.within(length, () => validate(value));
    if (isValid === undefined) return TOO_LONG;
    if (isValid) return undefined;
    return validationTexts(validate.errors ?? [], (schema) => this.#own.has(schema));
  }
}

/** `#`, `#/definitions/{name}`, or the same of another model. */
function referred(reference: string, base: unknown, roots: ReadonlyMap<string, object>): unknown {
  const [document = '', pointer = ''] = reference.split('#');
  let found = document === '' ? base : roots.get(document);
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, name);
    found = isThere ? (found as Record<string, unknown>)[name] : undefined;
  }
  return found;
}

function parse(body: string): unknown {
  try {
    return nestsTooDeep(body) ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Schemas that refer to themselves recurse as deep as bodies nest. */
function nestsTooDeep(body: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < body.length; at++) {
    const character = body[at];
    if (isText) {
      if (character === '\\') at++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > VALUE_DEPTH_MAX) return true;
  }
  return false;
}

/** A text that takes too long does not match. */
function boundedRegExp(pattern: string) {
  const expression = regularExpression(pattern);
  return {
    test(text: string): boolean {
      try {
        return expression.find(text, 0, new Budget()) !== undefined;
      } catch (error) {
        if (error instanceof TemplateFault) return false;
        throw error;
      }
    },
  };
}
