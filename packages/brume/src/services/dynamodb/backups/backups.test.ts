/** Backups: of one moment, on their own, listed, restored and deleted. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import { createSqliteStore } from '../../../storage/sqlite/sqlite-store.ts';
import { INDEXED } from '../database.fixture.ts';
import { DAY_MS } from '../recovery/limits.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const ABSENT = 'arn:aws:dynamodb:us-east-1:000000000000:table/table/backup/01489173575360-b308cd7d';

async function filled(database: TimedDatabase, count: number): Promise<void> {
  await database.call('CreateTable', INDEXED);
  for (let at = 0; at < count; at++) await put(database, at, 'before');
}

async function put(database: TimedDatabase, at: number, v: string): Promise<void> {
  const Item = { pk: { S: String(at % 7) }, sk: { N: String(at) }, g: { S: 'g' }, v: { S: v } };
  await database.call('PutItem', { TableName: 'table', Item });
}

async function backup(database: TimedDatabase, name = 'backup'): Promise<string> {
  const asked = { TableName: 'table', BackupName: name };
  const { BackupDetails } = await database.call('CreateBackup', asked);
  assert.equal(BackupDetails?.BackupStatus, 'CREATING');
  return BackupDetails?.BackupArn ?? '';
}

test('a backup has the items of its moment, though they change while it is made', async () => {
  const database = new TimedDatabase();
  await filled(database, 350);
  const arn = await backup(database);
  assert.match(
    arn,
    /^arn:aws:dynamodb:us-east-1:000000000000:table\/table\/backup\/0\d{13}-[0-9a-f]{8}$/,
  );
  for (let at = 0; at < 350; at += 2) await put(database, at, 'after');
  for (let at = 350; at < 400; at++) await put(database, at, 'after');
  for (let at = 1; at < 350; at += 2) {
    const Key = { pk: { S: String(at % 7) }, sk: { N: String(at) } };
    await database.call('DeleteItem', { TableName: 'table', Key });
  }
  const description = await database.available(arn);
  assert.equal(description?.SourceTableDetails?.ItemCount, 350);
  await database.call('RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'target' });
  await database.active('target');
  const items = await database.items('target');
  assert.deepEqual(
    items.map(({ sk }) => Number(sk?.N)).toSorted((a, b) => a - b),
    Array.from({ length: 350 }, (_, at) => at),
  );
  assert.deepEqual(new Set(items.map(({ v }) => v?.S)), new Set(['before']));
  assert.equal((await database.items('target', 'gsi')).length, 350);
  assert.equal((await database.items('target', 'lsi')).length, 0);
});

test('a table is written as cheaply after a backup as before it', async () => {
  const database = new TimedDatabase();
  await filled(database, 1);
  const entries = async () =>
    (await database.store.range({ start: Buffer.of(0), end: Buffer.of(255), limit: 1000 })).length;
  const before = await entries();
  const arn = await backup(database);
  await database.available(arn);
  await put(database, 0, 'after');
  // The backup, and its copy of the item.
  await database.until(entries, (count) => count === before + 2);
});

test('a table is not deleted during a backup, and a backup not while it is made or used', async () => {
  const database = new TimedDatabase();
  await filled(database, 150);
  const arn = await backup(database);
  assert.match(
    await database.refusal('DeleteTable', { TableName: 'table' }),
    /^ResourceInUseException: /,
  );
  assert.match(
    await database.refusal('DeleteBackup', { BackupArn: arn }),
    /^BackupInUseException: /,
  );
  await database.available(arn);
  await database.call('RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'target' });
  assert.match(
    await database.refusal('DeleteBackup', { BackupArn: arn }),
    /^BackupInUseException: /,
  );
  await database.active('target');
  await database.until(
    () => database.call('DeleteBackup', { BackupArn: arn }).catch(() => undefined),
    (answer) => answer?.BackupDescription?.BackupDetails?.BackupStatus === 'DELETED',
  );
  assert.equal(
    await database.refusal('DescribeBackup', { BackupArn: arn }),
    `BackupNotFoundException: Backup not found: ${arn}`,
  );
  await database.call('DeleteTable', { TableName: 'table' });
});

test('backups are listed in pages, of a table, a time or a kind', async () => {
  const database = new TimedDatabase();
  await filled(database, 1);
  const startMs = database.nowMs;
  for (const name of ['one', 'two', 'three']) {
    await database.available(await backup(database, name));
    database.nowMs += 1000;
  }
  const names = async (input: Parameters<typeof database.call<'ListBackups'>>[1]) => {
    const { BackupSummaries } = await database.call('ListBackups', input);
    return BackupSummaries?.map(({ BackupName }) => BackupName);
  };
  assert.deepEqual(await names({}), ['one', 'two', 'three']);
  assert.deepEqual(await names({ TableName: 'table', BackupType: 'USER' }), [
    'one',
    'two',
    'three',
  ]);
  assert.deepEqual(await names({ TableName: 'other' }), []);
  assert.deepEqual(await names({ BackupType: 'SYSTEM' }), []);
  const from = new Date(startMs + 1000);
  assert.deepEqual(await names({ TimeRangeLowerBound: from }), ['two', 'three']);
  assert.deepEqual(await names({ TimeRangeUpperBound: from }), ['one']);
  const page = await database.call('ListBackups', { Limit: 2 });
  assert.equal(page.BackupSummaries?.length, 2);
  const next = page.LastEvaluatedBackupArn;
  assert.deepEqual(await names({ ExclusiveStartBackupArn: next }), ['three']);
});

test('what is not there is not backed up, described or restored', async () => {
  const database = new TimedDatabase();
  assert.equal(
    await database.refusal('CreateBackup', { TableName: 'absent', BackupName: 'backup' }),
    'TableNotFoundException: Table not found: absent',
  );
  const notFound = `BackupNotFoundException: Backup not found: ${ABSENT}`;
  assert.equal(await database.refusal('DescribeBackup', { BackupArn: ABSENT }), notFound);
  assert.equal(await database.refusal('DeleteBackup', { BackupArn: ABSENT }), notFound);
  const asked = { BackupArn: ABSENT, TargetTableName: 'target' };
  assert.equal(await database.refusal('RestoreTableFromBackup', asked), notFound);
});

test('a deleted table that had recovery is a backup for 35 days', async () => {
  const database = new TimedDatabase();
  await filled(database, 120);
  await database.call('UpdateContinuousBackups', {
    TableName: 'table',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await database.call('DeleteTable', { TableName: 'table' });
  const { BackupSummaries } = await database.call('ListBackups', { BackupType: 'SYSTEM' });
  const [summary] = BackupSummaries ?? [];
  assert.equal(summary?.BackupName, 'table$DeletedTableBackup');
  assert.deepEqual(summary?.BackupExpiryDateTime, new Date(database.nowMs + 35 * DAY_MS));
  const arn = summary?.BackupArn ?? '';
  const description = await database.available(arn);
  assert.equal(description?.SourceTableDetails?.ItemCount, 120);
  await database.call('RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'table' });
  await database.active('table');
  assert.equal((await database.items('table')).length, 120);
  database.nowMs += 35 * DAY_MS;
  await database.reopen();
  await database.until(
    () => database.call('ListBackups', {}),
    (answer) => answer.BackupSummaries?.length === 0,
  );
  assert.equal((await database.items('table')).length, 120);
});

test('backups, histories and what was under way survive a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'brume-backups-'));
  t.after(() => rm(folder, { recursive: true }));
  const environment = nodeEnvironment();
  const log = { log: () => {} };
  const open = () => createSqliteStore({ path: join(folder, 'store.sqlite'), environment, log });
  let store = await open();
  let database = new TimedDatabase(store);
  await filled(database, 300);
  await database.call('UpdateContinuousBackups', {
    TableName: 'table',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  const arn = await backup(database);
  const atMs = database.nowMs;
  database.nowMs += 1000;
  for (let at = 0; at < 300; at++) await put(database, at, 'after');
  await database.close();
  await store.close();

  store = await open();
  const nowMs = database.nowMs;
  database = new TimedDatabase(store);
  database.nowMs = nowMs;
  await database.available(arn);
  await database.call('RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'backed-up' });
  await database.call('RestoreTableToPointInTime', {
    SourceTableName: 'table',
    TargetTableName: 'restored',
    RestoreDateTime: new Date(atMs),
  });
  for (const name of ['backed-up', 'restored']) {
    await database.active(name);
    const items = await database.items(name);
    assert.equal(items.length, 300);
    assert.deepEqual(new Set(items.map(({ v }) => v?.S)), new Set(['before']));
  }
  await database.close();
  await store.close();
});
