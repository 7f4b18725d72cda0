/**
 * The process that the crash test of event source mappings kills: on the database named by its first
 * argument it counts in a table with a stream, and follows that stream. The file named by the second
 * gets `put caller number` when a write was acknowledged, and `got caller number` when the function saw it.
 * With a third argument it only follows, until it has seen what that names: `caller number,…`.
 */
import { appendFileSync } from 'node:fs';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import {
  plain,
  TEST_CONTEXT,
} from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import { dynamoDBSource } from '../../packages/brume/src/services/lambda/event-sources/dynamodb-streams.ts';
import { EventSources } from '../../packages/brume/src/services/lambda/event-sources/event-sources.ts';
import { mappingKey } from '../../packages/brume/src/services/lambda/event-sources/mapping-record.ts';
import type { MappingRecord } from '../../packages/brume/src/services/lambda/event-sources/mapping-record.ts';
import { changeSettings } from '../../packages/brume/src/services/lambda/event-sources/mapping-settings.ts';
import { putRecord } from '../../packages/brume/src/services/lambda/function-record.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, COUNTERS } from './stream-counters.ts';

const [path = '', output = '', wanted] = process.argv.slice(2);
const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => process.stderr.write(`${message}\n`) };
const store = await createSqliteStore({ path, environment, log });
const dynamodb = createDynamoDB({ store, environment, log });
const call = async (name: string, input: object) =>
  plain(await dynamodb.execute(name, structuredClone(input), TEST_CONTEXT)) as {
    Table?: { LatestStreamArn: string };
    Item?: { n: { N: string } };
  };

const { TableName } = COUNTERS;
await call('CreateTable', COUNTERS).catch((error: unknown) => {
  if ((error as { code?: string }).code !== 'ResourceInUseException') throw error;
});
const arn = (await call('DescribeTable', { TableName })).Table?.LatestStreamArn ?? '';

const missing = new Set(wanted?.split(','));
/** The function: what it does is done even if its answer is never noted. */
const see = (payload: Uint8Array) => {
  const { Records } = JSON.parse(Buffer.from(payload).toString()) as {
    Records: { dynamodb: { NewImage: { pk: { S: string }; n: { N: string } } } }[];
  };
  const seen = Records.map(({ dynamodb: { NewImage } }) => `${NewImage.pk.S} ${NewImage.n.N}`);
  appendFileSync(output, seen.map((one) => `got ${one}\n`).join(''));
  for (const one of seen) missing.delete(one);
};

const sources = new EventSources({
  store,
  environment,
  log,
  sourceOf: async () => dynamoDBSource(dynamodb.streams, arn),
  async invoke(_mapping, payload) {
    see(payload);
    const result = { statusCode: 200, executedVersion: '$LATEST', logTail: '' };
    return { ...result, payload: Buffer.from('null'), functionError: undefined };
  },
});
const mapping: MappingRecord = {
  uuid: 'mapping',
  accountId: TEST_CONTEXT.accountId,
  region: TEST_CONTEXT.region,
  functionArn: 'arn',
  eventSourceArn: arn,
  state: 'Creating',
  enabled: true,
  startingPosition: 'TRIM_HORIZON',
  settings: changeSettings({ BatchSize: 10, ParallelizationFactor: 3 }),
  tags: {},
  lastModifiedMs: 0,
  lastProcessingResult: '',
  stateTransitionReason: '',
};
await store.transact([], () => ({
  writes: [putRecord(mappingKey(mapping), mapping)],
  result: undefined,
}));
sources.open();

const counting = async (pk: { S: string }) => {
  const { Item: before } = await call('GetItem', { TableName, Key: { pk } });
  for (let number = Number(before?.n.N ?? 0) + 1; ; number++) {
    const n = { N: String(number) };
    await call('PutItem', { TableName, Item: { pk, n, g: { S: 'g' } } });
    appendFileSync(output, `put ${pk.S} ${number}\n`);
  }
};

if (wanted === undefined) {
  await Promise.all(Array.from({ length: CALLERS }, (_, at) => counting({ S: String(at) })));
}
while (missing.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
await sources.close();
await dynamodb.close();
await store.close();
