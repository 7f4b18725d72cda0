import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  authority,
  certificate,
  CLIENT_AUTHENTICATION,
  SERVER_AUTHENTICATION,
} from '../../../../../test/support/certificates.ts';
import type { Certificate, CertificateOptions } from '../../../../../test/support/certificates.ts';
import { Truststore } from './truststore.ts';

const NOW_MS = Date.now();
const DAY_MS = 86_400_000;
const root = authority('C=US,CN=Root');

const truststore = (...certificates: Certificate[]) =>
  new Truststore(certificates.map(({ cert }) => cert).join('and between them, whatever\n'));
const raw = ({ cert }: Certificate) => new X509Certificate(cert).raw;

/** Undefined for who is trusted. */
function refusal(store: Truststore, client: Certificate, nowMs = NOW_MS): string | undefined {
  const verdict = store.judge(raw(client), nowMs);
  return verdict.type === 'refused' ? verdict.reason : undefined;
}

const client = (more: Partial<CertificateOptions> = {}) =>
  certificate({ subject: 'C=US,O=Example,CN=My Client', issuer: root, ...more });

test('who is vouched for is told of in the form that AWS has', () => {
  const store = truststore(root);
  const fromMs = Date.UTC(2026, 7, 5, 0, 28, 21);
  const long = Buffer.from('a1'.repeat(16), 'hex');
  for (const [serial, serialNumber] of [
    [Buffer.of(1), '1'],
    [Buffer.from('00ffffffffffffffff', 'hex'), '18446744073709551615'],
    [long, Array(16).fill('a1').join(':')],
  ] as const) {
    const made = client({ serial, fromMs, untilMs: Date.UTC(2120, 11, 29) });
    const verdict = store.judge(raw(made), NOW_MS);
    assert.deepEqual(verdict.type === 'trusted' && verdict.certificate, {
      clientCertPem: made.cert,
      subjectDN: 'C=US,O=Example,CN=My Client',
      issuerDN: 'C=US,CN=Root',
      serialNumber,
      validity: { notBefore: 'Aug  5 00:28:21 2026 GMT', notAfter: 'Dec 29 00:00:00 2120 GMT' },
    });
  }
});

test('keys and signatures are as strong as AWS wants them', () => {
  const store = truststore(root);
  for (const key of ['P-256', 'P-384', 'rsa-2048'] as const) {
    assert.equal(refusal(store, client({ key })), undefined, key);
  }
  for (const key of ['rsa-1024', 'secp256k1', 'ed25519'] as const) {
    assert.match(refusal(store, client({ key })) ?? '', /key .* too weak/, key);
  }
  const weak = /insecure Signature Algorithm/;
  assert.match(refusal(store, client({ hash: 'sha1' })) ?? '', weak);
  const edwards = authority('CN=Edwards', { key: 'ed25519' });
  assert.match(refusal(truststore(root, edwards), client({ issuer: edwards })) ?? '', weak);
  const rsa = authority('CN=RSA', { key: 'rsa-2048' });
  assert.equal(refusal(truststore(rsa), client({ issuer: rsa, hash: 'sha384' })), undefined);
});

test('certificates of version 1 are certificates, as in the example of AWS', () => {
  assert.equal(refusal(truststore(root), client({ isVersion1: true })), undefined);
});

test('a certificate that says what it is for is for clients', () => {
  const store = truststore(root);
  const both = [SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION];
  assert.equal(refusal(store, client({ usages: both })), undefined);
  const server = client({ usages: [SERVER_AUTHENTICATION] });
  assert.match(refusal(store, server) ?? '', /not for clients/);
});

test('the truststore has the whole chain, of four certificates at most', () => {
  const chain = [root];
  for (const name of ['one', 'two', 'three', 'four']) {
    chain.push(authority(`CN=${name}`, { issuer: chain.at(-1) ?? root }));
  }
  const issuedBy = (at: number) => client({ issuer: chain[at] ?? root });
  const store = truststore(...chain);
  for (const depth of [0, 1, 2, 3]) assert.equal(refusal(store, issuedBy(depth)), undefined);
  assert.match(refusal(store, issuedBy(4)) ?? '', /chain .* too long/);
  const noIssuer = 'Could not find issuer for certificate';
  assert.equal(refusal(truststore(root), issuedBy(1)), noIssuer);
  const [, one = root] = chain;
  assert.equal(refusal(truststore(one), issuedBy(1)), noIssuer, 'without the root');
});

