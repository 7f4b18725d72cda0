/** Event source mappings through the real SDK: a table whose changes a function writes to a second one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  paginateListEventSourceMappings,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
  waitUntilFunctionActiveV2,
  type EventSourceMappingConfiguration,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { temporaryFolder } from './brume-process.ts';

const FunctionName = 'copy';
/** Writes each event, as it came, to the second table; speaks HTTP itself, for it has no SDK to bring. */
const CODE = `
let order = 0;
export const handler = async (event) => {
  const Item = { id: { S: process.hrtime.bigint() + '-' + order++ }, event: { S: JSON.stringify(event) } };
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID +
        '/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ TableName: 'copies', Item }),
  });
  if (!response.ok) throw new Error(await response.text());
  if (event.Records.some(({ dynamodb }) => dynamodb.Keys.id.S === 'poison')) throw new Error('poison');
};`;

async function cloud(t: TestContext, said: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ ...said, port: 0 });
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { region: 'us-east-1', endpoint, credentials, maxAttempts: 1 };
  const lambda = new LambdaClient(options);
  const tables = new DynamoDBClient(options);
  let closing: Promise<void> | undefined;
  const close = () => {
    lambda.destroy();
    tables.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { lambda, tables, close };
}

type Cloud = Awaited<ReturnType<typeof cloud>>;

async function createTable({ tables }: Cloud, TableName: string, StreamEnabled: boolean) {
  const { TableDescription } = await tables.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: StreamEnabled
        ? { StreamEnabled, StreamViewType: 'NEW_AND_OLD_IMAGES' }
        : undefined,
    }),
  );
  return TableDescription?.LatestStreamArn ?? '';
}

/** Both tables and the function; the stream's ARN. */
async function prepared(parts: Cloud): Promise<string> {
  const { lambda } = parts;
  const arn = await createTable(parts, 'table', true);
  await createTable(parts, 'copies', false);
  const Role = 'arn:aws:iam::000000000000:role/r';
  const Code = { ZipFile: zipFiles({ 'index.mjs': CODE }) };
  const definition = { FunctionName, Role, Code, Runtime: 'nodejs24.x' as const };
  await lambda.send(new CreateFunctionCommand({ ...definition, Handler: 'index.handler' }));
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 10 }, { FunctionName });
  return arn;
}

const map = ({ lambda }: Cloud, EventSourceArn: string, more: object = {}) =>
  lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName,
      EventSourceArn,
      StartingPosition: 'TRIM_HORIZON',
      ...more,
    }),
  );

const put = ({ tables }: Cloud, id: string, more: object = {}) =>
  tables.send(new PutItemCommand({ TableName: 'table', Item: { id: { S: id }, ...more } }));

interface Event {
  readonly Records: { dynamodb: { Keys: { id: { S: string } } } }[];
}

async function copies({ tables }: Cloud): Promise<Event[]> {
  const { Items = [] } = await tables.send(new ScanCommand({ TableName: 'copies' }));
  const inOrder = Items.toSorted((a, b) => ((a['id']?.S ?? '') < (b['id']?.S ?? '') ? -1 : 1));
  return inOrder.map(({ event }) => JSON.parse(event?.S ?? ''));
}

const idsOf = (events: Event[]) =>
  events.flatMap(({ Records }) => Records.map(({ dynamodb }) => dynamodb.Keys.id.S));

async function until<Result>(
  look: () => Promise<Result>,
  holds: (result: Result) => boolean,
): Promise<Result> {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const result = await look();
    if (holds(result)) return result;
    if (Date.now() > deadlineMs) assert.fail(`It did not happen: ${JSON.stringify(result)}`);
    await setTimeout(10);
  }
}

const settled = ({ lambda }: Cloud, UUID: string | undefined, state: string) =>
  until(
    () => lambda.send(new GetEventSourceMappingCommand({ UUID })),
    ({ State }) => State === state,
  );

/** What is Brume's to choose, and what the recorder has replaced. */
function comparable({ ...mapping }: object): unknown {
  for (const name of ['$metadata', 'ResponseMetadata', 'LastModified', 'UUID']) {
    Reflect.deleteProperty(mapping, name);
  }
  for (const name of ['EventSourceArn', 'EventSourceMappingArn', 'FunctionArn']) {
    Reflect.deleteProperty(mapping, name);
  }
  return mapping;
}

const file = path.join(
  import.meta.dirname,
  '../../../shared/recorded/lambda/lambda_integration_dynamodbstreams.json',
);

