/**
 * A global table in three regions on a disk that loses its power, while clients count in items of their
 * own, each in a region of its own, and replicas come and go. In the next life all that was on its way
 * arrives: every replica and its index have all that was acknowledged, and nothing that nobody asked for.
 */
import assert from 'node:assert/strict';
import { Simulation } from '../../packages/brume/src/environment/simulated.ts';
import type { SimulatedEnvironment } from '../../packages/brume/src/environment/simulated.ts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import {
  plain,
  TEST_CONTEXT,
} from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { outboxRange } from '../../packages/brume/src/services/dynamodb/replication/replication-keys.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import type { OrderedStore } from '../../packages/brume/src/storage/ordered-store.ts';
import { COUNTERS } from '../crash/stream-counters.ts';
import { inLives } from './scratch.ts';
import { openSimulatedStore, planPowerCut } from './simulated-store.ts';
import type { Trace } from './trace.ts';

const LIVES = 2;
const CLIENTS = 3;
const STEPS_MAX = 200;
const PAUSE_MS_MAX = 12;
const DELAY_MS_MAX = 60;
const FIRST = 'us-east-1';
const REGIONS = [FIRST, 'us-west-2', 'eu-west-1'] as const;
/** Comes and goes; nobody writes there. */
const GUEST = 'ap-south-1';
const { TableName } = COUNTERS;

/** Of a client: how far it has counted, and how far it was told that it has. */
interface Count {
  asked: number;
  acknowledged: number;
}

interface Power {
  on: boolean;
}

export async function runGlobalTableWorld(seed: number, trace: Trace): Promise<void> {
  const simulation = new Simulation(seed);
  const counts = new Map<string, Count>();
  await inLives(LIVES + 1, async (folder, next, life) => {
    trace(`life ${life}`);
    const isLast = life === LIVES;
    await simulation.run(live(simulation, counts, folder, isLast ? undefined : next, trace));
  });
}

/** Until the power goes, whose remains are then in `next`. */
async function live(
  simulation: Simulation,
  counts: Map<string, Count>,
  folder: string,
  next: string | undefined,
  trace: Trace,
): Promise<void> {
  const environment = simulation.environment(folder);
  const store = await openSimulatedStore(environment);
  const log = {
    log: (_: string, message: string, fields?: object) =>
      assert.fail(`${message}: ${JSON.stringify(fields)}`),
  };
  const service = createDynamoDB({ store, environment, log });
  const power: Power = { on: true };
  const call = async (region: string, operation: string, input: object) => {
    const context = { ...TEST_CONTEXT, region };
    const output = plain(await service.execute(operation, structuredClone(input), context));
    if (power.on) trace(`${simulation.elapsedMs.toFixed(3)} ms ${region} ${operation}`);
    return output as Answer;
  };
  const world = new World(environment, store, call, power);
  await world.arrived();
  await world.check(counts);
  if (next !== undefined) {
    planPowerCut(environment, 1 + simulation.prng.below(STEPS_MAX), next, () => {
      trace('power cut');
      power.on = false;
    });
    service.rehearsal.change({
      faults: [{ fault: 'replication', ms: simulation.prng.below(DELAY_MS_MAX) }],
    });
    await world.prepare();
    const clients = Array.from({ length: CLIENTS }, (_, at) => world.count(at, counts));
    await Promise.all([...clients, world.invite()]);
  }
  await service.close();
  await store.close();
}

interface Answer {
  readonly Items?: readonly { readonly pk: { S: string }; readonly n: { N: string } }[];
  readonly Table?: {
    readonly TableStatus: string;
    readonly Replicas?: readonly { RegionName: string; ReplicaStatus: string }[];
  };
}

type Call = (region: string, operation: string, input: object) => Promise<Answer>;

class World {
  readonly #environment: SimulatedEnvironment;
  readonly #store: OrderedStore;
  readonly #call: Call;
  readonly #power: Power;

