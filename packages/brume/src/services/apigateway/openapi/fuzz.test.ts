/** Documents that are wrong somewhere: each becomes an API or is refused with an error of AWS's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../model/aws-error.ts';
import type { RestApi } from '../../../model/generated/apigateway.types.ts';
import { FUNCTION_URI, restGateway } from '../rest-fixture.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const integration = {
  type: 'http',
  httpMethod: 'POST',
  uri: 'http://a.example/{id}',
  requestParameters: { 'integration.request.path.id': 'method.request.path.id' },
  responses: { default: { statusCode: '200', responseTemplates: { 'application/json': '{}' } } },
  tlsConfig: { insecureSkipVerification: true },
  cacheKeyParameters: ['method.request.path.id'],
};
const schema = { $ref: '#/components/schemas/A' };
const DOCUMENT: Json = {
  openapi: '3.0.1',
  info: { title: 'a', version: '1' },
  servers: [{ url: 'https://a.example/{base}', variables: { base: { default: 'v1' } } }],
  tags: [{ name: 'a', 'x-amazon-apigateway-tag-value': 'b' }],
  paths: {
    '/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true }],
      post: {
        operationId: 'x',
        security: [{ gate: [] }],
        parameters: [{ $ref: '#/components/parameters/P' }],
        requestBody: { content: { 'application/json': { schema } } },
        responses: { '200': { headers: { a: {} }, content: { 'application/json': { schema } } } },
        'x-amazon-apigateway-request-validator': 'v',
        'x-amazon-apigateway-integration': integration,
      },
    },
  },
  components: {
    parameters: { P: { name: 'q', in: 'query' } },
    schemas: { A: { type: 'object', properties: { b: { $ref: '#/components/schemas/A' } } } },
    securitySchemes: {
      gate: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: FUNCTION_URI },
      },
    },
  },
  'x-amazon-apigateway-request-validators': { v: { validateRequestBody: true } },
  'x-amazon-apigateway-gateway-responses': { DEFAULT_4XX: { responseTemplates: { a: 'b' } } },
  'x-amazon-apigateway-policy': { Version: '2012-10-17' },
  'x-amazon-apigateway-binary-media-types': ['image/png'],
  'x-amazon-apigateway-endpoint-configuration': { types: ['REGIONAL'], vpcEndpointIds: [] },
  'x-amazon-apigateway-documentation': {
    documentationParts: [{ location: { type: 'API' }, properties: { a: 'b' } }],
  },
};

/** Puts a value, or another name, at a place that the numbers choose. */
function changed(value: Json, [step, ...steps]: readonly number[], to: Json): Json {
  if (step === undefined || typeof value !== 'object' || value === null) return to;
  const entries = Object.entries<Json>(value);
  const at = step % entries.length;
  const entry = entries[at];
  if (!entry) return to;
  const [name, inner] = entry;
  const isRenamed = steps.length === 0 && typeof to === 'string';
  const put: [string, Json] = isRenamed ? [to, inner] : [name, changed(inner, steps, to)];
  const all = entries.with(at, put);
  return Array.isArray(value) ? all.map(([, each]) => each) : Object.fromEntries(all);
}

const change = fc.tuple(
  fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 8 }),
  fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.constantFrom<Json>('__proto__', 'constructor', '$ref', '#/paths', '#/', {}, [], null, ''),
    fc.constantFrom<Json>({ $ref: '#/components' }, { $ref: '#' }, [null], [[]], { a: null }),
  ),
);

test('a document with anything in it is an API or an error of AWS’s', async () => {
  const { call } = await restGateway();
  const { id: restApiId } = await call<RestApi>('CreateRestApi', { name: 'fuzzed' });
  const stage = { restApiId, stageName: 'live' };
  const runs = process.env['BRUME_TEST_LONG'] ? 20_000 : 500;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const document = changes.reduce<Json>((at, [steps, to]) => changed(at, steps, to), DOCUMENT);
      const body = Buffer.from(JSON.stringify(document));
      try {
        await call('PutRestApi', { restApiId, mode: 'overwrite', body });
        await call('CreateDeployment', stage);
        const parameters = { extensions: 'apigateway,documentation' };
        for (const exportType of ['swagger', 'oas30']) {
          await call('GetExport', { ...stage, exportType, parameters });
        }
        await call('GetSdk', { ...stage, sdkType: 'javascript' });
        await call('DeleteStage', stage);
        await call('GetResources', { restApiId });
      } catch (error) {
        assert(error instanceof AwsError, String((error as Error).stack));
        assert([400, 404, 409, 429].includes(error.status ?? 0), error.message);
      }
      assert.equal(({} as Record<string, unknown>)['name'], undefined);
    }),
    { numRuns: runs },
  );
});
