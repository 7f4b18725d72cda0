import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Clock } from '../../packages/brume/src/environment/environment.ts';
import { ACCOUNT } from '../support/gateway.ts';
import type { Event } from '../support/gateway.ts';
import { httpApi } from '../support/http-api.ts';
import type { HttpApi } from '../support/http-api.ts';
import { issuer, nowSeconds, publicKey, strangersKey, token } from '../support/token-issuer.ts';

const GATE = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:gate`;

async function jwtApi(issuerUrl: string, scopes?: string[], clock?: Clock): Promise<HttpApi> {
  const api = await httpApi({ environment: clock ? { clock } : {} });
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuerUrl, Audience: ['me', 'too'] },
    Name: 'token',
  });
  const authorization = { AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes: scopes };
  await api.route('$default', {}, authorization);
  await api.route('GET /one', { PayloadFormatVersion: '1.0' }, authorization);
  return api;
}

const withToken = (value: string, path = '/') => ({
  path,
  headers: [['Authorization', value]] as const,
});

test('a JWT that is signed, in time and for this audience opens the route', async (t) => {
  const { url, state } = await issuer(t);
  const api = await jwtApi(url);
  const claims = {
    iss: url,
    aud: ['other', 'too'],
    exp: nowSeconds() + 60,
    nbf: nowSeconds(),
    iat: nowSeconds(),
    scope: 'a b',
    admin: true,
    groups: ['x', 'y'],
    address: { city: 'Z' },
    nothing: null,
    ['__proto__']: 'p',
  };
  const { status } = await api.fetch(withToken(`Bearer ${token(claims)}`));
  assert.equal(status, 200);
  const { jwt } = api.event().requestContext['authorizer'] as { jwt: Record<string, unknown> };
  assert.equal(
    JSON.stringify(jwt['claims']),
    JSON.stringify({
      iss: url,
      aud: '[other too]',
      exp: String(claims.exp),
      nbf: String(claims.nbf),
      iat: String(claims.iat),
      scope: 'a b',
      admin: 'true',
      groups: '[x y]',
      address: '{"city":"Z"}',
      ...JSON.parse('{"__proto__":"p"}'),
    }),
  );
  assert.equal(jwt['scopes'], null);
  assert.equal((await api.fetch(withToken(token(claims), '/one'))).status, 200);
  const one = api.event().requestContext['authorizer'] as { claims: Record<string, string> };
  assert.equal(one.claims['admin'], 'true');
  assert.equal(state.requests, 2, 'keys are asked for once');
  const pss = token(claims, { header: { alg: 'PS256' } });
  assert.equal((await api.fetch(withToken(pss))).status, 200);
  const clientId = { iss: url, client_id: 'me', exp: claims.exp };
  assert.equal((await api.fetch(withToken(token(clientId)))).status, 200);
});

test('every other token is 401, with the reason in www-authenticate', async (t) => {
  const { url, state } = await issuer(t);
  state.keys.push({ ...publicKey.export({ format: 'jwk' }), kid: 'rs512', alg: 'RS512' }, {});
  const api = await jwtApi(url);
  const good = { iss: url, aud: 'me', exp: nowSeconds() + 60 };
  const [head = '', body = '', signature = ''] = token(good).split('.');
  const none = Buffer.from('{"alg":"none","kid":"one"}').toString('base64url');
  const hs = Buffer.from('{"alg":"HS256","kid":"one"}').toString('base64url');
  const secret = publicKey.export({ format: 'pem', type: 'spki' });
  const mac = createHmac('sha256', secret).update(`${hs}.${body}`).digest('base64url');
  const forged = Buffer.from(JSON.stringify({ ...good, admin: true })).toString('base64url');
  const cases: [string, string][] = [
    ['not-a-token', 'token contains an invalid number of segments'],
    ['a.b.c.d', 'token contains an invalid number of segments'],
    ['a.b.c', 'the token is malformed'],
    [`${none}.${body}.`, 'the signing method is not supported'],
    [`${hs}.${body}.${mac}`, 'the signing method is not supported'],
    [`${head}.${forged}.${signature}`, 'the signature of the token is not valid'],
    [`${head}.${body}.`, 'the signature of the token is not valid'],
    [token(good, { key: strangersKey }), 'the signature of the token is not valid'],
    [token(good, { header: { kid: 'rs512' } }), 'the signature of the token is not valid'],
    [token(good, { header: { kid: 'two' } }), 'the key of the token is not known to its issuer'],
    [token(good, { header: { kid: undefined } }), 'the token names no key'],
    [token({ ...good, iss: `${url}/` }), 'the issuer of the token is not valid'],
    [token({ ...good, aud: 'you' }), 'the token does not have a valid audience'],
    [token({ ...good, aud: 'you', client_id: 'me' }), 'the token does not have a valid audience'],
    [token({ iss: url, exp: good.exp }), 'the token does not have a valid audience'],
    [token({ ...good, exp: nowSeconds() - 1 }), 'the token has expired'],
    [token({ ...good, exp: undefined }), 'the token has expired'],
    [token({ ...good, nbf: nowSeconds() + 60 }), 'the token is not valid yet'],
    [token({ ...good, iat: nowSeconds() + 60 }), 'the token is used before issued'],
  ];
  for (const [value, reason] of cases) {
    const { status, text, headers } = await api.fetch(withToken(value));
    assert.equal(status, 401, reason);
    assert.equal(text, '{"message":"Unauthorized"}');
    assert.equal(
      headers['www-authenticate'],
      `Bearer scope="" error="invalid_token" error_description="${reason}"`,
    );
  }
  const { status, headers } = await api.fetch({ path: '/' });
  assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer']);
  assert.deepEqual(api.invocations, []);
});

test('a route with scopes wants one of them', async (t) => {
  const { url } = await issuer(t);
  const api = await jwtApi(url, ['read', 'write']);
  const claims = { iss: url, aud: 'me', exp: nowSeconds() + 60 };
  assert.equal((await api.fetch(withToken(token({ ...claims, scope: 'x write' })))).status, 200);
  const { jwt } = api.event().requestContext['authorizer'] as { jwt: { scopes: string[] } };
  assert.deepEqual(jwt.scopes, ['write']);
  assert.equal((await api.fetch(withToken(token({ ...claims, scp: ['read'] })))).status, 200);
  const { status, text, headers } = await api.fetch(withToken(token({ ...claims, scope: 'x' })));
  assert.equal(status, 403);
  assert.equal(text, '{"message":"Forbidden"}');
  assert.match(
    String(headers['www-authenticate']),
    /scope="read write" error="insufficient_scope"/,
  );
});

test('an issuer that cannot be asked closes the route', async (t) => {
  const { url, state } = await issuer(t);
  state.fails = true;
  const api = await jwtApi(url);
  const value = token({ iss: url, aud: 'me', exp: nowSeconds() + 60 });
  assert.equal((await api.fetch(withToken(value))).status, 500);
  assert.match(api.traces.at(-1)?.errorReason ?? '', /answered 500/);
  state.fails = false;
  assert.equal((await api.fetch(withToken(value))).status, 200);
});

test('keys are asked for again when one is new, and tokens of known keys never wait for that', async (t) => {
  const { url, state } = await issuer(t);
  let nowMs = 0;
  const api = await jwtApi(url, undefined, { nowMs: () => Date.now(), monotonicMs: () => nowMs });
  const claims = { iss: url, aud: 'me', exp: nowSeconds() + 60 };
  const statusOf = async (kid: string) =>
    (await api.fetch(withToken(token(claims, { header: { kid } })))).status;
  assert.equal(await statusOf('one'), 200);
  state.keys.push({ ...publicKey.export({ format: 'jwk' }), kid: 'two' });
  assert.equal(await statusOf('two'), 401, 'asked a moment ago');
  assert.equal(state.requests, 2);
  nowMs += 10_000;
  assert.equal(await statusOf('two'), 200);
  assert.equal(state.requests, 4);
  state.fails = true;
  nowMs += 10_000;
  assert.deepEqual(await Promise.all([statusOf('three'), statusOf('one')]), [500, 200]);
  nowMs += 2 * 60 * 60 * 1000;
  assert.equal(await statusOf('one'), 500, 'keys are not trusted for ever');
});

/** A gate whose answer the test sets, before a function that echoes. */
async function gatedApi(settings: object) {
  const state = { answer: undefined as unknown, gateEvent: undefined as Event | undefined };
  const api = await httpApi({
    handler(event, functionName) {
      if (functionName !== GATE) return { statusCode: 200, body: 'in' };
      state.gateEvent = event;
      if (state.answer instanceof Error) throw state.answer;
      return state.answer;
    },
  });
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${GATE}/invocations`,
    AuthorizerPayloadFormatVersion: '2.0',
    IdentitySource: ['$request.header.Authorization', '$request.querystring.q'],
    Name: 'gate',
    ...settings,
  });
  const authorization = { AuthorizationType: 'CUSTOM', AuthorizerId };
  await api.route('ANY /{proxy+}', {}, authorization);
  await api.route('GET /one', { PayloadFormatVersion: '1.0' }, authorization);
  return { api, state };
}

