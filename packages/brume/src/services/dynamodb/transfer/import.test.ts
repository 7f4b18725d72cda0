/** Imports and bulk operations: what they take, what they leave out, and that they go on after a restart. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type {
  BulkOperationDescription,
  StartBulkPutItemsInput,
} from '../../../model/generated/dynamodb.types.ts';
import { INDEXED } from '../database.fixture.ts';
import {
  ARN,
  BUCKET,
  imported,
  JSON_LINES,
  object,
  opened,
  withTable,
  type Setting,
} from './transfer.fixture.ts';

test('an import counts what is no item, and goes on; objects are told by their prefix', async (t) => {
  const setting = await opened(t);
  const { database } = setting;
  await object(setting, 'in/put.zst', zstdCompressSync(JSON_LINES));
  await object(
    setting,
    'in/putter/more.zst',
    zstdCompressSync('{"Item":{"pk":{"S":"f"},"sk":{"N":"1"}}}'),
  );
  await object(setting, 'in/other.zst', 'never read');
  const result = await imported(database, {
    S3BucketSource: { S3Bucket: 'bucket', S3KeyPrefix: 'in/put' },
    InputCompressionType: 'ZSTD',
  });
  const { ImportStatus, ErrorCount, ProcessedItemCount, ImportedItemCount } = result;
  assert.deepEqual(
    { ImportStatus, ErrorCount, ProcessedItemCount, ImportedItemCount },
    { ImportStatus: 'COMPLETED', ErrorCount: 5, ProcessedItemCount: 8, ImportedItemCount: 3 },
  );
  const items = await database.items('imported');
  assert.deepEqual(
    new Set(items.map(({ pk, g }) => `${pk?.S} ${g?.S}`)),
    new Set(['a later', 'f undefined']),
  );
  assert.equal((await database.items('imported', 'gsi')).length, 1);
  const { ImportSummaryList } = await database.call('ListImports', {});
  assert.deepEqual(
    ImportSummaryList?.map((one) => one.ImportStatus),
    ['COMPLETED'],
  );
});

test('an import of CSV takes types of keys from the table, and strings for all else', async (t) => {
  const setting = await opened(t);
  const csv = 'pk;sk;v\na;1;"x; ""y""\nz"\nb;no number;v\nc;2\nd;3;\n';
  await object(setting, 'data.csv.gz', gzipSync(csv));
  const result = await imported(setting.database, {
    InputFormat: 'CSV',
    InputFormatOptions: { Csv: { Delimiter: ';' } },
    InputCompressionType: 'GZIP',
  });
  assert.equal(result.ErrorCount, 2);
  assert.deepEqual(
    new Set(await setting.database.items('imported')),
    new Set([
      { pk: { S: 'a' }, sk: { N: '1' }, v: { S: 'x; "y"\nz' } },
      { pk: { S: 'd' }, sk: { N: '3' }, v: { S: '' } },
    ]),
  );
});

test('an import that cannot read its source fails and says why', async (t) => {
  const setting = await opened(t);
  const absent = await imported(setting.database, {});
  assert.deepEqual([absent.ImportStatus, absent.FailureCode], ['FAILED', 'S3NoSuchBucket']);
  await setting.database.call('DeleteTable', { TableName: 'imported' });
  await object(setting, 'bad.gz', 'not gzip');
  const bad = await imported(setting.database, { InputCompressionType: 'GZIP' });
  assert.equal(bad.ImportStatus, 'FAILED');
  assert.match(bad.FailureMessage ?? '', /^The object bad\.gz could not be read: /);
});

test('exports and imports that a restart interrupts go on', async (t) => {
  const setting = await withTable(t, 350);
  const { database } = setting;
  const { ExportDescription } = await database.call('ExportTableToPointInTime', {
    TableArn: ARN,
    ...BUCKET,
  });
  await database.reopen();
  const ExportArn = ExportDescription?.ExportArn ?? '';
  await database.until(
    () => database.call('DescribeExport', { ExportArn }),
    (answer) => answer.ExportDescription?.ExportStatus === 'COMPLETED',
  );
  const { LocalSecondaryIndexes: _local, GlobalSecondaryIndexes: _global, ...table } = INDEXED;
  const { ImportTableDescription } = await database.call('ImportTable', {
    S3BucketSource: {
      S3Bucket: 'bucket',
      S3KeyPrefix: `pre/fix/AWSDynamoDB/${ExportArn.split('/').at(-1)}/data`,
    },
    InputFormat: 'DYNAMODB_JSON',
    InputCompressionType: 'GZIP',
    TableCreationParameters: {
      ...table,
      TableName: 'imported',
      AttributeDefinitions: table.AttributeDefinitions.slice(0, 2),
    },
  });
  const ImportArn = ImportTableDescription.ImportArn ?? '';
  const describe = async () =>
    (await database.call('DescribeImport', { ImportArn })).ImportTableDescription;
  await database.until(describe, ({ ImportedItemCount = 0 }) => ImportedItemCount > 0);
  await database.reopen();
  const done = await database.until(describe, ({ ImportStatus }) => ImportStatus !== 'IN_PROGRESS');
  assert.equal(done.ImportedItemCount, 350);
  assert.deepEqual(await database.items('imported'), await database.items('table'));
});

async function bulk({ database }: Setting, input: Partial<StartBulkPutItemsInput> = {}) {
  const { BulkOperationDescription: begun } = await database.call('StartBulkPutItems', {
    TableName: 'table',
    InputS3Configuration: { S3Bucket: 'bucket', S3KeyPrefix: 'in/', InputFormat: 'DYNAMODB_JSON' },
    OutputS3Configuration: { OutputType: ['ERROR'], S3KeyPrefix: 'out' },
    ...input,
  });
  const BulkOperationArn = begun.BulkOperationArn ?? '';
  const describe = async () =>
    (await database.call('DescribeBulkOperation', { BulkOperationArn })).BulkOperationDescription;
  return { BulkOperationArn, describe };
}

const isOver = ({ EndTime }: BulkOperationDescription) => EndTime !== undefined;

test('a bulk operation puts what can be put, and says what cannot', async (t) => {
  const setting = await withTable(t, 1);
  const { database } = setting;
  await object(setting, 'in/items.json', JSON_LINES);
  const { BulkOperationArn, describe } = await bulk(setting);
  const done = await database.until(describe, isOver);
  assert.equal(done.BulkOperationStatus, 'COMPLETED_WITH_ERRORS');
  assert.deepEqual([done.ProcessedItemCount, done.FailedItemCount], [7, 5]);
  assert.equal((await database.items('table')).length, 2);
  const id = BulkOperationArn.split('/').at(-1) ?? '';
  const errors = join(setting.folder, 'bucket/out/AWSDynamoDB', id, 'errors/0.json');
  const lines = String(await readFile(errors))
    .trim()
    .split('\n');
  assert.deepEqual(JSON.parse(lines[0] ?? ''), { record: 2, message: 'The line is not JSON' });
  assert.equal(lines.length, 5);
  const { BulkOperationsSummaryList } = await database.call('ListBulkOperations', {});
  assert.deepEqual(
    BulkOperationsSummaryList?.map((one) => one.BulkOperationArn),
    [BulkOperationArn],
  );
  const cancelled = await database.call('CancelBulkOperation', { BulkOperationArn });
  assert.equal(cancelled.BulkOperationStatus, 'COMPLETED_WITH_ERRORS');
  assert.match(
    await database.refusal('DescribeBulkOperation', {
      BulkOperationArn: `${ARN}/bulk-operation/0`,
    }),
    /^ResourceNotFoundException: /,
  );
});

test('a bulk operation keeps to its rate, and can be cancelled meanwhile', async (t) => {
  const setting = await withTable(t, 0);
  const { database } = setting;
  const items = Array.from({ length: 500 }, (_, at) => ({
    Item: { pk: { S: 'p' }, sk: { N: `${at}` } },
  }));
  await object(setting, 'in/items', items.map((item) => JSON.stringify(item)).join('\n'));
  const { BulkOperationArn, describe } = await bulk(setting, { MaxWriteRequestUnits: 1 });
  const begun = await database.until(
    describe,
    ({ ProcessedItemCount }) => ProcessedItemCount !== 0,
  );
  // The next hundred would come in a hundred seconds.
  assert.deepEqual([begun.ProcessedItemCount, begun.BulkOperationStatus], [100, 'IN_PROGRESS']);
  const answer = await database.call('CancelBulkOperation', { BulkOperationArn });
  assert.equal(answer.BulkOperationStatus, 'CANCELLING');
  await database.reopen();
  const done = await database.until(describe, isOver);
  assert.equal(done.BulkOperationStatus, 'CANCELLED');
  assert.equal((await database.items('table')).length, 100);
});
