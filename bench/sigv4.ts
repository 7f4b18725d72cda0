/**
 * What does it cost to know who sends a request? Verifying the signature of a typical DynamoDB request
 * (600 bytes of JSON, the SDK's headers), and reading its scope only, beside what no verifier can do
 * without: the hashes of body and canonical request, and one HMAC. Rounds alternate.
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { createAuthenticator } from '../packages/brume/src/auth/authenticate.ts';
import { credentialScope } from '../packages/brume/src/auth/credential-scope.ts';
import { CredentialStore } from '../packages/brume/src/auth/credentials.ts';
import { nodeEnvironment } from '../packages/brume/src/environment/node.ts';
import { httpRequest } from '../test/support/raw-request.ts';
import { Sha256 } from '../test/support/sha256.ts';
import { median, report } from './measure.ts';

const ROUNDS = 15;
const CALLS = 4000;

const { clock, random } = nodeEnvironment();
const credentials = CredentialStore.inMemory(random);
const enforcing = createAuthenticator({ mode: 'enforce', credentials, clock });
const accepting = createAuthenticator({ mode: 'accept', credentials, clock });

const text = JSON.stringify({ TableName: 'Bench', Item: { pk: { S: 'x'.repeat(550) } } });
const body = Buffer.from(text);
const signer = new SignatureV4({
  credentials: credentials.root,
  region: 'us-east-1',
  service: 'dynamodb',
  sha256: Sha256,
});
const signed = await signer.sign({
  method: 'POST',
  protocol: 'http:',
  hostname: '127.0.0.1',
  path: '/',
  headers: {
    host: '127.0.0.1:4566',
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(body.length),
    'x-amz-target': 'DynamoDB_20120810.PutItem',
    'x-amz-user-agent': 'aws-sdk-js/3.1164.0',
    'user-agent': 'aws-sdk-js/3.1164.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#24.21.0',
    'amz-sdk-invocation-id': '7d0a2f4e-8c8d-4c7e-a7a1-0b4a4e1ea3d5',
    'amz-sdk-request': 'attempt=1; max=3',
    accept: '*/*',
    connection: 'keep-alive',
  },
  body: text,
});
const request = httpRequest({ method: 'POST', headers: Object.entries(signed.headers) });
const target = { service: 'dynamodb', region: 'us-east-1', protocol: 'json', body } as const;
const key = createSecretKey(random.bytes(32));
const canonical = 'c'.repeat(700);
const toSign = 's'.repeat(150);

const subjects = {
  floor() {
    hash('sha256', body);
    hash('sha256', canonical);
    createHmac('sha256', key).update(toSign).digest();
  },
  verify: () => void enforcing.authenticate(request, target),
  accept: () => void accepting.authenticate(request, target),
  scope: () => void credentialScope(request),
};

const microseconds = { floor: [], verify: [], accept: [], scope: [] } as Record<
  keyof typeof subjects,
  number[]
>;
for (let round = 0; round < ROUNDS; round++) {
  for (const name of Object.keys(subjects) as (keyof typeof subjects)[]) {
    const subject = subjects[name];
    const start = clock.monotonicMs();
    for (let call = 0; call < CALLS; call++) subject();
    // The first rounds warm up.
    if (round >= 3) microseconds[name].push(((clock.monotonicMs() - start) * 1000) / CALLS);
  }
}
const [floor, verify] = [median(microseconds.floor), median(microseconds.verify)];
report({
  bench: 'sigv4',
  verifyMicroseconds: verify,
  floorMicroseconds: floor,
  verifyOverFloor: verify / floor,
  acceptMicroseconds: median(microseconds.accept),
  scopeMicroseconds: median(microseconds.scope),
});
