/** Signatures as real SDK clients make them, against a Brume that enforces them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Brume } from '../../packages/brume/src/brume.ts';
import { Sha256 } from '../support/sha256.ts';

let brume: Brume;
let port: number;

before(async () => {
  brume = await createBrume({ memory: true, auth: 'enforce', port: 0 });
  port = (await brume.listen()).port;
});

after(() => brume.close());

interface Signing {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** How far the client's clock is ahead. */
  readonly systemClockOffset?: number;
}

const MINUTE_MS = 60_000;

function options({ systemClockOffset = 0, ...signing }: Signing) {
  const { accessKeyId, secretAccessKey } = brume.root;
  const credentials = { accessKeyId, secretAccessKey, ...signing };
  const endpoint = `http://127.0.0.1:${port}`;
  return { region: 'eu-west-1', endpoint, credentials, systemClockOffset, maxAttempts: 1 };
}

/** Calls one service of each protocol family, and gives name and status of each answer. */
async function callAll(signing: Signing): Promise<Record<string, string>> {
  const dynamodb = new DynamoDBClient(options(signing));
  const sts = new STSClient(options(signing));
  const apigateway = new ApiGatewayV2Client(options(signing));
  const calls = {
    json: () => dynamodb.send(new DescribeTableCommand({ TableName: 'none' })),
    query: () => sts.send(new GetCallerIdentityCommand({})),
    'rest-json': () => apigateway.send(new GetApisCommand({})),
  };
  const answers: Record<string, string> = {};
  for (const [family, call] of Object.entries(calls)) answers[family] = await outcome(call);
  for (const client of [dynamodb, sts, apigateway]) client.destroy();
  return answers;
}

async function outcome(
  call: () => Promise<{ $metadata: { httpStatusCode?: number | undefined } }>,
) {
  try {
    return String((await call()).$metadata.httpStatusCode);
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}`;
  }
}

test('the right key is let in', async () => {
  // Past the signature, DynamoDB finds no such table.
  assert.deepEqual(await callAll({}), {
    json: 'ResourceNotFoundException 400',
    query: '200',
    'rest-json': '200',
  });
});

test('a wrong secret is not', async () => {
  assert.deepEqual(await callAll({ secretAccessKey: 'wrong' }), {
    json: 'InvalidSignatureException 400',
    query: 'SignatureDoesNotMatch 403',
    'rest-json': 'InvalidSignatureException 403',
  });
});

test('nor is an unknown key, with or without a token', async () => {
  const refused = {
    json: 'UnrecognizedClientException 400',
    query: 'InvalidClientTokenId 403',
    'rest-json': 'UnrecognizedClientException 403',
  };
  assert.deepEqual(await callAll({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }), refused);
  assert.deepEqual(await callAll({ sessionToken: 'not one of ours' }), refused);
});

test('a clock that is an hour off is told, and the SDK sets its own by the answer', async () => {
  const refused = {
    json: 'InvalidSignatureException 400',
    query: 'SignatureDoesNotMatch 403',
    'rest-json': 'InvalidSignatureException 403',
  };
  for (const systemClockOffset of [-60 * MINUTE_MS, 60 * MINUTE_MS]) {
    assert.deepEqual(await callAll({ systemClockOffset }), refused);
    const client = new STSClient(options({ systemClockOffset }));
    await assert.rejects(client.send(new GetCallerIdentityCommand({})));
    assert.equal((await client.send(new GetCallerIdentityCommand({}))).Account, '000000000000');
    client.destroy();
  }
});

test('no signature at all is a missing token', async () => {
  const url = `http://127.0.0.1:${port}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const answer = await fetch(url);
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /<Code>MissingAuthenticationToken<\/Code>/);
});

/** The URL of a presigned GetCallerIdentity, as `aws eks get-token` makes it. */
async function presignedUrl(signingDate: Date): Promise<URL> {
  const signer = new SignatureV4({
    credentials: brume.root,
    region: 'eu-west-1',
    service: 'sts',
    sha256: Sha256,
  });
  const request = {
    method: 'GET',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: `127.0.0.1:${port}` },
  };
  const { query } = await signer.presign(request, { signingDate, expiresIn: 60 });
  const url = new URL(`http://127.0.0.1:${port}/`);
  for (const [name, value] of Object.entries(query ?? {}))
    url.searchParams.set(name, String(value));
  return url;
}

test('a presigned URL is let in until it expires, and only as it was signed', async () => {
  const url = await presignedUrl(new Date());
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /<Account>000000000000<\/Account>/);
  url.searchParams.set('Version', '2011-06-16');
  const changed = await fetch(url);
  assert.match(await changed.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  const old = await fetch(await presignedUrl(new Date(Date.now() - 61_000)));
  assert.equal(old.status, 403);
  assert.match(await old.text(), /Signature expired: /);
});
