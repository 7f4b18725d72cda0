/**
 * Clients that ask in three regions at random: with strong consistency they see one order of everything;
 * with eventual consistency they do not, which shows that the check would find it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { Prng } from '../../packages/brume/src/environment/prng.ts';
import { TEST_CONTEXT } from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import { slowStore } from './broken-stores.ts';
import { serviceDatabase, TABLE, TABLE_INPUT } from './database.ts';
import { Registers } from './registers.ts';

const SEEDS = process.env['BRUME_TEST_LONG'] === '1' ? 200 : 4;
const FIRST_SEED = Number(process.env['BRUME_TEST_SEED'] ?? 1);
const CLIENTS = 6;
const STEPS = 400;
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2'] as const;
/** As many seeds as it may take until eventual consistency is seen. */
const EVENTUAL_SEEDS_MAX = 10;

const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => assert.fail(message) };

async function runHistory(seed: number, consistency: 'EVENTUAL' | 'STRONG'): Promise<Registers> {
  const prng = new Prng(seed);
  const service = createDynamoDB({ store: slowStore(prng.fork()), environment, log });
  const [first, ...others] = REGIONS;
  const call = (region: string, operation: string, input: object) =>
    service.execute(operation, structuredClone(input), { ...TEST_CONTEXT, region });
  await call(first, 'CreateTable', TABLE_INPUT);
  const creations = others.map((RegionName) => ({ Create: { RegionName } }));
  const updates = consistency === 'STRONG' ? [creations] : creations.map((each) => [each]);
  for (const ReplicaUpdates of updates) {
    const MultiRegionConsistency = consistency;
    const update = { TableName: TABLE, ReplicaUpdates, MultiRegionConsistency };
    await call(first, 'UpdateTable', update);
  }
  for (const region of others) {
    for (;;) {
      const answer = (await call(region, 'DescribeTable', { TableName: TABLE })) as {
        Table: { TableStatus: string };
      };
      if (answer.Table.TableStatus === 'ACTIVE') break;
      await new Promise(setImmediate);
    }
  }
  const places = prng.fork();
  const registers = new Registers(
    serviceDatabase(service, () => places.pick(REGIONS)),
    {
      transactions: false,
    },
  );
  let steps = 0;
  const client = async (name: string, choices: Prng) => {
    while (steps++ < STEPS) await registers.step(name, choices);
  };
  const names = Array.from({ length: CLIENTS }, (_, at) => `client ${at}`);
  await Promise.all(names.map((name) => client(name, prng.fork())));
  await service.close();
  return registers;
}

test('clients of all regions of a strongly consistent table see one order of everything', async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      (await runHistory(seed, 'STRONG')).check();
    } catch (cause) {
      throw new Error(`BRUME_TEST_SEED=${seed}`, { cause });
    }
  }
});

test('clients of an eventually consistent one do not', async (t) => {
  for (let seed = 1; seed <= EVENTUAL_SEEDS_MAX; seed++) {
    const registers = await runHistory(seed, 'EVENTUAL');
    try {
      registers.check();
    } catch (error) {
      t.diagnostic(`seed ${seed}: ${String(error).split('\n', 1)[0]}`);
      return;
    }
  }
  assert.fail('the check does not tell one from the other');
});
