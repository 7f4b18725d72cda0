/** Exports: what is written, and that what is imported from it is the table. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { ExportTableToPointInTimeInput } from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED } from '../database.fixture.ts';
import { ARN, BUCKET, imported, opened, put, withTable, type Setting } from './transfer.fixture.ts';

const MINUTE_MS = 60_000;

/** One of every type, with names and values that texts have trouble with. */
const EVERYTHING: AttributeMap = JSON.parse(`{
  "pk": {"S": "every \\"thing\\"\\n"}, "sk": {"N": "-1.5"},
  "__proto__": {"S": "a name"}, "it's 1": {"S": "ü\\u2028\\u0000😀"}, "null": {"NULL": true},
  "b": {"B": "AP+A"}, "t": {"BOOL": true}, "f": {"BOOL": false},
  "n": {"L": [{"N": "0"}, {"N": "600"}, {"N": "103"}, {"N": "0.00012"}, {"N": "12345.678"},
    {"N": "-7000"}, {"N": "99999999999999999999999999999999999999"}, {"N": "0.${'0'.repeat(129)}1"}]},
  "ss": {"SS": ["a", "b::c"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AA=="]},
  "m": {"M": {"deep": {"M": {"": {"S": ""}, "l": {"L": []}}}}}
}`) as AttributeMap;

async function exported(
  { database, folder }: Setting,
  input: Partial<ExportTableToPointInTimeInput> = {},
) {
  const asked = { TableArn: ARN, ...BUCKET, ...input };
  const { ExportDescription: begun } = await database.call('ExportTableToPointInTime', asked);
  assert.equal(begun?.ExportStatus, 'IN_PROGRESS');
  const ExportArn = begun?.ExportArn ?? '';
  const done = await database.until(
    async () => (await database.call('DescribeExport', { ExportArn })).ExportDescription,
    (description) => description?.ExportStatus !== 'IN_PROGRESS',
  );
  assert.equal(done?.ExportStatus, 'COMPLETED', done?.FailureMessage);
  const read = (key: string) => readFile(join(folder, 'bucket', key));
  const summary = JSON.parse(String(await read(done?.ExportManifest ?? '')));
  const manifest = String(await read(summary.manifestFilesS3Key));
  const files = manifest
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const texts: string[] = [];
  for (const file of files) {
    const bytes = await read(file.dataFileS3Key);
    assert.equal(hash('md5', bytes, 'base64'), file.md5Checksum);
    const text = String(gunzipSync(bytes));
    assert.equal(text.split('\n').length - 1, file.itemCount);
    texts.push(text);
  }
  return { done, summary, files, lines: texts.join('').split('\n').filter(Boolean) };
}

for (const format of ['DYNAMODB_JSON', 'ION'] as const) {
  test(`a table imported from its export in ${format} is the table`, async (t) => {
    const setting = await withTable(t, 230);
    await put(setting, EVERYTHING);
    const { done, summary, files } = await exported(setting, { ExportFormat: format });
    const { ItemCount, ExportArn = '', StartTime } = done ?? {};
    assert.match(
      ExportArn,
      /^arn:aws:dynamodb:us-east-1:000000000000:table\/table\/export\/0\d{13}-[0-9a-f]{8}$/,
    );
    assert.equal(ItemCount, 231);
    const id = ExportArn.split('/').at(-1);
    assert.deepEqual(Object.keys(summary), [
      'version',
      'exportArn',
      'startTime',
      'endTime',
      'tableArn',
      'tableId',
      'exportTime',
      's3Bucket',
      's3Prefix',
      's3SseAlgorithm',
      's3SseKmsKeyId',
      'manifestFilesS3Key',
      'billedSizeBytes',
      'itemCount',
      'outputFormat',
    ]);
    assert.equal(summary.manifestFilesS3Key, `pre/fix/AWSDynamoDB/${id}/manifest-files.json`);
    assert.equal(summary.exportTime, StartTime?.toISOString());
    assert.equal(files.length, 1);
    assert.deepEqual(
      (await readdir(join(setting.folder, 'bucket/pre/fix/AWSDynamoDB', id ?? ''))).toSorted(),
      [
        '_started',
        'data',
        'manifest-files.json',
        'manifest-files.md5',
        'manifest-summary.json',
        'manifest-summary.md5',
      ],
    );
    const source = { S3Bucket: 'bucket', S3KeyPrefix: `pre/fix/AWSDynamoDB/${id}/data/` };
    const result = await imported(setting.database, {
      S3BucketSource: source,
      InputFormat: format,
      InputCompressionType: 'GZIP',
    });
    assert.equal(result.ImportStatus, 'COMPLETED', result.FailureMessage);
    assert.equal(result.ErrorCount, 0);
    assert.equal(result.ImportedItemCount, 231);
    const { database } = setting;
    assert.deepEqual(await database.items('imported'), await database.items('table'));
  });
}

