/** A database with a folder for buckets, and what is read and written there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ImportTableInput } from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED } from '../database.fixture.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

export const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
export const BUCKET = { S3Bucket: 'bucket', S3Prefix: 'pre/fix' };

export interface Setting {
  readonly database: TimedDatabase;
  readonly folder: string;
}

export async function opened(t: TestContext): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-transfer-'));
  const database = new TimedDatabase(undefined, folder);
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  return { database, folder };
}

export async function withTable(t: TestContext, count: number): Promise<Setting> {
  const setting = await opened(t);
  await setting.database.call('CreateTable', INDEXED);
  await setting.database.call('UpdateContinuousBackups', {
    TableName: 'table',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  for (let at = 0; at < count; at++) await put(setting, { pk: { S: `${at}` }, sk: { N: `${at}` } });
  return setting;
}

export async function put({ database }: Setting, Item: AttributeMap): Promise<void> {
  await database.call('PutItem', { TableName: 'table', Item });
}

export async function imported(database: TimedDatabase, input: Partial<ImportTableInput>) {
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

export async function object({ folder }: Setting, key: string, bytes: string | Uint8Array) {
  const path = join(folder, 'bucket', key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

export const JSON_LINES = [
  '{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"g"}}}',
  'not JSON',
  '{"Item":{"pk":{"S":"b"}}}',
  '{"Item":{"pk":{"S":"c"},"sk":{"S":"1"}}}',
  '{"Item":{"pk":{"S":"d"},"sk":{"N":"1"},"g":{"N":"1"}}}',
  '{"Item":{"pk":{"S":"e"},"sk":{"N":"1"},"x":{"Z":1}}}',
  '',
  '{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"later"}}}',
].join('\r\n');
