/**
 * Patch operations nobody would send: each is applied whole or refused whole with an error of AWS's, and
 * what is kept stays what can be kept.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../model/aws-error.ts';
import type { ClientCertificate } from '../../../model/generated/apigateway.types.ts';
import { FUNCTION_URI, mockedApi, restGateway } from '../rest-fixture.ts';

const WORDS = [
  ...['', '~', '~1', '~01', '/', '-', '*', '__proto__', 'constructor', 'prototype', 'toString'],
  ...['name', 'description', 'variables', 'canarySettings', 'deploymentId', 'percentTraffic'],
  ...['stageVariableOverrides', 'methodSettings', 'throttling', 'rateLimit', 'burstLimit', 'quota'],
  ...['requestParameters', 'requestModels', 'responseParameters', 'responseTemplates', 'apiStages'],
  ...[
    'binaryMediaTypes',
    'endpointConfiguration',
    'types',
    'ipAddressType',
    'parentId',
    'pathPart',
  ],
  ...['method.request.header.a', 'application~1json', 'gatewayresponse.header.a', 'statusCode'],
  ...['GET', 'caching', 'enabled', 'throttle', 'limit', 'period', 'authorizerId', 'providerARNs'],
  ...['minimumCompressionSize', 'timeoutInMillis', 'tlsConfig', 'insecureSkipVerification', 'uri'],
];
const VALUES = [
  ...['', 'true', 'false', '-1', '0', '1e9', '9007199254740993', '0.5', 'NaN', 'Empty', 'a/b'],
  ...['__proto__', 'CUSTOM', 'PRIVATE', 'WEEK', '{}', '$context.x', "'text'", 'x:y', '{proxy+}'],
];
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => `/${words.join('/')}`),
      fc.string({ maxLength: 20 }),
    ),
    value: fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 20 })),
    from: fc.constantFrom('/canarySettings/deploymentId', '/variables', '__proto__'),
  },
  { requiredKeys: [] },
);

test('any patch operations are applied whole or refused whole', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const targets = await everything(gateway);
  const runs = process.env['BRUME_TEST_LONG'] ? 20_000 : 1_000;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...targets),
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      async ({ get, update, input }, patchOperations) => {
        const before = await call(get, input);
        try {
          await call(update, { ...input, patchOperations });
        } catch (error) {
          assert(error instanceof AwsError, `${update}: ${String(error)}`);
          assert([400, 404, 409, 429].includes(error.status ?? 0), error.message);
          assert.deepEqual(await call(get, input), before, `${update} changed what it refused`);
        }
        assert(JSON.stringify(await call(get, input)).length < 1_000_000);
        assert.deepEqual(Object.keys(Object.prototype), []);
        assert.equal(({} as Record<string, unknown>)['name'], undefined);
      },
    ),
    { numRuns: runs },
  );
});

/** One of each resource that can be patched, with how it is read and changed. */
async function everything(gateway: Awaited<ReturnType<typeof restGateway>>) {
  const { call } = gateway;
  const { restApiId, method } = await mockedApi(gateway);
  const make = async (name: string, input: object) =>
    (await call<{ id: string }>(name, { restApiId, ...input })).id;
  const at = { ...method, statusCode: '200' };
  await call('PutMethodResponse', at);
  await call('PutIntegrationResponse', at);
  const child = { parentId: method.resourceId, pathPart: 'a' };
  const resourceId = await make('CreateResource', child);
  const deploymentId = await make('CreateDeployment', { stageName: 'dev' });
  const schema = '{"type":"object"}';
  await make('CreateModel', { name: 'Note', contentType: 'application/json', schema });
  const identitySource = 'method.request.header.A';
  const token = { name: 'a', type: 'TOKEN', authorizerUri: FUNCTION_URI, identitySource };
  const authorizerId = await make('CreateAuthorizer', token);
  const requestValidatorId = await make('CreateRequestValidator', { name: 'v' });
  const part = { location: { type: 'API' }, properties: '{}' };
  const documentationPartId = await make('CreateDocumentationPart', part);
  const documentationVersion = 'v1';
  await make('CreateDocumentationVersion', { documentationVersion });
  const apiKey = await make('CreateApiKey', {});
  const apiStages = [{ apiId: restApiId, stage: 'dev' }];
  const usagePlanId = await make('CreateUsagePlan', { name: 'p', apiStages });
  const domainName = 'api.example.com';
  await call('CreateDomainName', { domainName });
  const basePath = 'v1';
  await call('CreateBasePathMapping', { domainName, basePath, restApiId });
  const balancer = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/b';
  const vpcLinkId = await make('CreateVpcLink', { name: 'link', targetArns: [balancer] });
  const { clientCertificateId } = await call<ClientCertificate>('GenerateClientCertificate', {});
  const of = (kind: string, input: object) => ({
    ...{ get: `Get${kind}`, update: `Update${kind}`, input: { restApiId, ...input } },
  });
  return [
    of('RestApi', {}),
    of('Resource', { resourceId }),
    of('Method', method),
    of('MethodResponse', at),
    of('Integration', method),
    of('IntegrationResponse', at),
    of('Deployment', { deploymentId }),
    of('Stage', { stageName: 'dev' }),
    of('Model', { modelName: 'Note' }),
    of('Authorizer', { authorizerId }),
    of('RequestValidator', { requestValidatorId }),
    of('GatewayResponse', { responseType: 'DEFAULT_4XX' }),
    of('DocumentationPart', { documentationPartId }),
    of('DocumentationVersion', { documentationVersion }),
    of('ApiKey', { apiKey }),
    of('UsagePlan', { usagePlanId }),
    of('DomainName', { domainName }),
    of('VpcLink', { vpcLinkId }),
    of('ClientCertificate', { clientCertificateId }),
    of('Account', {}),
  ];
}
