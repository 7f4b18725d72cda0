/**
 * What does a database of its own cost a test? From `createBrume({ memory: true })` to the answer of the
 * first PutItem, its table created between, in a process that has made one before.
 *
 * Without the SDK it is Brume's alone, which the target is for. With the real SDK, whose client is made
 * anew each time too, most of it is the client's.
 */
import { performance } from 'node:perf_hooks';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { createBrume, type Brume } from '../packages/brume/src/brume.ts';
import { median, report } from './measure.ts';

const ROUNDS = 200;
const WARM_UP_ROUNDS = 20;
const TABLE = {
  TableName: 'Fresh',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
} satisfies CreateTableCommandInput;
const PUT = { TableName: 'Fresh', Item: { pk: { S: 'key' } } };

type Use = (brume: Brume) => Promise<void>;

const withoutSdk: Use = async (brume) => {
  await post(brume, 'CreateTable', TABLE);
  await post(brume, 'PutItem', PUT);
};

const withSdk: Use = async ({ requestHandler }) => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler });
  await client.send(new CreateTableCommand(TABLE));
  await client.send(new PutItemCommand(PUT));
};

report({ bench: 'embedding', name: 'first of all', ms: await once(withoutSdk) });
for (const [name, use] of Object.entries({ withoutSdk, withSdk })) {
  const times: number[] = [];
  const target = use === withoutSdk ? { targetMs: 5 } : {};
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) times.push(await once(use));
  const measured = times.slice(WARM_UP_ROUNDS).sort((a, b) => a - b);
  const p95 = measured[Math.floor(measured.length * 0.95)] as number;
  report({ bench: 'embedding', name, ms: median(measured), p95, ...target });
}

async function once(use: Use): Promise<number> {
  const startedMs = performance.now();
  const brume = await createBrume({ memory: true });
  await use(brume);
  const ms = performance.now() - startedMs;
  await brume.close();
  return ms;
}

async function post({ requestHandler }: Brume, operation: string, input: object): Promise<void> {
  const { response } = await requestHandler.handle({
    method: 'POST',
    protocol: 'http:',
    hostname: 'localhost',
    path: '/',
    query: {},
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
  if (response.statusCode !== 200) throw new Error(`${operation}: ${response.statusCode}`);
}
