/**
 * The jobs on whole tables that the crash test kills: how each is asked for (again, if need be), when it
 * has ended, and what must be so at any time: what can be seen is whole.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type { AttributeMap } from '../../packages/brume/src/services/dynamodb/items/attribute-value.ts';
import {
  account,
  ACCOUNT_TABLE,
  ACCOUNTS,
  checkAccounts,
  itemsOf,
  type JobDatabase,
} from './job-database.ts';

export const SOURCE = 'source';
const INPUT = 'input';

export interface JobKind {
  readonly ask: (database: JobDatabase, round: string) => Promise<void>;
  readonly isOver: (database: JobDatabase, round: string) => Promise<boolean>;
  readonly check: (database: JobDatabase, round: string) => Promise<void>;
  /** The table whose accounts are moved between meanwhile. */
  readonly busy: (round: string) => string;
}

const onSource = () => SOURCE;
const restored = (round: string) => `restored-${round}`;

async function backupOf({ call }: JobDatabase, round: string) {
  const { BackupSummaries = [] } = await call('ListBackups', {});
  return BackupSummaries.find(({ BackupName }) => BackupName === `backup-${round}`);
}

/** Asks again, after a kill of which nobody knows whether it came before the answer. */
async function unlessThere(ask: () => Promise<unknown>): Promise<void> {
  await ask().catch((error: unknown) => {
    const there = ['TableAlreadyExistsException', 'ResourceInUseException', 'ValidationException'];
    if (!(error instanceof AwsError && there.includes(error.code))) throw error;
  });
}

async function isActive({ call }: JobDatabase, TableName: string): Promise<boolean> {
  return (await call('DescribeTable', { TableName })).Table?.TableStatus === 'ACTIVE';
}

const tableOfAccounts = (name: (round: string) => string) => ({
  isOver: (database: JobDatabase, round: string) => isActive(database, name(round)),
  check: async (database: JobDatabase, round: string) => {
    const items = await itemsOf(database, name(round));
    if (items !== undefined) checkAccounts(items);
  },
});

const backup: JobKind = {
  busy: onSource,
  async ask(database, round) {
    if ((await backupOf(database, round)) !== undefined) return;
    await database.call('CreateBackup', { TableName: SOURCE, BackupName: `backup-${round}` });
  },
  async isOver(database, round) {
    return (await backupOf(database, round))?.BackupStatus === 'AVAILABLE';
  },
  async check(database, round) {
    const found = await backupOf(database, round);
    // What it holds is seen where a table is restored from it: the next kind.
    if (found?.BackupStatus !== 'AVAILABLE') return;
    const { BackupDescription } = await database.call('DescribeBackup', {
      BackupArn: found.BackupArn ?? '',
    });
    assert.equal(BackupDescription?.SourceTableDetails?.ItemCount, ACCOUNTS);
  },
};

const restore: JobKind = {
  busy: onSource,
  async ask(database, round) {
    const BackupArn = (await backupOf(database, round))?.BackupArn ?? '';
    const input = { BackupArn, TargetTableName: restored(round) };
    await unlessThere(() => database.call('RestoreTableFromBackup', input));
  },
  ...tableOfAccounts(restored),
};

const recovered = (round: string) => `recovered-${round}`;
const recovery: JobKind = {
  busy: onSource,
  async ask({ call }, round) {
    await unlessThere(() =>
      call('RestoreTableToPointInTime', {
        SourceTableName: SOURCE,
        TargetTableName: recovered(round),
        UseLatestRestorableTime: true,
      }),
    );
  },
  ...tableOfAccounts(recovered),
};

const exportsOf = (round: string) => `exports-${round}`;
const exporting: JobKind = {
  busy: onSource,
  async ask({ call }, round) {
    await call('ExportTableToPointInTime', {
      TableArn: await arnOf({ call }, SOURCE),
      S3Bucket: exportsOf(round),
      ClientToken: exportsOf(round),
    });
  },
  async isOver({ folder }, round) {
    return (await summaries(folder, round)).length > 0;
  },
  /** The summary is written last: where it is, all is. */
  async check({ folder }, round) {
    const done = await summaries(folder, round);
    assert.ok(done.length <= 1, 'one request made two exports');
    for (const exported of done) {
      const data = join(exported, 'data');
      const files = await readdir(data);
      const texts = await Promise.all(files.map((file) => readFile(join(data, file))));
      const lines = texts.flatMap((bytes) => gunzipSync(bytes).toString().trimEnd().split('\n'));
      checkAccounts(lines.map((line) => (JSON.parse(line) as { Item: AttributeMap }).Item));
    }
  },
};

async function arnOf({ call }: Pick<JobDatabase, 'call'>, TableName: string): Promise<string> {
  return (await call('DescribeTable', { TableName })).Table?.TableArn ?? '';
}

/** The folders of exports that have ended. */
async function summaries(folder: string, round: string): Promise<string[]> {
  const exports = join(folder, exportsOf(round), 'AWSDynamoDB');
  if (!existsSync(exports)) return [];
  const all = (await readdir(exports)).map((name) => join(exports, name));
  return all.filter((each) => existsSync(join(each, 'manifest-summary.json')));
}

export async function writeInput(folder: string): Promise<void> {
  await mkdir(join(folder, INPUT), { recursive: true });
  const lines = Array.from({ length: ACCOUNTS }, (_, at) => JSON.stringify({ Item: account(at) }));
  await writeFile(join(folder, INPUT, 'items.json'), lines.join('\n'));
}

