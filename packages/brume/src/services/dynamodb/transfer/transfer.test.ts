/** Exports and imports: what is written, and that what is read back is the table. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type {
  ExportTableToPointInTimeInput,
  ImportTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../attribute-value.ts';
import { INDEXED } from '../database.fixture.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
const BUCKET = { S3Bucket: 'bucket', S3Prefix: 'pre/fix' };
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

interface Setting {
  readonly database: TimedDatabase;
  readonly folder: string;
}

async function opened(t: TestContext): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-transfer-'));
  const database = new TimedDatabase(undefined, folder);
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  return { database, folder };
}

async function withTable(t: TestContext, count: number): Promise<Setting> {
  const setting = await opened(t);
  await setting.database.call('CreateTable', INDEXED);
  await setting.database.call('UpdateContinuousBackups', {
    TableName: 'table',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  for (let at = 0; at < count; at++) await put(setting, { pk: { S: `${at}` }, sk: { N: `${at}` } });
  return setting;
}

async function put({ database }: Setting, Item: AttributeMap): Promise<void> {
  await database.call('PutItem', { TableName: 'table', Item });
}

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

async function imported(database: TimedDatabase, input: Partial<ImportTableInput>) {
  const { LocalSecondaryIndexes: _local, ...table } = INDEXED;
  const { ImportTableDescription: begun } = await database.call('ImportTable', {
    S3BucketSource: { S3Bucket: 'bucket' },
    InputFormat: 'DYNAMODB_JSON',
    TableCreationParameters: {
      ...table,
      TableName: 'imported',
      AttributeDefinitions: table.AttributeDefinitions.filter((one) => one.AttributeName !== 'l'),
    },
    ...input,
  });
  const ImportArn = begun.ImportArn ?? '';
  const { ImportTableDescription: done } = await database.until(
    () => database.call('DescribeImport', { ImportArn }),
    ({ ImportTableDescription: description }) => description.ImportStatus !== 'IN_PROGRESS',
  );
  await database.active('imported');
  return done;
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

async function object({ folder }: Setting, key: string, bytes: string | Uint8Array) {
  const path = join(folder, 'bucket', key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const JSON_LINES = [
  '{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"g"}}}',
  'not JSON',
  '{"Item":{"pk":{"S":"b"}}}',
  '{"Item":{"pk":{"S":"c"},"sk":{"S":"1"}}}',
  '{"Item":{"pk":{"S":"d"},"sk":{"N":"1"},"g":{"N":"1"}}}',
  '{"Item":{"pk":{"S":"e"},"sk":{"N":"1"},"x":{"Z":1}}}',
  '',
  '{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"later"}}}',
].join('\r\n');

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