test('nobody vouches for clients but an authority, by its own key', () => {
  const noIssuer = 'Could not find issuer for certificate';
  const impostor = authority('C=US,CN=Root');
  assert.equal(refusal(truststore(root), client({ issuer: impostor })), noIssuer);
  const leaf = client();
  const ofLeaf = certificate({ subject: 'CN=below a client', issuer: leaf });
  assert.equal(refusal(truststore(root, leaf), ofLeaf), noIssuer);
  const loop = authority('CN=left', { issuer: authority('CN=right') });
  const closed = certificate({ subject: 'CN=right', issuer: loop, isAuthority: true });
  assert.equal(refusal(truststore(loop, closed), client({ issuer: closed })), noIssuer);
  assert.equal(
    refusal(truststore(root), certificate({ subject: 'CN=me' })),
    'self signed certificate',
  );
  const forged = certificate({ subject: 'C=US,CN=Root', isAuthority: true });
  assert.equal(refusal(truststore(root), forged), 'self signed certificate');
  const own = certificate({ subject: 'CN=me' });
  assert.equal(refusal(truststore(own), own), undefined, 'the truststore has it');
  assert.equal(truststore(root).judge(Buffer.from('no certificate'), NOW_MS).type, 'refused');
});

test('all certificates of the chain are valid at the time, whatever was before', () => {
  const brief = authority('CN=Brief', { untilMs: NOW_MS + DAY_MS });
  const store = truststore(brief);
  const made = client({ issuer: brief, untilMs: NOW_MS + 10 * DAY_MS });
  assert.equal(refusal(store, made), undefined);
  assert.match(refusal(store, made, NOW_MS + 2 * DAY_MS) ?? '', /expired/);
  assert.equal(refusal(store, made), undefined, 'a clock may be moved back');
  assert.match(refusal(store, made, NOW_MS - DAY_MS) ?? '', /not yet valid/);
  const ended = client({ fromMs: NOW_MS - 2 * DAY_MS, untilMs: NOW_MS - DAY_MS });
  assert.match(refusal(truststore(root), ended) ?? '', /expired/);
});

test('what is wrong in a truststore is said, and the rest is of use', () => {
  const intermediate = authority('CN=Orphan', { issuer: authority('CN=Elsewhere') });
  const store = new Truststore(
    [
      root.cert,
      authority('CN=Ended', { fromMs: 0, untilMs: NOW_MS - DAY_MS }).cert,
      authority('CN=Small', { key: 'rsa-1024' }).cert,
      authority('CN=Old', { hash: 'sha1' }).cert,
      client({ subject: 'CN=Leaf' }).cert,
      '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n',
      intermediate.cert,
    ].join(''),
  );
  assert.deepEqual(store.warnings(NOW_MS), [
    'Certificate 6 cannot be read',
    'Certificate has expired: CN=Ended',
    'Certificate has a key that is too weak: CN=Small',
    'Certificate uses an insecure signature algorithm: CN=Old',
    'Certificate is not of a certificate authority: CN=Leaf',
    'Certificate does not lead to a root in the truststore: CN=Orphan',
  ]);
  assert.deepEqual(truststore(root).warnings(NOW_MS), []);
  assert.equal(refusal(store, client()), undefined);
});

test('what is no truststore is refused', () => {
  const invalid = { name: 'BadRequestException' };
  for (const text of ['', 'text', '-----BEGIN CERTIFICATE-----\nAAAA', root.key]) {
    assert.throws(() => new Truststore(text), invalid);
  }
  assert.throws(
    () => truststore(root, authority('C=US,CN=Root')),
    /several certificates of C=US,CN=Root/,
  );
  const many = `${root.cert.trim()}\n`.repeat(1_001);
  assert.throws(() => new Truststore(many), /at most 1000 certificates/);
  // Beginnings without an end cost no more than reading them.
  assert.throws(() => new Truststore('-----BEGIN CERTIFICATE-----'.repeat(38_000)), invalid);
});

test('who is asked again is judged as before', () => {
  const store = truststore(root);
  const made = client();
  const foreign = client({ issuer: authority('CN=Other') });
  for (let round = 0; round < 3; round++) {
    assert.equal(refusal(store, made), undefined);
    assert.notEqual(refusal(store, foreign), undefined);
  }
});
