/** Registries that want a password, which Docker's settings on this machine have. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { dockerCredentials } from './docker-config.ts';
import { makeImage, newFolder } from './image.fixture.ts';
import { readAll } from './image-source.ts';
import { RegistrySource } from './registry-source.ts';

const environment = nodeEnvironment();
const BASIC = `Basic ${Buffer.from('ann:se:cret').toString('base64')}`;
const image = makeImage({ layers: [] });
const [configDigest = ''] = image.blobs.keys();

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

async function listen(t: TestContext, answer: Answer) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      seen.push(`${request.url} ${request.headers.authorization ?? 'nobody'}`);
      answer(request, response, body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function challenge(response: ServerResponse, how: string): void {
  response.writeHead(401, { 'www-authenticate': how }).end('{"errors":[]}');
}

/** Gives documents to who shows the right authorization, and says to others how. */
const registry =
  (expected: string, how: (host: string) => string): Answer =>
  (request, response) => {
    const { host = '', authorization } = request.headers;
    if (authorization !== expected) return challenge(response, how(host));
    const bytes = image.blobs.get((request.url ?? '').split('/').at(-1) ?? '');
    const type = { 'content-type': image.mediaType };
    return bytes ? response.writeHead(200, type).end(bytes) : response.writeHead(404).end();
  };

const asksForToken = (host: string) => `Bearer realm="http://${host}/token",service="here"`;

