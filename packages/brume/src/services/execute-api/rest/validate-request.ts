/** Step: the request has what the method asks for: parameters, and a body of the model of its type. */
import type { Method } from '../../../model/generated/apigateway.types.ts';
import type { RestApiConfiguration } from '../../apigateway/port.ts';
import { GatewayFailure, internalFailure } from './gateway-failure.ts';
import { mediaType } from './media-types.ts';
import type { BodyCheck } from './model-validator.ts';
import { compileSource } from './parameter-source.ts';
import type { RestExecution } from './rest-execution.ts';

export type Validate = (execution: RestExecution) => void | Promise<void>;

export function validateRequest(execution: RestExecution): void | Promise<void> {
  return execution.matched.validate?.(execution);
}

/** What methods of one configuration look at. */
export class Validation {
  readonly #configuration: RestApiConfiguration;
  /** By name; made by the first request that needs it, since the library costs time to load. */
  readonly #checks = new Map<string, Promise<BodyCheck>>();

  constructor(configuration: RestApiConfiguration) {
    this.#configuration = configuration;
  }

  of({ requestValidatorId, requestParameters, requestModels }: Method): Validate | undefined {
    const { validators } = this.#configuration;
    const validator = validators.find(({ id }) => id === requestValidatorId);
    if (!validator) return undefined;
    const parameters = validator.validateRequestParameters
      ? compileParameters(requestParameters)
      : undefined;
    const models = new Map(Object.entries(requestModels ?? {}));
    const body = validator.validateRequestBody && models.size > 0;
    return (execution) => {
      parameters?.(execution);
      return body ? this.#validateBody(execution, models) : undefined;
    };
  }

  async #validateBody(
    { request, body }: RestExecution,
    models: ReadonlyMap<string, string>,
  ): Promise<void> {
    const type = mediaType(request.headers.get('content-type') ?? 'application/json');
    const name = models.get(type) ?? models.get('$default');
    if (name === undefined) return;
    const check = await this.#check(name);
    const problems = check(body.toString('utf8'));
    if (!problems) return;
    const validation = `[${problems.join(', ')}]`;
    throw new GatewayFailure(
      'BAD_REQUEST_BODY',
      `Request body does not match model schema for content type ${type}: ${validation}`,
      {
        validation,
      },
    );
  }

  #check(name: string): Promise<BodyCheck> {
    let check = this.#checks.get(name);
    if (!check) this.#checks.set(name, (check = this.#compile(name)));
    return check;
  }

  async #compile(name: string): Promise<BodyCheck> {
    const { compileModel } = await import('./model-validator.ts');
    const { models, api } = this.#configuration;
    const check = compileModel(models, name, api.id);
    if (typeof check === 'string') throw internalFailure(`model ${name}: ${check}`);
    return check;
  }
}

function compileParameters(parameters: Method['requestParameters'] = {}) {
  const required = Object.entries(parameters)
    .filter(([, isRequired]) => isRequired)
    .map(([expression]) => ({
      expression,
      name: expression.split('.').slice(3).join('.'),
      source: compileSource(expression),
    }))
    // Recorded 2023: `[x-header-param, issuer, qs1]`, in the order of header, path and query.
    .sort((left, right) => (left.expression < right.expression ? -1 : 1));
  return (execution: RestExecution): void => {
    const missing = required.filter(({ source }) => !source(execution));
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => name).join(', ');
    const message = `Missing required request parameters: [${names}]`;
    throw new GatewayFailure('BAD_REQUEST_PARAMETERS', message, { message });
  };
}
