/** CloudWatch Logs through the real SDK: errors by class, pages, and Live Tail's event stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  InvalidParameterException,
  paginateFilterLogEvents,
  paginateGetLogEvents,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createBrume } from '../../packages/brume/src/brume.ts';

const logGroupName = '/app/web';
const named = { logGroupName, logStreamName: 'one' };

async function cloud(t: TestContext): Promise<CloudWatchLogsClient> {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  const client = new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    // Live Tail would go to `streaming-127.0.0.1`.
    disableHostPrefix: true,
  });
  t.after(async () => {
    client.destroy();
    await brume.close();
  });
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand(named));
  return client;
}

function put(client: CloudWatchLogsClient, ...messages: string[]) {
  const timestamp = Date.now();
  const logEvents = messages.map((message, index) => ({ timestamp: timestamp + index, message }));
  return client.send(new PutLogEventsCommand({ ...named, logEvents }));
}

test('events go in and are found by the SDK’s paginators', async (t) => {
  const client = await cloud(t);
  const messages = Array.from({ length: 25 }, (_, index) => `line ${index} ü`);
  const { nextSequenceToken } = await put(client, ...messages);
  assert.match(nextSequenceToken ?? '', /^\d{56}$/);
  const read: (string | undefined)[] = [];
  const pages = paginateGetLogEvents(
    { client, pageSize: 10, stopOnSameToken: true },
    { ...named, startFromHead: true },
  );
  for await (const { events = [] } of pages) read.push(...events.map((event) => event.message));
  assert.deepEqual(read, messages);
  const found: (string | undefined)[] = [];
  const filter = { logGroupName, filterPattern: '"line 2"' };
  for await (const { events = [] } of paginateFilterLogEvents({ client, pageSize: 4 }, filter)) {
    found.push(...events.map((event) => event.message));
  }
  assert.deepEqual(
    found,
    messages.filter((message) => message.includes('line 2')),
  );
});

test('errors have the classes and words of AWS', async (t) => {
  const client = await cloud(t);
  await assert.rejects(
    client.send(new CreateLogGroupCommand({ logGroupName })),
    (error) =>
      error instanceof ResourceAlreadyExistsException &&
      error.message === 'The specified log group already exists',
  );
  await assert.rejects(
    client.send(new CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) })),
    (error) =>
      error instanceof InvalidParameterException &&
      error.message ===
        'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  );
});

test('a group shows its retention', async (t) => {
  const client = await cloud(t);
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
  assert.equal(logGroups?.[0]?.retentionInDays, 7);
});

test('Live Tail tells events as they come, until its reader leaves', async (t) => {
  const client = await cloud(t);
  const logGroupArn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;
  const { responseStream } = await client.send(
    new StartLiveTailCommand({
      logGroupIdentifiers: [logGroupArn],
      logEventFilterPattern: 'ERROR',
    }),
  );
  assert.ok(responseStream);
  for await (const { sessionStart, sessionUpdate } of responseStream) {
    if (sessionStart) {
      assert.deepEqual(sessionStart.logGroupIdentifiers, [logGroupArn]);
      await put(client, 'fine', 'an ERROR');
    }
    const [result] = sessionUpdate?.sessionResults ?? [];
    if (!result) continue;
    assert.equal(result.message, 'an ERROR');
    assert.equal(result.logStreamName, 'one');
    assert.equal(sessionUpdate?.sessionMetadata?.sampled, false);
    break;
  }
});
