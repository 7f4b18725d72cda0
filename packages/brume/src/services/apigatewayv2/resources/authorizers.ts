/** Authorizers: who may pass, decided by a token (JWT) or by a Lambda function (REQUEST). */
import type {
  Authorizer,
  CreateAuthorizerRequest,
  DeleteAuthorizerRequest,
  GetAuthorizerRequest,
  GetAuthorizersRequest,
  UpdateAuthorizerRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredAuthorizer } from '../api-document.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { AUTHORIZER_ID_LENGTH } from '../identifiers.ts';
import { parseIdentitySource } from '../identity-source.ts';
import { parseFunctionUri } from '../integration-uri.ts';
import { AUDIENCES_MAX, AUTHORIZERS_MAX, IDENTITY_SOURCES_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { validateWebSocketAuthorizer } from '../websocket-authorizers.ts';
import { isWebSocket } from '../websocket-routes.ts';

const SETTINGS = [
  'AuthorizerCredentialsArn',
  'AuthorizerPayloadFormatVersion',
  'AuthorizerResultTtlInSeconds',
  'AuthorizerType',
  'AuthorizerUri',
  'EnableSimpleResponses',
  'IdentitySource',
  'JwtConfiguration',
  'Name',
] as const;

export async function createAuthorizer(
  { apis }: GatewayState,
  input: CreateAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  const AuthorizerId = apis.newId(AUTHORIZER_ID_LENGTH);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    if (document.authorizers.length >= AUTHORIZERS_MAX) throw limitReached('Authorizers');
    const authorizer: StoredAuthorizer = { AuthorizerId, Name: input.Name };
    assignSettings(authorizer, input);
    validateAuthorizer(document, authorizer);
    document.authorizers.push(authorizer);
    return authorizer;
  });
}

export async function getAuthorizer(
  { apis }: GatewayState,
  { ApiId, AuthorizerId }: GetAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  return find(await apis.get(context, ApiId), AuthorizerId);
}

export async function getAuthorizers(
  { apis }: GatewayState,
  input: GetAuthorizersRequest,
  context: RequestContext,
): Promise<{ Items: Authorizer[]; NextToken: string | undefined }> {
  const { authorizers } = await apis.get(context, input.ApiId);
  return pageOf(authorizers, input, (authorizer) => authorizer.AuthorizerId);
}

export async function updateAuthorizer(
  { apis }: GatewayState,
  input: UpdateAuthorizerRequest,
  context: RequestContext,
): Promise<Authorizer> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const authorizer = find(document, input.AuthorizerId);
    if (input.AuthorizerType && input.AuthorizerType !== authorizer.AuthorizerType) {
      throw badRequest('The type of an authorizer cannot be changed');
    }
    assignSettings(authorizer, input);
    validateAuthorizer(document, authorizer);
    return authorizer;
  });
}

export async function deleteAuthorizer(
  { apis }: GatewayState,
  { ApiId, AuthorizerId }: DeleteAuthorizerRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const authorizer = find(document, AuthorizerId);
    const user = document.routes.find((route) => route.AuthorizerId === AuthorizerId);
    if (user) {
      // Seen from AWS (terraform-provider-aws#14812, 2020-08), whether its name is quoted is not known.
      throw conflict(
        `Cannot delete authorizer '${authorizer.Name}', is referenced in route: ${user.RouteKey}`,
      );
    }
    document.authorizers = document.authorizers.filter((each) => each !== authorizer);
  });
  return {};
}

function find({ authorizers }: ApiDocument, authorizerId: string): StoredAuthorizer {
  const authorizer = authorizers.find((each) => each.AuthorizerId === authorizerId);
  if (!authorizer) throw resourceNotFound('Authorizer');
  return authorizer;
}

function assignSettings(
  authorizer: StoredAuthorizer,
  input: CreateAuthorizerRequest | UpdateAuthorizerRequest,
): void {
  // "This parameter is not used" (model, 2026).
  if (input.IdentityValidationExpression !== undefined) {
    throw badRequest('IdentityValidationExpression is not supported');
  }
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(authorizer, { [name]: input[name] });
  }
}

export function validateAuthorizer(document: ApiDocument, authorizer: StoredAuthorizer): void {
  const { authorizers } = document;
  const { Name: name, AuthorizerId: id } = authorizer;
  if (authorizers.some((each) => each.Name === name && each.AuthorizerId !== id)) {
    // Seen from AWS, "RestApi" included (public sources, 2022).
    throw badRequest(
      `Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`,
    );
  }
  if (isWebSocket(document)) {
    validateWebSocketAuthorizer(authorizer);
    return;
  }
  const sources = authorizer.IdentitySource ?? [];
  if (sources.length > IDENTITY_SOURCES_MAX) throw limitReached('Identity sources');
  for (const source of sources) parseIdentitySource(source);
  if (authorizer.AuthorizerType === 'JWT') validateJwt(authorizer);
  else validateRequest(authorizer);
}

function validateJwt(authorizer: StoredAuthorizer): void {
  const { Issuer: issuer = '', Audience: audience = [] } = authorizer.JwtConfiguration ?? {};
  if (!/^https?:\/\/[^\s?#]+$/.test(issuer) || !URL.canParse(issuer)) {
    // The beginning of AWS's text (cognito-kakao-example#1, 2021-02). AWS also asks the issuer for its
    // keys now; Brume does when the first token comes, so that an API can be made before its issuer.
    throw badRequest(
      `Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with ` +
        `'/.well-known/openid-configuration'`,
    );
  }
  if (audience.length === 0) throw badRequest('JWT authorizers need at least one audience');
  if (audience.length > AUDIENCES_MAX) throw limitReached('Audiences');
  const [source, ...more] = (authorizer.IdentitySource ?? []).map(parseIdentitySource);
  if (more.length > 0 || !source || !source.type.startsWith('request.')) {
    throw badRequest('JWT authorizers need exactly one header or query string as IdentitySource');
  }
  const given =
    authorizer.AuthorizerUri ??
    authorizer.AuthorizerPayloadFormatVersion ??
    authorizer.AuthorizerResultTtlInSeconds;
  if (given !== undefined || authorizer.EnableSimpleResponses) {
    throw badRequest('Settings of Lambda authorizers are not supported for JWT authorizers');
  }
}

function validateRequest(authorizer: StoredAuthorizer): void {
  const version = authorizer.AuthorizerPayloadFormatVersion;
  if (version === undefined) {
    // Seen from AWS (terraform-provider-aws#15181, 2020-09).
    throw badRequest(
      'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer',
    );
  }
  if (version !== '1.0' && version !== '2.0') {
    throw badRequest('AuthorizerPayloadFormatVersion must be one of [1.0, 2.0]');
  }
  if (authorizer.EnableSimpleResponses && version !== '2.0') {
    throw badRequest('EnableSimpleResponses is only supported with payload format version 2.0');
  }
  if (authorizer.JwtConfiguration) {
    throw badRequest('JwtConfiguration is not supported for REQUEST authorizers');
  }
  const sources = authorizer.IdentitySource ?? [];
  if ((authorizer.AuthorizerResultTtlInSeconds ?? 0) > 0 && sources.length === 0) {
    // Seen from AWS (terraform-provider-aws#32629, 2023-07).
    throw badRequest(
      'Identity source must be set if authorizer caching is enabled (TTL is greater than 0)',
    );
  }
  parseFunctionUri(authorizer.AuthorizerUri);
}
