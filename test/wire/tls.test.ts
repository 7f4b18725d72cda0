/** https as people meet it: the same port, and trust by one variable. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { Agent, request } from 'node:https';
import { once } from 'node:events';
import {
  authorityCertificate,
  serverCertificate,
} from '../../packages/brume/src/http/tls/certificate.ts';
import { BIN, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const FETCH = `
  const { AWS_ENDPOINT_URL } = process.env;
  const url = new URL('/_brume/health', AWS_ENDPOINT_URL.replace('http:', 'https:'));
  for (const host of ['127.0.0.1', 'localhost']) {
    url.hostname = host;
    console.log((await (await fetch(url)).json()).name);
  }`;

function variablesOf(lines: string): Record<string, string> {
  return Object.fromEntries(
    [...lines.matchAll(/export (\w+)=(.*)\n/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

test('brume env prints the one variable that lets Node trust its https', async (t) => {
  const cwd = await temporaryFolder(t);
  const before = await runToEnd(process.execPath, [BIN, 'env'], { cwd });
  assert.doesNotMatch(before.stdout, /NODE_EXTRA_CA_CERTS/, 'there is nothing to trust yet');
  const brume = await startBrume(t, cwd);
  const { port } = new URL(brume.endpoint);
  const printed = await runToEnd(process.execPath, [BIN, 'env', '--port', port], { cwd });
  const variables = variablesOf(printed.stdout);
  assert.equal(variables['NODE_EXTRA_CA_CERTS'], path.join(cwd, '.brume/tls/authority.pem'));
  assert.match(brume.output(), /export NODE_EXTRA_CA_CERTS=\S+authority\.pem\n/);
  const key = await stat(path.join(cwd, '.brume/tls/authority-key.pem'));
  assert.equal(key.mode & 0o077, 0);
  const script = ['--input-type=module', '--eval', FETCH];
  const trusting = await runToEnd(process.execPath, script, { cwd, env: variables });
  assert.equal(trusting.stdout, 'brume\nbrume\n', trusting.stderr);
  const { AWS_ENDPOINT_URL = '' } = variables;
  const doubting = await runToEnd(process.execPath, script, { cwd, env: { AWS_ENDPOINT_URL } });
  assert.match(doubting.stderr, /self-signed certificate in certificate chain/);
});

test('an SDK speaks to the same endpoint by https', async (t) => {
  const cwd = await temporaryFolder(t);
  const brume = await startBrume(t, cwd);
  const ca = await readFile(path.join(cwd, '.brume/tls/authority.pem'));
  const client = new DynamoDBClient({
    endpoint: brume.endpoint.replace('http:', 'https:'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true }) },
  });
  t.after(() => client.destroy());
  assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, []);
  assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, []);
});

test('a certificate of one’s own serves its names, and Brume’s those of this machine', async (t) => {
  const cwd = await temporaryFolder(t);
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { fromMs: Date.now() - 1000, untilMs: Date.now() + 3_600_000 };
  const root = authorityCertificate({
    name: 'Example',
    key: authority.privateKey,
    serial: Buffer.of(1),
    validity,
    permittedDomains: ['example.org'],
    permittedNetworks: [],
  });
  const certificate = serverCertificate({
    names: ['*.execute-api.example.org'],
    publicKey: server.publicKey,
    authorityName: 'Example',
    authorityKey: authority.privateKey,
    serial: Buffer.of(2),
    validity,
  });
  await writeFile(path.join(cwd, 'own.pem'), certificate + root);
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(path.join(cwd, 'own-key.pem'), key);
  const words = ['--tls-cert', 'own.pem', '--tls-key', 'own-key.pem'];
  const brume = await startBrume(t, cwd, { words });
  const port = Number(new URL(brume.endpoint).port);
  const statusOf = async (servername: string, ca: string | Buffer) => {
    const sent = request({ host: '127.0.0.1', port, servername, ca, path: '/_brume/health' });
    sent.setHeader('host', 'localhost');
    sent.end();
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  };
  assert.equal(await statusOf('abc.execute-api.example.org', root), 200);
  const ours = await readFile(path.join(cwd, '.brume/tls/authority.pem'));
  assert.equal(await statusOf('abc.execute-api.localhost', ours), 200);
});

test('a certificate that cannot be used is a sentence, not a start', async (t) => {
  const cwd = await temporaryFolder(t);
  const start = (...words: string[]) =>
    runToEnd(process.execPath, [BIN, 'start', '--memory', '--port', '0', ...words], { cwd });
  const alone = await start('--tls-cert', 'own.pem');
  assert.match(alone.stderr, /--tls-cert and --tls-key belong together\./);
  const missing = await start('--tls-cert', 'own.pem', '--tls-key', 'own-key.pem');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /The certificate own\.pem with the key own-key\.pem cannot be used/);
});