test('an export is of its moment, of a past one too, and of an empty table a file', async (t) => {
  const setting = await withTable(t, 0);
  const empty = await exported(setting);
  assert.deepEqual([empty.lines, empty.files.length, empty.done?.ItemCount], [[], 1, 0]);
  await put(setting, { pk: { S: 'a' }, sk: { N: '1' } });
  const atMs = setting.database.nowMs;
  setting.database.nowMs += 1000;
  await put(setting, { pk: { S: 'b' }, sk: { N: '1' } });
  const past = await exported(setting, { ExportTime: new Date(atMs) });
  assert.deepEqual(past.lines, ['{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}']);
  assert.equal((await exported(setting)).lines.length, 2);
  const list = await setting.database.call('ListExports', { TableArn: ARN, MaxResults: 2 });
  assert.equal(list.ExportSummaries?.length, 2);
  const { NextToken } = list;
  const rest = await setting.database.call('ListExports', {
    TableArn: ARN,
    MaxResults: 2,
    NextToken,
  });
  assert.deepEqual(
    rest.ExportSummaries?.map(({ ExportStatus }) => ExportStatus),
    ['COMPLETED'],
  );
  assert.equal(rest.NextToken, undefined);
});

test('an incremental export has each item that changed once, as it was and as it became', async (t) => {
  const setting = await withTable(t, 0);
  const { database } = setting;
  const item = (pk: string, v: string) => ({ pk: { S: pk }, sk: { N: '1' }, v: { S: v } });
  const remove = async (pk: string) => {
    const Key = { pk: { S: pk }, sk: { N: '1' } };
    await database.call('DeleteItem', { TableName: 'table', Key });
  };
  await put(setting, item('kept', '1'));
  await put(setting, item('changed', '1'));
  await put(setting, item('removed', '1'));
  database.nowMs += MINUTE_MS;
  const fromMs = database.nowMs;
  await put(setting, item('changed', '2'));
  await put(setting, item('passing', '1'));
  database.nowMs += MINUTE_MS;
  const changedMs = database.nowMs;
  await put(setting, item('changed', '3'));
  await put(setting, item('new', '1'));
  await remove('removed');
  await remove('passing');
  database.nowMs = fromMs + 20 * MINUTE_MS;
  const toMs = database.nowMs;
  // At the end, so not within.
  await put(setting, item('changed', '4'));
  await remove('kept');
  database.nowMs += MINUTE_MS;
  const span = { ExportFromTime: new Date(fromMs), ExportToTime: new Date(toMs) };
  const asked = { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: span } as const;
  const { lines, summary, files } = await exported(setting, asked);
  const Metadata = { WriteTimestampMicros: { N: `${changedMs}000` } };
  const Keys = (pk: string) => ({ pk: { S: pk }, sk: { N: '1' } });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      {
        Metadata,
        Keys: Keys('changed'),
        OldImage: item('changed', '1'),
        NewImage: item('changed', '3'),
      },
      { Metadata, Keys: Keys('new'), NewImage: item('new', '1') },
      { Metadata, Keys: Keys('removed'), OldImage: item('removed', '1') },
    ],
  );
  assert.equal(summary.version, '2023-08-01');
  assert.equal(summary.exportType, 'INCREMENTAL_EXPORT');
  assert.equal(summary.outputView, 'NEW_AND_OLD_IMAGES');
  assert.equal(summary.exportFromTime, new Date(fromMs).toISOString());
  assert.match(files[0].dataFileS3Key, /^pre\/fix\/AWSDynamoDB\/data\/[a-z2-7]{26}\.json\.gz$/);
  const newOnly = await exported(setting, {
    ...asked,
    ExportFormat: 'ION',
    IncrementalExportSpecification: { ...span, ExportViewType: 'NEW_IMAGE' },
  });
  assert.equal(
    newOnly.lines[0],
    `$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:${changedMs / 10 ** trailingZeros(changedMs)}` +
      `d${trailingZeros(changedMs) + 3}},Keys:{pk:"changed",sk:1.},` +
      'NewImage:{pk:"changed",sk:1.,v:"3"}}}',
  );
  assert.ok(newOnly.lines.every((line) => !line.includes('OldImage')));
});

