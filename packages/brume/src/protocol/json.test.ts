import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../model/aws-error.ts';
import { EncodedJson } from '../model/encoded-json.ts';
import { dynamodb } from '../model/generated/dynamodb.ts';
import { lambda } from '../model/generated/lambda.ts';
import { logs } from '../model/generated/logs.ts';
import type { ServiceModel } from '../model/shapes.ts';
import { createProtocol } from './compile.ts';

function answerTo(model: ServiceModel, error: ConstructorParameters<typeof AwsError>[0]) {
  const protocol = createProtocol(model, model.metadata.protocol);
  const answer = protocol.encodeError(new AwsError(error), undefined, 'REQUEST');
  assert(typeof answer.body === 'string');
  return { ...answer, body: answer.body };
}

test('DynamoDB names errors by the layer that they come from, and sums every body', () => {
  // Bodies and sums as recorded from AWS by dynalite's test/connection.js.
  const cases: readonly (readonly [code: string, message: string, body: string, crc32: string])[] =
    [
      [
        'SerializationException',
        '',
        '{"__type":"com.amazon.coral.service#SerializationException"}',
        '3948637019',
      ],
      [
        'UnknownOperationException',
        '',
        '{"__type":"com.amazon.coral.service#UnknownOperationException"}',
        '1368724161',
      ],
      [
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
        '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
        '2088342776',
      ],
    ];
  for (const [code, message, body, crc32] of cases) {
    const answer = answerTo(dynamodb, { code, message });
    assert.equal(answer.body, body);
    assert.equal(answer.headers['x-amz-crc32'], crc32);
    assert.equal(answer.headers['x-amzn-RequestId'], 'REQUEST');
    assert.equal(answer.status, 400);
  }
  const type = (code: string) =>
    /"__type":"([^"]*)"/.exec(answerTo(dynamodb, { code, message: 'm' }).body)?.[1];
  assert.equal(type('ValidationException'), 'com.amazon.coral.validate#ValidationException');
  assert.equal(
    type('ResourceNotFoundException'),
    'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
  );
});

test('other JSON services name errors without a namespace, and messages without a model', () => {
  const answer = answerTo(logs, { code: 'ResourceNotFoundException', message: 'no group' });
  assert.equal(answer.body, '{"__type":"ResourceNotFoundException","message":"no group"}');
  assert.equal(answer.headers['x-amz-crc32'], undefined);
});

test('rest-json names errors in a header, and binds members to headers', () => {
  const answer = answerTo(lambda, {
    code: 'TooManyRequestsException',
    message: 'slow down',
    fields: { retryAfterSeconds: '3', Type: 'User' },
  });
  assert.equal(answer.status, 429);
  assert.equal(answer.headers['x-amzn-ErrorType'], 'TooManyRequestsException');
  assert.equal(answer.headers['Retry-After'], '3');
  assert.deepEqual(JSON.parse(answer.body), { Type: 'User', message: 'slow down' });
});

test('text that is JSON already is spliced, and what the model does not know is not written', () => {
  const { operations } = dynamodb;
  const operation = operations['GetItem'];
  assert(operation);
  const match = { operation, labels: new Map(), streamsInput: false };
  const output = {
    Item: new EncodedJson('{"a":{"S":"\\u2028"}}'),
    ConsumedCapacity: { TableName: 'things', CapacityUnits: 0.5, secret: 1 },
    undocumented: 'x',
  };
  const { body } = createProtocol(dynamodb, 'json').encode(match, output, 'REQUEST');
  assert.equal(
    body,
    '{"Item":{"a":{"S":"\\u2028"}},"ConsumedCapacity":{"TableName":"things","CapacityUnits":0.5}}',
  );
});
