/** Brume is killed again and again while a durable function works: no step is lost, none counts twice. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  CreateFunctionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { startBrume, temporaryFolder } from '../wire/brume-process.ts';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 40 : 4;
const STEPS = KILLS * 10;
/** Between its start and a kill; a step takes some 30 ms. */
const RUN_MS_MAX = 900;
const SDK = createRequire(import.meta.url).resolve('@aws/durable-execution-sdk-js');

const CODE = `
  const { withDurableExecution } = require('./sdk.cjs');
  exports.handler = withDurableExecution(async ({ steps }, context) => {
    const results = [];
    for (let at = 0; at < steps; at++) {
      results.push(await context.step('step ' + at, async () => at + ' ' + process.hrtime.bigint()));
    }
    return results;
  });`;

test(`an execution of ${STEPS} steps ends well, killed ${KILLS} times`, async (t) => {
  const folder = await temporaryFolder(t);
  const FunctionName = 'steps:1';
  let arn: string | undefined;
  for (let kill = 0; kill <= KILLS; kill++) {
    const brume = await startBrume(t, folder);
    const client = clientOf(brume.endpoint);
    arn ??= await begin(client);
    if (kill < KILLS) await setTimeout(Math.random() * RUN_MS_MAX);
    else await ended(client);
    if (kill === KILLS) await check(client);
    client.destroy();
    await brume.stop(kill < KILLS ? 'SIGKILL' : 'SIGINT');
  }

  async function begin(client: LambdaClient): Promise<string | undefined> {
    const ZipFile = zipFiles({ 'index.js': CODE, 'sdk.cjs': await readFile(SDK, 'utf8') });
    await client.send(
      new CreateFunctionCommand({
        FunctionName: 'steps',
        Role: 'arn:aws:iam::000000000000:role/r',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 60,
        Code: { ZipFile },
        DurableConfig: { ExecutionTimeout: 3600 },
      }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 60 }, { FunctionName: 'steps' });
    await client.send(new PublishVersionCommand({ FunctionName: 'steps' }));
    const Payload = Buffer.from(JSON.stringify({ steps: STEPS }));
    const input = { FunctionName, Payload, InvocationType: 'Event' } as const;
    return (await client.send(new InvokeCommand(input))).DurableExecutionArn;
  }

  async function ended(client: LambdaClient): Promise<void> {
    const get = new GetDurableExecutionCommand({ DurableExecutionArn: arn });
    while ((await client.send(get)).Status === 'RUNNING') await setTimeout(50);
  }

  async function check(client: LambdaClient): Promise<void> {
    const execution = await client.send(
      new GetDurableExecutionCommand({ DurableExecutionArn: arn }),
    );
    assert.equal(execution.Status, 'SUCCEEDED');
    const noted: string[] = [];
    let Marker: string | undefined;
    do {
      const input = { DurableExecutionArn: arn, IncludeExecutionData: true, Marker };
      const page = await client.send(new GetDurableExecutionHistoryCommand(input));
      for (const { EventType, StepSucceededDetails } of page.Events ?? []) {
        const payload = StepSucceededDetails?.Result?.Payload;
        if (EventType === 'StepSucceeded') noted.push(JSON.parse(payload ?? '') as string);
      }
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    assert.equal(noted.length, STEPS);
    assert.deepEqual(JSON.parse(execution.Result ?? ''), noted);
  }
});

function clientOf(endpoint: string): LambdaClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new LambdaClient({ endpoint, region: 'us-east-1', credentials });
}
