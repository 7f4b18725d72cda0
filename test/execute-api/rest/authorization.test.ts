import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../../packages/brume/src/model/aws-error.ts';
import { ACCOUNT } from '../../support/gateway.ts';
import type { Event } from '../../support/gateway.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';
import type { RestApi } from '../../support/rest-api.ts';
import { issuer, nowSeconds, strangersKey, token } from '../../support/token-issuer.ts';

const GATE_URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:gate/invocations`;

function policy(Effect: string, Resource = '*') {
  const Statement = [{ Effect, Action: 'execute-api:Invoke', Resource }];
  return { Version: '2012-10-17', Statement };
}

/** An API with `GET /a` and `GET /b` behind a function that answers `gate(event)`. */
async function gated(gate: (event: Event) => unknown, settings: object): Promise<RestApi> {
  const handler = (event: Event, functionName: string) =>
    functionName.endsWith(':gate') ? gate(event) : { body: JSON.stringify(event) };
  const api = await restApi({ handler });
  const given = { name: 'gate', authorizerUri: GATE_URI, ...settings };
  const { id: authorizerId } = await api.call('CreateAuthorizer', given);
  const method = { authorizationType: 'CUSTOM', authorizerId };
  for (const path of ['/a', '/b']) await api.method(`GET ${path}`, lambdaProxy(), { method });
  await api.deploy();
  return api;
}

const TOKEN = { type: 'TOKEN', identitySource: 'method.request.header.Authorization' };
const asked = (api: RestApi) => api.invocations.filter((name) => name.endsWith(':gate')).length;

test('a TOKEN authorizer is told the token, and its policy decides for every method anew', async () => {
  let told: Event | undefined;
  const api = await gated((event) => {
    told = event;
    return {
      principalId: 'ann',
      policyDocument: policy('Allow', '*/GET/a'),
      context: { count: 1, admin: true, name: 'x', nothing: null },
    };
  }, TOKEN);
  const headers = [['authorization', 'secret']] as const;
  const { status, text } = await api.fetch({ path: '/a', headers });
  assert.equal(status, 200);
  assert.deepEqual(told, {
    type: 'TOKEN',
    methodArn: `arn:aws:execute-api:us-east-1:${ACCOUNT}:${api.apiId}/dev/GET/a`,
    authorizationToken: 'secret',
  });
  const { requestContext } = JSON.parse(text) as Event;
  const { integrationLatency, ...authorizer } = requestContext['authorizer'] as Event;
  assert.equal(typeof integrationLatency, 'number');
  assert.deepEqual(authorizer, { principalId: 'ann', count: '1', admin: 'true', name: 'x' });
  const other = await api.fetch({ path: '/b', headers });
  assert.deepEqual(
    [other.status, other.text],
    [403, '{"Message":"User is not authorized to access this resource"}'],
  );
  assert.equal(asked(api), 1, 'the policy was kept');
  const details = api.traces[1]?.details as { authorizer: { cached: boolean } };
  assert.equal(details.authorizer.cached, true);
});

test('without a token, or with one that cannot be, the function is not asked', async () => {
  const api = await gated(() => ({ principalId: 'a', policyDocument: policy('Allow') }), {
    ...TOKEN,
    identityValidationExpression: 'Bearer \\w+',
  });
  for (const headers of [[], [['authorization', 'Basic x']] as const]) {
    const { status, text, headers: answered } = await api.fetch({ path: '/a', headers });
    assert.deepEqual([status, text], [401, '{"message":"Unauthorized"}']);
    assert.equal(answered['x-amzn-ErrorType'], 'UnauthorizedException');
  }
  assert.equal(asked(api), 0);
  const { status } = await api.fetch({ path: '/a', headers: [['authorization', 'Bearer x']] });
  assert.equal(status, 200);
});

const DENIED = '{"Message":"User is not authorized to access this resource with an explicit deny"}';
const ANSWERS: readonly (readonly [string, () => unknown, number, string])[] = [
  ['a denial', () => ({ principalId: 'a', policyDocument: policy('Deny') }), 403, DENIED],
  ['no principal', () => ({ policyDocument: policy('Allow') }), 500, '{"message":null}'],
  ['no policy', () => ({ principalId: 'a' }), 500, '{"message":null}'],
  ['a boolean', () => ({ isAuthorized: true }), 500, '{"message":null}'],
  ['nothing', () => null, 500, '{"message":null}'],
  [
    'an object in the context',
    () => ({ principalId: 'a', policyDocument: policy('Allow'), context: { a: {} } }),
    500,
    '{"message":null}',
  ],
  [
    'an error',
    () => {
      throw new Error('broken');
    },
    500,
    '{"message":null}',
  ],
  [
    'no function',
    () => {
      throw new AwsError({ code: 'ResourceNotFoundException', status: 404, message: 'gone' });
    },
    500,
    '{"message":null}',
  ],
];

for (const [name, answer, status, text] of ANSWERS) {
  test(`an authorizer that answers with ${name} lets nobody through`, async () => {
    const api = await gated(answer, TOKEN);
    const response = await api.fetch({ path: '/a', headers: [['authorization', 'x']] });
    assert.deepEqual([response.status, response.text], [status, text]);
    assert.deepEqual(
      api.invocations.filter((each) => !each.endsWith(':gate')),
      [],
    );
  });
}

test('a REQUEST authorizer is told the request, and is kept by all its sources', async () => {
  let told: Event | undefined;
  const api = await gated(
    (event) => {
      told = event;
      return { principalId: 'ann', policyDocument: policy('Allow') };
    },
    {
      type: 'REQUEST',
      identitySource:
        'method.request.header.X-Id, method.request.querystring.q, context.httpMethod',
    },
  );
  const request = (id: string, q: string) =>
    api.fetch({ path: `/a?q=${q}`, headers: [['x-id', id]] });
  assert.equal((await request('1', 'x')).status, 200);
  assert.equal(told?.['type'], 'REQUEST');
  assert.match(String(told?.['methodArn']), /\/dev\/GET\/a$/);
  assert.equal(told?.['resource'], '/a');
  assert.deepEqual(told?.['queryStringParameters'], { q: 'x' });
  // Developer guide, "Input to an API Gateway Lambda authorizer".
  assert.deepEqual([told?.['pathParameters'], told?.['stageVariables']], [{}, {}]);
  assert.equal(told && 'body' in told, false);
  await request('1', 'x');
  assert.equal(asked(api), 1);
  await request('2', 'x');
  await request('1', 'y');
  assert.equal(asked(api), 3);
  assert.equal((await api.fetch({ path: '/a?q=x' })).status, 401);
});

test('an authorizer without time to live is asked every time', async () => {
  const api = await gated(() => ({ principalId: 'a', policyDocument: policy('Allow') }), {
    ...TOKEN,
    authorizerResultTtlInSeconds: 0,
  });
  for (const expected of [1, 2]) {
    await api.fetch({ path: '/a', headers: [['authorization', 'x']] });
    assert.equal(asked(api), expected);
  }
});

test('a user pool’s identity token opens a method, its access token one with scopes', async (t) => {
  const { url } = await issuer(t);
  const iss = `${url}/us-east-1_pool`;
  const pool = `arn:aws:cognito-idp:us-east-1:${ACCOUNT}:userpool/us-east-1_pool`;
  const api = await restApi({ userPools: `${url}/{pool}` });
  const { id: authorizerId } = await api.call('CreateAuthorizer', {
    name: 'pool',
    type: 'COGNITO_USER_POOLS',
    providerARNs: [pool],
    identitySource: 'method.request.header.Authorization',
  });
  const method = { authorizationType: 'COGNITO_USER_POOLS', authorizerId };
  await api.method('GET /id', lambdaProxy(), { method });
  const authorizationScopes = ['pets/read'];
  await api.method('GET /scoped', lambdaProxy(), { method: { ...method, authorizationScopes } });
  await api.deploy();
  const claims = {
    iss,
    exp: nowSeconds() + 60,
    sub: 'ann',
    token_use: 'id',
    email_verified: true,
  };
  const access = { ...claims, token_use: 'access', scope: 'pets/read pets/write' };
  const status = async (path: string, value?: string) => {
    const headers = value === undefined ? [] : [['Authorization', value] as const];
    return (await api.fetch({ path, headers })).status;
  };
  assert.equal(await status('/id', token(claims)), 200);
  const authorizer = api.event().requestContext['authorizer'] as { claims: object };
  assert.deepEqual(authorizer.claims, {
    iss,
    exp: String(claims.exp),
    sub: 'ann',
    token_use: 'id',
    email_verified: 'true',
  });
  assert.equal(await status('/scoped', `Bearer ${token(access)}`), 200);
  const refused: readonly (readonly [string, string?])[] = [
    ['/id'],
    ['/id', 'nonsense'],
    ['/id', token(access)],
    ['/id', token(claims, { key: strangersKey })],
    ['/id', token({ ...claims, iss: 'https://other' })],
    ['/id', token({ ...claims, exp: nowSeconds() - 1 })],
    ['/scoped', token(claims)],
    ['/scoped', token({ ...access, scope: 'pets/write' })],
  ];
  for (const [path, value] of refused) assert.equal(await status(path, value), 401, value);
});

test('IAM wants a signature that holds, of the API’s own account', async () => {
  const identity = {
    accessKey: 'AKIA',
    accountId: ACCOUNT,
    callerId: 'AIDA',
    userArn: `arn:aws:iam::${ACCOUNT}:user/ann`,
    userId: 'AIDA',
  };
  let found: typeof identity | undefined;
  const api = await restApi({ iam: { verify: () => found } });
  await api.method('GET /', lambdaProxy(), { method: { authorizationType: 'AWS_IAM' } });
  await api.deploy();
  const unsigned = await api.fetch({ path: '/' });
  assert.deepEqual(
    [unsigned.status, unsigned.text],
    [403, '{"message":"Missing Authentication Token"}'],
  );
  const signed = {
    path: '/',
    headers: [['authorization', 'AWS4-HMAC-SHA256 Signature=x']] as const,
  };
  const forged = await api.fetch(signed);
  assert.equal(forged.status, 403);
  assert.equal(forged.headers['x-amzn-ErrorType'], 'InvalidSignatureException');
  found = identity;
  assert.equal((await api.fetch(signed)).status, 200);
  const told = api.event().requestContext['identity'] as Record<string, unknown>;
  assert.equal(told['userArn'], identity.userArn);
  found = { ...identity, accountId: '111122223333' };
  assert.equal((await api.fetch(signed)).status, 403);
});

test('a resource policy must allow where nothing else decides, and its denial comes first', async () => {
  const statement = (Effect: string, Resource: string, Condition?: object) => ({
    ...{ Effect, Principal: '*', Action: 'execute-api:Invoke', Resource, Condition },
  });
  const Statement = [
    statement('Allow', 'execute-api:/dev/GET/open'),
    statement('Deny', 'execute-api:/dev/GET/open', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    statement('Deny', 'execute-api:/*/GET/shut'),
  ];
  const api = await restApi({ settings: { policy: JSON.stringify({ Statement }) } });
  for (const path of ['/open', '/shut', '/other']) await api.method(`GET ${path}`, ...mock('ok'));
  await api.deploy();
  const { apiId } = api;
  const arn = (path: string) =>
    `arn:aws:execute-api:us-east-1:********${ACCOUNT.slice(-4)}:${apiId}/dev/GET/${path}`;
  const said = (path: string) =>
    `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn(path)}`;
  assert.equal((await api.fetch({ path: '/open' })).status, 200);
  const other = await api.fetch({ path: '/other' });
  assert.deepEqual([other.status, JSON.parse(other.text)], [403, { Message: said('other') }]);
  const shut = await api.fetch({ path: '/shut' });
  const Message = `${said('shut')} with an explicit deny`;
  assert.deepEqual([shut.status, JSON.parse(shut.text)], [403, { Message }]);
});
