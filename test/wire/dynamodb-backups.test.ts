/** Backups, point-in-time recovery, exports, imports and bulk operations through the real SDK. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  BackupNotFoundException,
  CreateBackupCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeBulkOperationCommand,
  DescribeContinuousBackupsCommand,
  DescribeExportCommand,
  DescribeImportCommand,
  DynamoDBClient,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  ListBackupsCommand,
  ListExportsCommand,
  ListImportsCommand,
  PointInTimeRecoveryUnavailableException,
  PutItemCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  StartBulkPutItemsCommand,
  TableNotFoundException,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';

const TABLE = {
  TableName: 'music',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableCommandInput;

async function opened(t: TestContext, config: Partial<Config>) {
  const brume = await createBrume({ ...config, port: 0 });
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(await brume.listen()).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    client.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { client, close };
}

async function withItems(client: DynamoDBClient, count: number): Promise<void> {
  await client.send(new CreateTableCommand(TABLE));
  for (let at = 0; at < count; at++) {
    const Item = { id: { S: `song ${at}` }, bytes: { B: Uint8Array.of(at) } };
    await client.send(new PutItemCommand({ TableName: 'music', Item }));
  }
}

async function enableRecovery(client: DynamoDBClient) {
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'music',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
}

async function until<Answer>(ask: () => Promise<Answer>, is: (answer: Answer) => boolean) {
  for (let turn = 0; turn < 5000; turn++) {
    const answer = await ask();
    if (is(answer)) return answer;
  }
  throw new Error('what was waited for did not come');
}

async function available(client: DynamoDBClient, BackupArn: string | undefined) {
  await until(
    () => client.send(new DescribeBackupCommand({ BackupArn })),
    (answer) => answer.BackupDescription?.BackupDetails?.BackupStatus === 'AVAILABLE',
  );
}

async function itemsOf(client: DynamoDBClient, TableName: string) {
  await waitUntilTableExists(
    { client, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 10 },
    { TableName },
  );
  return (await client.send(new ScanCommand({ TableName }))).Items;
}

test('a backup outlives its table and the process, and is restored', async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'brume-wire-backups-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const first = await opened(t, { dataFolder });
  await withItems(first.client, 5);
  const before = await itemsOf(first.client, 'music');
  const asked = { TableName: 'music', BackupName: 'monday' };
  const { BackupDetails } = await first.client.send(new CreateBackupCommand(asked));
  assert.equal(BackupDetails?.BackupType, 'USER');
  assert.ok(BackupDetails?.BackupCreationDateTime instanceof Date);
  await available(first.client, BackupDetails?.BackupArn);
  await first.client.send(new DeleteTableCommand({ TableName: 'music' }));
  await first.close();

  const { client } = await opened(t, { dataFolder });
  const { BackupSummaries } = await client.send(new ListBackupsCommand({}));
  assert.deepEqual(
    BackupSummaries?.map(({ BackupName }) => BackupName),
    ['monday'],
  );
  const BackupArn = BackupDetails?.BackupArn;
  const restore = { BackupArn, TargetTableName: 'restored' };
  const { TableDescription } = await client.send(new RestoreTableFromBackupCommand(restore));
  assert.equal(TableDescription?.RestoreSummary?.SourceBackupArn, BackupArn);
  assert.deepEqual(await itemsOf(client, 'restored'), before);
  await assert.rejects(
    client.send(new DescribeBackupCommand({ BackupArn: `${BackupArn}0` })),
    BackupNotFoundException,
  );
});

test('a table is restored to a point in time', async (t) => {
  const { client } = await opened(t, { memory: true });
  await withItems(client, 3);
  const latest = {
    SourceTableName: 'music',
    TargetTableName: 'then',
    UseLatestRestorableTime: true,
  };
  await assert.rejects(
    client.send(new RestoreTableToPointInTimeCommand(latest)),
    PointInTimeRecoveryUnavailableException,
  );
  await enableRecovery(client);
  const asked = new DescribeContinuousBackupsCommand({ TableName: 'music' });
  const { ContinuousBackupsDescription: described } = await client.send(asked);
  const recovery = described?.PointInTimeRecoveryDescription;
  assert.equal(recovery?.RecoveryPeriodInDays, 35);
  assert.ok(recovery?.EarliestRestorableDateTime instanceof Date);
  await client.send(new RestoreTableToPointInTimeCommand(latest));
  await client.send(new PutItemCommand({ TableName: 'music', Item: { id: { S: 'later' } } }));
  assert.equal((await itemsOf(client, 'then'))?.length, 3);
  assert.equal((await itemsOf(client, 'music'))?.length, 4);
  await assert.rejects(
    client.send(new DescribeContinuousBackupsCommand({ TableName: 'absent' })),
    TableNotFoundException,
  );
});

test('a table is exported, imported, and put in bulk', async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'brume-wire-exports-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const { client, close } = await opened(t, { dataFolder });
  await withItems(client, 7);
  await enableRecovery(client);
  const TableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/music';
  const { ExportDescription: begun } = await client.send(
    new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: 'bucket', S3Prefix: 'exports' }),
  );
  const { ExportArn } = begun ?? {};
  const { ExportDescription: done } = await until(
    () => client.send(new DescribeExportCommand({ ExportArn })),
    (answer) => answer.ExportDescription?.ExportStatus !== 'IN_PROGRESS',
  );
  assert.deepEqual([done?.ExportStatus, done?.ItemCount], ['COMPLETED', 7]);
  const id = ExportArn?.split('/').at(-1) ?? '';
  const files = await readdir(join(dataFolder, 'exports/bucket/exports/AWSDynamoDB', id, 'data'));
  assert.equal(files.length, 1);
  const { ExportSummaries } = await client.send(new ListExportsCommand({ TableArn }));
  assert.equal(ExportSummaries?.length, 1);

  const source = { S3Bucket: 'bucket', S3KeyPrefix: `exports/AWSDynamoDB/${id}/data/` };
  const { ImportTableDescription } = await client.send(
    new ImportTableCommand({
      S3BucketSource: source,
      InputFormat: 'DYNAMODB_JSON',
      InputCompressionType: 'GZIP',
      TableCreationParameters: { ...TABLE, TableName: 'imported' },
    }),
  );
  const { ImportArn } = ImportTableDescription ?? {};
  const imported = await until(
    () => client.send(new DescribeImportCommand({ ImportArn })),
    (answer) => answer.ImportTableDescription?.ImportStatus !== 'IN_PROGRESS',
  );
  assert.equal(imported.ImportTableDescription?.ImportedItemCount, 7);
  assert.deepEqual(await itemsOf(client, 'imported'), await itemsOf(client, 'music'));
  const { ImportSummaryList } = await client.send(new ListImportsCommand({ PageSize: 1 }));
  assert.equal(ImportSummaryList?.length, 1);

  await client.send(new CreateTableCommand({ ...TABLE, TableName: 'bulk' }));
  const { BulkOperationDescription } = await client.send(
    new StartBulkPutItemsCommand({
      TableName: 'bulk',
      InputS3Configuration: {
        ...source,
        InputFormat: 'DYNAMODB_JSON',
        InputCompressionType: 'GZIP',
      },
      OutputS3Configuration: { OutputType: ['ERROR'] },
    }),
  );
  const { BulkOperationArn } = BulkOperationDescription ?? {};
  await until(
    () => client.send(new DescribeBulkOperationCommand({ BulkOperationArn })),
    (answer) => answer.BulkOperationDescription?.BulkOperationStatus === 'COMPLETED',
  );
  assert.deepEqual(await itemsOf(client, 'bulk'), await itemsOf(client, 'music'));
  // Before the folder is removed.
  await close();
});
