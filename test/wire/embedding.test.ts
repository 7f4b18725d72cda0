/** A Brume inside the test's own process: no socket, no folder, a fresh one each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createBrume } from '../../packages/brume/src/brume.ts';

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
