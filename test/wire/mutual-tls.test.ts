/** Domain names with mutual TLS as people meet them: real SDKs, real certificates, real handshakes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as rest from '@aws-sdk/client-api-gateway';
import * as http from '@aws-sdk/client-apigatewayv2';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { authority, certificate } from '../support/certificates.ts';
import type { Certificate } from '../support/certificates.ts';
import { temporaryFolder } from './brume-process.ts';

const DOMAIN = 'api.example.com';
const root = authority('C=US,CN=Root');
const client = certificate({ subject: 'C=US,O=Example,CN=My Client', issuer: root });
const stranger = certificate({ subject: 'CN=Stranger', issuer: authority('CN=Elsewhere') });

async function cloud(t: TestContext) {
  const folder = await temporaryFolder(t);
  const codeFolder = path.join(folder, 'project');
  await mkdir(codeFolder);
  const start = () =>
    createBrume({ port: 0, codeFolder, dataFolder: path.join(folder, 'data'), prepare: false });
  const running = await open(t, await start());
  return {
    ...running,
    folder,
    codeFolder,
    async restart() {
      await running.close();
      return open(t, await start());
    },
    /** Writes a truststore, and answers with its address. */
    async truststore(name: string, ...certificates: readonly Certificate[]) {
      const file = path.join(codeFolder, name);
      await writeFile(file, certificates.map(({ cert }) => cert).join(''));
      return pathToFileURL(file).href;
    },
  };
}

async function open(t: TestContext, brume: Awaited<ReturnType<typeof createBrume>>) {
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const first = new rest.APIGatewayClient(settings);
  const second = new http.ApiGatewayV2Client(settings);
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    first.destroy();
    second.destroy();
    await brume.close();
  };
  t.after(close);
  /** Whom the domain's own certificate convinces is the client's business, and not what is tested. */
  const get = async (options: RequestOptions & { readonly host?: string } = {}) => {
    const { host: name = DOMAIN, ...more } = options;
    const asked = request({
      ...{ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false, agent: false },
      ...{ path: '/', headers: { host: name } },
      ...more,
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, body: await text(answer), headers: answer.headers };
  };
  return { first, second, port, get, close };
}

type Cloud = Awaited<ReturnType<typeof open>>;

const TEMPLATE = `{
  "subject": "$context.identity.clientCert.subjectDN",
  "serial": "$context.identity.clientCert.serialNumber",
  "until": "$context.identity.clientCert.validity.notAfter"
}`;