const identified = { path: '/a?q=1', headers: [['authorization', 'me']] as const };

test('a Lambda authorizer with simple answers', async () => {
  const { api, state } = await gatedApi({ EnableSimpleResponses: true });
  state.answer = { isAuthorized: true, context: { n: 1, list: ['a'], map: { b: true } } };
  assert.equal((await api.fetch(identified)).text, 'in');
  assert.deepEqual(api.event().requestContext['authorizer'], {
    lambda: { n: 1, list: ['a'], map: { b: true } },
  });
  const event = state.gateEvent;
  assert.equal(event?.['type'], 'REQUEST');
  assert.equal(
    event?.['routeArn'],
    `arn:aws:execute-api:us-east-1:${ACCOUNT}:${api.apiId}/$default/GET/a`,
  );
  assert.deepEqual(event?.['identitySource'], ['me', '1']);
  assert.equal(event?.['rawPath'], '/a');
  assert.ok(event && !('body' in event));

  state.answer = { isAuthorized: false };
  const denied = await api.fetch(identified);
  assert.deepEqual([denied.status, denied.text], [403, '{"message":"Forbidden"}']);
});

test('a request without the identity sources never reaches the authorizer', async () => {
  const { api } = await gatedApi({ EnableSimpleResponses: true });
  for (const request of [{ path: '/a?q=1' }, { ...identified, path: '/a' }]) {
    const { status, text } = await api.fetch(request);
    assert.deepEqual([status, text], [401, '{"message":"Unauthorized"}']);
  }
  assert.deepEqual(api.invocations, []);
});

