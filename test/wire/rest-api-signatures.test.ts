/** What callers of REST APIs are told of signatures that are none, through real HTTP. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as gateway from '@aws-sdk/client-api-gateway';
import { SignatureV4 } from '@smithy/signature-v4';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { Sha256 } from '../support/sha256.ts';

// AWS's knowledge center: "How do I troubleshoot HTTP 403 errors from API Gateway?", 2022-11.
test('a signature that is refused is told why, in the words of AWS', async (t) => {
  const brume = await createBrume({ port: 0, memory: true, auth: 'enforce' });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const client = new gateway.APIGatewayClient(settings);
  t.after(() => client.destroy());
  const { id: restApiId, rootResourceId: resourceId } = await client.send(
    new gateway.CreateRestApiCommand({ name: 'signed' }),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await client.send(new gateway.PutMethodCommand({ ...method, authorizationType: 'AWS_IAM' }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await client.send(
    new gateway.PutIntegrationCommand({ ...method, type: 'MOCK', requestTemplates }),
  );
  await client.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));

  const url = new URL(`${endpoint}/_aws/execute-api/${restApiId}/dev/`);
  const ask = async (headers: Record<string, string>, path = '') => {
    const answer = await fetch(new URL(path, url), { headers });
    const type = answer.headers.get('x-amzn-errortype');
    const text = await answer.text();
    return { status: answer.status, type, message: text && String(JSON.parse(text).message) };
  };
  const signed = async (credentials: typeof brume.root) => {
    const signer = new SignatureV4({
      ...{ credentials, region: 'us-east-1', service: 'execute-api', sha256: Sha256 },
    });
    const { headers } = await signer.sign({
      ...{ method: 'GET', protocol: url.protocol, hostname: url.hostname, path: url.pathname },
      headers: { host: url.host },
    });
    return ask(headers);
  };

  assert.equal((await signed(brume.root)).status, 200);
  const forged = await signed({ ...brume.root, secretAccessKey: 'another' });
  assert.deepEqual([forged.status, forged.type], [403, 'InvalidSignatureException']);
  assert.match(
    forged.message,
    /^The request signature we calculated does not match the signature you provided\..*The Canonical String/s,
  );
  assert.deepEqual(await signed({ ...brume.root, accessKeyId: 'AKIDNOBODY0123456789' }), {
    ...{ status: 403, type: 'UnrecognizedClientException' },
    message: 'The security token included in the request is invalid.',
  });
  const authorization = 'Bearer token';
  const digest = createHash('sha256').update(authorization).digest('base64');
  const incomplete = {
    ...{ status: 403, type: 'IncompleteSignatureException' },
    message: `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
  };
  assert.deepEqual(await ask({ authorization }), incomplete);
  assert.deepEqual(await ask({ authorization }, 'nowhere'), incomplete, 'there is no such path');
  assert.equal(
    (await ask({ authorization: 'key=value' })).message,
    'Authorization header must begin with the algorithm name, which cannot include an equal-sign',
  );
  assert.equal((await ask({}, 'nowhere')).type, 'MissingAuthenticationTokenException');
});
