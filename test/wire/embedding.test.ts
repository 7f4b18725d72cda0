/** A Brume inside the test's own process: no socket, no folder, a fresh one each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { httpRequest } from '../support/raw-request.ts';

test('SDK clients of this process need no socket', async (t) => {
  const brume = await createBrume({ memory: true });
  t.after(() => brume.close());
  const { requestHandler } = brume;
  const credentials = { accessKeyId: '123456789012', secretAccessKey: 'any' };
  const options = { region: 'eu-west-1', credentials, requestHandler };
  const tables = await new DynamoDBClient(options).send(new ListTablesCommand({}));
  assert.deepEqual(tables.TableNames, []);
  const caller = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  assert.equal(caller.Account, '123456789012');
});

test('APIs that cannot be served say so, and keep nothing from closing', async () => {
  let log = '';
  const environment = nodeEnvironment();
  const disk = {
    ...environment.disk,
    makeDirectory: () => Promise.reject(new Error('no space left')),
  };
  const surroundings = {
    environment: { ...environment, disk },
    write: (text: string) => (log += text),
  };
  const brume = await createBrume({ memory: true }, surroundings);
  const credentials = { accessKeyId: '123456789012', secretAccessKey: 'any' };
  const options = { region: 'eu-west-1', credentials, requestHandler: brume.requestHandler };
  await new DynamoDBClient(options).send(new ListTablesCommand({}));
  const answer = await brume.handle(httpRequest({ target: '/_aws/execute-api/abcdefghij/dev/' }));
  assert.equal(answer.status, 500);
  assert.match(JSON.stringify(answer.body), /Brume cannot serve APIs/);
  await brume.close();
  assert.match(log, /APIs cannot be served until Brume starts anew.*no space left/);
});
