import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { nodeEnvironment } from '../../environment/node.ts';
import { listen } from '../listener.ts';
import { authorityFile, CertificateAuthority } from './authority.ts';
import { serverNameOf } from './client-hello.ts';
import type { HandshakeTerms } from './tls-front.ts';

const environment = nodeEnvironment();

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'brume-tls-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function start(t: TestContext) {
  const authority = await CertificateAuthority.open(await folder(t), environment);
  const listener = await listen(
    async (http) => ({
      status: 200,
      headers: {},
      body: `${http.encrypted ? 'https' : 'http'} ${http.method} ${http.headers.get('host')}`,
      ...(http.headers.get('upgrade') && {
        webSocket: {
          messageBytesMax: 100,
          frameBytesMax: 100,
          fragmentsMax: 10,
          opened(connection) {
            void connection.send('over TLS');
            return { message() {}, active() {}, closed() {} };
          },
          abandoned() {},
        },
      }),
    }),
    { host: '127.0.0.1', port: 0, certificates: async () => authority },
  );
  t.after(() => listener.close(0));
  return { authority, port: listener.port, ca: authority.certificate };
}

/** Resolves `*.localhost` itself, as not all systems do. */
async function get(port: number, ca: string, host: string, method = 'GET'): Promise<string> {
  const options = { host: '127.0.0.1', port, ca, servername: host, method, path: '/' };
  const sent = request({ ...options, headers: { host }, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('one port speaks http and https, for every name of this machine', async (t) => {
  const { port, ca } = await start(t);
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /^http GET /);
  for (const host of [
    'localhost',
    'abc123.execute-api.localhost',
    'abc123.execute-api.us-east-1.localhost',
    'bucket.s3.localhost',
    'host.docker.internal',
    'abc123.execute-api.localhost.localstack.cloud',
  ]) {
    assert.equal(await get(port, ca, host), `https GET ${host}`);
  }
  assert.equal(await get(port, ca, 'localhost', 'POST'), 'https POST localhost');
});

test('a client that names nobody gets a certificate for loopback', async (t) => {
  const { port, ca } = await start(t);
  const socket = connect({ host: '127.0.0.1', port, ca });
  await once(socket, 'secureConnect');
  assert.equal(socket.authorized, true);
  assert.equal(socket.alpnProtocol, false);
  socket.destroy();
});

test('WebSockets run over TLS on the same port', async (t) => {
  const { port, ca } = await start(t);
  const client = new WebSocket(`wss://127.0.0.1:${port}/`, { ca });
  const [message] = (await once(client, 'message')) as [Buffer];
  assert.equal(message.toString(), 'over TLS');
  client.terminate();
});

test('the authority vouches for no name of others, whatever it signs', async (t) => {
  const { port, ca, authority } = await start(t);
  await assert.rejects(get(port, ca, 'example.com'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  // `LOCALHOST.` and other spellings must not become other certificates without end.
  const before = authority.pairFor('');
  for (const name of ['evil.com', 'localhost.evil.com', '*.localhost', 'a..localhost', '127.0.0.1'])
    assert.equal(authority.pairFor(name), before, name);
});

test('certificates are as browsers and OpenSSL want them', async (t) => {
  const { authority } = await start(t);
  const root = new X509Certificate(authority.certificate);
  const leaf = new X509Certificate(authority.pairFor('a.localhost').cert);
  assert.equal(root.ca, true);
  assert.equal(leaf.ca, false);
  assert.equal(leaf.verify(root.publicKey), true);
  assert.equal(leaf.checkIssued(root), true);
  assert.equal(leaf.subjectAltName, 'DNS:a.localhost');
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  const days = (Date.parse(leaf.validTo) - Date.now()) / 86_400_000;
  assert.ok(days > 390 && days < 398, String(days));
  const own = new X509Certificate(authority.pairFor('').cert);
  for (const address of ['127.0.0.1', '::1']) assert.ok(own.checkIP(address), address);
});

test('an authority stays the same while it can, and only its owner reads its key', async (t) => {
  const path = await folder(t);
  const first = await CertificateAuthority.open(path, environment);
  const again = await CertificateAuthority.open(path, environment);
  assert.equal(again.certificate, first.certificate);
  assert.equal(await readFile(authorityFile(path), 'latin1'), first.certificate);
  if (process.platform !== 'win32') {
    assert.equal((await stat(join(path, 'authority-key.pem'))).mode & 0o777, 0o600);
  }
  const root = new X509Certificate(first.certificate);
  assert.ok(again.pairFor('').cert.includes(first.certificate.trim()));
  assert.ok(new X509Certificate(again.pairFor('').cert).verify(root.publicKey));
  await writeFile(join(path, 'authority-key.pem'), 'half a ke');
  const renewed = await CertificateAuthority.open(path, environment);
  assert.notEqual(renewed.certificate, first.certificate);
});

test('an authority that is about to end is replaced', async (t) => {
  const path = await folder(t);
  const first = await CertificateAuthority.open(path, environment);
  const nineYearsMs = 9 * 365 * 86_400_000;
  const { clock } = environment;
  const later = { ...clock, nowMs: () => clock.nowMs() + nineYearsMs };
  const renewed = await CertificateAuthority.open(path, { ...environment, clock: later });
  assert.notEqual(renewed.certificate, first.certificate);
});

test('what is no TLS, or TLS within TLS, ends the connection and harms nobody', async (t) => {
  const { port, ca } = await start(t);
  for (const bytes of [
    '\x16\x03\x01\x00\x05hello',
    '\x16\x03\x01\xff\xff',
    '\x15\x03\x03\r\n\r\n',
  ]) {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes, 'latin1');
    socket.resume();
    await once(socket, 'close');
  }
  const unfinished = connectTcp(port, '127.0.0.1');
  unfinished.write('\x16\x03\x01', 'latin1', () => unfinished.destroy());
  await once(unfinished, 'close');
  const secure = connect({ host: '127.0.0.1', port, ca });
  secure.on('error', () => {});
  await once(secure, 'secureConnect');
  secure.write('\x16\x03\x01\x00\x05hello', 'latin1');
  const [answer] = (await once(secure, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
  assert.match(await get(port, ca, 'localhost'), /^https/);
});

test('a listener without certificates takes a handshake for a malformed request', async (t) => {
  const listener = await listen(async () => ({ status: 200, headers: {}, body: '' }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.after(() => listener.close(0));
  const socket = connectTcp(listener.port, '127.0.0.1');
  socket.end('\x16\x03\x01\x00\x05hello', 'latin1');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
});

/** A listener that tells of each request what its connection is. */
async function startAsking(t: TestContext, termsFor: (name: string) => HandshakeTerms) {
  const authority = await CertificateAuthority.open(await folder(t), environment);
  const seen: { certificate: Uint8Array | undefined; serverName: string | undefined }[] = [];
  const listener = await listen(
    async ({ clientCertificate: certificate, serverName }) => {
      seen.push({ certificate, serverName });
      return { status: 200, headers: {}, body: 'ok' };
    },
    { host: '127.0.0.1', port: 0, certificates: async () => authority, termsFor },
  );
  t.after(() => listener.close(0));
  const { certificate: ca } = authority;
  const call = async (options: RequestOptions) => {
    const sent = request({ host: '127.0.0.1', port: listener.port, ca, agent: false, ...options });
    sent.setHeader('content-length', 0);
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response;
  };
  return { authority, seen, call, port: listener.port };
}

test('clients are asked for a certificate by the name they ask for, and connect without it too', async (t) => {
  const { authority, seen, call } = await startAsking(t, (name) => ({
    asksClients: name === 'asking.localhost',
    minVersion: 'TLSv1.2',
  }));
  const own = authority.pairFor('client.localhost');
  const { raw } = new X509Certificate(own.cert);
  for (const method of ['GET', 'POST']) {
    await call({ method, servername: 'localhost', ...own });
    await call({ method, servername: 'asking.localhost' });
    await call({ method, servername: 'asking.localhost', ...own });
  }
  assert.deepEqual(
    seen.map(({ certificate, serverName }) => [
      serverName,
      certificate && Buffer.from(certificate).equals(raw),
    ]),
    ['GET', 'POST'].flatMap(() => [
      ['localhost', undefined],
      ['asking.localhost', undefined],
      ['asking.localhost', true],
    ]),
  );
});

test('who resumes a session is who began it', async (t) => {
  const terms = { asksClients: true, minVersion: 'TLSv1.2' } as const;
  const { authority, seen, port } = await startAsking(t, () => terms);
  const own = authority.pairFor('client.localhost');
  const { raw } = new X509Certificate(own.cert);
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    let session: Buffer | undefined;
    const exchange = async (pair: object) => {
      const options = { host: '127.0.0.1', port, ca: authority.certificate, maxVersion };
      const socket = connect({ ...options, servername: 'localhost', session, ...pair });
      socket.on('session', (kept: Buffer) => (session = kept));
      await once(socket, 'secureConnect');
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'data');
      const isReused = socket.isSessionReused();
      socket.destroy();
      return isReused;
    };
    assert.equal(await exchange(own), false);
    assert.equal(await exchange({}), true, maxVersion);
    for (const { certificate } of seen.splice(0)) assert.deepEqual(certificate, raw, maxVersion);
  }
});

test('a name may take a newer TLS than others', async (t) => {
  const { call } = await startAsking(t, (name) => ({
    asksClients: false,
    minVersion: name === 'new.localhost' ? 'TLSv1.3' : 'TLSv1.2',
  }));
  const statusOf = async (servername: string, maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    (await call({ servername, maxVersion })).statusCode;
  assert.equal(await statusOf('old.localhost', 'TLSv1.2'), 200);
  assert.equal(await statusOf('new.localhost', 'TLSv1.3'), 200);
  await assert.rejects(statusOf('new.localhost', 'TLSv1.2'), /protocol version/);
});

/** A client of `name.localhost` whose hello is sent as `cut` makes it; resolves once it is connected or refused. */
async function connectCutting(
  t: TestContext,
  port: number,
  options: ConnectionOptions,
  cut: (hello: Buffer) => readonly Buffer[],
): Promise<'connected' | 'refused'> {
  const tcp = connectTcp(port, '127.0.0.1');
  t.after(() => tcp.destroy());
  await once(tcp, 'connect');
  let isHello = true;
  const cutting = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      const [first = chunk, ...others] = isHello ? cut(chunk) : [];
      isHello = false;
      tcp.write(first, () => {
        setImmediate(() => tcp.write(Buffer.concat(others), () => done()));
      });
    },
  });
  tcp.on('data', (chunk) => cutting.push(chunk));
  tcp.on('close', () => cutting.destroy());
  const socket = connect({ ...options, socket: cutting });
  const ended = new Promise<'refused'>((resolve) => {
    for (const event of ['error', 'close']) socket.on(event, () => resolve('refused'));
  });
  const greeted = once(socket, 'secureConnect').then(async () => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    return 'connected' as const;
  });
  return Promise.race([greeted, ended]).catch(() => ended);
}

test('a handshake that comes in pieces is one, wherever it is cut', async (t) => {
  const asked: string[] = [];
  const { authority, port } = await startAsking(t, (name) => {
    asked.push(name);
    return { asksClients: true, minVersion: 'TLSv1.2' };
  });
  const options = { servername: 'cut.localhost', ca: authority.certificate };
  for (const at of [1, 4, 5, 6, 50, 200]) {
    const cut = (hello: Buffer) => [hello.subarray(0, at), hello.subarray(at)];
    assert.equal(await connectCutting(t, port, options, cut), 'connected');
  }
  assert.deepEqual(new Set(asked), new Set(['cut.localhost']));
});

test('a name that is hidden in several records has its terms all the same', async (t) => {
  const { authority, port } = await startAsking(t, (name) => ({
    asksClients: false,
    minVersion: name === 'new.localhost' ? 'TLSv1.3' : 'TLSv1.2',
  }));
  const twoRecords = (hello: Buffer) =>
    [hello.subarray(5, 20), hello.subarray(20)].map((part) =>
      Buffer.concat([Buffer.of(22, 3, 1, part.length >> 8, part.length & 255), part]),
    );
  const ask = (servername: string) =>
    connectCutting(
      t,
      port,
      { servername, ca: authority.certificate, maxVersion: 'TLSv1.2' },
      twoRecords,
    );
  assert.equal(await ask('old.localhost'), 'connected');
  assert.equal(await ask('new.localhost'), 'refused');
});

test('what is no handshake names nobody', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const record = Buffer.concat([Buffer.of(22, 3, 1, 0, 0, 1), bytes]);
      assert.equal(typeof serverNameOf(record), 'string');
    }),
  );
});
