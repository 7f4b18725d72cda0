/** DynamoDB through the real SDK clients. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  ListTablesCommand,
  PutItemCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { createBrume, type Brume } from '../../packages/brume/src/brume.ts';

const TableName = 'wire-items';
let brume: Brume;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
let endpoint: string;

before(async () => {
  brume = await createBrume({ memory: true, port: 0 });
  const { port } = await brume.listen();
  endpoint = `http://127.0.0.1:${port}`;
  client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  documents = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
        { AttributeName: 'group', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-group',
          KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName });
});

after(async () => {
  client.destroy();
  await brume.close();
});

/** What a client that checks nothing gets: status, the error's type, and its message. */
async function post(operation: string, body: string) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, ' +
        'SignedHeaders=host, Signature=0',
      'x-amz-date': '20261122T000000Z',
    },
    body,
  });
  const text = await response.text();
  const { __type: type, message } = JSON.parse(text) as { __type?: string; message?: string };
  return { status: response.status, type, message, text };
}

test('every type of attribute comes back as it was put', async () => {
  const Item: Record<string, AttributeValue> = {
    pk: { S: 'types' },
    sk: { N: '12345678901234567890123456789012345678' },
    s: { S: 'grüße 😀 "quoted" \u0000' },
    b: { B: new Uint8Array([0, 1, 254, 255]) },
    e: { B: new Uint8Array() },
    t: { BOOL: false },
    z: { NULL: true },
    ss: { SS: ['a', 'ü'] },
    ns: { NS: ['1', '-2.5'] },
    bs: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
    l: { L: [{ S: '' }, { L: [] }, { M: { deep: { B: new Uint8Array([9]) } } }] },
    m: { M: { constructor: { N: '1' }, hasOwnProperty: { S: 'x' } } },
  };
  await client.send(new PutItemCommand({ TableName, Item }));
  const Key = { pk: Item['pk'] as AttributeValue, sk: Item['sk'] as AttributeValue };
  const got = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  assert.deepEqual(got.Item, Item);
});

test('documents are put, changed, queried and scanned by the document client', async () => {
  for (let sk = 0; sk < 25; sk++) {
    const Item = { pk: 'documents', sk, group: sk % 2 ? 'odd' : 'even', info: { tags: ['a', sk] } };
    await documents.send(new PutCommand({ TableName, Item }));
  }
  const Key = { pk: 'documents', sk: 3 };
  const updated = await documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET info.#l = list_append(info.tags, :new) ADD visits :one',
      ExpressionAttributeNames: { '#l': 'longer' },
      ExpressionAttributeValues: { ':new': ['z'], ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const expected = {
    ...Key,
    group: 'odd',
    info: { tags: ['a', 3], longer: ['a', 3, 'z'] },
    visits: 1,
  };
  assert.deepEqual(updated.Attributes, expected);
  const got = await documents.send(new GetCommand({ TableName, Key }));
  assert.deepEqual(got.Item, expected);
  const pages = paginateQuery(
    { client: documents, pageSize: 10 },
    {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'info.tags[1] >= :five',
      ExpressionAttributeValues: { ':pk': 'documents', ':five': 5 },
    },
  );
  const counts: (number | undefined)[] = [];
  for await (const { Count: count } of pages) counts.push(count);
  assert.deepEqual(counts, [5, 10, 5]);
  const odd = await documents.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-group',
      KeyConditionExpression: '#g = :odd',
      ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':odd': 'odd' },
    }),
  );
  assert.equal(odd.Count, 12);
  const scanned = await documents.send(
    new ScanCommand({
      TableName,
      FilterExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'documents' },
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
  assert.equal(scanned.Count, 25);
  assert.equal(scanned.ConsumedCapacity?.CapacityUnits, 0.5);
});

test('errors are those that the SDK knows, with all that they carry', async () => {
  const Item = { pk: { S: 'errors' }, sk: { N: '1' }, n: { N: '1' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  const ConditionExpression = 'attribute_not_exists(pk)';
  const guarded = {
    TableName,
    Item,
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  await assert.rejects(client.send(new PutItemCommand(guarded)), (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException);
    assert.equal(error.message, 'The conditional request failed');
    assert.deepEqual(error.Item, Item);
    return true;
  });
  const TransactItems = [
    { Put: { TableName, Item: { ...Item, sk: { N: '2' } } } },
    { Put: guarded },
  ];
  await assert.rejects(client.send(new TransactWriteItemsCommand({ TransactItems })), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.deepEqual(error.CancellationReasons, [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item },
    ]);
    return true;
  });
  await assert.rejects(
    client.send(new GetItemCommand({ TableName: 'nothing', Key: { pk: { S: 'a' } } })),
    ResourceNotFoundException,
  );
  await assert.rejects(
    client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    ),
    ResourceInUseException,
  );
});

