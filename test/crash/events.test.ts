/**
 * Kills a whole Brume at random moments while it takes in events and hands their records on to another
 * function: all events that were accepted reach it in the end, some perhaps more than once.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { startBrume, temporaryFolder } from '../wire/brume-process.ts';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 40 : 3;
const RUN_MS_MAX = 1500;
const WAIT_MS_MAX = 120_000;
const WORDS = { words: ['--isolation', 'process', '--no-prepare'] };
const FunctionName = 'source';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';

test(`${KILLS} kills lose no event that was accepted, nor its record`, async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'told');
  const accepted = new Set<number>();
  for (let run = 0; run < KILLS; run++) {
    const brume = await startBrume(t, folder, WORDS);
    const client = clientOf(brume.endpoint);
    if (run === 0) await deploy(client, file);
    const before = accepted.size;
    const sending = sendEvents(client, accepted);
    const failed = sending.then(() => 'no event was accepted');
    while (accepted.size === before) {
      assert.equal(await Promise.race([failed, delay(5)]), undefined, brume.output());
    }
    await delay(Math.random() * RUN_MS_MAX);
    await brume.stop('SIGKILL');
    await sending;
    client.destroy();
  }
  const brume = await startBrume(t, folder, WORDS);
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  const missing = async () => {
    const told = new Set((await readFile(file, 'utf8').catch(() => '')).split('\n').map(Number));
    return [...accepted].filter((number) => !told.has(number));
  };
  while ((await missing()).length > 0 && Date.now() < deadlineMs) await delay(20);
  assert.deepEqual(await missing(), []);
  await brume.stop();
});

function clientOf(endpoint: string): LambdaClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** Events with even numbers succeed, those with odd ones fail; both are told to the other function. */
async function deploy(client: LambdaClient, file: string): Promise<void> {
  const create = (name: string, body: string) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: 'arn:aws:iam::000000000000:role/r',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipFiles({ 'index.mjs': body }) },
      }),
    );
  const fail = "if (event.number % 2) throw new Error('odd');";
  await create('source', `export const handler = async (event) => { ${fail} };`);
  const write = `appendFileSync(${JSON.stringify(file)}, event.requestPayload.number + '\\n');`;
  await create(
    'destination',
    `import { appendFileSync } from 'node:fs';
    export const handler = async (event) => { ${write} };`,
  );
  const destination = { Destination: `${ARN}:destination` };
  await client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnSuccess: destination, OnFailure: destination },
    }),
  );
}

/** Sends events, one after another, until Brume is gone. */
async function sendEvents(client: LambdaClient, accepted: Set<number>): Promise<void> {
  for (let number = accepted.size; ; number++) {
    const Payload = Buffer.from(JSON.stringify({ number }));
    const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload });
    try {
      await client.send(command);
    } catch {
      // Killed: whether this event was taken in nobody can say.
      return;
    }
    accepted.add(number);
    await delay(2);
  }
}
