/** What an integration's address may be (texts recorded 2024-06 and 2025-03). */
import type { Integration } from '../../model/generated/apigateway.types.ts';
import { badRequest, noIntegrationUri } from '../gateway/errors.ts';

const FUNCTION = /^path\/2015-03-31\/functions\/(?:arn:[^/]+|[^/]*\$\{[^/]+)\/invocations$/;
const STREAM = /^path\/2021-11-15\/functions\/[^/]+\/response-streaming-invocations$/;

export function validateIntegrationUri({ type, uri, httpMethod }: Integration): void {
  if (type === 'MOCK') return;
  if (!httpMethod) throw badRequest('Enumeration value for HttpMethod must be non-empty');
  if (!uri) throw noIntegrationUri();
  if (type === 'HTTP' || type === 'HTTP_PROXY') validateHttp(uri);
  else validateAws(uri, type === 'AWS_PROXY');
}

function validateHttp(uri: string): void {
  // Variables of the stage may be any part of it, the host too.
  if (!/^https?:\/\/[^\s/]+/i.test(uri)) {
    throw badRequest('Invalid HTTP endpoint specified for URI');
  }
}

/** `arn:aws:apigateway:{region}:{subdomain.service|service}:path|action/{service_api}`. */
function validateAws(uri: string, isProxy: boolean): void {
  const arn = /^arn:[\w-]+:[\w-]+:([\w-]*):([^:]*):(.*)$/s.exec(uri);
  if (!arn) throw badRequest('Invalid ARN specified in the request');
  const [, , service = '', target = ''] = arn;
  if (!/^(path|action)\//.test(target)) {
    throw badRequest('AWS ARN for integration must contain path or action');
  }
  if (isProxy && !(service === 'lambda' && (FUNCTION.test(target) || STREAM.test(target)))) {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
}