const source = { S3Bucket: INPUT, S3KeyPrefix: 'items' };
const imported = (round: string) => `imported-${round}`;
const importing: JobKind = {
  busy: onSource,
  async ask({ call }, round) {
    await call('ImportTable', {
      S3BucketSource: source,
      InputFormat: 'DYNAMODB_JSON',
      ClientToken: imported(round),
      TableCreationParameters: {
        ...structuredClone(ACCOUNT_TABLE),
        AttributeDefinitions: [...ACCOUNT_TABLE.AttributeDefinitions],
        KeySchema: [...ACCOUNT_TABLE.KeySchema],
        TableName: imported(round),
      },
    });
  },
  ...tableOfAccounts(imported),
};

const bulk = (round: string) => `bulk-${round}`;
async function bulkOperation({ call }: JobDatabase, round: string) {
  const { BulkOperationsSummaryList = [] } = await call('ListBulkOperations', {});
  for (const { BulkOperationArn } of BulkOperationsSummaryList) {
    const { BulkOperationDescription: found } = await call('DescribeBulkOperation', {
      BulkOperationArn,
    });
    if (found.ClientToken === bulk(round)) return found;
  }
  return undefined;
}

const bulkPutting: JobKind = {
  busy: onSource,
  async ask({ call }, round) {
    const table = { ...ACCOUNT_TABLE, TableName: bulk(round) };
    await unlessThere(() => call('CreateTable', structuredClone(table) as never));
    await call('StartBulkPutItems', {
      TableName: bulk(round),
      InputS3Configuration: { ...source, InputFormat: 'DYNAMODB_JSON' },
      OutputS3Configuration: { OutputType: ['ERROR'] },
      ClientToken: bulk(round),
    });
  },
  async isOver(database, round) {
    return (await bulkOperation(database, round))?.BulkOperationStatus === 'COMPLETED';
  },
  /** Items come one by one, but are counted as they come: each is put once. */
  async check(database, round) {
    const operation = await bulkOperation(database, round);
    if (operation?.BulkOperationStatus !== 'COMPLETED') return;
    assert.equal(operation.ProcessedItemCount, ACCOUNTS);
    checkAccounts((await itemsOf(database, bulk(round))) ?? []);
  },
};

const indexing: JobKind = {
  busy: restored,
  async ask({ call }, round) {
    await unlessThere(() =>
      call('UpdateTable', {
        TableName: restored(round),
        AttributeDefinitions: [{ AttributeName: 'group', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'groups',
              KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
  },
  async isOver({ call }, round) {
    const { Table } = await call('DescribeTable', { TableName: restored(round) });
    return Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus === 'ACTIVE';
  },
  /** Nobody writes while this looks. */
  async check(database, round) {
    const entries = await itemsOf(database, restored(round), 'groups');
    if (entries === undefined) return;
    const items = await itemsOf(database, restored(round));
    assert.deepEqual(byKey(entries), byKey(items ?? []));
  },
};

function byKey(items: readonly AttributeMap[]): Map<string, AttributeMap> {
  return new Map(items.map((item) => [item['pk']?.S ?? '', item] as const));
}

const INDEX = 'vectors';
const TOP_K = 100;
const SEARCHES = 30;
const indexingVectors: JobKind = {
  busy: restored,
  async ask({ call }, round) {
    await unlessThere(() =>
      call('UpdateTable', {
        TableName: restored(round),
        VectorIndexUpdates: [
          {
            Create: {
              IndexName: INDEX,
              VectorAttribute: { AttributeName: 'v' },
              Projection: { ProjectionType: 'KEYS_ONLY' },
              Dimensions: 2,
              DistanceFunction: 'EUCLIDEAN',
            },
          },
        ],
      }),
    );
  },
  async isOver({ call }, round) {
    const { Table } = await call('DescribeTable', { TableName: restored(round) });
    return Table?.VectorIndexes?.[0]?.IndexStatus === 'ACTIVE';
  },
  async check(database, round) {
    if (!(await indexingVectors.isOver(database, round))) return;
    const TableName = restored(round);
    const vectors = ((await itemsOf(database, TableName)) ?? []).map(({ v }) =>
      (v?.L ?? []).map(({ N }) => Math.fround(Number(N))),
    );
    // From all sides: near the circle that the accounts begin on, and along the line that they go to.
    for (let x = 0; x < ACCOUNTS; x += ACCOUNTS / SEARCHES) {
      const { SearchResults = [] } = await database.call('SearchVectors', {
        TableName,
        IndexName: INDEX,
        SearchVector: [{ N: String(x) }, { N: '0' }],
        TopK: TOP_K,
      });
      const distances = vectors.map(([a = NaN, b = NaN]) => Math.sqrt((a - x) ** 2 + b ** 2));
      assert.deepEqual(
        SearchResults.map(({ Score }) => Score),
        distances.sort((one, other) => one - other).slice(0, TOP_K),
      );
    }
  },
};

/** In the order in which one needs what another left. */
export const JOB_KINDS: ReadonlyMap<string, JobKind> = new Map([
  ['backup', backup],
  ['restore', restore],
  ['point-in-time recovery', recovery],
  ['export', exporting],
  ['import', importing],
  ['bulk put', bulkPutting],
  ['backfill of a global index', indexing],
  ['backfill of a vector index', indexingVectors],
]);