function trailingZeros(count: number): number {
  return /0*$/.exec(String(count))?.[0].length ?? 0;
}

test('a client token stands for its request, and for no other one', async (t) => {
  const setting = await withTable(t, 1);
  const { database } = setting;
  const asked = { TableArn: ARN, ...BUCKET, ClientToken: 'token' };
  const first = await database.call('ExportTableToPointInTime', asked);
  const second = await database.call('ExportTableToPointInTime', asked);
  assert.equal(second.ExportDescription?.ExportArn, first.ExportDescription?.ExportArn);
  assert.match(
    await database.refusal('ExportTableToPointInTime', { ...asked, S3Bucket: 'other' }),
    /^ExportConflictException: /,
  );
  database.nowMs += 8 * 60 * MINUTE_MS;
  const third = await database.call('ExportTableToPointInTime', asked);
  assert.notEqual(third.ExportDescription?.ExportArn, first.ExportDescription?.ExportArn);
});

test('an export of what is not there, or cannot be, is refused', async (t) => {
  const { database } = await opened(t);
  assert.equal(
    await database.refusal('ExportTableToPointInTime', { TableArn: ARN, ...BUCKET }),
    `TableNotFoundException: Table not found: ${ARN}`,
  );
  await database.call('CreateTable', INDEXED);
  assert.equal(
    await database.refusal('ExportTableToPointInTime', { TableArn: ARN, ...BUCKET }),
    "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'table'",
  );
  const ExportArn = `${ARN}/export/01234567890123-a1b2c3d4`;
  assert.match(
    await database.refusal('DescribeExport', { ExportArn }),
    /^ExportNotFoundException: /,
  );
  const ImportArn = `${ARN}/import/01234567890123-a1b2c3d4`;
  assert.match(
    await database.refusal('DescribeImport', { ImportArn }),
    /^ImportNotFoundException: /,
  );
});

test('no prefix leads out of the folder', async (t) => {
  const setting = await withTable(t, 3);
  const { database, folder } = setting;
  const S3Prefix = '../../out//of/./%2E';
  const asked = { TableArn: ARN, S3Bucket: 'bucket', S3Prefix };
  const { ExportDescription } = await database.call('ExportTableToPointInTime', asked);
  const ExportArn = ExportDescription?.ExportArn ?? '';
  await database.until(
    () => database.call('DescribeExport', { ExportArn }),
    (answer) => answer.ExportDescription?.ExportStatus === 'COMPLETED',
  );
  assert.deepEqual((await readdir(folder)).toSorted(), ['.unfinished', 'bucket']);
  assert.deepEqual(await readdir(join(folder, 'bucket')), ['%2E%2E']);
  const id = ExportArn.split('/').at(-1);
  const done = await imported(database, {
    S3BucketSource: { S3Bucket: 'bucket', S3KeyPrefix: `${S3Prefix}/AWSDynamoDB/${id}/data/` },
    InputCompressionType: 'GZIP',
  });
  assert.equal(done.ImportedItemCount, 3);
});
