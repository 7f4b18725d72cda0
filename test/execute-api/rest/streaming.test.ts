import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamedInvocation } from '../../../packages/brume/src/services/lambda/port.ts';
import { ACCOUNT, testRequest } from '../../support/gateway.ts';
import { restApi } from '../../support/rest-api.ts';

const STREAM = {
  type: 'AWS_PROXY',
  integrationHttpMethod: 'POST',
  responseTransferMode: 'STREAM',
  uri: `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:f/response-streaming-invocations`,
};

const result = { statusCode: 200, executedVersion: '1', logTail: '', payload: Buffer.from('null') };

/** An API before a function that streams these chunks and then ends so. */
async function streaming(chunks: readonly string[], functionError?: 'Unhandled') {
  async function* written() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const streamed: StreamedInvocation = {
    executedVersion: '1',
    contentType: 'application/vnd.awslambda.http-integration-response',
    chunks: written(),
    completed: Promise.resolve({ ...result, functionError }),
  };
  const api = await restApi({
    lambda: { invoke: () => assert.fail('whole'), invokeStreamed: async () => streamed },
  });
  await api.method('GET /', STREAM);
  await api.deploy();
  const host = `${api.apiId}.execute-api.localhost`;
  const claimed = api.plane.claim(testRequest({ path: '/dev/', host }));
  const response = await claimed?.(testRequest({ path: '/dev/', host }), () => {});
  return response ?? assert.fail('not claimed');
}

test('what a function streams goes out as it comes, after its metadata', async () => {
  const metadata = '{"statusCode": 201, "headers": {"X-One": "1"}}';
  const response = await streaming([
    metadata.slice(0, 10),
    `${metadata.slice(10)}\0\0\0\0`,
    '\0\0\0\0one',
    'two',
  ]);
  assert.equal(response.status, 201);
  assert.equal(response.headers['X-One'], '1');
  const body: string[] = [];
  assert(typeof response.body !== 'string' && !(response.body instanceof Uint8Array));
  for await (const chunk of response.body) body.push(Buffer.from(chunk).toString());
  assert.deepEqual(body, ['one', 'two']);
});

test('a function that breaks off breaks the response off', async () => {
  const { body } = await streaming(['{"statusCode": 200}\0\0\0\0\0\0\0\0one'], 'Unhandled');
  assert(typeof body !== 'string' && !(body instanceof Uint8Array));
  await assert.rejects(async () => {
    for await (const chunk of body) assert.equal(chunk.length, 3);
  }, /broke off/);
});

test('without metadata there is no response', async () => {
  assert.equal((await streaming(['just text'])).status, 502);
  assert.equal((await streaming(['x'.repeat(20_000), 'y'])).status, 502);
  assert.equal((await streaming(['{"wrong": 1}\0\0\0\0\0\0\0\0'])).status, 502);
});