  constructor(environment: SimulatedEnvironment, store: OrderedStore, call: Call, power: Power) {
    this.#environment = environment;
    this.#store = store;
    this.#call = call;
    this.#power = power;
  }

  /** Until nothing is on its way, and no replica is about to come or to go. */
  async arrived(): Promise<void> {
    for (;;) {
      const [waiting] = await this.#store.range({ ...outboxRange(), limit: 1 });
      const replicas = await this.#replicas();
      if (waiting === undefined && replicas.every(([, status]) => status === 'ACTIVE')) return;
      await this.#pause();
    }
  }

  /** Makes the table and its replicas, as far as a life before has not. */
  async prepare(): Promise<void> {
    await this.#unlessRefused(this.#call(FIRST, 'CreateTable', COUNTERS));
    for (const region of REGIONS.slice(1)) await this.#change('Create', region);
    while (this.#power.on) {
      const active = (await this.#replicas()).filter(([, status]) => status === 'ACTIVE');
      if (active.length >= REGIONS.length - 1) return;
      await this.#pause();
    }
  }

  async count(client: number, counts: Map<string, Count>): Promise<void> {
    const region = REGIONS[client % REGIONS.length] ?? FIRST;
    const pk = { S: `client ${client}` };
    const count = counts.get(pk.S) ?? { asked: 0, acknowledged: 0 };
    counts.set(pk.S, count);
    while (this.#power.on) {
      await this.#pause();
      if (!this.#power.on) return;
      const number = ++count.asked;
      const Item = { pk, n: { N: String(number) }, g: { S: String(number % 3) } };
      await this.#call(region, 'PutItem', { TableName, Item });
      if (this.#power.on) count.acknowledged = number;
    }
  }

  /** Lets a replica come and go. */
  async invite(): Promise<void> {
    for (let at = 0; this.#power.on; at++) {
      await this.#change(at % 2 === 0 ? 'Create' : 'Delete', GUEST);
      for (let pauses = 0; this.#power.on && pauses < 10; pauses++) await this.#pause();
    }
  }

  async check(counts: Map<string, Count>): Promise<void> {
    const regions = [FIRST, ...(await this.#replicas()).map(([region]) => region)];
    const found = await this.#counted(FIRST);
    for (const region of regions) {
      assert.deepEqual(await this.#counted(region), found, region);
      assert.deepEqual(await this.#counted(region, 'index'), found, `the index of ${region}`);
    }
    for (const [client, { asked, acknowledged }] of counts) {
      const number = found.get(client) ?? 0;
      assert.ok(number >= acknowledged, `${client}: ${number} of ${acknowledged} are left`);
      assert.ok(number <= asked, `${client}: ${number}, but only ${asked} were asked for`);
      counts.set(client, { asked: number, acknowledged: number });
    }
  }

  async #counted(region: string, IndexName?: string): Promise<Map<string, number>> {
    const scanned = this.#call(region, 'Scan', { TableName, IndexName });
    const { Items: items = [] } = (await this.#unlessRefused(scanned)) ?? {};
    const pairs = items.map(({ pk, n }) => [pk.S, Number(n.N)] as const);
    return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  async #replicas(): Promise<[string, string][]> {
    const described = this.#call(FIRST, 'DescribeTable', { TableName });
    const { Table: table } = (await this.#unlessRefused(described)) ?? {};
    const replicas = table?.Replicas ?? [];
    return replicas.map(({ RegionName: name, ReplicaStatus: status }) => [name, status]);
  }

  async #change(action: 'Create' | 'Delete', RegionName: string): Promise<void> {
    const ReplicaUpdates = [{ [action]: { RegionName } }];
    await this.#unlessRefused(this.#call(FIRST, 'UpdateTable', { TableName, ReplicaUpdates }));
  }

  /** What is there already, or not there, or on its way, is refused. */
  async #unlessRefused(asked: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  #pause(): Promise<void> {
    const { random, timers } = this.#environment;
    return new Promise((resolve) => {
      timers.after(random.fraction() * PAUSE_MS_MAX, resolve);
    });
  }
}
