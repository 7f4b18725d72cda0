/** Authorizers: who decides whether a request may be made. */
import type {
  Authorizer,
  CreateAuthorizerRequest,
  DeleteAuthorizerRequest,
  GetAuthorizerRequest,
  GetAuthorizersRequest,
  UpdateAuthorizerRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { concurrentModification, limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { AUTHORIZER_TTL_SECONDS_MAX, AUTHORIZERS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { authorizerPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredAuthorizer } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { pathOf } from './find.ts';

export const noAuthorizer = () => resourceNotFound('Authorizer');

export async function createAuthorizer(
  { apis, newId }: RestState,
  { restApiId, ...given }: CreateAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  const authType = given.type === 'COGNITO_USER_POOLS' ? 'cognito_user_pools' : 'custom';
  const authorizer: StoredAuthorizer = { authType, ...given, id: newId(SHORT_ID_LENGTH) };
  validateAuthorizer(authorizer);
  const add = ({ authorizers }: RestApiDocument) => {
    if (authorizers.length >= AUTHORIZERS_MAX) throw limitReached('authorizers', AUTHORIZERS_MAX);
    authorizers.push(authorizer);
    return authorizer;
  };
  return apis.update(context, restApiId, add, concurrentModification);
}

export async function getAuthorizer(
  { apis }: RestState,
  { restApiId, authorizerId }: GetAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  return findAuthorizer(await apis.get(context, restApiId, noAuthorizer), authorizerId);
}

export async function getAuthorizers(
  { apis }: RestState,
  input: GetAuthorizersRequest,
  context: RequestContext,
): Promise<Page<Authorizer>> {
  const { authorizers } = await apis.get(context, input.restApiId);
  return pageOf(authorizers, input, ({ id }) => id);
}

export async function updateAuthorizer(
  { apis }: RestState,
  { restApiId, authorizerId, patchOperations }: UpdateAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  const update = (document: RestApiDocument) => {
    const authorizer = findAuthorizer(document, authorizerId);
    applyPatch(authorizerPatch, authorizer, patchOperations);
    validateAuthorizer(authorizer);
    return authorizer;
  };
  return apis.update(context, restApiId, update, noAuthorizer);
}

export async function deleteAuthorizer(
  { apis }: RestState,
  { restApiId, authorizerId }: DeleteAuthorizerRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const authorizer = findAuthorizer(document, authorizerId);
    for (const resource of document.resources) {
      const user = resource.methods.find((method) => method.authorizerId === authorizerId);
      if (!user) continue;
      // A method would be open without it. As a user shows it, without the name: `…: POST//expenses`.
      throw conflict(
        `Cannot delete authorizer '${authorizer.name}', is referenced in method: ${user.httpMethod}/${pathOf(document, resource)}`,
      );
    }
    document.authorizers = document.authorizers.filter((each) => each !== authorizer);
  };
  await apis.update(context, restApiId, remove, noAuthorizer);
  return {};
}

export function findAuthorizer({ authorizers }: RestApiDocument, id: string): StoredAuthorizer {
  const authorizer = authorizers.find((each) => each.id === id);
  if (!authorizer) throw noAuthorizer();
  return authorizer;
}

const INVOCATION =
  /^arn:[\w-]+:apigateway:[\w-]*:lambda:path\/2015-03-31\/functions\/\S+\/invocations$/;
const USER_POOL = /^arn:[\w-]+:cognito-idp:[\w-]+:\d{12}:userpool\/\S+$/;

/** An authorizer that could decide nothing is refused; only the first text is known as AWS's. */
export function validateAuthorizer(authorizer: StoredAuthorizer): void {
  const { name, type, authorizerUri, authorizerResultTtlInSeconds: ttl } = authorizer;
  const { identitySource, providerARNs = [] } = authorizer;
  if (!name) throw badRequest('Authorizer name cannot be empty');
  const types: readonly unknown[] = ['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS'];
  if (!types.includes(type)) {
    throw badRequest(`Invalid authorizer type specified. Valid options are ${types.join(',')}`);
  }
  if (ttl !== undefined && (ttl < 0 || ttl > AUTHORIZER_TTL_SECONDS_MAX)) {
    throw badRequest(
      `Invalid authorizer result TTL, must be between 0 and ${AUTHORIZER_TTL_SECONDS_MAX}`,
    );
  }
  if (type === 'COGNITO_USER_POOLS') {
    if (providerARNs.length === 0 || !providerARNs.every((arn) => USER_POOL.test(arn))) {
      throw badRequest('Invalid Provider ARNs specified: must be ARNs of Cognito user pools');
    }
  } else if (!INVOCATION.test(authorizerUri ?? '')) {
    throw badRequest(
      `Invalid Authorizer URI: ${authorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  // A REQUEST authorizer needs what it caches by; with no cache it may do without.
  const needsSource = type === 'REQUEST' ? ttl !== 0 : type === 'TOKEN';
  if (needsSource && !identitySource) throw badRequest('Identity source must be specified');
  const source = /^(method\.request\.(header|querystring)|context|stageVariables)\.\S+$/;
  for (const each of identitySource?.split(',') ?? []) {
    if (!source.test(each.trim())) throw badRequest(`Invalid identity source specified: ${each}`);
  }
}
