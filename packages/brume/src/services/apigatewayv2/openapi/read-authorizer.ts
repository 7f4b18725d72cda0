/** `x-amazon-apigateway-authorizer`, as HTTP APIs take it. */
import type { Authorizer } from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { booleanOf, fieldsOf, numberOf, textOf, textsOf } from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import { versionOf } from './read-integration.ts';

export function readAuthorizer(name: string, value: unknown, place: string): Authorizer {
  const fields = fieldsOf(value, place);
  const type = textOf(fields.get('type'), `${place}.type`)?.toUpperCase();
  if (type === 'JWT') return jwt(name, fields, place);
  if (type === 'REQUEST') return request(name, fields, place);
  throw badRequest(
    `Invalid OpenAPI input: ${place} needs an x-amazon-apigateway-authorizer of type jwt or request.`,
  );
}

function jwt(name: string, fields: Fields, place: string): Authorizer {
  const configuration = fieldsOf(fields.get('jwtConfiguration'), `${place}.jwtConfiguration`);
  return {
    AuthorizerType: 'JWT',
    IdentitySource: sources(fields, place),
    JwtConfiguration: {
      Audience: textsOf(configuration.get('audience'), `${place}.audience`),
      Issuer: textOf(configuration.get('issuer'), `${place}.issuer`),
    },
    Name: name,
  };
}

function request(name: string, fields: Fields, place: string): Authorizer {
  const version = fields.get('authorizerPayloadFormatVersion');
  return {
    AuthorizerCredentialsArn: textOf(fields.get('authorizerCredentials'), place),
    AuthorizerPayloadFormatVersion: versionOf(version, place),
    AuthorizerResultTtlInSeconds: numberOf(fields.get('authorizerResultTtlInSeconds'), place),
    AuthorizerType: 'REQUEST',
    AuthorizerUri: textOf(fields.get('authorizerUri'), `${place}.authorizerUri`),
    EnableSimpleResponses: booleanOf(fields.get('enableSimpleResponses'), place),
    IdentitySource: sources(fields, place),
    Name: name,
  };
}

/** A list, or one text with commas. */
function sources(fields: Fields, place: string): string[] {
  const given = textsOf(fields.get('identitySource'), `${place}.identitySource`) ?? [];
  return given.flatMap((each) => each.split(/\s*,\s*/)).filter((each) => each !== '');
}
