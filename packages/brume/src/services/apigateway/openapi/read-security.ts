/** Who may call: authorizers from security schemes, and what operations ask of their callers. */
import { badRequest } from '../../gateway/errors.ts';
import {
  fieldsOf,
  listOf,
  numberOf,
  scalarTextOf,
  textOf,
  textsOf,
} from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { StoredAuthorizer } from '../rest-api-document.ts';

const AUTHORIZER = 'x-amazon-apigateway-authorizer';
const AUTH_TYPE = 'x-amazon-apigateway-authtype';
/** Of an operation: `{ type: NONE | AWS_IAM }`. */
const AUTH = 'x-amazon-apigateway-auth';

export interface MethodAccess {
  readonly authorizationType: string;
  readonly authorizerName: string | undefined;
  readonly authorizationScopes: string[] | undefined;
  readonly apiKeyRequired: boolean;
}

export function readAuthorizers(schemes: Fields, newId: () => string): StoredAuthorizer[] {
  return [...schemes].flatMap(([name, value]) => {
    const scheme = fieldsOf(value, name);
    return scheme.has(AUTHORIZER) ? [readAuthorizer(name, scheme, newId())] : [];
  });
}

function readAuthorizer(name: string, scheme: Fields, id: string): StoredAuthorizer {
  const place = `${name}.${AUTHORIZER}`;
  const fields = fieldsOf(scheme.get(AUTHORIZER), place);
  const text = (member: string) => textOf(fields.get(member), `${place}.${member}`);
  const type = text('type')?.toUpperCase() as StoredAuthorizer['type'];
  const isPool = type === 'COGNITO_USER_POOLS';
  // What a scheme of type apiKey says of the header is where the token is.
  const header = textOf(scheme.get('name'), `${name}.name`) ?? 'Authorization';
  return {
    id,
    name,
    type,
    authType: textOf(scheme.get(AUTH_TYPE), place) ?? (isPool ? 'cognito_user_pools' : 'custom'),
    providerARNs: textsOf(fields.get('providerARNs'), `${place}.providerARNs`),
    authorizerUri: text('authorizerUri'),
    authorizerCredentials: text('authorizerCredentials'),
    identitySource:
      text('identitySource') ??
      (type === 'REQUEST' ? undefined : `method.request.header.${header}`),
    identityValidationExpression: text('identityValidationExpression'),
    authorizerResultTtlInSeconds: numberOf(fields.get('authorizerResultTtlInSeconds'), place),
  };
}

/** All that an operation's requirements ask for: AWS asks for all of them, not for one. */
export function readAccess(
  operation: Fields,
  schemes: Fields,
  defaults: unknown,
  { place, warnings }: { place: string; warnings: string[] },
): MethodAccess {
  const access = {
    authorizationType: 'NONE',
    authorizerName: undefined as string | undefined,
    authorizationScopes: undefined as string[] | undefined,
    apiKeyRequired: false,
  };
  const requirements = listOf(operation.get('security') ?? defaults, `${place}.security`);
  for (const requirement of requirements) {
    for (const [name, scopes] of fieldsOf(requirement, `${place}.security`)) {
      const scheme = fieldsOf(schemes.get(name), `security scheme ${name}`);
      if (scheme.get(AUTH_TYPE) === 'awsSigv4') access.authorizationType = 'AWS_IAM';
      else if (scheme.has(AUTHORIZER)) {
        const named = textsOf(scopes, `${place}.security`) ?? [];
        access.authorizationType = methodType(fieldsOf(scheme.get(AUTHORIZER), name));
        access.authorizerName = name;
        access.authorizationScopes = named.length === 0 ? undefined : named;
      } else if (isApiKey(scheme)) access.apiKeyRequired = true;
      else warnings.push(`Security scheme '${name}' of ${place} is not enforced by API Gateway.`);
    }
  }
  const auth = scalarTextOf(fieldsOf(operation.get(AUTH), place).get('type'), `${place}.${AUTH}`);
  if (auth?.toUpperCase() === 'AWS_IAM') access.authorizationType = 'AWS_IAM';
  else if (auth !== undefined && auth.toUpperCase() !== 'NONE') {
    // Nothing that a document says to protect may come out open.
    throw badRequest(`Invalid OpenAPI input: ${place}.${AUTH} is none that API Gateway has.`);
  }
  return access;
}

function methodType(authorizer: Fields): string {
  const type = authorizer.get('type');
  return String(type).toUpperCase() === 'COGNITO_USER_POOLS' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
}

function isApiKey(scheme: Fields): boolean {
  const name = scheme.get('name');
  const isHeader = scheme.get('type') === 'apiKey' && scheme.get('in') === 'header';
  return isHeader && typeof name === 'string' && name.toLowerCase() === 'x-api-key';
}