test('a mapping lives as on AWS', async (t) => {
  const parts = await cloud(t);
  const arn = await prepared(parts);
  const created = await map(parts, arn);
  assert.equal(created.$metadata.httpStatusCode, 202);
  assert.match(created.EventSourceMappingArn ?? '', /:event-source-mapping:[0-9a-f-]{36}$/);
  const found = await settled(parts, created.UUID, 'Enabled');
  const listed = await parts.lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  assert.deepEqual(listed.EventSourceMappings?.map(comparable), [comparable(found)]);
  if (existsSync(file)) {
    const recorded = JSON.parse(readFileSync(file, 'utf8'))[
      'TestDynamoDBEventSourceMapping::test_deletion_event_source_mapping_with_dynamodb'
    ]['recorded-content'];
    assert.deepEqual(comparable(created), comparable(recorded.create_event_source_mapping_result));
    const [mapping] = recorded.list_event_source_mapping_result.EventSourceMappings;
    assert.deepEqual(comparable(found), comparable(mapping));
  }
  const UUID = created.UUID;
  const disabling = await parts.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID, Enabled: false, BatchSize: 7 }),
  );
  assert.equal(disabling.State, 'Disabling');
  assert.equal((await settled(parts, UUID, 'Disabled')).BatchSize, 7);
  const deleting = await parts.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  assert.equal(deleting.State, 'Deleting');
  await until(
    () => parts.lambda.send(new ListEventSourceMappingsCommand({})),
    ({ EventSourceMappings }) => EventSourceMappings?.length === 0,
  );
  await assert.rejects(parts.lambda.send(new GetEventSourceMappingCommand({ UUID })), {
    name: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
  });
});

test('changes of a table reach the function as on AWS, at once', async (t) => {
  const parts = await cloud(t);
  const { UUID } = await map(parts, await prepared(parts));
  await settled(parts, UUID, 'Enabled');
  await put(parts, 'hello world', { binary_key: { B: Buffer.from('foobar') } });
  const [event] = await until(
    () => copies(parts),
    (events) => events.length === 1,
  );
  const [record] = (event as unknown as { Records: Record<string, unknown>[] }).Records;
  assert.ok(record);
  const { ApproximateCreationDateTime: seconds, ...change } = record['dynamodb'] as {
    readonly ApproximateCreationDateTime: number;
    readonly SequenceNumber: string;
  };
  assert.ok(Math.abs(seconds * 1000 - Date.now()) < 60_000);
  // Recorded from AWS 2025-11-25: test_dynamodb_event_source_mapping.
  assert.deepEqual(Object.keys(record), [
    ...['eventID', 'eventName', 'eventVersion', 'eventSource', 'awsRegion', 'dynamodb'],
    'eventSourceARN',
  ]);
  assert.deepEqual(change, {
    Keys: { id: { S: 'hello world' } },
    NewImage: { id: { S: 'hello world' }, binary_key: { B: 'Zm9vYmFy' } },
    SequenceNumber: change.SequenceNumber,
    SizeBytes: 42,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  const get = () => parts.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  await until(get, ({ LastProcessingResult }) => LastProcessingResult === 'OK');
});

test('filters, batches of one and splitting work through the API', async (t) => {
  const parts = await cloud(t);
  const arn = await prepared(parts);
  for (const id of ['a', 'poison', 'b', 'c']) await put(parts, id, { kind: { S: 'wanted' } });
  await put(parts, 'other');
  const pattern = { dynamodb: { NewImage: { kind: { S: [{ prefix: 'want' }] } } } };
  const { UUID } = await map(parts, arn, {
    BatchSize: 4,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
  });
  await put(parts, 'last', { kind: { S: 'wanted' } });
  const events = await until(
    () => copies(parts),
    (seen) => idsOf(seen).includes('last'),
  );
  const tried = events.map(({ Records }) => Records.map(({ dynamodb }) => dynamodb.Keys.id.S));
  assert.deepEqual(tried.slice(0, 4), [
    ['a', 'poison', 'b', 'c'],
    ['a', 'poison'],
    ['a'],
    ['poison'],
  ]);
  assert.ok(!idsOf(events).includes('other'));
  assert.ok(UUID);
});

test('a mapping goes on where it was after a restart, and sees what happened meanwhile', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await cloud(t, { dataFolder });
  const arn = await prepared(first);
  const { UUID } = await map(first, arn);
  await put(first, '1');
  await until(
    () => copies(first),
    (events) => idsOf(events).length === 1,
  );
  await first.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await settled(first, UUID, 'Disabled');
  await put(first, '2');
  await first.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await first.close();
  const second = await cloud(t, { dataFolder });
  await put(second, '3');
  const seen = await until(
    () => copies(second),
    (events) => idsOf(events).includes('3'),
  );
  // The second may have been delivered, and not noted as delivered, when the first Brume closed.
  assert.deepEqual([...new Set(idsOf(seen))], ['1', '2', '3']);
});

test('LATEST begins with what is written after the answer', async (t) => {
  const parts = await cloud(t);
  const arn = await prepared(parts);
  await put(parts, 'before');
  await map(parts, arn, { StartingPosition: 'LATEST' });
  await put(parts, 'after');
  const seen = await until(
    () => copies(parts),
    (events) => events.length > 0,
  );
  assert.deepEqual(idsOf(seen), ['after']);
});

test('what AWS refuses is refused in its words', async (t) => {
  const parts = await cloud(t);
  const arn = await prepared(parts);
  const { UUID } = await map(parts, arn);
  const refused = (more: object, name: string, message: string | RegExp) =>
    assert.rejects(map(parts, arn, more), { name, message });
  const invalid = (more: object, message: string | RegExp) =>
    refused(more, 'InvalidParameterValueException', message);
  // Recorded from AWS 2025-11-25.
  await refused(
    {},
    'ResourceConflictException',
    `The event source arn (" ${arn} ") and function (" ${FunctionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
  );
  await invalid(
    { StartingPosition: undefined },
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
  );
  await invalid(
    { StartingPosition: 'AT_TIMESTAMP' },
    `Unsupported starting position for arn type: ${arn}`,
  );
  await refused(
    { StartingPosition: 'invalid' },
    'ValidationException',
    "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
  );
  await invalid({ FunctionName: 'none' }, 'Function does not exist');
  await invalid({ EventSourceArn: `${arn}x` }, `Stream not found: ${arn}x`);
  await invalid(
    { FilterCriteria: { Filters: [{ Pattern: '{"a": 1}' }] } },
    'Invalid filter pattern definition.',
  );
  await invalid({ MaximumRecordAgeInSeconds: 10 }, /at least 60/);
  await invalid({ TumblingWindowInSeconds: 10, ParallelizationFactor: 2 }, /must be 1/);
  for (const other of [{ ScalingConfig: { MaximumConcurrency: 2 } }, { Topics: ['topic'] }]) {
    const [name = ''] = Object.keys(other);
    const member = name.replace(/^./, (letter) => letter.toLowerCase());
    await invalid(other, `Unsupported '${member}' parameter for given event source mapping type.`);
  }
  const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:other';
  await invalid(
    { DestinationConfig: { OnFailure: { Destination: lambdaArn } } },
    /The provided destination config .* is invalid\./,
  );
  for (const service of ['sqs', 'kinesis', 'kafka', 'mq']) {
    const EventSourceArn = `arn:aws:${service}:us-east-1:000000000000:name`;
    await refused(
      { EventSourceArn },
      'NotImplemented',
      `Brume's Lambda does not support ${service} as an event source yet.`,
    );
  }
});

