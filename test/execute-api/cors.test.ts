import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpApi } from '../support/http-api.ts';

const SITE = 'https://app.example.com';

async function corsApi(cors: object) {
  const api = await httpApi({
    settings: { CorsConfiguration: cors },
    handler: () => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'https://evil.example', Vary: 'accept', x: '1' },
      body: 'hi',
    }),
  });
  await api.route('GET /');
  return api;
}

const preflight = (origin: string) => ({
  path: '/anything',
  method: 'OPTIONS',
  headers: [
    ['Origin', origin],
    ['Access-Control-Request-Method', 'GET'],
  ] as const,
});

const from = (origin: string, path = '/') => ({ path, headers: [['Origin', origin]] as const });

test('preflights are answered without a route', async () => {
  const api = await corsApi({
    AllowOrigins: [SITE],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['authorization', 'x-a'],
    ExposeHeaders: ['date'],
    AllowCredentials: true,
    MaxAge: 300,
  });
  const { status, text, headers } = await api.fetch(preflight(SITE));
  const { 'apigw-requestid': requestId, ...rest } = headers;
  assert.equal(status, 204);
  assert.equal(text, '');
  assert.ok(requestId);
  assert.deepEqual(rest, {
    'access-control-allow-origin': SITE,
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': 'authorization,x-a',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'date',
    'access-control-max-age': '300',
    vary: 'origin',
  });
  const stranger = await api.fetch(preflight('https://evil.example'));
  assert.equal(stranger.status, 204);
  assert.deepEqual(Object.keys(stranger.headers), ['apigw-requestid']);
  assert.deepEqual(api.invocations, []);
});

test('what integrations say about CORS is replaced by what the API says', async () => {
  const api = await corsApi({ AllowOrigins: [SITE], ExposeHeaders: ['x'] });
  const mine = await api.fetch(from(SITE));
  assert.equal(mine.headers['access-control-allow-origin'], SITE);
  assert.equal(mine.headers['access-control-expose-headers'], 'x');
  assert.equal(mine.headers['vary'], 'accept,origin');
  const stranger = await api.fetch(from('https://evil.example'));
  assert.equal(stranger.status, 200);
  assert.ok(!('access-control-allow-origin' in stranger.headers));
  const notFound = await api.fetch(from(SITE, '/nothing'));
  assert.equal(notFound.status, 404);
  assert.equal(
    notFound.headers['access-control-allow-origin'],
    SITE,
    'so that pages see the error',
  );
});

test('origins may be all, or all of a scheme', async () => {
  const all = await corsApi({ AllowOrigins: ['*'] });
  assert.equal((await all.fetch(from(SITE))).headers['access-control-allow-origin'], '*');
  const secure = await corsApi({ AllowOrigins: ['https://*'] });
  assert.equal((await secure.fetch(from(SITE))).headers['access-control-allow-origin'], SITE);
  const plain = await secure.fetch(from('http://app.example.com'));
  assert.ok(!('access-control-allow-origin' in plain.headers));
});

test('without a configuration CORS is the integration’s own business', async () => {
  const api = await httpApi({
    handler: () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } }),
  });
  await api.route('$default');
  const { headers, status } = await api.fetch(preflight(SITE));
  assert.equal(status, 200);
  assert.equal(headers['access-control-allow-origin'], '*');
});
