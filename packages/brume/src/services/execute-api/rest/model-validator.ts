/** Models of APIs, JSON Schema of draft 4, as checks of bodies. Loaded where a method validates bodies. */
import draft04 from 'ajv-draft-04';
import type { Model } from '../../../model/generated/apigateway.types.ts';
import { Budget } from '../templates/budget.ts';
import { VALUE_DEPTH_MAX } from '../templates/limits.ts';
import { regularExpression } from '../templates/regular-expression/regular-expression.ts';
import { TemplateFault } from '../templates/template-error.ts';
import { ModelSteps } from './model-steps.ts';

const { default: Ajv } = draft04;

/** What is wrong with a body; undefined where nothing is. */
export type BodyCheck = (body: string) => readonly string[] | undefined;

/** Why the model cannot be used, where it cannot. `$ref`s name models by AWS's addresses of them. */
export function compileModel(
  models: readonly Model[],
  name: string,
  apiId: string,
): BodyCheck | string {
  const address = (model: string) =>
    `https://apigateway.amazonaws.com/restapis/${apiId}/models/${model}`;
  try {
    const steps = new ModelSteps();
    const schemas = new Ajv({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      logger: false,
      // JavaScript's cannot be stopped: a pattern could hold the process.
      code: { regExp: Object.assign(boundedRegExp, { code: 'boundedRegExp' }) },
    });
    steps.addTo(schemas);
    for (const model of models) {
      if (model.name !== undefined && model.schema !== undefined) {
        schemas.addSchema(steps.counted(JSON.parse(model.schema)), address(model.name));
      }
    }
    const validate = schemas.getSchema(address(name));
    if (!validate) return 'there is no such model';
    return (body) => {
      const value = parse(body);
      if (value === undefined) return ['the body is no JSON'];
      const isValid = steps.within(body.length, () => validate(value));
      if (isValid === undefined) return ['the body takes too long to validate'];
      if (isValid === true) return undefined;
      return (validate.errors ?? []).map(
        ({ instancePath, message }) => `${instancePath} ${message}`,
      );
    };
  } catch (error) {
    return String(error);
  }
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
