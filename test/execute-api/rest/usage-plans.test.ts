import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mock, restApi } from '../../support/rest-api.ts';
import type { RestApi, RestApiOptions } from '../../support/rest-api.ts';

const START_MS = Date.UTC(2026, 10, 22, 23, 30);

/** An API with `GET /a` and `GET /b`, for which keys are needed, and a clock that the test moves. */
async function sold(plan: object, options: RestApiOptions = {}) {
  const time = { nowMs: START_MS };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  const api = await restApi({ environment: { clock }, ...options });
  for (const path of ['/a', '/b']) {
    await api.method(`GET ${path}`, ...withKey());
  }
  await api.deploy();
  const { id: usagePlanId } = await api.call('CreateUsagePlan', {
    name: 'gold',
    apiStages: [{ apiId: api.apiId, stage: 'dev' }],
    ...plan,
  });
  return { api, time, usagePlanId, value: await subscribe(api, usagePlanId) };
}

function withKey() {
  const [integration, settings] = mock('ok');
  return [integration, { ...settings, method: { apiKeyRequired: true } }] as const;
}

async function subscribe(api: RestApi, usagePlanId: string | undefined) {
  const { id: keyId, value = '' } = await api.call('CreateApiKey', { enabled: true });
  await api.call('CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
  return value;
}

function asker(api: RestApi) {
  return async (path: string, value?: string) => {
    const headers = value === undefined ? [] : [['X-API-Key', value] as const];
    const { status, text } = await api.fetch({ path, headers });
    return [status, text];
  };
}

const FORBIDDEN = [403, '{"message":"Forbidden"}'];
const THROTTLED = [429, '{"message":"Too Many Requests"}'];
const EXHAUSTED = [429, '{"message":"Limit Exceeded"}'];
const OK = [200, 'ok'];

test('a method that asks for a key is closed without one of a plan of its stage', async () => {
  const { api, value } = await sold({});
  const ask = asker(api);
  assert.deepEqual(await ask('/a'), FORBIDDEN);
  assert.deepEqual(await ask('/a', 'a-key-that-nobody-has'), FORBIDDEN);
  const { value: unsubscribed } = await api.call('CreateApiKey', { enabled: true });
  assert.deepEqual(await ask('/a', unsubscribed), FORBIDDEN);
  assert.deepEqual(await ask('/a', value), OK);
  await api.deploy({ stageName: 'other' });
  const host = `${api.apiId}.execute-api.local`;
  const headers = [['x-api-key', value]] as const;
  assert.equal((await api.fetchAt({ path: '/other/a', host, headers })).status, 403);
});

test('a quota is for its period, and for each key', async () => {
  const { api, time, usagePlanId, value } = await sold({
    quota: { limit: 3, offset: 1, period: 'DAY' },
  });
  const ask = asker(api);
  assert.deepEqual(await ask('/a', value), OK);
  assert.deepEqual(await ask('/b', value), OK);
  assert.deepEqual(await ask('/a', value), EXHAUSTED);
  const other = await subscribe(api, usagePlanId);
  assert.deepEqual(await ask('/a', other), OK);
  time.nowMs += 3600_000;
  for (const expected of [OK, OK, OK, EXHAUSTED])
    assert.deepEqual(await ask('/a', value), expected);
});

test('a plan throttles each key, and methods by themselves where it says so', async () => {
  const { api, time, usagePlanId, value } = await sold({
    throttle: { rateLimit: 1, burstLimit: 2 },
  });
  const ask = asker(api);
  assert.deepEqual(await ask('/a', value), OK);
  assert.deepEqual(await ask('/b', value), OK);
  assert.deepEqual(await ask('/a', value), THROTTLED);
  time.nowMs += 1000;
  assert.deepEqual(await ask('/a', value), OK);
  const throttle = `/apiStages/${api.apiId}:dev/throttle/~1b/GET`;
  await api.call('UpdateUsagePlan', {
    usagePlanId,
    patchOperations: [
      { op: 'add', path: `${throttle}/rateLimit`, value: '1' },
      { op: 'add', path: `${throttle}/burstLimit`, value: '1' },
    ],
  });
  assert.deepEqual(await ask('/b', value), OK);
  assert.deepEqual(await ask('/b', value), THROTTLED);
  assert.deepEqual(await ask('/a', value), OK);
});

test('an authorizer can show the key', async () => {
  const policyDocument = {
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
  };
  let usageIdentifierKey = '';
  const { api, value } = await sold(
    {},
    {
      settings: { apiKeySource: 'AUTHORIZER' },
      handler: () => ({ principalId: 'a', policyDocument, usageIdentifierKey }),
    },
  );
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    name: 'gate',
    type: 'TOKEN',
    identitySource: 'method.request.header.authorization',
    authorizerResultTtlInSeconds: 0,
    authorizerUri:
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:gate/invocations',
  });
  const [integration, settings] = withKey();
  const method = { apiKeyRequired: true, authorizationType: 'CUSTOM', authorizerId };
  await api.method('GET /c', integration, { ...settings, method });
  await api.deploy();
  const ask = () =>
    api.fetch({
      path: '/c',
      headers: [
        ['authorization', 'x'],
        ['x-api-key', value],
      ],
    });
  assert.equal((await ask()).status, 403);
  usageIdentifierKey = value;
  assert.equal((await ask()).status, 200);
});

test('a stage throttles its methods, each by itself or by its own limit', async () => {
  const time = { nowMs: START_MS };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  const api = await restApi({ environment: { clock } });
  for (const path of ['/', '/pets/{id}']) await api.method(`GET ${path}`, ...mock('ok'));
  await api.deploy();
  const limit = (method: string, value: string) => [
    { op: 'replace', path: `${method}/throttling/rateLimit`, value },
    { op: 'replace', path: `${method}/throttling/burstLimit`, value },
  ];
  await api.call('UpdateStage', {
    stageName: 'dev',
    patchOperations: [...limit('/*/*', '1'), ...limit('/~1pets~1{id}/GET', '2')],
  });
  const ask = asker(api);
  assert.deepEqual([await ask('/'), await ask('/')], [OK, THROTTLED]);
  assert.deepEqual(
    [await ask('/pets/1'), await ask('/pets/2'), await ask('/pets/3')],
    [OK, OK, THROTTLED],
  );
  time.nowMs += 1000;
  assert.deepEqual(await ask('/'), OK);
});
