/**
 * What does checking a token with kept keys cost over verifying its RSA signature, which it cannot do
 * without? Both run in this process, in turn.
 */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { nodeEnvironment } from '../packages/brume/src/environment/node.ts';
import { Jwks } from '../packages/brume/src/services/execute-api/jwks.ts';
import {
  signatureProblem,
  timeProblem,
} from '../packages/brume/src/services/execute-api/jwt-verification.ts';
import { parseJwt } from '../packages/brume/src/services/execute-api/jwt.ts';
import { median, report } from './measure.ts';

const ROUNDS = 9;
const CHECKS = 1_000;
const ISSUER = 'https://issuer.example';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { clock } = nodeEnvironment();
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const exp = Math.floor(clock.nowMs() / 1000) + 3600;
const signed = `${encode({ alg: 'RS256', kid: 'one' })}.${encode({ iss: ISSUER, sub: 'ann', exp, scope: 'a b' })}`;
const signature = sign('sha256', Buffer.from(signed), privateKey);
const token = `${signed}.${signature.toString('base64url')}`;

const answers: Readonly<Record<string, object>> = {
  [`${ISSUER}/.well-known/openid-configuration`]: { jwks_uri: `${ISSUER}/keys` },
  [`${ISSUER}/keys`]: {
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }],
  },
};
const jwks = new Jwks(
  {
    send: async ({ url }) => ({
      status: 200,
      headers: [],
      body: Buffer.from(JSON.stringify(answers[url.href])),
    }),
    close: async () => {},
  },
  clock,
);

async function check(): Promise<void> {
  const jwt = parseJwt(token);
  if (typeof jwt === 'string') throw new Error(jwt);
  const problem = (await signatureProblem(jwt, ISSUER, jwks)) ?? timeProblem(jwt.claims, clock);
  if (problem !== undefined) throw new Error(problem);
}

async function microseconds(task: () => unknown): Promise<number> {
  const startedMs = clock.monotonicMs();
  for (let at = 0; at < CHECKS; at++) await task();
  return ((clock.monotonicMs() - startedMs) * 1000) / CHECKS;
}

const bytes = Buffer.from(signed);
const bare: number[] = [];
const whole: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await microseconds(() => verify('sha256', bytes, publicKey, signature)));
  whole.push(await microseconds(check));
}
report({ bench: 'jwt-check', name: 'RSA verification', microseconds: median(bare) });
report({ bench: 'jwt-check', name: 'token', microseconds: median(whole), target: 40 });
