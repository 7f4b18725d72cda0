/** What portals show of operations, where schemas or documentation are not as one would like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { siteOperation } from './site-operation.ts';

const media = (name: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});

function operation(own: object, schemas: object = {}, securitySchemes: object = {}) {
  const paths = { '/a': { get: { responses: {}, ...own } } };
  const document = { paths, components: { schemas, securitySchemes } };
  return siteOperation({ document, documentation: [] });
}

const schemaOf = (schemas: object) => {
  const { requestBody } = operation({ requestBody: { content: media('A') } }, schemas);
  return requestBody[0]?.schema ?? '';
};

test('schemas are written out, but not within themselves', () => {
  const schemas = {
    A: { properties: { b: { $ref: '#/components/schemas/B' } } },
    B: { type: 'array', items: { $ref: '#/components/schemas/A' } },
  };
  assert.deepEqual(JSON.parse(schemaOf(schemas)), {
    properties: { b: { type: 'array', items: { $ref: '#/components/schemas/A' } } },
  });
});

test('schemas that double with each level, or are deep, have an end', () => {
  const names = Array.from({ length: 40 }, (_, at) => (at === 0 ? 'A' : `A${at}`));
  const schemas = names.map((name, at) => {
    const next = { $ref: `#/components/schemas/${names[at + 1] ?? 'none'}` };
    return [name, { allOf: [next, next] }] as const;
  });
  assert.ok(schemaOf(Object.fromEntries(schemas)).length < 1_000_000);
});

test('names of all kinds are names', () => {
  const schemas = JSON.parse('{"A":{"properties":{"__proto__":{"type":"string"}}}}') as object;
  assert.match(schemaOf(schemas), /"__proto__"/);
  const { parameters, security } = operation(
    {
      parameters: [
        { name: 'constructor', in: 'query' },
        { name: 'a', in: 'cookie' },
      ],
      security: [{ toString: [], key: [] }],
    },
    {},
    { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
  );
  assert.deepEqual(parameters, [
    { name: 'constructor', in: 'query', required: false, description: undefined },
  ]);
  assert.deepEqual(security, ['Authorization', 'x-api-key']);
});
