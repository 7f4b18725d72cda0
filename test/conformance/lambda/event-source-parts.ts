/** What recordings of event source mappings have in common: a function, a table, and what was delivered. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';
import { ACCOUNT, definition, REGION, settled, type Play, type Script } from './recordings.ts';

export const FunctionName = 'my-function';
export const TableName = 'my-table';
export const arn = (service: string, name: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
export const QUEUE = arn('sqs', 'my-queue');

export type Settings = Partial<CreateEventSourceMappingCommandInput>;
export type Item = Record<string, AttributeValue>;

export const create = ({ client }: Play, code?: string) =>
  client
    .send(new CreateFunctionCommand(definition(FunctionName, code)))
    .then(() => settled(client, FunctionName));

export const map = ({ client }: Play, settings: Settings) =>
  client.send(
    new CreateEventSourceMappingCommand({
      FunctionName,
      StartingPosition: 'TRIM_HORIZON',
      ...settings,
    }),
  );

export const mapping = ({ client }: Play, UUID: string | undefined) =>
  client.send(new GetEventSourceMappingCommand({ UUID }));

/** One record at a time, given up soon. */
export const ONE = { BatchSize: 1, MaximumBatchingWindowInSeconds: 1, MaximumRetryAttempts: 1 };

export async function inState(play: Play, UUID: string | undefined, state: string): Promise<void> {
  await until(async () => (await mapping(play, UUID)).State === state);
}

/** A table with a stream; its own answers are for the recordings of DynamoDB to compare. */
export async function table(play: Play, key: string, viewType: StreamViewType, ...steps: string[]) {
  play.leaveOut('an answer of DynamoDB', ...steps);
  const tables = new DynamoDBClient(play.options);
  const { TableDescription } = await tables.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
    }),
  );
  return {
    EventSourceArn: TableDescription?.LatestStreamArn,
    put: (item: Item) => tables.send(new PutItemCommand({ TableName, Item: item })),
    change: (item: Item, name: string, value: AttributeValue) =>
      tables.send(
        new UpdateItemCommand({
          TableName,
          Key: item,
          UpdateExpression: 'SET #n = :v',
          ExpressionAttributeNames: { '#n': name },
          ExpressionAttributeValues: { ':v': value },
        }),
      ),
  };
}

export const PRINT = 'import json\ndef handler(event, context):\n    print(json.dumps(event))\n';

/** What functions were given, from their logs. */
export async function events(play: Play, count: number): Promise<unknown[]> {
  const logs = new CloudWatchLogsClient(play.options);
  const read = async () => {
    const found = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: `/aws/lambda/${FunctionName}`,
        filterPattern: '"Records"',
      }),
    );
    return (found.events ?? []).map(({ message = '' }): unknown => JSON.parse(message));
  };
  let seen: unknown[] = [];
  await until(async () => (seen = await read().catch(() => [])).length >= count);
  return seen;
}

export const keyed = <Value>(
  values: Readonly<Record<string, Value>>,
  test: string,
  script: (value: Value) => Script,
) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${test}[${name}]`, script(value)]),
  );
