/**
 * `$context` variables of HTTP APIs (developer guide, "Logging variables"), as mappings and identity
 * sources may name them. Undefined for what does not exist.
 */
import { claimText } from '../authorizer-context.ts';
import type { Execution } from './execution.ts';
import { accessLogTime } from '../request-time.ts';

const VARIABLES: Readonly<Record<string, (execution: Execution) => string | undefined>> = {
  accountId: ({ stage }) => stage.accountId,
  apiId: ({ stage }) => stage.apiId,
  'authorizer.principalId': (execution) =>
    execution.authorizer?.type === 'lambda' ? execution.authorizer.principalId : undefined,
  awsEndpointRequestId: () => undefined,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ domainName }) => domainName.split('.')[0],
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  'identity.accountId': (execution) => iam(execution)?.accountId,
  'identity.caller': (execution) => iam(execution)?.callerId,
  'identity.clientCert.clientCertPem': ({ client }) => client?.clientCertPem,
  'identity.clientCert.issuerDN': ({ client }) => client?.issuerDN,
  'identity.clientCert.serialNumber': ({ client }) => client?.serialNumber,
  'identity.clientCert.subjectDN': ({ client }) => client?.subjectDN,
  'identity.clientCert.validity.notAfter': ({ client }) => client?.validity.notAfter,
  'identity.clientCert.validity.notBefore': ({ client }) => client?.validity.notBefore,
  'identity.sourceIp': ({ request }) => request.http.remoteAddress,
  'identity.user': (execution) => iam(execution)?.userId,
  'identity.userAgent': ({ request }) => request.header('user-agent'),
  'identity.userArn': (execution) => iam(execution)?.userArn,
  path: ({ request }) => request.path,
  protocol: () => 'HTTP/1.1',
  requestId: ({ requestId }) => requestId,
  requestTime: ({ timeMs }) => accessLogTime(timeMs),
  requestTimeEpoch: ({ timeMs }) => String(timeMs),
  routeKey: ({ route }) => route?.routeKey,
  stage: ({ stage }) => stage.stageName,
};

export function contextVariable(execution: Execution, name: string): string | undefined {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name]?.(execution);
  const [, claim] = /^authorizer\.claims\.(.+)$/.exec(name) ?? [];
  const { authorizer } = execution;
  if (claim !== undefined) {
    return authorizer?.type === 'jwt' ? authorizer.claims.get(claim) : undefined;
  }
  const [, property] = /^authorizer\.(.+)$/.exec(name) ?? [];
  if (property === undefined || authorizer?.type !== 'lambda') return undefined;
  return Object.hasOwn(authorizer.context, property)
    ? claimText(authorizer.context[property])
    : undefined;
}

function iam({ authorizer }: Execution) {
  return authorizer?.type === 'iam' ? authorizer.identity : undefined;
}