// Recorded from AWS 2025-11-25: test_create_tag_on_esm_create, test_tag_lifecycle.
test('mappings have tags', async (t) => {
  const parts = await cloud(t);
  const { EventSourceMappingArn: Resource } = await map(parts, await prepared(parts), {
    Tags: { testtag: 'one' },
  });
  const tags = async () => (await parts.lambda.send(new ListTagsCommand({ Resource }))).Tags;
  assert.deepEqual(await tags(), { testtag: 'one' });
  await parts.lambda.send(new TagResourceCommand({ Resource, Tags: { A: 'a', B: 'b' } }));
  await parts.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['testtag', 'B'] }));
  assert.deepEqual(await tags(), { A: 'a' });
  const other = Resource?.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  await assert.rejects(parts.lambda.send(new ListTagsCommand({ Resource: other })), {
    name: 'ResourceNotFoundException',
  });
});

test('lists are filtered and paged', async (t) => {
  const parts = await cloud(t);
  const arn = await prepared(parts);
  const names = [FunctionName, `${FunctionName}:$LATEST`];
  const made: EventSourceMappingConfiguration[] = [];
  for (const name of names) {
    made.push(await map(parts, arn, { FunctionName: name, Enabled: false, Tags: { a: '1' } }));
  }
  const pages = paginateListEventSourceMappings({ client: parts.lambda, pageSize: 1 }, {});
  const uuids: (string | undefined)[] = [];
  for await (const { EventSourceMappings = [] } of pages) {
    uuids.push(...EventSourceMappings.map(({ UUID }) => UUID));
  }
  assert.deepEqual(new Set(uuids), new Set(made.map(({ UUID }) => UUID)));
  const list = async (filter: object) => {
    const answer = await parts.lambda.send(new ListEventSourceMappingsCommand(filter));
    return answer.EventSourceMappings?.map(({ FunctionArn }) => FunctionArn?.split(':')[7]);
  };
  assert.deepEqual(await list({ FunctionName }), [undefined]);
  assert.deepEqual(await list({ FunctionName: `${FunctionName}:$LATEST` }), ['$LATEST']);
  assert.deepEqual(await list({ EventSourceArn: `${arn}x` }), []);
  assert.equal((await list({ EventSourceArn: arn }))?.length, 2);
});
