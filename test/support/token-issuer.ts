/** An issuer of tokens on loopback, and tokens that it would sign. */
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export { publicKey };
export const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** An issuer of tokens on loopback; `keys` may change while it runs. */
export async function issuer(t: TestContext) {
  const state = {
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] as object[],
    requests: 0,
    fails: false,
  };
  const server = createServer((request, response) => {
    state.requests++;
    const isConfiguration = request.url?.endsWith('/.well-known/openid-configuration');
    response.statusCode = state.fails ? 500 : 200;
    response.end(
      JSON.stringify(isConfiguration ? { jwks_uri: `${url}/keys` } : { keys: state.keys }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, state };
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);

export function token(claims: object, { header = {}, key = privateKey } = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = { alg: 'RS256', kid: 'one', ...header };
  const signed = `${encode(head)}.${encode(claims)}`;
  const padding =
    head.alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, padding }).toString('base64url')}`;
}
