import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { PublishedRestDomain } from '../../packages/brume/src/services/apigateway/port.ts';
import { CustomDomains } from '../../packages/brume/src/services/execute-api/custom-domains.ts';
import { Truststore } from '../../packages/brume/src/services/gateway/truststore.ts';
import { authority, certificate } from '../support/certificates.ts';
import { ACCOUNT } from '../support/gateway.ts';
import type { Event } from '../support/gateway.ts';
import { FUNCTION, httpApi } from '../support/http-api.ts';
import { FUNCTION_URI, lambdaProxy, restApi } from '../support/rest-api.ts';

const HOST = 'api.example.com';
const root = authority('C=US,CN=Root');
const client = certificate({ subject: 'C=US,CN=My Client', issuer: root });
const clientCertificate = new X509Certificate(client.cert).raw;
const tls = { serverName: HOST, clientCertificate };
const { validFrom: notBefore, validTo: notAfter } = new X509Certificate(client.cert);
/** Members in the order of the developer guide's example. */
const CLIENT_CERT = {
  clientCertPem: client.cert,
  subjectDN: 'C=US,CN=My Client',
  issuerDN: 'C=US,CN=Root',
  serialNumber: '1',
  validity: { notBefore, notAfter },
};

/** Domains of which one, with mutual TLS, leads to a stage. */
function leadingTo(domains: CustomDomains, apiId: string, stageName: string) {
  const published: PublishedRestDomain = {
    ...{ domainName: HOST, minTlsVersion: 'TLSv1.2', isStrict: false, privateAccess: undefined },
    ...{ rules: [], mappings: [{ basePath: '', apiId, stageName }] },
    truststore: new Truststore(root.cert),
  };
  domains.changed([published]);
}

interface Context {
  readonly identity?: { readonly clientCert?: object };
  readonly authentication?: { readonly clientCert?: object };
}
const contextOf = (event: Event | undefined) => event?.requestContext as Context;

test('functions and authorizers of HTTP APIs are told of the certificate, in both formats', async () => {
  const domains = new CustomDomains();
  const events: Event[] = [];
  const lines: string[] = [];
  const logs = { write: (_: object, { message }: { message: string }) => void lines.push(message) };
  const handler = (event: Event) => {
    events.push(event);
    return event['type'] === 'REQUEST' ? { isAuthorized: true } : { statusCode: 200 };
  };
  const api = await httpApi({ domains, handler, logs });
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    ...{ Name: 'who', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0' },
    AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
    EnableSimpleResponses: true,
  });
  await api.route('GET /two', {}, { AuthorizationType: 'CUSTOM', AuthorizerId });
  await api.route('GET /one', { PayloadFormatVersion: '1.0' });
  const Format =
    '$context.status $context.identity.clientCert.subjectDN $context.identity.clientCert.validity.notAfter';
  const DestinationArn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:access`;
  const AccessLogSettings = { DestinationArn, Format };
  await api.call('UpdateStage', { StageName: '$default', AccessLogSettings });
  leadingTo(domains, api.apiId, '$default');
  assert.equal((await api.fetchAt({ path: '/two', host: HOST, tls })).status, 200);
  assert.equal(events.length, 2);
  for (const event of events.splice(0)) {
    assert.deepEqual(contextOf(event).authentication, { clientCert: CLIENT_CERT });
  }
  assert.equal((await api.fetchAt({ path: '/one', host: HOST, tls })).status, 200);
  assert.deepEqual(contextOf(events[0]).identity?.clientCert, CLIENT_CERT);
  const { serverName } = tls;
  const refused = await api.fetchAt({ path: '/one', host: HOST, tls: { serverName } });
  assert.deepEqual([refused.status, refused.text], [403, '{"message":"Forbidden"}']);
  assert.equal(lines[0], `200 C=US,CN=My Client ${notAfter}`);
  assert.equal(lines[2], '403 - -');
  assert.match(api.traces.at(-1)?.errorReason ?? '', /No client certificate/);
  await api.fetch({ path: '/one' });
  assert.equal(contextOf(events.at(-1)).identity?.clientCert, undefined);
});

test('functions and authorizers of REST APIs are told of the certificate, and logs of who is refused', async () => {
  const domains = new CustomDomains();
  const lines: string[] = [];
  const logs = { write: (_: object, { message }: { message: string }) => void lines.push(message) };
  const events: Event[] = [];
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
  const handler = (event: Event) => {
    events.push(event);
    return event['type'] === 'REQUEST'
      ? { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement } }
      : { statusCode: 200 };
  };
  const api = await restApi({ domains, handler, logs });
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    ...{ name: 'who', type: 'REQUEST', authorizerUri: FUNCTION_URI },
    ...{ identitySource: 'method.request.header.host', authorizerResultTtlInSeconds: 0 },
  });
  const method = { authorizationType: 'CUSTOM', authorizerId };
  await api.method('GET /', lambdaProxy(), { method });
  await api.deploy();
  const patchOperations = [{ op: 'replace', path: '/*/*/logging/loglevel', value: 'INFO' }];
  await api.call('UpdateStage', { stageName: 'dev', patchOperations });
  leadingTo(domains, api.apiId, 'dev');
  assert.equal((await api.fetchAt({ path: '/', host: HOST, tls })).status, 200);
  assert.equal(events.length, 2);
  for (const event of events) {
    assert.deepEqual(contextOf(event).identity?.clientCert, CLIENT_CERT);
  }
  lines.splice(0);
  const foreign = certificate({ subject: 'CN=Foreign', issuer: authority('CN=Elsewhere') });
  const shown = { serverName: HOST, clientCertificate: new X509Certificate(foreign.cert).raw };
  const refused = await api.fetchAt({ path: '/', host: HOST, tls: shown });
  assert.deepEqual([refused.status, refused.text], [403, '{"message":"Forbidden"}']);
  assert.equal(refused.headers['x-amzn-ErrorType'], 'ForbiddenException');
  const nowhere = await api.fetchAt({ path: '/none', host: HOST, tls: shown });
  assert.equal(nowhere.text, refused.text, 'which paths there are is not told');
  assert.equal(events.length, 2, 'nobody is asked');
  // AWS's knowledge center, 2021-2026.
  const said = lines.filter((line) =>
    line.includes('Access denied. Reason: Could not find issuer for certificate'),
  );
  assert.equal(said.length, 1, lines.join('\n'));
});
