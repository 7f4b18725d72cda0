import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { clientCertificate } from '../../../packages/brume/src/http/tls/certificate.ts';
import { restApi } from '../../support/rest-api.ts';

const DAY_MS = 24 * 3600 * 1000;

function selfSigned(name: string) {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { fromMs: Date.now() - DAY_MS, untilMs: Date.now() + DAY_MS };
  const certificate = clientCertificate({ name, key, serial: Buffer.of(1), validity });
  return { certificate, privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Answers with the fingerprint of the certificate that it is shown. */
async function backend(t: TestContext): Promise<string> {
  const { certificate: cert, privateKey: key } = selfSigned('backend');
  const tls = { cert, key, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerCertificate();
    response.end(`shown ${shown.fingerprint256 ?? 'none'}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('a stage shows its certificate to endpoints, which are trusted only where they can be', async (t) => {
  const uri = await backend(t);
  const own = selfSigned('ApiGateway');
  const api = await restApi({ makeClientCertificate: () => own });
  const http = { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri };
  await api.method('GET /', { ...http, tlsConfig: { insecureSkipVerification: true } });
  await api.method('GET /strict', http);
  await api.deploy();
  const get = async (path: string) => {
    const { status, text } = await api.fetch({ path });
    return status === 200 ? text : status;
  };
  assert.equal(await get('/'), 'shown none');
  assert.equal(await get('/strict'), 500);
  const { clientCertificateId } = await api.call('GenerateClientCertificate');
  const change = { op: 'replace', path: '/clientCertificateId', value: clientCertificateId };
  await api.call('UpdateStage', { stageName: 'dev', patchOperations: [change] });
  assert.equal(await get('/'), `shown ${new X509Certificate(own.certificate).fingerprint256}`);
  assert.equal(await get('/strict'), 500);
});
