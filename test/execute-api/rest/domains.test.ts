import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';

test('a domain of one’s own leads to stages by its base paths', async () => {
  const api = await restApi();
  await api.method('GET /pets/{id}', lambdaProxy());
  await api.method('GET /', ...mock('root'));
  await api.deploy();
  for (const domainName of ['api.example.com', '*.wild.example.com']) {
    await api.call('CreateDomainName', { domainName });
    await api.call('CreateBasePathMapping', { domainName, basePath: 'v1', stage: 'dev' });
    await api.call('CreateBasePathMapping', { domainName });
  }
  const get = async (path: string, host = 'api.example.com:4566') => {
    const { status, text } = await api.fetchAt({ path, host });
    return status === 200 ? text : status;
  };
  assert.equal(await get('/v1'), 'root');
  assert.equal(await get('/v1/'), 'root');
  assert.equal(await get('/dev'), 'root');
  assert.equal(await get('/v1', 'A.Wild.Example.com'), 'root');
  assert.equal(await get('/v2/pets/1'), 403);
  await get('/v1/pets/7?a=b');
  const { requestContext, ...event } = api.event();
  assert.equal(event['path'], '/v1/pets/7');
  assert.deepEqual(event['pathParameters'], { id: '7' });
  assert.equal(requestContext['path'], '/v1/pets/7');
  assert.equal(requestContext['domainName'], 'api.example.com:4566');
  assert.equal(requestContext['stage'], 'dev');
});

test('an API without an address of its own is served by its domain alone', async () => {
  const api = await restApi({ settings: { disableExecuteApiEndpoint: true } });
  await api.method('GET /', ...mock('ok'));
  await api.deploy();
  await api.call('CreateDomainName', { domainName: 'api.example.com' });
  await api.call('CreateBasePathMapping', { domainName: 'api.example.com', stage: 'dev' });
  assert.equal((await api.fetch({ path: '/' })).status, 403);
  const own = await api.fetchAt({ path: '/', host: 'api.example.com' });
  assert.deepEqual([own.status, own.text], [200, 'ok']);
});

test('no domain can stand for this machine', async () => {
  const api = await restApi();
  await api.method('GET /', ...mock('ok'));
  await api.deploy();
  for (const domainName of ['localhost', '127.0.0.1']) {
    await api.call('CreateDomainName', { domainName });
    await api.call('CreateBasePathMapping', { domainName, stage: 'dev' });
    await assert.rejects(api.fetchAt({ path: '/', host: `${domainName}:4566` }), /not claimed/);
  }
});

test('no domain takes what is signed for another service', async () => {
  const api = await restApi();
  await api.method('GET /', ...mock('ok'));
  await api.deploy();
  const domainName = '*.cloud.example.com';
  await api.call('CreateDomainName', { domainName });
  await api.call('CreateBasePathMapping', { domainName, stage: 'dev' });
  const host = 'brume.cloud.example.com';
  const signedFor = (service: string): [string, string] => [
    'authorization',
    `AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  ];
  const asked = (service: string) =>
    api.fetchAt({ path: '/', host, headers: [signedFor(service)] });
  await assert.rejects(asked('dynamodb'), /not claimed/);
  assert.equal((await asked('execute-api')).status, 200);
});
