/**
 * Random writes in three regions, with changes that travel slowly, clocks that jump, replicas that come
 * and go, and restarts: when nothing is on its way any more, all replicas and their indexes have the same
 * items; and where the clock never went back, each item is what was written last. One seed decides all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../../environment/environment.ts';
import { nodeEnvironment } from '../../../environment/node.ts';
import { Prng } from '../../../environment/prng.ts';
import { Simulation } from '../../../environment/simulated.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { DynamoDBOperations } from '../../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED, plain, TEST_CONTEXT } from '../database.fixture.ts';
import { createDynamoDB } from '../service.ts';
import { outboxRange } from './replication-keys.ts';
import { EAST, EUROPE, sortedAttributes, TableName, WEST } from './global-tables.fixture.ts';

const SEEDS = process.env['BRUME_TEST_LONG'] === '1' ? 2000 : 40;
const FIRST_SEED = Number(process.env['BRUME_TEST_SEED'] ?? 1);
const ROUNDS = 12;
const WRITES = 6;
const KEYS = 5;

class World {
  readonly #simulation: Simulation;
  readonly prng: Prng;
  readonly #store = createMemoryStore();
  #aheadMs = 0;
  #service: ReturnType<typeof createDynamoDB>;
  /** What each item should be in the end, by its number; nothing where it was deleted last. */
  readonly last = new Map<number, string | undefined>();
  wentBack = false;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.prng = simulation.prng.fork();
    this.#service = this.#open();
  }

  #open() {
    const { clock, timers } = this.#simulation;
    const moved = { ...clock, nowMs: () => clock.nowMs() + this.#aheadMs };
    const environment: Environment = {
      ...nodeEnvironment(),
      clock: moved,
      timers,
      random: this.#simulation.prng.fork(),
    };
    const log = { log: (_level: string, message: string) => assert.fail(message) };
    return createDynamoDB({ store: this.#store, environment, log });
  }

  async restart(): Promise<void> {
    await this.#service.close();
    this.#service = this.#open();
    this.delay(this.prng.below(4) * 100);
  }

  delay(ms: number): void {
    this.#service.rehearsal.change({ faults: [{ fault: 'replication', ms }] });
  }

  pass(ms: number): Promise<void> {
    return new Promise((done) => void this.#simulation.timers.after(ms, done));
  }

  jump(ms: number): void {
    this.#aheadMs += ms;
    if (ms < 0) this.wentBack = true;
  }

  async call<Name extends keyof DynamoDBOperations>(
    region: string,
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ): Promise<DynamoDBOperations[Name]['output']> {
    const context = { ...TEST_CONTEXT, region };
    return plain(await this.#service.execute(name, structuredClone(input), context)) as never;
  }

  /** Replicas that take part. */
  async regions(): Promise<string[]> {
    const { Table: table } = await this.call(EAST, 'DescribeTable', { TableName });
    const others = table?.Replicas ?? [];
    const active = others.filter(({ ReplicaStatus: status }) => status === 'ACTIVE');
    return [EAST, ...active.map(({ RegionName: name }) => name ?? '')];
  }

  async changeReplicas(region: string): Promise<void> {
    const action = this.prng.chance(0.5) ? 'Create' : 'Delete';
    const ReplicaUpdates = [{ [action]: { RegionName: region } }];
    try {
      await this.call(EAST, 'UpdateTable', { TableName, ReplicaUpdates });
    } catch (error) {
      // It may be there, or not, or on its way.
      if (!(error instanceof AwsError)) throw error;
    }
  }

  async write(region: string): Promise<void> {
    const number = this.prng.below(KEYS);
    const Key = { pk: { S: 'a' }, sk: { N: String(number) } };
    const value = `${region} ${this.prng.below(1e9)}`;
    const rest: AttributeMap = { v: { S: value }, g: { S: value.slice(-1) } };
    const kind = this.prng.below(4);
    // No two writes are of one moment, so that there is a last one.
    await this.pass(1);
    if (kind === 0) await this.call(region, 'DeleteItem', { TableName, Key });
    else if (kind === 1) {
      const Put = { TableName, Item: { ...Key, ...rest } };
      await this.call(region, 'TransactWriteItems', { TransactItems: [{ Put }] });
    } else await this.call(region, 'PutItem', { TableName, Item: { ...Key, ...rest } });
    this.last.set(number, kind === 0 ? undefined : value);
  }

  async settle(): Promise<void> {
    this.delay(0);
    for (;;) {
      const [waiting] = await this.#store.range({ ...outboxRange(), limit: 1 });
      const { Table: table } = await this.call(EAST, 'DescribeTable', { TableName });
      const changing = table?.Replicas?.some(({ ReplicaStatus: status }) => status !== 'ACTIVE');
      if (waiting === undefined && changing !== true) return;
      await this.pass(50);
    }
  }

  async items(region: string, IndexName?: string): Promise<string[]> {
    const { Items: items = [] } = await this.call(region, 'Scan', { TableName, IndexName });
    return items.map((item) => JSON.stringify(sortedAttributes(item))).toSorted();
  }

  close(): Promise<void> {
    return this.#service.close();
  }
}

async function round(world: World): Promise<void> {
  const { prng } = world;
  const chance = prng.below(10);
  if (chance === 0) await world.restart();
  if (chance === 1) world.jump(prng.below(1001) - 500);
  if (chance === 2) world.delay(prng.below(6) * 100);
  if (chance === 3) await world.changeReplicas(prng.chance(0.5) ? WEST : EUROPE);
  const regions = await world.regions();
  for (let at = prng.below(WRITES + 1); at > 0; at--) {
    await world.write(regions[prng.below(regions.length)] ?? EAST);
  }
  await world.pass(prng.below(301));
}

async function live(world: World): Promise<void> {
  await world.call(EAST, 'CreateTable', INDEXED);
  for (const region of [WEST, EUROPE]) {
    const ReplicaUpdates = [{ Create: { RegionName: region } }];
    await world.call(EAST, 'UpdateTable', { TableName, ReplicaUpdates });
  }
  await world.settle();
  for (let at = 0; at < ROUNDS; at++) await round(world);
  await world.settle();
  const regions = await world.regions();
  for (const index of [undefined, 'gsi', 'lsi']) {
    const expected = await world.items(EAST, index);
    for (const region of regions) assert.deepEqual(await world.items(region, index), expected);
  }
  if (!world.wentBack) {
    const { Items: items = [] } = await world.call(EAST, 'Scan', { TableName });
    const found = new Map(items.map((item) => [Number(item['sk']?.N), item['v']?.S]));
    for (const [number, value] of world.last) assert.equal(found.get(number), value);
  }
  await world.close();
}

test(`${SEEDS} worlds end with the same items in every region`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const simulation = new Simulation(seed);
    try {
      await simulation.run(live(new World(simulation)));
    } catch (error) {
      throw new Error(`BRUME_TEST_SEED=${seed} replays this`, { cause: error });
    }
  }
});