test('the tokens that the SDK makes up make retries harmless', async () => {
  const Key = { pk: { S: 'tokens' }, sk: { N: '1' } };
  const add = (n: string) => ({
    TransactItems: [
      {
        Update: {
          TableName,
          Key,
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': { N: n } },
        },
      },
    ],
    ClientRequestToken: 'once',
  });
  await client.send(new TransactWriteItemsCommand(add('1')));
  await client.send(new TransactWriteItemsCommand(add('1')));
  const got = await client.send(new GetItemCommand({ TableName, Key }));
  assert.equal(got.Item?.['n']?.N, '1');
  await assert.rejects(
    client.send(new TransactWriteItemsCommand(add('2'))),
    IdempotentParameterMismatchException,
  );
});

// The two layers of 2026: the newer names members as they are and repeats no value.
test('what breaks the model is worded by the layer that the operation is in', async () => {
  const key = '{"pk":{"S":"a"},"sk":{"N":"1"}}';
  const cases: readonly [string, string, string][] = [
    [
      'PutItem',
      `{"TableName":"${TableName}","Item":${key},"ReturnValues":"SOME"}`,
      "1 validation error detected: Value at 'ReturnValues' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]',
    ],
    [
      'PutItem',
      `{"TableName":"","Item":${key}}`,
      "1 validation error detected: Value at 'TableName' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    ],
    [
      'Query',
      `{"TableName":"${TableName}","Limit":0}`,
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: " +
        'Member must have value greater than or equal to 1',
    ],
    [
      'Scan',
      `{"TableName":"${TableName}","Limit":0,"ReturnConsumedCapacity":"SOME"}`,
      "2 validation errors detected: Value '0' at 'limit' failed to satisfy constraint: " +
        "Member must have value greater than or equal to 1; Value 'SOME' at " +
        "'returnConsumedCapacity' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]',
    ],
    [
      'BatchGetItem',
      `{"RequestItems":{"${TableName}":{"Keys":[${Array(101).fill(key).join()}]}}}`,
      `1 validation error detected: Value at 'RequestItems.${TableName}.member.Keys' failed to ` +
        'satisfy constraint: Member must have length less than or equal to 100',
    ],
    [
      'DescribeTable',
      '{}',
      "The parameter 'TableName' is required but was not present in the request",
    ],
  ];
  for (const [operation, body, message] of cases) {
    const answer = await post(operation, body);
    assert.equal(answer.status, 400);
    assert.equal(answer.type, 'com.amazon.coral.validate#ValidationException');
    assert.equal(answer.message, message);
  }
});

test('names that JavaScript knows go through the wire as they are', async () => {
  const item = '{"pk":{"S":"hostile"},"sk":{"N":"1"},"__proto__":{"M":{"__proto__":{"N":"01"}}}}';
  const put = await post('PutItem', `{"TableName":"${TableName}","Item":${item}}`);
  assert.equal(put.status, 200);
  const got = await post(
    'GetItem',
    `{"TableName":"${TableName}","Key":{"pk":{"S":"hostile"},"sk":{"N":"1"}}}`,
  );
  assert.equal(got.text, `{"Item":${item.replace('"01"', '"1"')}}`);
});

test('concurrent updates of one item all count', async () => {
  const Key = { pk: { S: 'counter' }, sk: { N: '1' } };
  await Promise.all(
    Array.from({ length: 50 }, () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      ),
    ),
  );
  const { Item: item } = await client.send(new GetItemCommand({ TableName, Key }));
  assert.equal(item?.['n']?.N, '50');
});

test('a table comes, is filled in batches, and goes', async () => {
  const temporary = { TableName: 'wire-temporary' };
  await client.send(
    new CreateTableCommand({
      ...temporary,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'B' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
  const requests = Array.from({ length: 25 }, (_, at) => ({
    PutRequest: { Item: { pk: { B: new Uint8Array([at]) } } },
  }));
  const written = await client.send(
    new BatchWriteItemCommand({ RequestItems: { [temporary.TableName]: requests } }),
  );
  assert.deepEqual(written.UnprocessedItems, {});
  const scanned = await documents.send(new ScanCommand({ ...temporary, Select: 'COUNT' }));
  assert.deepEqual([scanned.Count, scanned.Items], [25, undefined]);
  await client.send(new DeleteTableCommand(temporary));
  await waitUntilTableNotExists({ client, maxWaitTime: 30 }, temporary);
  const { TableNames: names } = await client.send(new ListTablesCommand({}));
  assert.deepEqual(names, [TableName]);
});
