/** `x-amazon-apigateway-integration`, as HTTP APIs take it. */
import type { Integration } from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, notSupported } from '../../gateway/errors.ts';

import { refuseSubtype } from '../integration-subtype.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from '../limits.ts';
import { fieldsOf, numberOf, textOf, textRecordOf } from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';

export function readIntegration(fields: Fields, place: string): Integration {
  const type = textOf(fields.get('type'), `${place}.type`)?.toUpperCase();
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    throw badRequest(`Invalid OpenAPI input: ${place} must be of type AWS_PROXY or HTTP_PROXY.`);
  }
  refuseSubtype(textOf(fields.get('integrationSubtype'), `${place}.integrationSubtype`));
  if (fields.has('tlsConfig')) throw notSupported('the tlsConfig of private integrations');
  const connectionType = textOf(fields.get('connectionType'), `${place}.connectionType`);
  const method = textOf(fields.get('httpMethod'), `${place}.httpMethod`);
  return {
    ConnectionId: textOf(fields.get('connectionId'), `${place}.connectionId`),
    ConnectionType: connectionType === 'VPC_LINK' ? 'VPC_LINK' : 'INTERNET',
    CredentialsArn: textOf(fields.get('credentials'), `${place}.credentials`),
    Description: textOf(fields.get('description'), `${place}.description`),
    IntegrationMethod: method ?? (type === 'AWS_PROXY' ? 'POST' : 'ANY'),
    IntegrationType: type,
    IntegrationUri: textOf(fields.get('uri'), `${place}.uri`),
    PayloadFormatVersion: versionOf(fields.get('payloadFormatVersion'), place) ?? '1.0',
    RequestParameters: textRecordOf(fields.get('requestParameters'), `${place}.requestParameters`),
    ResponseParameters: byStatus(fields.get('responseParameters'), `${place}.responseParameters`),
    TimeoutInMillis:
      numberOf(fields.get('timeoutInMillis'), `${place}.timeoutInMillis`) ??
      INTEGRATION_TIMEOUT_DEFAULT_MS,
  };
}

/** Documents that were YAML once write the version as a number. */
export function versionOf(value: unknown, place: string): string | undefined {
  if (typeof value === 'number') return value.toFixed(1);
  return textOf(value, `${place}.payloadFormatVersion`);
}

function byStatus(value: unknown, place: string) {
  if (value === undefined) return undefined;
  return Object.fromEntries(
    [...fieldsOf(value, place)].map(([status, parameters]) => [
      status,
      textRecordOf(parameters, `${place}.${status}`) ?? {},
    ]),
  );
}