/** A REST API whose answer is what its template is told of the client. */
async function mockedApi({ first }: Cloud) {
  const { id: restApiId = '', rootResourceId: resourceId = '' } = await first.send(
    new rest.CreateRestApiCommand({ name: 'mutual', disableExecuteApiEndpoint: true }),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await first.send(new rest.PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await first.send(new rest.PutIntegrationCommand({ ...method, type: 'MOCK', requestTemplates }));
  const responseTemplates = { 'application/json': TEMPLATE };
  await first.send(
    new rest.PutIntegrationResponseCommand({ ...method, statusCode: '200', responseTemplates }),
  );
  await first.send(new rest.CreateDeploymentCommand({ restApiId, stageName: 'live' }));
  return restApiId;
}

async function addDomain(
  { first }: Cloud,
  restApiId: string,
  given: Partial<rest.CreateDomainNameCommandInput>,
) {
  const domainName = given.domainName ?? DOMAIN;
  const made = await first.send(
    new rest.CreateDomainNameCommand({
      domainName,
      endpointConfiguration: { types: ['REGIONAL'] },
      ...given,
    }),
  );
  await first.send(new rest.CreateBasePathMappingCommand({ domainName, restApiId, stage: 'live' }));
  return made;
}

const FORBIDDEN = { status: 403, body: '{"message":"Forbidden"}' };

test('a domain with mutual TLS lets in whom its truststore vouches for, and nobody else', async (t) => {
  const here = await cloud(t);
  const restApiId = await mockedApi(here);
  const truststoreUri = await here.truststore('trust.pem', root);
  const made = await addDomain(here, restApiId, { mutualTlsAuthentication: { truststoreUri } });
  assert.deepEqual(made.mutualTlsAuthentication, { truststoreUri, truststoreWarnings: [] });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const versions = { minVersion: version, maxVersion: version };
    const let_in = await here.get({ ...client, ...versions });
    assert.equal(let_in.status, 200, version);
    const { subject, serial, until } = JSON.parse(let_in.body) as Record<string, string>;
    assert.deepEqual([subject, serial], ['C=US,O=Example,CN=My Client', '1']);
    assert.match(until ?? '', /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/);
    for (const shown of [{}, stranger, certificate({ subject: 'CN=me' })]) {
      const { status, body, headers } = await here.get({ ...shown, ...versions });
      assert.deepEqual({ status, body }, FORBIDDEN);
      assert.equal(headers['x-amzn-errortype'], 'ForbiddenException');
    }
  }

  await here.truststore('trust.pem', stranger);
  assert.equal((await here.get(client)).status, 200, 'the truststore is kept as it was');
  const again = await here.restart();
  assert.equal((await again.get(client)).status, 200, 'over restarts, too');
  assert.equal((await again.get()).status, 403);
});

test('no request reaches a domain with mutual TLS by way of another name', async (t) => {
  const here = await cloud(t);
  const restApiId = await mockedApi(here);
  const truststoreUri = await here.truststore('trust.pem', root);
  await addDomain(here, restApiId, { mutualTlsAuthentication: { truststoreUri } });
  const other = await here.truststore('other.pem', stranger, authority('CN=Elsewhere'));
  const others = {
    domainName: '*.other.example',
    mutualTlsAuthentication: { truststoreUri: other },
  };
  await addDomain(here, restApiId, others);
  await addDomain(here, restApiId, { domainName: 'open.example.com' });

  // One connection, on which the client has shown who it is to another name.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const shown = { ...client, agent, servername: 'open.example.com' };
  const opened = await here.get({ ...shown, host: 'open.example.com' });
  assert.equal(opened.status, 200);
  assert.match(opened.body, /"subject": ""/, 'who is not asked is not told of');
  assert.equal((await here.get(shown)).status, 403);
  const asked = { ...client, agent, servername: DOMAIN };
  assert.equal((await here.get(asked)).status, 200);
  assert.equal((await here.get({ ...asked, headers: { host: `${DOMAIN}:443` } })).status, 200);
  for (const host of ['a.other.example', `${DOMAIN}.`, `${DOMAIN}, open.example.com`, 'x@y']) {
    const { status = 0 } = await here.get({ ...asked, headers: { host } });
    assert.ok(status >= 400, `${host}: ${status}`);
  }
  assert.equal((await here.get({ ...client, servername: '' })).status, 403, 'no name asked for');
});

test('by plain http a domain with mutual TLS is for nobody', async (t) => {
  const here = await cloud(t);
  const restApiId = await mockedApi(here);
  const truststoreUri = await here.truststore('trust.pem', root);
  await addDomain(here, restApiId, { mutualTlsAuthentication: { truststoreUri } });
  const { request: plainRequest } = await import('node:http');
  for (const headers of [{ host: DOMAIN }, { host: DOMAIN, upgrade: 'websocket' }]) {
    const asked = plainRequest({ host: '127.0.0.1', port: here.port, headers });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    assert.deepEqual({ status: answer.statusCode, body: await text(answer) }, FORBIDDEN);
  }
  // The API has no address of its own.
  const own = `http://127.0.0.1:${here.port}/_aws/execute-api/${restApiId}/live`;
  assert.equal((await fetch(own)).status, 403);
});

test('curl with a certificate is let in', async (t) => {
  const run = promisify(execFile);
  if (!(await run('curl', ['--version']).catch(() => undefined))) return t.skip('no curl here');
  const here = await cloud(t);
  const restApiId = await mockedApi(here);
  const truststoreUri = await here.truststore('trust.pem', root);
  await addDomain(here, restApiId, { mutualTlsAuthentication: { truststoreUri } });
  await writeFile(path.join(here.folder, 'client.pem'), client.cert);
  await writeFile(path.join(here.folder, 'client.key'), client.key);
  const curl = async (...words: string[]) => {
    const resolve = ['--resolve', `${DOMAIN}:${here.port}:127.0.0.1`];
    const print = ['-w', ' %{http_code}', `https://${DOMAIN}:${here.port}/`];
    const { stdout } = await run('curl', ['-sSk', ...resolve, ...words, ...print], {
      cwd: here.folder,
    });
    return stdout;
  };
  assert.match(await curl('--cert', 'client.pem', '--key', 'client.key'), /CN=My Client[^]* 200$/);
  assert.equal(await curl(), '{"message":"Forbidden"} 403');
});

test('HTTP APIs and their functions’ backends are told, and mutual TLS is turned on and off', async (t) => {
  const here = await cloud(t);
  const seen: (string | undefined)[] = [];
  const backend = createServer((asked, answer) => {
    seen.push(asked.headers['x-client']?.toString());
    answer.end('ok');
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  t.after(() => backend.close());
  const { port } = backend.address() as AddressInfo;
  const { second } = here;
  const Target = `http://127.0.0.1:${port}`;
  const { ApiId } = await second.send(
    new http.CreateApiCommand({ Name: 'quick', ProtocolType: 'HTTP', Target }),
  );
  const { Items: [integration] = [] } = await second.send(
    new http.GetIntegrationsCommand({ ApiId }),
  );
  await second.send(
    new http.UpdateIntegrationCommand({
      ...{ ApiId, IntegrationId: integration?.IntegrationId },
      RequestParameters: { 'append:header.x-client': '$context.identity.clientCert.subjectDN' },
    }),
  );
  const TruststoreUri = await here.truststore('trust.pem', root);
  const domain = await second.send(
    new http.CreateDomainNameCommand({
      DomainName: DOMAIN,
      DomainNameConfigurations: [{ EndpointType: 'REGIONAL' }],
      MutualTlsAuthentication: { TruststoreUri },
    }),
  );
  assert.deepEqual(domain.MutualTlsAuthentication, { TruststoreUri, TruststoreWarnings: [] });
  const mapping = { DomainName: DOMAIN, ApiId, Stage: '$default' };
  await second.send(new http.CreateApiMappingCommand(mapping));
  assert.equal((await here.get(client)).status, 200);
  assert.deepEqual(seen.splice(0), ['C=US,O=Example,CN=My Client']);
  const { status, body } = await here.get(stranger);
  assert.deepEqual({ status, body }, FORBIDDEN);
  assert.deepEqual(seen, []);

  const update = (truststore: string) =>
    second.send(
      new http.UpdateDomainNameCommand({
        DomainName: DOMAIN,
        MutualTlsAuthentication: { TruststoreUri: truststore },
      }),
    );
  const off = await update('');
  assert.equal(off.MutualTlsAuthentication, undefined);
  assert.equal((await here.get()).status, 200);
  await update(TruststoreUri);
  assert.equal((await here.get()).status, 403);
});

test('a truststore is a file of the project; what is wrong in it is told', async (t) => {
  const here = await cloud(t);
  const { first } = here;
  const create = (truststoreUri: string, more: object = {}) =>
    first.send(
      new rest.CreateDomainNameCommand({
        domainName: DOMAIN,
        endpointConfiguration: { types: ['REGIONAL'] },
        mutualTlsAuthentication: { truststoreUri },
        ...more,
      }),
    );
  const refused = (message: RegExp) => ({ name: 'BadRequestException', message });
  await assert.rejects(create('s3://bucket/trust.pem'), refused(/no S3 .* file:\/\/\/path/));
  await writeFile(path.join(here.folder, 'outside.pem'), root.cert);
  const outside = pathToFileURL(path.join(here.folder, 'outside.pem')).href;
  await assert.rejects(create(outside), refused(/is not in .* Start Brume where/));
  await assert.rejects(create(`${outside}.none`), refused(/cannot be read/));
  await assert.rejects(create('file://elsewhere/trust.pem'), refused(/cannot be read/));
  await assert.rejects(
    create(pathToFileURL(here.codeFolder).href),
    refused(/cannot be read|not a file/),
  );
  const large = path.join(here.codeFolder, 'large.pem');
  await writeFile(large, root.cert + ' '.repeat(1024 * 1024));
  await assert.rejects(create(pathToFileURL(large).href), refused(/at most 1048576 bytes/));
  const ended = authority('CN=Ended', { fromMs: 0, untilMs: Date.now() - 86_400_000 });
  const trust = await here.truststore('trust.pem', root, ended);
  const versioned = { truststoreUri: trust, truststoreVersion: '1' };
  await assert.rejects(
    create(trust, { mutualTlsAuthentication: versioned }),
    refused(/no versions/),
  );
  for (const more of [
    { endpointConfiguration: { types: ['EDGE'] } },
    { securityPolicy: 'TLS_1_0' },
    { securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', endpointAccessMode: 'STRICT' },
  ]) {
    await assert.rejects(create(trust, more), refused(/Mutual TLS is supported/));
  }
  const made = await create(trust);
  const warnings = ['Certificate has expired: CN=Ended'];
  assert.deepEqual(made.mutualTlsAuthentication?.truststoreWarnings, warnings);

  const patch = (patchPath: string, value: string) =>
    first.send(
      new rest.UpdateDomainNameCommand({
        domainName: DOMAIN,
        patchOperations: [{ op: 'replace', path: patchPath, value }],
      }),
    );
  await here.truststore('trust.pem', root);
  const reread = await patch('/mutualTlsAuthentication/truststoreUri', trust);
  assert.deepEqual(reread.mutualTlsAuthentication?.truststoreWarnings, []);
  const version = patch('/mutualTlsAuthentication/truststoreVersion', '2');
  await assert.rejects(version, refused(/no versions/));
  await assert.rejects(patch('/securityPolicy', 'TLS_1_0'), refused(/Mutual TLS/));
  const off = await patch('/mutualTlsAuthentication/truststoreUri', '');
  assert.equal(off.mutualTlsAuthentication, undefined);
});

test('security policies and strict access are enforced', async (t) => {
  const here = await cloud(t);
  const restApiId = await mockedApi(here);
  const securityPolicy = 'SecurityPolicy_TLS13_1_3_2025_09';
  await addDomain(here, restApiId, { securityPolicy, endpointAccessMode: 'STRICT' });
  await addDomain(here, restApiId, { domainName: 'open.example.com' });
  assert.equal((await here.get()).status, 200);
  await assert.rejects(here.get({ maxVersion: 'TLSv1.2' }), /protocol version/);
  const open = await here.get({ host: 'open.example.com', maxVersion: 'TLSv1.2' });
  assert.equal(open.status, 200);
  assert.equal((await here.get({ servername: 'open.example.com' })).status, 403);
  const basic = { op: 'replace', path: '/endpointAccessMode', value: 'BASIC' } as const;
  await here.first.send(
    new rest.UpdateDomainNameCommand({ domainName: DOMAIN, patchOperations: [basic] }),
  );
  assert.equal((await here.get({ servername: 'open.example.com' })).status, 200);
});
