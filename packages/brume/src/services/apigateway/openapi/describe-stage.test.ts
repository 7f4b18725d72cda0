/** What stages say of their endpoints: as they are deployed, with the documentation that applies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, mockedApi, refusal, restGateway } from '../rest-fixture.ts';

test('documentation is inherited by path and method, and the nearest comes first', async () => {
  const gateway = await restGateway();
  const { call, restStages } = gateway;
  const { restApiId } = await mockedApi(gateway);
  const part = (location: object, properties: string) =>
    call('CreateDocumentationPart', { restApiId, location, properties });
  const described = (description: string) => JSON.stringify({ description });
  await part({ type: 'RESPONSE', path: '/', statusCode: '200' }, described('of any method'));
  const own = { type: 'RESPONSE', path: '/', method: 'GET', statusCode: '200' };
  await part(own, described('of this one'));
  await part({ type: 'METHOD', path: '/', method: 'POST' }, described('of another'));
  await part({ type: 'METHOD', path: '/', method: 'GET' }, JSON.stringify({ summary: 'short' }));
  await part({ type: 'RESOURCE', path: '/' }, '["no object"]');
  await call('CreateDeployment', { restApiId, stageName: 'prod' });

  const stage = async () => restStages.find(context, restApiId, 'prod');
  assert.deepEqual((await stage()).describe('/', 'GET').documentation, [], 'of no version');
  await call('CreateDocumentationVersion', {
    ...{ restApiId, documentationVersion: '1', stageName: 'prod' },
  });
  const { documentation } = (await stage()).describe('/', 'GET');
  assert.deepEqual(
    documentation.map(({ type, name, description }) => [type, name, description]),
    [
      ['RESPONSE', '200', 'of this one'],
      ['METHOD', undefined, 'short'],
      ['RESPONSE', '200', 'of any method'],
    ],
  );
});

test('a stage describes what it serves, not what was changed since', async () => {
  const gateway = await restGateway();
  const { call, restStages } = gateway;
  const { restApiId, method } = await mockedApi(gateway);
  await call('CreateDeployment', { restApiId, stageName: 'prod' });
  await call('DeleteMethod', method);
  const stage = await restStages.find(context, restApiId, 'prod');
  const { document } = stage.describe('/', 'GET');
  assert.deepEqual(Object.keys(document['paths'] as object), ['/']);
  assert.throws(
    () => stage.describe('/', 'POST'),
    refusal('NotFoundException', 'Invalid Method identifier specified'),
  );
  assert.throws(
    () => stage.describe('/__proto__', 'GET'),
    refusal('NotFoundException', 'Invalid Resource identifier specified'),
  );
});
