import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-dynamodb';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { binary, number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import type { Client } from './client.ts';

const users = table({ name: 'users', partitionKey: 'id' });
const User = entity({ name: 'user', table: users, attributes: { id: string(), photo: binary() } });
const item = { id: '1', photo: Uint8Array.of(1, 2) };

/** The SDK's client with its own serialization, and a server that is a function. */
function sdkClient(
  answer: (target: string, body: unknown) => [number, object],
): sdk.DynamoDBClient {
  return new sdk.DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: { headers: Record<string, string>; body: Uint8Array }) {
        const [statusCode, body] = answer(
          request.headers['x-amz-target'] ?? '',
          JSON.parse(new TextDecoder().decode(request.body)),
        );
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        const stream = new ReadableStream({
          start(controller) {
            controller.enqueue(bytes);
            controller.close();
          },
        });
        return { response: { statusCode, headers, body: stream } };
      },
    } as never,
  });
}

test('a client of the SDK is sent its own commands', async () => {
  const seen: unknown[] = [];
  const client = sdkClient((target, body) => {
    seen.push([target, body]);
    return [200, { Item: { id: { S: '1' }, photo: { B: 'AQI=' } } }];
  });
  const found = await model(User, { client }).get({ id: '1' });
  assert.deepEqual({ ...found, photo: Uint8Array.from(found?.photo ?? []) }, item);
  assert.deepEqual(seen, [
    ['DynamoDB_20120810.GetItem', { TableName: 'users', Key: { id: { S: '1' } } }],
  ]);
});

test('the SDK’s errors are told by their meaning, with the SDK’s as the cause', async () => {
  const failure = (type: string, more: object = {}) =>
    sdkClient(() => [400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more }]);
  await assert.rejects(
    model(User, { client: failure('ConditionalCheckFailedException') }).create(item),
    (error: Error) => {
      assert.equal(error.name, 'ConditionFailed');
      assert.ok(error.cause instanceof sdk.ConditionalCheckFailedException);
      return true;
    },
  );
  const missing = failure('ResourceNotFoundException');
  await assert.rejects(model(User, { client: missing }).get({ id: '1' }), {
    name: 'ResourceNotFoundException',
  });
});

test('an object with one method per operation serves, as do given command classes', async () => {
  const calls: unknown[] = [];
  const methods: Client = { getItem: async (input: unknown) => (calls.push(input), {}) };
  assert.equal(await model(User, { client: methods }).get({ id: '1' }), undefined);
  await assert.rejects(model(User, { client: methods }).put(item), {
    name: 'InvalidRequest',
    message: 'the client has no way to PutItem',
  });
  class GetItemCommand {
    readonly input: object;
    constructor(input: object) {
      this.input = input;
    }
  }
  const client = { send: async (command: unknown) => (calls.push(command), {}) };
  await model(User, { client, commands: { GetItemCommand } }).get({ id: '1' });
  assert.deepEqual(calls[0], { TableName: 'users', Key: { id: { S: '1' } } });
  assert.ok(calls[1] instanceof GetItemCommand);
});

test('the table in memory takes the SDK’s commands, and answers with its errors', async () => {
  const memory = new MemoryDynamoDB([users]);
  const marshalled = { id: { S: '1' }, n: { N: '1' } };
  await memory.send(new sdk.PutItemCommand({ TableName: 'users', Item: marshalled }));
  assert.deepEqual(
    await memory.send(new sdk.GetItemCommand({ TableName: 'users', Key: { id: { S: '1' } } })),
    {
      Item: marshalled,
    },
  );
  await assert.rejects(memory.send(new sdk.GetItemCommand({ TableName: 'no', Key: {} })), {
    name: 'ResourceNotFoundException',
  });
  await assert.rejects(memory.send(new sdk.ListTablesCommand({})), { name: 'ValidationException' });
});

test('one definition serves tables of several names', async () => {
  const memory = new MemoryDynamoDB([table({ ...users, name: 'users-test' })]);
  const Plain = entity({ name: 'p', table: users, attributes: { id: string(), n: number() } });
  await model(Plain, { client: memory, tableName: 'users-test' }).put({ id: '1', n: 1 });
  assert.equal(memory.items('users-test').length, 1);
});