async function settings(t: TestContext, config: unknown): Promise<string> {
  const folder = await newFolder(t);
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

function sourceOf(host: string, folder: string): RegistrySource {
  const name = { type: 'registry', host, repository: 'a/b', reference: image.digest } as const;
  return new RegistrySource(name, dockerCredentials({ ...environment, folder }));
}

const entry = { auth: Buffer.from('ann:se:cret').toString('base64') };

test('a password is shown to the registry that it is for, when it asks', async (t) => {
  const { host, seen } = await listen(
    t,
    registry(BASIC, () => 'Basic realm="here"'),
  );
  const folder = await settings(t, {
    auths: { 'elsewhere.test': { auth: 'eDp5' }, [host]: entry },
  });
  const source = sourceOf(host, folder);
  const { bytes } = await source.top();
  assert.deepEqual(bytes, image.manifest);
  await readAll(await source.blob(configDigest), 1e6);
  assert.deepEqual(
    seen.map((each) => each.replace(/^.*? /, '')),
    ['nobody', BASIC, BASIC],
  );
});

test('a password is exchanged for a token where the registry says so', async (t) => {
  const token: Answer = (request, response) =>
    request.headers.authorization === BASIC
      ? response.end('{"token":"of-ann"}')
      : response.writeHead(401).end();
  const { host, seen } = await listen(t, (request, response, body) => {
    const answer = request.url?.startsWith('/token')
      ? token
      : registry('Bearer of-ann', asksForToken);
    return answer(request, response, body);
  });
  const folder = await settings(t, { auths: { [`https://${host}/v1/`]: entry } });
  await sourceOf(host, folder).top();
  assert.equal(seen[1], `/token?service=here&scope=repository%3Aa%2Fb%3Apull ${BASIC}`);
  assert.match(seen[2] ?? '', / Bearer of-ann$/);
});

test('an identity token is exchanged by the way of OAuth', async (t) => {
  const { host } = await listen(t, (request, response, body) => {
    if (request.url !== '/token') {
      return registry('Bearer new', asksForToken)(request, response, body);
    }
    const said = Object.fromEntries(new URLSearchParams(body));
    const isRight =
      request.method === 'POST' &&
      said['grant_type'] === 'refresh_token' &&
      said['refresh_token'] === 'long' &&
      said['service'] === 'here' &&
      said['scope'] === 'repository:a/b:pull';
    return response.writeHead(isRight ? 200 : 401).end('{"access_token":"new"}');
  });
  const folder = await settings(t, { auths: { [host]: { identitytoken: 'long' } } });
  await sourceOf(host, folder).top();
});

test('programs that keep passwords are asked by name of the registry', async (t) => {
  const { host } = await listen(
    t,
    registry(BASIC, () => 'Basic realm="here"'),
  );
  const programs = await newFolder(t);
  const said = join(programs, 'said');
  const helper = `#!/bin/sh
read -r name
echo "$1 $name" >> ${said}
[ "$name" = ${host} ] || { echo 'credentials not found in native keychain'; exit 1; }
echo '{"ServerURL":"'$name'","Username":"ann","Secret":"se:cret"}'
`;
  await writeFile(join(programs, 'docker-credential-test'), helper);
  await chmod(join(programs, 'docker-credential-test'), 0o755);
  const { processes } = environment;
  const find = async (name: string) =>
    name === 'docker-credential-test' ? join(programs, name) : undefined;
  const credentialsWith = async (config: object) =>
    dockerCredentials({
      ...environment,
      processes: { ...processes, find },
      folder: await settings(t, config),
    });
  const ann = { username: 'ann', password: 'se:cret' };
  const store = await credentialsWith({ credsStore: 'test' });
  assert.deepEqual(await store(host), ann);
  assert.equal(await store('other.test'), undefined);
  assert.equal(await store('docker.io'), undefined);
  assert.equal(
    await readFile(said, 'utf8'),
    `get ${host}\nget other.test\nget https://index.docker.io/v1/\n`,
  );
  const named = await credentialsWith({ credHelpers: { [host]: 'test' }, credsStore: 'missing' });
  assert.deepEqual(await named(host), ann);
  await assert.rejects(named('other.test'), /no program docker-credential-missing on the PATH/);
  const outside = await credentialsWith({ credsStore: '../test' });
  await assert.rejects(outside(host), /no program/);
});

test('who may not is told what to check, and no secret is in it', async (t) => {
  const { host } = await listen(
    t,
    registry('other', () => 'Basic realm="here"'),
  );
  const refused = async (config: unknown) => {
    const error: unknown = await sourceOf(host, await settings(t, config))
      .top()
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    assert.match(error.message, /^Lambda does not have permission to access the ECR image\./);
    assert.doesNotMatch(error.message, /se:cret|YW5u/);
    return error.message;
  };
  assert.match(await refused({}), /wants credentials, and Docker’s settings have none for it/);
  assert.match(await refused({ auths: { [host]: entry } }), /refuses the credentials/);
  const folder = await newFolder(t);
  await writeFile(join(folder, 'config.json'), '{"auths": {"se:cret"');
  await assert.rejects(sourceOf(host, folder).top(), ({ message }: Error) => {
    return /config\.json cannot be read/.test(message) && !message.includes('se:cret');
  });
});

test('a registry leads to other registries alone', async (t) => {
  for (const [location, reason] of [
    ['file:///etc/passwd', /leads to file:/],
    ['data:,x', /leads to data:/],
    ['http://r.test/x', /leads to http:\/\/r\.test/],
    ['http://[', /leads nowhere/],
    ['', /leads in a circle/],
  ] as const) {
    const { host } = await listen(t, (_request, response) =>
      response.writeHead(307, { location }).end(),
    );
    await assert.rejects(sourceOf(host, await newFolder(t)).top(), reason);
  }
});

test('nobody but the registry is told who asks, nor where to show it', async (t) => {
  const thief = await listen(t, (_request, response) => challenge(response, `Basic realm="x"`));
  const { host } = await listen(t, (request, response, body) => {
    if (request.headers.authorization !== BASIC || !request.url?.includes('/blobs/')) {
      return registry(BASIC, () => 'Basic realm="here"')(request, response, body);
    }
    const location = `http://${thief.host}${request.url}`;
    return response.writeHead(307, { location }).end();
  });
  const folder = await settings(t, { auths: { [host]: entry, [thief.host]: { auth: 'eDp5' } } });
  const source = sourceOf(host, folder);
  await source.top();
  await assert.rejects(source.blob(configDigest), /does not have permission/);
  assert.deepEqual(thief.seen, [`/v2/a/b/blobs/${configDigest} nobody`]);
});
