/** Request validators: whether a method looks at bodies and parameters before it asks its integration. */
import type {
  CreateRequestValidatorRequest,
  DeleteRequestValidatorRequest,
  GetRequestValidatorRequest,
  GetRequestValidatorsRequest,
  RequestValidator,
  UpdateRequestValidatorRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { REQUEST_VALIDATORS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { requestValidatorPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredValidator } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';

const missing = () => resourceNotFound('Request Validator');

export async function createRequestValidator(
  { apis, newId }: RestState,
  input: CreateRequestValidatorRequest,
  context: RequestContext,
): Promise<RequestValidator> {
  const validator: StoredValidator = {
    id: newId(SHORT_ID_LENGTH),
    name: input.name,
    validateRequestBody: input.validateRequestBody ?? false,
    validateRequestParameters: input.validateRequestParameters ?? false,
  };
  const add = ({ validators }: RestApiDocument) => {
    validateValidator(validator);
    if (validators.length >= REQUEST_VALIDATORS_MAX) {
      throw limitReached('request validators', REQUEST_VALIDATORS_MAX);
    }
    validators.push(validator);
    return validator;
  };
  // Recorded 2024-04: of all that look for an API, this one says 400.
  return apis.update(context, input.restApiId, add, () =>
    badRequest('Invalid REST API identifier specified'),
  );
}

export async function getRequestValidator(
  { apis }: RestState,
  { restApiId, requestValidatorId }: GetRequestValidatorRequest,
  context: RequestContext,
): Promise<RequestValidator> {
  return find(await apis.get(context, restApiId, missing), requestValidatorId);
}

export async function getRequestValidators(
  { apis }: RestState,
  input: GetRequestValidatorsRequest,
  context: RequestContext,
): Promise<Page<RequestValidator>> {
  const { validators } = await apis.get(context, input.restApiId);
  return pageOf(validators, input, ({ id }) => id);
}

export async function updateRequestValidator(
  { apis }: RestState,
  { restApiId, requestValidatorId, patchOperations }: UpdateRequestValidatorRequest,
  context: RequestContext,
): Promise<RequestValidator> {
  const update = (document: RestApiDocument) => {
    const validator = find(document, requestValidatorId);
    applyPatch(requestValidatorPatch, validator, patchOperations);
    validateValidator(validator);
    return validator;
  };
  return apis.update(context, restApiId, update, missing);
}

export async function deleteRequestValidator(
  { apis }: RestState,
  { restApiId, requestValidatorId }: DeleteRequestValidatorRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const validator = find(document, requestValidatorId);
    const methods = document.resources.flatMap((resource) => resource.methods);
    // A method would go unvalidated without it. Wording unverified.
    if (methods.some((method) => method.requestValidatorId === requestValidatorId)) {
      throw conflict(
        `Cannot delete request validator '${requestValidatorId}', is used by a method`,
      );
    }
    document.validators = document.validators.filter((each) => each !== validator);
  };
  await apis.update(context, restApiId, remove, missing);
  return {};
}

function find({ validators }: RestApiDocument, id: string): StoredValidator {
  const validator = validators.find((each) => each.id === id);
  if (!validator) throw missing();
  return validator;
}

/** Recorded 2024-04. */
export function validateValidator({ name }: StoredValidator): void {
  if (!name) throw badRequest('Request Validator name cannot be blank');
}
