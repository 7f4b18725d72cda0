/**
 * Kills a process at random moments while it writes to a global table in three regions, and checks after
 * each kill that what was on its way still arrives: every replica and its index have all that was
 * acknowledged, wherever that was, and nothing else. The database lives on through all the kills without
 * ever being closed: what is checked is a copy.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { Regions } from '../../packages/brume/src/services/dynamodb/replication/global-tables.fixture.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, COUNTERS, writeUntilKilled } from './stream-counters.ts';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 300 : 6;
const DATABASE = 'global.sqlite';
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const { TableName } = COUNTERS;

test(`${KILLS} kills leave all replicas with what was acknowledged in any`, async () => {
  const parent = await mkdtemp(join(tmpdir(), 'brume-global-'));
  const [folder, copy] = [join(parent, 'live'), join(parent, 'copy')];
  await mkdir(folder);
  const acknowledged = new Map<string, number>();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await writeUntilKilled(
        ['global-table-writer.ts', join(folder, DATABASE), ...REGIONS],
        acknowledged,
      );
      await cp(folder, copy, { recursive: true });
      await openAndCheck(join(copy, DATABASE), acknowledged);
      await rm(copy, { recursive: true });
    }
  } finally {
    await rm(parent, { recursive: true });
  }
  const total = [...acknowledged.values()].reduce((sum, number) => sum + number, 0);
  assert.equal(acknowledged.size, CALLERS);
  assert.ok(total > KILLS * 20, `only ${total} writes: no load to speak of`);
});

async function openAndCheck(path: string, acknowledged: Map<string, number>): Promise<void> {
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const store = await createSqliteStore({ path, environment: nodeEnvironment(), log });
  const regions = new Regions(store);
  // Nobody writes any more: what arrives was on its way when the process was killed.
  regions.database.nowMs = Date.now();
  try {
    await regions.arrived();
    const counts = async (region: string, IndexName?: string) => {
      const { Items: items = [] } = await regions.call(region, 'Scan', { TableName, IndexName });
      const pairs = items.map(({ pk, n }) => [pk?.S ?? '', Number(n?.N)] as const);
      return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    };
    const first = await counts(REGIONS[0] ?? '');
    for (const region of REGIONS) {
      assert.deepEqual(await counts(region), first, region);
      assert.deepEqual(await counts(region, 'index'), first, `the index of ${region}`);
    }
    for (const [caller, number] of acknowledged) {
      assert.ok((first.get(caller) ?? 0) >= number, 'an acknowledged write did not arrive');
    }
  } finally {
    await regions.close();
    await store.close();
  }
}
