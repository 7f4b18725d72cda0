/**
 * What AWS answered about settings of tables, in PartiQL, and to tokens and binary values (recorded from
 * June 2024 to January 2026), against what Brume answers.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DisableKinesisStreamingDestinationCommand,
  EnableKinesisStreamingDestinationCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateKinesisStreamingDestinationCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  compare,
  matches,
  openRecorded,
  recorded,
  recordings,
  skip,
} from './dynamodb/recorded-answers.ts';

let client: DynamoDBClient;
let close: (() => Promise<void>) | undefined;
let moveClock: ((ms: number) => Promise<void>) | undefined;

before(async () => {
  if (skip === false) ({ client, close, moveClock } = await openRecorded());
});

after(() => close?.());

/** A table of that name, whose key is one text. */
async function created(TableName: string, AttributeName = 'id') {
  const { TableDescription: table } = await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return table;
}

interface RecordedError {
  readonly Error: { readonly Code: string; readonly Message: string };
}

/** Refused with the code and the message that are recorded. */
async function refused(scenario: string, step: string, sent: Promise<unknown>): Promise<void> {
  const { Error: expected } = recorded(scenario, step) as RecordedError;
  const error: unknown = await sent.then(
    () => assert.fail(`${step} was not refused`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  compare(step, expected, { Code: error.name, Message: error.message });
}

test('test_kinesis_streaming_destination_crud', { skip }, async () => {
  const scenario = 'test_kinesis_streaming_destination_crud';
  const TableName = 'recorded-kinesis';
  const StreamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/recorded';
  const target = { TableName, StreamArn };
  const bad = { TableName: 'bad-table', StreamArn };
  const enable = (input: typeof target) =>
    client.send(new EnableKinesisStreamingDestinationCommand(input));
  const update = (input: typeof target & { UpdateKinesisStreamingConfiguration?: object }) =>
    client.send(new UpdateKinesisStreamingDestinationCommand(input as never));
  const disable = (input: typeof target) =>
    client.send(new DisableKinesisStreamingDestinationCommand(input));
  const precise = (ApproximateCreationDateTimePrecision: string) => ({
    UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision },
  });
  await refused(scenario, 'enable-bad-table', enable(bad));
  await created(TableName);
  matches(scenario, 'enable', await enable(target));
  await moveClock?.(2000);
  const { KinesisDataStreamDestinations: destinations, ...rest } = await client.send(
    new DescribeKinesisStreamingDestinationCommand({ TableName }),
  );
  // What is more here is the sentence that says that there is no Kinesis.
  matches(scenario, 'describe', {
    ...rest,
    KinesisDataStreamDestinations: destinations?.map(
      ({ DestinationStatusDescription: _said, ...each }) => each,
    ),
  });
  await refused(scenario, 'update-missing-params', update(target));
  await refused(scenario, 'update-bad-precision', update({ ...target, ...precise('SECOND') }));
  const unknown = { TableName, StreamArn: StreamArn.replace('recorded', 'bad-stream') };
  const finer = precise('MICROSECOND');
  await refused(scenario, 'update-bad-stream-arn', update({ ...unknown, ...finer }));
  matches(scenario, 'update', await update({ ...target, ...finer }));
  await moveClock?.(2000);
  await refused(scenario, 'update-no-idempotency', update({ ...target, ...finer }));
  await refused(scenario, 'disable-bad-table', disable(bad));
  matches(scenario, 'disable', await disable(target));
});

test('test_dynamodb_describe_contributor_insights', { skip }, async () => {
  const TableName = 'recorded-insights';
  await created(TableName);
  const answer = await client.send(new DescribeContributorInsightsCommand({ TableName }));
  const scenario = 'test_dynamodb_describe_contributor_insights';
  matches(scenario, 'describe-contributor-insights-disabled', answer);
});

test('test_continuous_backup_update', { skip }, async () => {
  const TableName = 'recorded-recovery';
  await created(TableName);
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  const updated = await client.send(
    new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
  );
  matches('test_continuous_backup_update', 'update-continuous-backup', updated);
  const described = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  matches('test_continuous_backup_update', 'describe-continuous-backup', described);
});

test('test_dynamodb_batch_execute_statement', { skip }, async () => {
  const scenario = 'test_dynamodb_batch_execute_statement';
  const TableName = 'recorded-statements';
  await created(TableName, 'Username');
  await client.send(
    new PutItemCommand({ TableName, Item: { Username: { S: 'user02' }, Age: { N: '5' } } }),
  );
  const answer = await client.send(
    new BatchExecuteStatementCommand({
      Statements: [
        { Statement: `INSERT INTO "${TableName}" VALUE {'Username': 'user01'}` },
        { Statement: `UPDATE "${TableName}" SET Age = 20 WHERE Username = 'user02'` },
      ],
    }),
  );
  matches(scenario, 'ExecutedStatement', answer);
  for (const [step, name] of [
    ['ItemUser1', 'user01'],
    ['ItemUser2', 'user02'],
  ] as const) {
    const Key = { Username: { S: name } };
    const { Item: item } = await client.send(new GetItemCommand({ TableName, Key }));
    compare(step, recorded(scenario, step), item);
  }
});

test('test_dynamodb_partiql_missing', { skip }, async () => {
  const TableName = 'recorded-missing';
  await created(TableName, 'Username');
  const put = (Item: Record<string, { S: string }>) =>
    client.send(new PutItemCommand({ TableName, Item }));
  await put({ Username: { S: 'Alice123' }, FirstName: { S: 'Alice' } });
  await put({ Username: { S: 'John123' } });
  const { Items: items } = await client.send(
    new ExecuteStatementCommand({
      Statement: `SELECT * FROM "${TableName}" WHERE FirstName IS NOT MISSING`,
    }),
  );
  const expected = recorded('test_dynamodb_partiql_missing', 'FirstNameNotMissing');
  compare('FirstNameNotMissing', expected, items);
});

test('test_transaction_write_items, by name and by ARN', { skip }, async () => {
  const table = await created('recorded-transact-write');
  const { TableArn: arn, TableName: name } = table ?? {};
  for (const [TableName, step] of [
    [name, 'Response'],
    [arn, 'Response_using_table_arn'],
  ] as const) {
    assert.ok(TableName !== undefined);
    const Key = { id: { S: 'gone' } };
    const TransactItems = [
      { Put: { TableName, Item: { id: { S: 'put' }, name: { S: 'name' } } } },
      { Delete: { TableName, Key } },
    ];
    const answer = await client.send(new TransactWriteItemsCommand({ TransactItems }));
    matches('test_transaction_write_items', step, answer);
  }
});

test('test_dynamodb_idempotent_writing', { skip }, async () => {
  const TableName = 'recorded-idempotent';
  await created(TableName);
  const Item = { id: { S: 'a' }, name: { S: 'name' } };
  const transaction = { TransactItems: [{ Put: { TableName, Item } }], ClientRequestToken: 'once' };
  for (const step of ['Response1', 'Response2']) {
    const answer = await client.send(new TransactWriteItemsCommand(transaction));
    matches('test_dynamodb_idempotent_writing', step, answer);
  }
});

test('test_empty_and_binary_values', { skip }, async () => {
  const TableName = 'recorded-binary';
  await created(TableName);
  const puts = {
    PutFirstItem: { id: { S: 'id1' }, data: { S: '' } },
    PutSecondItem: { id: { S: 'id2' }, data: { B: Buffer.from('foobar') } },
  };
  for (const [step, Item] of Object.entries(puts)) {
    const answer = await client.send(new PutItemCommand({ TableName, Item }));
    matches('test_empty_and_binary_values', step, answer);
  }
});

/** Why a recorded scenario is not played. */
const NOT_PLAYED: ReadonlyMap<string, string> = new Map([
  ['test_stream_destination_records', 'nothing is recorded of it; it reads from Kinesis'],
]);

test('every recorded scenario is played, or listed with the reason why not', { skip }, () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => /^dynamodb-recorded.*\.test\.ts$/.test(name))
    .map((name) => readFileSync(path.join(import.meta.dirname, name), 'utf8'));
  const played = new Set(sources.flatMap((source) => source.match(/\btest_\w+/g) ?? []));
  const missing = Object.keys(recordings)
    .map((name) => name.replace(/^.*::/, '').replace(/\[.*$/, ''))
    .filter((name) => !played.has(name) && !NOT_PLAYED.has(name));
  assert.deepEqual(missing, []);
  for (const name of NOT_PLAYED.keys()) assert.ok(`TestDynamoDB::${name}` in recordings, name);
});