test('an authorizer that fails, or answers in another format, closes the route', async () => {
  const { api, state } = await gatedApi({ EnableSimpleResponses: true });
  const policy = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const answers = [
    new Error('Unauthorized'),
    undefined,
    'yes',
    {},
    { isAuthorized: 'true' },
    { principalId: 'me', policyDocument: policy },
    Buffer.from('{"isAuthorized":true'),
  ];
  for (const answer of answers) {
    state.answer = answer;
    const { status, text } = await api.fetch(identified);
    assert.deepEqual([status, text], [500, '{"message":"Internal Server Error"}']);
  }
  assert.ok(!api.invocations.some((name) => name !== GATE));
});

test('a Lambda authorizer with policies, in both formats', async () => {
  for (const version of ['1.0', '2.0']) {
    const { api, state } = await gatedApi({ AuthorizerPayloadFormatVersion: version });
    const arn = `arn:aws:execute-api:us-east-1:${ACCOUNT}:${api.apiId}/$default/GET/one`;
    const policy = (...Statement: object[]) => ({
      principalId: 'me',
      policyDocument: { Statement },
    });
    const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: arn };
    const one = { ...identified, path: '/one?q=1' };
    state.answer = { ...policy(allow), context: { role: 'admin' } };
    assert.equal((await api.fetch(one)).status, 200);
    assert.deepEqual(api.event().requestContext['authorizer'], {
      principalId: 'me',
      role: 'admin',
    });
    assert.equal((await api.fetch(identified)).status, 403, 'another route');
    state.answer = policy(allow, { ...allow, Effect: 'Deny', Resource: ['*/GET/one'] });
    assert.equal((await api.fetch(one)).status, 403, 'explicit deny');
    state.answer = policy({ ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
    assert.equal((await api.fetch(one)).status, 403, 'a condition that is not evaluated');
    state.answer = { isAuthorized: true };
    assert.equal((await api.fetch(one)).status, 500);
    if (version === '1.0') {
      assert.equal(state.gateEvent?.['methodArn'], arn);
      assert.equal(state.gateEvent?.['authorizationToken'], 'me,1');
      assert.equal(state.gateEvent?.['path'], '/one');
    }
  }
});

test('answers of an authorizer are kept by identity, and policies judged for every route', async () => {
  const { api, state } = await gatedApi({ AuthorizerResultTtlInSeconds: 60 });
  const Resource = `arn:aws:execute-api:*:*:*/GET/a`;
  const Statement = { Effect: 'Allow', Action: 'execute-api:*', Resource };
  state.answer = { principalId: 'me', policyDocument: { Statement } };
  const gates = () => api.invocations.filter((name) => name === GATE).length;
  assert.equal((await api.fetch(identified)).status, 200);
  assert.equal((await api.fetch(identified)).status, 200);
  assert.equal((await api.fetch({ ...identified, path: '/b?q=1' })).status, 403);
  assert.equal(gates(), 1);
  await api.fetch({ ...identified, path: '/a?q=2' });
  assert.equal(gates(), 2);
  await api.call('ResetAuthorizersCache', { StageName: '$default' });
  await api.fetch(identified);
  assert.equal(gates(), 3);
});

test('without a verifier of signatures, routes with IAM are closed', async () => {
  const api = await httpApi();
  await api.route('GET /', {}, { AuthorizationType: 'AWS_IAM' });
  const { status, text } = await api.fetch({ path: '/' });
  assert.deepEqual([status, text], [403, '{"message":"Forbidden"}']);
});

test('with one, the caller is told to the function, and other accounts stay out', async () => {
  const identity = {
    accessKey: 'AKIA',
    accountId: ACCOUNT,
    callerId: 'caller',
    userArn: 'arn',
    userId: 'user',
  };
  const seen: string[] = [];
  const api = await httpApi({
    iam: {
      verify(request, body) {
        seen.push(body.toString());
        const key = request.headers.get('authorization');
        if (key === 'mine') return identity;
        return key === 'theirs' ? { ...identity, accountId: '111111111111' } : undefined;
      },
    },
  });
  const authorization = { AuthorizationType: 'AWS_IAM' };
  await api.route('POST /', {}, authorization);
  await api.route('POST /one', { PayloadFormatVersion: '1.0' }, authorization);
  const as = (key: string, path = '/') =>
    api.fetch({ ...withToken(key, path), method: 'POST', body: 'b' });
  assert.equal((await as('mine')).status, 200);
  assert.deepEqual(api.event().requestContext['authorizer'], {
    iam: { ...identity, cognitoIdentity: null, principalOrgId: null },
  });
  assert.equal(api.event()['body'], 'b');
  assert.deepEqual(seen, ['b']);
  await as('mine', '/one');
  const { identity: told } = api.event().requestContext as { identity: Record<string, string> };
  assert.equal(told['userArn'], 'arn');
  assert.equal((await as('theirs')).status, 403);
  assert.equal((await as('nobody')).status, 403);
});
