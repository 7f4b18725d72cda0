/** The records of events that are over, as recorded from AWS (2025-11-24), at a function. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ARN, startLambda, until } from '../service.fixture.ts';
import { destinationRecord } from './destinations.ts';

const FunctionName = 'fn';
const DESTINATION = `${ARN}:destination`;

/** A function that fails where its event says so, and one that writes down what it is told. */
async function told(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-destination-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'told');
  const lambda = await startLambda(t);
  await lambda.create(FunctionName, {
    'index.mjs': `export const handler = async (event, context) => {
      if (event.fail) throw new Error('on purpose');
      return { event, id: context.awsRequestId };
    };`,
  });
  await lambda.create('destination', {
    'index.mjs': `
      import { appendFileSync } from 'node:fs';
      export const handler = async (event) =>
        appendFileSync(${JSON.stringify(file)}, JSON.stringify(event) + '\\n');`,
  });
  const records = async () =>
    (await readFile(file, 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { lambda, records };
}

test('a destination is told of success and failure', async (t) => {
  const { lambda, records } = await told(t);
  await lambda.call('PutFunctionEventInvokeConfig', {
    FunctionName,
    MaximumRetryAttempts: 0,
    DestinationConfig: {
      OnSuccess: { Destination: DESTINATION },
      OnFailure: { Destination: DESTINATION },
    },
  });
  const send = (event: object) =>
    lambda.call('Invoke', {
      FunctionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    });
  await send({});
  await until(async () => (await records()).length === 1);
  const [{ timestamp, requestContext, ...success }] = await records();
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const { requestId } = requestContext;
  assert.deepEqual(requestContext, {
    requestId,
    functionArn: `${ARN}:fn:$LATEST`,
    condition: 'Success',
    approximateInvokeCount: 1,
  });
  assert.deepEqual(success, {
    version: '1.0',
    requestPayload: {},
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { event: {}, id: requestId },
  });
  await send({ fail: 1 });
  await until(async () => (await records()).length === 2);
  const failure = (await records())[1];
  assert.equal(failure.requestContext.condition, 'RetriesExhausted');
  assert.equal(failure.requestContext.approximateInvokeCount, 1);
  assert.deepEqual(failure.requestPayload, { fail: 1 });
  assert.deepEqual(failure.responseContext, {
    statusCode: 200,
    executedVersion: '$LATEST',
    functionError: 'Unhandled',
  });
  assert.equal(failure.responsePayload.errorMessage, 'on purpose');
});

test('a function without concurrency is not tried: its destination is told at once', async (t) => {
  const { lambda, records } = await told(t);
  const OnFailure = { Destination: DESTINATION };
  await lambda.call('PutFunctionEventInvokeConfig', {
    FunctionName,
    DestinationConfig: { OnFailure },
  });
  await lambda.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
  await lambda.call('Invoke', { FunctionName, InvocationType: 'Event' });
  await until(async () => (await records()).length === 1);
  const [{ requestContext, responseContext, responsePayload, requestPayload }] = await records();
  assert.equal(requestContext.condition, 'ZeroReservedConcurrency');
  assert.equal(requestContext.approximateInvokeCount, 0);
  assert.deepEqual([responseContext, responsePayload, requestPayload], [undefined, undefined, {}]);
});

test('queues that are not there are told of in the log', async (t) => {
  const { lambda } = await told(t);
  const TargetArn = 'arn:aws:sqs:us-east-1:111111111111:dead';
  await lambda.call('UpdateFunctionConfiguration', {
    FunctionName,
    DeadLetterConfig: { TargetArn },
  });
  const { DeadLetterConfig } = await lambda.call('GetFunctionConfiguration', { FunctionName });
  assert.deepEqual(DeadLetterConfig, { TargetArn });
  await lambda.call('PutFunctionEventInvokeConfig', {
    FunctionName,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:111111111111:queue' } },
  });
  const Payload = Buffer.from('{"fail":1}');
  await lambda.call('Invoke', { FunctionName, InvocationType: 'Event', Payload });
  const lines = [
    'warn A destination of events is not there yet: only functions are',
    'warn A dead-letter queue is not there yet: neither SQS nor SNS is',
  ];
  await until(() => lines.every((line) => lambda.logged.includes(line)));
});

test('an event and its answer are told as they were, what is not JSON as text', () => {
  const text = '{"big":12345678901234567890,"__proto__":{}}';
  const event = {
    requestId: 'id',
    functionName: 'fn',
    qualifier: 'alias',
    accountId: '111111111111',
    region: 'us-east-1',
    payload: Buffer.from(text).toString('base64'),
  };
  const answer = {
    payload: Buffer.from('no "JSON"'),
    functionError: undefined,
    executedVersion: '1',
  };
  const record = destinationRecord(event, { condition: 'Success', invocations: 1, answer }, 0);
  assert.ok(record.includes(`"requestPayload":${text},`));
  assert.ok(record.endsWith('"responsePayload":"no \\"JSON\\""}'));
  assert.ok(record.includes(`"functionArn":"${ARN}:fn:alias"`));
});
